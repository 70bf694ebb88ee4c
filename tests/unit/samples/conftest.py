"""The tables that the sample files carry, as they stand once everything has been received."""

import pytest

from dagster_project.samples.world import Table

Tables = dict[tuple[str, str, str], Table]


@pytest.fixture(scope="session")
def generated(samples):
    """The folder of the generated samples."""
    return samples.target


@pytest.fixture(scope="session")
def report(samples):
    """What the generator says it wrote."""
    return samples


@pytest.fixture(scope="session")
def tables(report) -> Tables:
    """Rows by form, town and period: the last one received of each report."""
    return {one.key: one.report.table for one in report.deliveries if one.report}
