"""The tables that the sample files carry, as they stand once everything has been received."""

import pytest

from dagster_project.samples.facts import Facts, make_facts
from dagster_project.samples.world import Table, World, make_worlds
from dagster_project.samples.write import SEED

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


@pytest.fixture(scope="session")
def everything(programme, register) -> list[tuple[World, Facts]]:
    """What ``jiceng demo --all`` draws, place by place."""
    worlds = make_worlds(programme, register, SEED, everything=True)
    return [(world, make_facts(world, programme)) for world in worlds]
