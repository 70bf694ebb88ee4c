"""Fingerprints of files: what was not written to is not read again, what was is seen."""

import os

from dagster_project.programme.load import load_programme
from dagster_project.settings import Settings
from dagster_project.warehousing.sources import OPERANDS, model_files
from dagster_project.warehousing.state import fingerprint_of_files


def test_a_file_that_was_written_to_has_another_fingerprint(tmp_path):
    path = tmp_path / "one.sql"
    path.write_text("select 1")
    before = fingerprint_of_files([path])
    assert fingerprint_of_files([path]) == before
    path.write_text("select 2")
    os.utime(path, ns=(1, 1))  # a copy keeps an older time: it is another time all the same
    assert fingerprint_of_files([path]) != before
    path.write_text("select 1")
    assert fingerprint_of_files([path]) == before


def test_every_model_belongs_to_one_form_or_to_none_and_macros_to_all(tmp_path):
    programme, project = load_programme(), Settings(home=tmp_path).dbt_project
    owned = model_files(project, programme)
    assert owned.keys() == {None, *programme.forms}
    files = {form_id: {path for path in paths if "macros" not in path.parts}
             for form_id, paths in owned.items()}  # fmt: skip
    whole = {path for folder in ("models", "tests") for path in (project / folder).rglob("*.*")}
    assert sum(map(len, files.values())) == len(whole)
    assert set().union(*files.values()) == whole
    assert project / "models/marts/facts/fct_staff.sql" in files["staff"]
    assert project / "models/marts/reporting/fct_totals.sql" in files[None]
    operands = {*(project / "macros" / OPERANDS).rglob("*.*")}
    macros = {*(project / "macros").rglob("*.*")} - operands
    assert all(macros <= {*paths} for paths in owned.values())
    # What indicators count of a form is no part of it: a new indicator builds no form again.
    assert [form_id for form_id, paths in owned.items() if operands & {*paths}] == [None]
    assert operands <= {*owned[None]}
