"""Blanks filled in and worked out: the reader gets the very values, and the checks find the errors.

LibreOffice works the formulas out where it is there; a kept library does so for a small blank
anywhere.
"""

import contextlib
import io
import shutil
import subprocess
from dataclasses import replace

import openpyxl
import pytest

from dagster_project.feedback import template_plan
from dagster_project.feedback.template import written
from dagster_project.feedback.template_plan import plan
from dagster_project.feedback.template_sheets import shown
from dagster_project.reading.file import read_file

OFFICE = shutil.which("soffice")
FORMS = ["community_profile", "services", "staff", "facilities"]
SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item></oor:items>"""
"""Work every formula out on opening."""


@pytest.fixture(scope="session")
def reports(samples):
    """A clean sample report of each form: the one with the fewest rows."""
    found = {}
    special = {purpose.file_name for purpose in samples.purposes}
    for delivery in samples.deliveries:
        report = delivery.report
        if report and delivery.file_name not in special:
            known = found.get(report.form.form_id)
            if known is None or len(report.table) < len(known.table):
                found[report.form.form_id] = report
    return found


def fill(report, programme, register, wrong=(), *, is_small=False):
    """Fill a blank as a clerk does: a row for each of the report's, listed ones where they are.

    ``wrong`` are changes (row of the report, column, value); ``is_small`` lists as many rows
    beforehand as the report has. Gives the plan, the workbook, and the sheet row of each row.
    """
    form = report.form
    made = plan(form, report.town.code, report.period.label, programme, register)
    if is_small:
        vars(made)["listed"] = made.listed[: len(report.table)]
    book = openpyxl.load_workbook(io.BytesIO(written(made)))
    page = book[made.name]
    listed = {tuple(row.get(key) for key in form.keys): n for n, row in enumerate(made.listed)}
    spare, places = len(made.listed), []
    changes = {(row, column): value for row, column, value in wrong}
    for number, row in enumerate(report.table):
        place = listed.pop(tuple(row.get(key) for key in form.keys), None)
        place, spare = (spare, spare + 1) if place is None else (place, spare)
        places.append(made.first_row + place + 1)
        for column in form.columns:
            value = changes.get((number, column.name), row.get(column.name))
            if value is not None:
                at = page.cell(places[-1], made.places[column.name] + 1)
                at.value = shown(made, column, value)
    for place in listed.values():
        _empty(page, made, made.first_row + place + 1)
    return made, book, places


def _empty(page, made, row):
    """Take a listed row out that the report does not have."""
    for column in range(1, len(made.fields) + 1):
        page.cell(row, column).value = None


def recalculated(book, folder):
    """Give a workbook's bytes after LibreOffice has worked it out."""
    profile = folder / "profile" / "user"
    profile.mkdir(parents=True, exist_ok=True)
    (profile / "registrymodifications.xcu").write_text(SETTINGS, encoding="utf-8")
    book.save(folder / "filled.xlsx")
    command = [
        OFFICE, f"-env:UserInstallation={profile.parent.as_uri()}", "--headless",
        "--convert-to", "xlsx", "--outdir", folder / "out", folder / "filled.xlsx",
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=240)
    return (folder / "out" / "filled.xlsx").read_bytes()


def answers(content):
    """Give rule, number of rows that break it, and the first place, of the sheet 审核."""
    page = openpyxl.load_workbook(io.BytesIO(content), data_only=True)["审核"]
    rows = page.iter_rows(min_row=4, values_only=True)
    return [(row[0], row[3], row[4]) for row in rows if isinstance(row[3], int | float)]


def as_keyed(form, columns):
    rows = zip(*(columns[name] for name in form.column_names), strict=True)
    return sorted(rows, key=str)


@pytest.mark.libreoffice
@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not there")
@pytest.mark.parametrize("form_id", FORMS)
def test_a_filled_blank_is_read_as_it_was_filled(form_id, reports, programme, register, tmp_path):
    report = reports[form_id]
    _, book, _ = fill(report, programme, register)
    content = recalculated(book, tmp_path)
    (found,) = read_file(content, "填好.xlsx", programme, register).submissions
    assert found.findings == []
    form = report.form
    columns = {name: [row.get(name) for row in report.table] for name in form.column_names}
    assert as_keyed(form, found.values) == as_keyed(form, columns)
    told = answers(content)
    assert told
    assert [one for one in told if one[1]] == []


@pytest.mark.libreoffice
@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not there")
def test_a_wrong_figure_is_found_by_the_formulas_at_its_row(reports, programme, register, tmp_path):
    report = reports["staff"]
    wrong = report.table[3]["headcount_closing"] + 1000
    made, book, places = fill(report, programme, register, [(3, "headcount_closing", wrong)])
    told = [one for one in answers(recalculated(book, tmp_path)) if one[1]]
    assert told
    assert {where[len(where.rstrip("0123456789")) :] for _, _, where in told} == {str(places[3])}
    assert made.form.form_id == "staff"


@pytest.mark.libreoffice
@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not there")
def test_an_empty_blank_and_its_formulas_show_no_error(reports, programme, register, tmp_path):
    report = reports["community_profile"]
    made = plan(report.form, report.town.code, report.period.label, programme, register)
    content = recalculated(openpyxl.load_workbook(io.BytesIO(written(made))), tmp_path)
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    cells = (cell for page in book for row in page.iter_rows() for cell in row)
    assert not [cell.coordinate for cell in cells if cell.data_type == "e"]
    assert not [one for one in answers(content) if one[1]]


@pytest.fixture
def few_rows(monkeypatch):
    """Blanks with few spare rows: the kept library takes milliseconds a formula."""
    monkeypatch.setattr(template_plan, "SPARE_ROWS", 2)
    monkeypatch.setattr(template_plan, "SPARE_ROWS_UNLISTED", 5)


def without_office(book, folder):
    """Give a workbook's bytes with every formula's result, worked out by a kept library."""
    import formulas

    for name in ("填表说明", "版本"):
        del book[name]
    path = folder / "filled.xlsx"
    book.save(path)
    with contextlib.redirect_stderr(io.StringIO()):  # its progress bar
        solution = formulas.ExcelModel().loads(str(path)).finish().calculate()
    results = {
        key.upper(): cells.value[0, 0]
        for key, cells in solution.items()
        if "!" in key and ":" not in key
    }
    for page in book:
        for cell in (cell for row in page.iter_rows() for cell in row):
            if cell.data_type == "f":
                found = results[f"'[FILLED.XLSX]{page.title}'!{cell.coordinate}".upper()]
                cell.value = found.item() if hasattr(found, "item") else found
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.mark.usefixtures("few_rows")
@pytest.mark.parametrize("form_id", FORMS)
def test_a_small_blank_is_worked_out_and_read_as_it_was_filled_without_an_office(
    form_id, reports, programme, register, tmp_path
):
    report = replace(reports[form_id], table=reports[form_id].table[:3])
    _, book, _ = fill(report, programme, register, is_small=True)
    content = without_office(book, tmp_path)
    (found,) = read_file(content, "填好.xlsx", programme, register).submissions
    assert found.findings == []
    assert found.total_row, "the totals were worked out, and agree with the rows"
    form = report.form
    columns = {name: [row.get(name) for row in report.table] for name in form.column_names}
    assert as_keyed(form, found.values) == as_keyed(form, columns)
    told = answers(content)
    assert told
    whole_files = {rule.rule_id for rule in form.rules if rule.scope != "row"}
    assert {rule for rule, wrong, _ in told if wrong} <= whole_files, "three rows are no whole file"


@pytest.mark.usefixtures("few_rows")
def test_a_wrong_figure_is_found_at_its_row_without_an_office(
    reports, programme, register, tmp_path
):
    report = replace(reports["community_profile"], table=reports["community_profile"].table[:3])
    wrong = [(1, "pop_age_65_plus", report.table[1]["pop_age_60_plus"] + 1)]
    _, book, places = fill(report, programme, register, wrong, is_small=True)
    told = [one for one in answers(without_office(book, tmp_path)) if one[1]]
    assert told
    assert {where[len(where.rstrip("0123456789")) :] for _, _, where in told} == {str(places[1])}
