"""Blanks: what is known stands in them, they check while being filled, the reader reads them."""

import io
from dataclasses import replace

import openpyxl
import pytest

from dagster_project.feedback.template import write_template, written
from dagster_project.feedback.template_checks import checks_of
from dagster_project.feedback.template_plan import TemplateError, plan
from dagster_project.reading.file import read_file

TOWN = "440113011000"
PERIOD = {"M": "2015-12", "Q": "2015-Q4", "A": "2015"}
FORMS = ["community_profile", "services", "staff", "facilities"]


def blank(form_id, programme, register, **more):
    form = programme.forms[form_id]
    made = plan(form, TOWN, PERIOD[form.period_type], programme, register)
    return replace(made, **more)


@pytest.mark.parametrize("form_id", FORMS)
def test_the_reader_knows_every_header_unit_and_period_of_a_blank(form_id, programme, register):
    """No alias, no question, no second report on the sheets beside; totals have no result yet."""
    form = programme.forms[form_id]
    made = blank(form_id, programme, register)
    reading = read_file(written(made), "空表.xlsx", programme, register)
    assert [one.form_id for one in reading.submissions] == [form_id]
    (found,) = reading.submissions
    assert (found.respondent_code, found.period) == (TOWN, PERIOD[form.period_type])
    assert {one.column_name for one in found.columns} >= {*form.column_names}
    assert {one.matched_by for one in found.columns} <= {"name", "label"}
    assert all(one.unit_factor == 1 for one in found.columns)
    spoken = {one.rule_id for one in found.findings}
    assert spoken <= {"READ_TOTAL_UNREADABLE", "READ_NO_ROWS"}
    assert len(found.source_rows) == len(made.listed)


def test_all_communities_of_the_period_are_listed_with_every_category(programme, register):
    made = blank("staff", programme, register)
    units = {region.code for region in register.children("street", TOWN, made.period.end)}
    codes = {code.code for code in programme.codelists["CL_STAFF_CATEGORY"].codes}
    assert {row["unit_code"] for row in made.listed} == units
    assert len(made.listed) == len(units) * len(codes)


def test_rows_of_the_period_before_are_listed_again_and_its_figures_stand_beside(
    programme, register
):
    unit = blank("staff", programme, register).below[0].code
    before = ({"unit_code": unit, "staff_category": "RC_MEMBER", "headcount_closing": 7},)
    made = blank("staff", programme, register, previous=before)
    own = [row for row in made.listed if row["unit_code"] == unit]
    assert own == [{"unit_code": unit, "staff_category": "RC_MEMBER"}]
    book = openpyxl.load_workbook(io.BytesIO(written(made)))
    column = made.letters("headcount_closing")
    assert book["上期"][f"{column}{made.first_row + 1}"].value == 7
    assert book[made.name][f"{column}{made.first_row + 1}"].value is None
    reading = read_file(written(made), "空表.xlsx", programme, register)
    assert len(reading.submissions) == 1


def test_the_opening_figure_is_checked_against_the_closing_one_of_the_period_before(
    programme, register
):
    unit = blank("staff", programme, register).below[0].code
    before = ({"unit_code": unit, "staff_category": "RC_MEMBER", "headcount_closing": 7},)
    with_it = blank("staff", programme, register, previous=before)
    rules = {check.part.rule.rule_id for check in checks_of(with_it)}
    without = {c.part.rule.rule_id for c in checks_of(blank("staff", programme, register))}
    assert rules - without
    check = next(c for c in checks_of(with_it) if c.part.rule.rule_id in rules - without)
    assert "7" in check.formulas[0]


def test_a_register_is_sent_back_with_what_was_in_it(programme, register):
    unit = blank("facilities", programme, register).below[0].code
    row = {"facility_code": "F1", "unit_code": unit, "facility_type": "POLICE_ROOM"}
    made = blank("facilities", programme, register, previous=(row,))
    page = openpyxl.load_workbook(io.BytesIO(written(made)))[made.name]
    assert page[f"{made.letters('facility_type')}{made.first_row + 1}"].value == "警务室"


def test_known_cells_are_locked_and_the_others_are_not(programme, register):
    made = blank("staff", programme, register)
    page = openpyxl.load_workbook(io.BytesIO(written(made)))[made.name]
    first = made.first_row + 1
    assert page.protection.sheet
    assert page.protection.password is None
    assert page[f"A{first}"].protection.locked
    assert not page[f"{made.letters('joined')}{first}"].protection.locked
    assert not page[f"A{made.last_row + 1}"].protection.locked


def test_drop_downs_hold_the_labels_of_their_lists(programme, register):
    made = blank("staff", programme, register)
    book = openpyxl.load_workbook(io.BytesIO(written(made)))
    where = f"{made.letters('staff_category')}{made.first_row + 1}"
    entry = next(
        rule for rule in book[made.name].data_validations.dataValidation
        if rule.type == "list" and where in rule.sqref
    )  # fmt: skip
    area = book.defined_names[entry.formula1].attr_text
    sheet, cells = area.split("!")
    listed = [row[0].value for row in book[sheet.strip("'")][cells.replace("$", "")]]
    assert listed == [code.name_zh for code in programme.codelists["CL_STAFF_CATEGORY"].codes]
    assert book[sheet.strip("'")].sheet_state == "hidden"


def test_the_stamp_says_which_blank_it_is(programme, register):
    form = programme.forms["staff"]
    content = write_template(form, TOWN, "2015-Q4", programme, register, version="abc123")
    page = openpyxl.load_workbook(io.BytesIO(content))["版本"]
    assert page.sheet_state == "veryHidden"
    stamp = {row[0].value: row[1].value for row in page.iter_rows()}
    assert stamp["programme"] == "abc123"
    assert (stamp["form_id"], stamp["period"], stamp["unit"]) == ("staff", "2015-Q4", TOWN)


def test_a_blank_is_printed_on_a4_with_its_header_on_every_page(programme, register):
    made = blank("staff", programme, register)
    page = openpyxl.load_workbook(io.BytesIO(written(made)))[made.name]
    assert (page.page_setup.paperSize, page.page_setup.orientation) == (9, "landscape")
    assert page.print_title_rows == f"${made.header_row + 1}:${made.header_row + 2}"


def test_formulas_use_no_function_of_newer_programs(programme, register):
    for form_id in FORMS:
        for check in checks_of(blank(form_id, programme, register)):
            assert not any("_xlfn" in one or "LET(" in one for one in check.formulas)


@pytest.mark.parametrize(
    ("unit", "period", "code"),
    [
        (TOWN, "2015-12", "FEEDBACK_PERIOD_KIND"),
        ("999999999000", "2015-Q4", "FEEDBACK_UNIT_UNKNOWN"),
    ],
)
def test_a_blank_that_cannot_be_says_why(unit, period, code, programme, register):
    with pytest.raises(TemplateError) as error:
        write_template(programme.forms["staff"], unit, period, programme, register)
    assert error.value.code == code


def test_the_same_blank_is_the_same_bytes(programme, register):
    made = blank("services", programme, register)
    assert written(made) == written(made)
