"""Rules over the rows of a file: sums, counts and presence within a group, told once a group."""

import pytest

from dagster_project.programme.model import Column, DueRule, Form, Programme, Rule, Text
from dagster_project.rules.checker import check_rule
from tests.unit.rules.desk import Desk

BOTH = Text(zh="样例", en="sample")
TYPES = {
    "unit_code": "code",
    "kind": "code",
    "persons": "integer",
    "area": "decimal",
    "open": "boolean",
}


def desk_with(programme: Programme, expression: str, join_keys: tuple[str, ...] = ()) -> Desk:
    """Lay out a form with one rule of its own and no general ones."""
    rule = Rule(
        rule_id="SG-998-R01", scope="form", severity="M", join_keys=join_keys,
        expression=expression, message=BOTH,
    )  # fmt: skip
    columns = tuple(
        Column(name=name, header_zh=name, label_en=name, type=kind, nullable=True)
        for name, kind in TYPES.items()
    )
    form = Form(
        form_id="sample", table_number="SG-998", title=BOTH, period_type="Q", reference=BOTH,
        due=DueRule(month_offset=1, day=10), respondents="street_town", grain=BOTH,
        keys=("unit_code", "kind"), columns=columns, rules=(rule,),
    )  # fmt: skip
    alone = programme.model_copy(update={"forms": {"sample": form}, "general_rules": ()})
    assert check_rule(rule, form, alone) == []
    return Desk(form, alone)


def row(unit, kind, persons=None, **more):
    return {"unit_code": unit, "kind": kind, "persons": persons, **more}


AREAS = [row("a", "K", area="0.1"), row("b", "K", area="0.3")]
PARTS = "sum(persons, kind == 'PART') <= sum(persons, kind == 'ALL')"


@pytest.mark.parametrize(
    ("rows", "blamed"),
    [
        ([row("a", "ALL", 5), row("a", "PART", 5)], []),
        ([row("a", "ALL", 5), row("a", "PART", 6), row("b", "ALL", 1)], [2]),
        ([row("a", "ALL", 5), row("b", "PART", 1)], [2]),
        ([row("a", "PART", 1), row("a", "PART", 2), row("a", "ALL", 2)], [1]),
        ([row("a", "ALL", 5), row("a", "PART", 6), row("a", "PART", None)], []),
        ([row("a", "OTHER", 5)], []),
        ([row("a", None, 5), row("a", "PART", 1)], [2]),
    ],
)
def test_a_rule_about_a_group_is_told_once_at_the_row_it_counts_first(programme, rows, blamed):
    desk = desk_with(programme, PARTS, ("unit_code",))
    desk.lay(rows)
    desk.lay([row("a", "ALL", 100)])
    found = desk.findings()
    assert [finding["row_number"] for finding in found] == blamed
    assert {finding["column_name"] for finding in found} <= {"persons"}


@pytest.mark.parametrize(
    ("expression", "rows", "blamed"),
    [
        ("persons <= sum(persons, kind == 'ALL')", [row("a", "ALL", 5), row("a", "X", 6)], [2]),
        ("count(persons) <= 1", [row("a", "ALL", 5), row("b", "X", 6)], [1]),
        ("count(persons, kind == 'X') == 1", [row("a", "ALL", 5), row("b", "X", None)], [2]),
        ("count_distinct(kind) == 2", [row("a", "K", 5), row("b", "K", 6)], [1]),
        ("exists(persons, open == 1)", [row("a", "K", 5, open=False), row("b", "K", 6)], [1]),
        ("exists(persons, open == 1)", [row("a", "K", 5), row("b", "K", 6, open=True)], []),
        ("avg(persons) >= 5.5", [row("a", "K", 5), row("b", "K", 6)], []),
        ("avg(persons) > 5.5", [row("a", "K", 5), row("b", "K", 6)], [1]),
        ("avg(persons, kind == 'NONE') > 5.5", [row("a", "K", 5), row("b", "K", 6)], []),
        ("max(area) - min(area) <= 0.2", AREAS, []),
        ("max(area) - min(area) < 0.2", AREAS, [1]),
        ("unique(kind, persons)", [row("a", "K", 1), row("b", "K", 2), row("c", "K", 1)], [3]),
        ("in_column(kind, SG998.unit_code)", [row("a", "a", 1), row("b", "c", 2)], [2]),
        ("in_column(kind, SG998.unit_code)", [row(None, "a", 1), row("b", "c", 2)], [1, 2]),
        ("in_column(kind, SG998.unit_code)", [row("a", None, 1)], []),
    ],
)  # fmt: skip
def test_figures_over_the_rows_of_a_file(programme, expression, rows, blamed):
    desk = desk_with(programme, expression)
    desk.lay(rows)
    desk.lay([])
    assert [finding["row_number"] for finding in desk.findings()] == blamed


def test_sums_of_huge_numbers_do_not_stop_the_query(programme):
    desk = desk_with(programme, "sum(persons) * 3 > 0.5")
    huge = 9223372036854775807
    desk.lay([row("a", "K", huge), row("b", "K", huge)])
    desk.lay([row("a", "K", -huge), row("b", "K", -huge)])
    assert [finding["submission_id"] for finding in desk.findings()] == [201]
