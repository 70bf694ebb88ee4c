"""Forms with numbered columns take rules as officials write them: 03 = 04 + 05."""

import pytest

from dagster_project.programme.model import Column, DueRule, Form, Rule, Text
from dagster_project.rules.checker import check_rule
from dagster_project.rules.errors import RuleError
from dagster_project.rules.parser import parse_rule
from tests.unit.rules.desk import Desk

BOTH = Text(zh="样例", en="sample")
NAMES = {"unit_code": None, "total": "03", "men": "04", "women": "5", "share": "12"}


def form_with(*expressions: str, lines: dict = NAMES) -> Form:
    rules = tuple(
        Rule(rule_id=f"SG-997-R{n:02d}", scope="row", severity="M", expression=text, message=BOTH)
        for n, text in enumerate(expressions, 1)
    )
    columns = tuple(
        Column(name=name, header_zh=name, label_en=name, line=line, nullable=True,
               type="integer" if line else "code")
        for name, line in lines.items()
    )  # fmt: skip
    return Form(
        form_id="sample", table_number="SG-997", title=BOTH, period_type="Q", reference=BOTH,
        due=DueRule(month_offset=1, day=10), respondents="street_town", grain=BOTH,
        keys=("unit_code",), columns=columns, rules=rules,
    )  # fmt: skip


def alone(programme, form):
    return programme.model_copy(update={"forms": {"sample": form}, "general_rules": ()})


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("03 = 04 + 05", "line_03 == line_04 + line_05"),
        ("03＝04＋05", "line_03 == line_04 + line_05"),
        ("03≥04", "line_03 >= line_04"),
        ("12 != 3 - 0", "line_12 != line_3 - 0"),
        ("03 <= 2.0 × (04 + 05)", "line_03 <= 2.0 * (line_04 + line_05)"),
    ],
)
def test_a_rule_of_figures_alone_speaks_of_lines(text, spelled):
    assert parse_rule(text) == parse_rule(spelled)


@pytest.mark.parametrize(
    "text", ["03 = 4a", "a = b", "03 + 04", "= 03", "03 = = 04", "03.1.2 = 04"]
)
def test_what_is_neither_notation_is_named(text):
    with pytest.raises(RuleError):
        parse_rule(text)


def test_lines_are_judged_like_columns_and_blamed_by_name(programme):
    form = form_with("03 = 04 + 05", "12 <= 100.0 * 03")
    assert [check_rule(rule, form, alone(programme, form)) for rule in form.rules] == [[], []]
    desk = Desk(form, alone(programme, form))
    desk.lay([{"unit_code": "a", "total": 3, "men": 1, "women": 2, "share": 301}])
    desk.lay([{"unit_code": "a", "total": 4, "men": 1, "women": 2, "share": 400}])
    found = desk.findings()
    assert [(row["submission_id"], row["column_name"], row["cell"]) for row in found] == [
        (101, "share", "E5"), (201, "total", "B5"),
    ]  # fmt: skip


def test_a_line_that_the_form_does_not_have_is_named_with_those_it_has(programme):
    form = form_with("03 = 04 + 06", "03 <= 100 * 04")
    mistakes = [check_rule(rule, form, alone(programme, form)) for rule in form.rules]
    assert "没有行次 06（有：03, 04, 5, 12）" in mistakes[0][0]
    assert "no line 100" in mistakes[1][0]
    assert "2.0" in mistakes[1][0]


def test_two_columns_with_one_line_number_are_a_mistake_of_the_form():
    with pytest.raises(ValueError, match="lines given twice"):
        form_with(lines=NAMES | {"share": "005"})
