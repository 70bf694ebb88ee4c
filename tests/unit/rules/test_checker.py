"""Mistakes in rules are named when the programme is loaded; rules that cannot run say why."""

from datetime import date

import pytest

from dagster_project.programme.model import Programme, Rule
from dagster_project.rules.checker import check_rule, status_of
from tests.unit.rules.catalogue_forms import BOTH, CATALOGUE, catalogue_programme, catalogue_rows
from tests.unit.rules.desk import Desk


def rule(expression, scope="row", **more):
    return Rule(
        rule_id="SG-103-R99", scope=scope, severity="M", expression=expression, message=BOTH, **more
    )


@pytest.mark.parametrize(
    ("expression", "scope", "words"),
    [
        ("headcount_closing == headcount_openning", "row", "headcount_opening"),
        ("headcount_closing == SG104.bedz", "cross_form", "beds"),
        ("sum(SG104.beds, statuss == 'OPEN') > 0", "cross_form", "status"),
        ("staff_category == 'RC_MEMBERS'", "row", "RC_MEMBER"),
        ("'RC_MEMBERS' == staff_category", "row", "RC_MEMBER"),
        ("staff_category in ('RC_MEMBER', 'NOBODY')", "row", "NOBODY"),
        ("prev(staff_category) == 'NOBODY'", "cross_period", "NOBODY"),
        ("coalesce(wage_basis, 'NOBODY') == 'GROSS'", "row", "NOBODY"),
        ("exists(SG104.facility_code, status == 'OPENED')", "cross_form", "OPENED"),
        ("staff_category == wage_basis", "row", "CL_WAGE_BASIS"),
        ("headcount_closing == 'A'", "row", "数字与代码"),
        ("staff_category == 3", "row", "code or text with a number"),
        ("staff_category > 'RC_MEMBER'", "row", "没有大小"),
        ("staff_category + 1 == 2", "row", "is a code or text, here a number is wanted"),
        ("headcount_closing", "row", "这里应为是否判断"),
        ("headcount_closing and female > 0", "row", "headcount_closing"),
        ("not female", "row", "condition"),
        ("implies(female, full_time > 0)", "row", "condition"),
        ("abs(staff_category) > 0", "row", "number"),
        ("between(female, 0, 'A')", "row", "数字与代码"),
        ("year(female) == 2015", "row", "日期"),
        ("segment(female, 1, 2) == 3", "row", "code or text is wanted"),
        ("sum(staff_category) > 3", "form", "number"),
        ("sum(female, full_time) > 3", "form", "condition"),
        ("sum(female) > 3", "row", "looks at form"),
        ("unique(unit_code)", "row", "looks at form"),
        ("female <= prev(female)", "row", "looks at cross_period"),
        ("female <= prev(female)", "form", "looks at cross_period"),
        ("female <= sum(SG104.beds)", "form", "looks at cross_form"),
        ("district_value() == 3", "row", "looks at cross_level"),
        ("coalesce(female / full_time, 0) > 1", "row", "coalesce"),
        ("implies(female > 0, total_row() > 1)", "form", "total_row()"),
        ("female > 0 or nonnegative()", "row", "nonnegative()"),
        ("female ==", "row", "SG-103-R99"),
        ("female === 3", "row", "SG-103-R99"),
    ],
)
def test_a_mistake_is_named_with_what_would_be_right(programme, expression, scope, words):
    mistakes = check_rule(rule(expression, scope), programme.forms["staff"], programme)
    assert len(mistakes) == 1
    assert words in mistakes[0]
    assert " / " in mistakes[0]


@pytest.mark.parametrize(
    ("expression", "scope"),
    [
        ("female <= headcount_closing", "row"),
        ("SG103.female <= headcount_closing", "row"),
        ("wage_basis != 'GROSS' or isnull(wage_bill)", "row"),
        ("female <= sum(SG104.beds, status == 'OPEN')", "cross_form"),
        ("female <= sum(SG199.anything, whatever == 3)", "cross_form"),
        ("female <= prev(female)", "cross_period"),
        ("code_prefix(unit_code, 9) == code_prefix(respondent_code(), 9)", "row"),
        ("sum(female) <= sum(headcount_closing, full_time > 0)", "form"),
        ("headcount_closing * 2 / 3 > female - 1", "row"),
    ],
)
def test_a_right_rule_has_no_mistake(programme, expression, scope):
    assert check_rule(rule(expression, scope), programme.forms["staff"], programme) == []


def test_join_keys_are_columns_or_what_every_submission_has(programme):
    form = programme.forms["staff"]
    good = rule("female <= prev(female)", "cross_period", join_keys=("unit_code", "period", "year"))
    assert check_rule(good, form, programme) == []
    bad = rule("female <= prev(female)", "cross_period", join_keys=("unit_codes",))
    assert "unit_code" in check_rule(bad, form, programme)[0]


def test_all_rules_of_the_programme_are_without_mistake(programme: Programme):
    for form in programme.forms.values():
        for one in programme.rules_of(form.form_id):
            assert check_rule(one, form, programme) == [], one.rule_id


@pytest.mark.parametrize(
    ("expression", "scope", "status", "words"),
    [
        ("female >= 0", "row", "active", ""),
        ("sum(female) >= 0", "form", "active", ""),
        ("female <= prev(female)", "cross_period", "compared", "other submissions"),
        ("female <= sum(SG104.beds)", "cross_form", "compared", "other submissions"),
        ("female <= sum(SG199.beds)", "cross_form", "dormant", "SG199"),
        ("female <= sum(SG199.beds) + prev(female)", "cross_period", "dormant", "SG199"),
        ("resubmission_newer()", "form", "compared", "other submissions"),
        ("not_identical_to_previous()", "form", "compared", "other submissions"),
        ("district_value() == sum_children_rows()", "cross_level", "deferred", "streets_add_up"),
        ("streak(female > 0) <= 3", "cross_period", "deferred", "no form gives"),
    ],
)
def test_a_rule_that_does_not_run_says_why(programme, expression, scope, status, words):
    found = status_of(rule(expression, scope), programme.forms["staff"], programme)
    assert found.status == status
    assert words in found.reason


def test_the_general_rules_have_a_status_without_any_form(programme: Programme):
    states = {
        one.rule_id: status_of(one, None, programme).status for one in programme.general_rules
    }
    of_history = {"ALL-R10", "ALL-R11", "ALL-R12"}
    assert {rule_id for rule_id, status in states.items() if status == "compared"} == of_history
    assert {rule_id for rule_id, status in states.items() if status == "deferred"} == {"ALL-R09"}


def test_rows_of_a_department_need_not_be_its_own(programme: Programme):
    department = programme.forms["staff"].model_copy(update={"respondents": "department"})
    prefix = next(one for one in programme.general_rules if one.rule_id == "ALL-R02")
    assert status_of(prefix, department, programme).status == "dormant"


@pytest.mark.skipif(not CATALOGUE.exists(), reason="the catalogue is not here")
def test_all_rules_of_all_catalogue_forms_check_and_those_within_a_file_run(programme):
    """A new form is one YAML file: its rules check, and run or wait, without a line of Python."""
    whole = catalogue_programme(programme)
    states = {}
    for form in whole.forms.values():
        for one in whole.rules_of(form.form_id):
            assert check_rule(one, form, whole) == [], (form.form_id, one.rule_id)
            states[form.table_number, one.rule_id] = status_of(one, form, whole).status
        assert Desk(form, whole).findings() == []
    own = [status for (_, rule_id), status in states.items() if rule_id.startswith("SG-")]
    assert len(own) == 144
    assert "dormant" not in own
    # A department's file holds its levels: SG-201-R04 needs nothing else.
    assert own.count("active") == sum(
        row["scope"] in ("row", "form", "cross_level")
        for row in catalogue_rows("form_rules")
        if row["form"] != "ALL"
    )
    waiting = {rule_id for (_, rule_id), status in states.items() if status == "deferred"}
    assert waiting == {"ALL-R09"}


def test_a_date_in_a_rule_is_compared_with_dates_only(programme):
    form = programme.forms["facilities"]
    assert check_rule(rule(f"opened_on <= date('{date(2015, 12, 31)}')"), form, programme) == []
    assert check_rule(rule("opened_on <= date('2015-12-31') + 1"), form, programme) != []
