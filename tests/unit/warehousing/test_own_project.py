"""Copies of the package's common files follow the package; what somebody changed stays."""

import shutil

import pytest

from dagster_project.settings import packaged
from dagster_project.warehousing.own_project import copy_common

MODEL = "models/marts/reporting/fct_findings.sql"
MACRO = "macros/totals.sql"


@pytest.fixture
def package(tmp_path):
    """Give a package's folder that a newer version may change."""
    return shutil.copytree(packaged("dbt"), tmp_path / "package")


@pytest.fixture
def own(package, tmp_path):
    copied = copy_common(package, tmp_path / "own")
    assert copied.left == []
    assert tmp_path / "own" / MODEL in copied.written
    return tmp_path / "own"


def edit(path, line="-- newer"):
    path.write_text(f"{path.read_text(encoding='utf-8')}{line}\n", encoding="utf-8")


def test_a_second_time_nothing_is_written(package, own):
    again = copy_common(package, own)
    assert (again.written, again.left) == ([], [])


def test_a_copy_nobody_changed_follows_the_package(package, own):
    """After an upgrade the old macros stood beside new models, and dbt refused the project."""
    edit(package / MACRO)
    copied = copy_common(package, own)
    assert (copied.written, copied.left) == ([own / MACRO], [])
    assert (own / MACRO).read_bytes() == (package / MACRO).read_bytes()
    assert copy_common(package, own).written == []


def test_a_copy_somebody_changed_is_left_and_named_from_version_to_version(package, own):
    edit(own / MODEL, "-- mine")
    mine = (own / MODEL).read_bytes()
    for _ in range(2):
        edit(package / MODEL)
        edit(package / MACRO)
        copied = copy_common(package, own)
        assert (copied.written, copied.left) == ([own / MACRO], [own / MODEL])
        assert (own / MODEL).read_bytes() == mine


def test_a_file_of_ones_own_is_never_touched(package, own):
    own_model = own / "models" / "marts" / "reporting" / "fct_own.sql"
    own_model.write_text("select 1 as one\n", encoding="utf-8")
    (package / MODEL).unlink()
    copied = copy_common(package, own)
    assert (copied.written, copied.left) == ([own / MODEL], [])
    assert not (own / MODEL).exists()
    assert own_model.exists()


def test_a_copy_of_unknown_origin_that_differs_is_left(package, tmp_path):
    """Copies made before there was a ledger may be older than the package or somebody's own."""
    older = shutil.copytree(package, tmp_path / "older")
    edit(package / MACRO)
    copied = copy_common(package, older)
    assert (copied.written, copied.left) == ([], [older / MACRO])
    (older / MACRO).unlink()
    assert copy_common(package, older).written == [older / MACRO]


def test_a_changed_copy_that_the_package_has_no_more_becomes_ones_own(package, own):
    edit(own / MODEL, "-- mine")
    (package / MODEL).unlink()
    assert copy_common(package, own).left == [own / MODEL]
    assert copy_common(package, own).left == []
    assert (own / MODEL).exists()
