"""Rules that contradict each other, repeat others or never fire are named before they do harm."""

import pytest

from dagster_project.programme.model import Programme, Rule, Text
from dagster_project.rules.rule_set import remarks_on
from tests.unit.rules.catalogue_forms import everything

__all__ = ["everything"]

BOTH = Text(zh="样例", en="sample")


def remarks(programme: Programme, *rules: tuple[str, str] | str, replace: bool = True):
    """Give code and rules of each remark on the staff form with some rules."""
    made = tuple(
        Rule(rule_id=f"SG-103-R{number}", scope="row", message=BOTH,
             severity="M" if isinstance(rule, str) else rule[0],
             expression=rule if isinstance(rule, str) else rule[1])
        for number, rule in enumerate(rules, 71)
    )  # fmt: skip
    form = programme.forms["staff"]
    form = form.model_copy(update={"rules": made if replace else form.rules + made})
    found = remarks_on(form, programme)
    assert all(one.text(lang) for one in found for lang in ("zh", "en"))
    return [(one.code.removeprefix("RULES_SET_"), one.rule_ids, one.params) for one in found]


def test_the_rules_of_the_programme_hang_together(everything: Programme):
    found = {form.form_id: remarks_on(form, everything) for form in everything.forms.values()}
    assert {form_id for form_id, remarks in found.items() if remarks} == set()


def test_rules_that_no_row_can_satisfy_are_named_and_no_others(programme):
    found = remarks(
        programme, "joined > departed", "female <= headcount_closing", "departed >= joined"
    )
    assert found == [("CONTRADICTORY", ("SG-103-R71", "SG-103-R73"), {})]


def test_a_contradiction_for_one_code_names_the_code(programme):
    found = remarks(
        programme,
        "implies(staff_category == 'GRID_PART', full_time == 0)",
        "implies(staff_category in ('GRID_PART', 'GRID_FULL'), full_time >= 1)",
    )
    assert [(code, ids, params["asked"]) for code, ids, params in found] == [
        ("CONTRADICTORY_CODE", ("SG-103-R71", "SG-103-R72"), "GRID_PART")
    ]


@pytest.mark.parametrize(
    ("rules", "redundant", "by"),
    [
        (("sw_senior <= exam_passed", "sw_senior + sw_assistant <= exam_passed"), "R71", "R72"),
        (
            ("female <= joined", "joined <= departed", "female <= departed"),
            "R73",
            "R71, SG-103-R72",
        ),
        (("female <= joined", ("Q", "female <= joined + 2")), "R72", "R71"),
        (("2 * female == joined", "2 * female == joined"), "R72", "R71"),
    ],
)
def test_a_rule_that_others_grant_is_named_with_them(programme, rules, redundant, by):
    found = remarks(programme, *rules)
    assert found == [("REDUNDANT", (f"SG-103-{redundant}",), {"by": f"SG-103-{by}"})]


def test_a_soft_rule_makes_no_hard_one_redundant(programme):
    assert remarks(programme, ("Q", "female <= joined"), "female <= joined + 2") == []


@pytest.mark.parametrize(
    "rule",
    [
        "joined >= 0",
        "implies(staff_category == 'GRID_PART', staff_category != 'GRID_FULL')",
        "wage_bill >= 0 or isnull(wage_bill)",
        "joined + 1 > 0",
    ],
)
def test_a_rule_that_types_and_lists_already_grant_never_fires(programme, rule):
    assert remarks(programme, rule) == [("NEVER", ("SG-103-R71",), {})]


@pytest.mark.parametrize(
    "rule", ["isnull(wage_bill)", "joined <= 3", "wage_bill / paid_person_months <= 30000"]
)
def test_a_rule_that_can_fail_is_left_in_peace(programme, rule):
    assert remarks(programme, rule) == []
    assert all(
        "SG-103-R71" not in ids for _, ids, _ in remarks(programme, "joined <= 3", replace=False)
    )
