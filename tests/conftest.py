"""Fixtures that more than one folder of tests needs: the samples, written once a session."""

import os
from pathlib import Path

import pytest

from dagster_project.programme.load import load_programme
from dagster_project.programme.model import Programme
from dagster_project.regions.register import Register, load_register

REAL_DATA = Path(os.environ.get("JICENG_REAL_DATA", "../shared/data"))


@pytest.fixture(scope="session")
def programme() -> Programme:
    return load_programme()


@pytest.fixture(scope="session")
def register() -> Register:
    return load_register()


@pytest.fixture(scope="session")
def samples(tmp_path_factory, programme, register):
    """The generated samples' report; synthetic, as everything named samples here."""
    from dagster_project.samples.write import write_samples

    return write_samples(tmp_path_factory.mktemp("samples"), programme, register)
