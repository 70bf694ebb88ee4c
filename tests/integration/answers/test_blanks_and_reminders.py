"""Blanks with the figures of the period before, and reminders, from what is published."""

import csv
import io

import openpyxl
import pytest

from dagster_project.blanks import due_next, units_asked, write_blanks
from dagster_project.feedback.template_plan import plan
from dagster_project.reading.file import read_file
from dagster_project.settings import Settings
from tests.fixtures.questions import PERIOD, asked, run


def test_a_blank_shows_what_was_published_for_the_period_before(
    built, towns, programme, register, tmp_path
):
    unit, form = towns["questioned"], programme.forms["staff"]
    place = ["--unit", unit, "--period", "2016-Q1", "--to", str(tmp_path)]
    done = run(built, "template", "--form", "SG-103", *place)
    assert done.exit_code == 0, done.output
    (path,) = tmp_path.iterdir()
    made = plan(form, unit, "2016-Q1", programme, register)
    published = asked(
        built,
        "select unit_code, staff_category, headcount_closing from fct_staff"
        f" where respondent_code = '{unit}' and period = '{PERIOD}'",
    )
    book = openpyxl.load_workbook(path)
    keys = [made.letters(name) for name in ("unit_code", "staff_category", "headcount_closing")]
    page = book["上期"]
    labels = {one.code: one.name_zh for one in programme.codelists["CL_STAFF_CATEGORY"].codes}
    shown = {
        tuple(page[f"{at}{row}"].value for at in keys)
        for row in range(made.first_row + 1, page.max_row + 1)
    }
    assert {(code, labels[category], count) for code, category, count in published} <= shown
    reading = read_file(path.read_bytes(), path.name, programme, register)
    (found,) = reading.submissions
    assert (found.form_id, found.respondent_code, found.period) == ("staff", unit, "2016-Q1")
    assert {one.matched_by for one in found.columns} <= {"name", "label"}


def test_blanks_for_all_units_that_are_asked_need_nothing_published(programme, tmp_path):
    units = units_asked(programme, programme.forms["services"], "2016-01")
    assert len(units) == 16
    made = write_blanks(Settings(tmp_path), "services", None, "2016-01", None)
    assert len(made.written) == len(set(made.written)) == 16
    assert made.with_previous == 0
    assert {code for code in units for path in made.written if code in path.name} == set(units)


def test_a_blank_for_departments_is_the_districts_own(programme, tmp_path):
    """Blanks of the departments' form were written for the streets, which do not report it."""
    form = programme.forms["department_measures"]
    assert units_asked(programme, form, "2016-Q1") == ["440113000000"]
    (made,) = write_blanks(Settings(tmp_path), form.form_id, None, "2016-Q1", None).written
    assert made.name == "番禺区_部门共享指标表_2016-Q1_440113000000.xlsx"


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--form", "staff"], "TEMPLATE_FOR_WHOM"),
        (["--form", "staff", "--all", "--unit", "440113009000"], "TEMPLATE_FOR_WHOM"),
        (["--form", "staff", "--all", "--period", "1999-Q1"], "TEMPLATE_NOBODY_ASKED"),
        (["--form", "SG-999", "--all"], "ANSWER_FORM_UNKNOWN"),
    ],
)
def test_a_blank_that_cannot_be_written_says_why(options, code, tmp_path):
    assert run(tmp_path, "template", *options).exception.code == code
    assert list(tmp_path.iterdir()) == []


def test_the_period_of_a_blank_is_the_one_due_next(programme):
    form = programme.forms["staff"]
    due = form.due.due_date(due_next(form, form.due.due_date(_period("2015-Q4"))))
    assert due == form.due.due_date(_period("2015-Q4"))


def _period(label):
    from dagster_project.programme.period import Period

    return Period.parse(label)


def test_reminders_name_the_refused_and_the_questioned_town(built, towns, tmp_path):
    listed = tmp_path / "催报.csv"
    done = run(built, "remind", "--on", "2016-01-11", "--csv", str(listed), "--all")
    assert done.exit_code == 0, done.output
    rows = list(csv.DictReader(io.StringIO(listed.read_text("utf-8-sig"))))
    kinds = {
        (row["填报单位代码"], row["情形"]) for row in rows
        if (row["表号"], row["报告期"]) == ("SG-103", PERIOD)
    }  # fmt: skip
    assert (towns["refused"], "退回未重报") in kinds
    assert (towns["questioned"], "问题待核实") in kinds
    assert "待核实" in done.output
