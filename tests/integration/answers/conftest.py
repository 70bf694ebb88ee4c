"""Two towns' staff of two quarters, built once: one report is questioned, one refused."""

from pathlib import Path

import pytest

from tests.fixtures.questions import PERIOD
from tests.pipeline import homes


@pytest.fixture(scope="session")
def towns(samples):
    """The town whose report is questioned, and the one whose report is refused."""
    return {kind: samples.purpose(kind).respondent_code for kind in ("questioned", "refused")}


@pytest.fixture(scope="session")
def built(samples, towns, tmp_path_factory) -> Path:
    """The refused file is not corrected."""
    home = tmp_path_factory.mktemp("questions")
    corrected = samples.purpose("corrected").file_name
    chosen = [
        one
        for one in samples.deliveries
        if one.key[0] == "staff"
        and one.key[1] in towns.values()
        and one.file_name != corrected
        and one.key[2] >= PERIOD
    ]
    homes.drop(samples, home, chosen)
    homes.build(home)
    return home
