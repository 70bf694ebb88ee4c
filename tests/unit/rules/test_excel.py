"""A rule that a worksheet cannot answer has no formula, and says why; none is ever half right."""

import pytest

from dagster_project.rules.binding import bound
from dagster_project.rules.errors import RuleError
from dagster_project.rules.excel import More, formula, formula_of
from dagster_project.rules.excel_words import joined
from dagster_project.rules.parser import parse_rule
from dagster_project.rules.tree import And, Or


def place(column):
    return f"${column.name}12"


def span(column):
    return f"${column.name}$8:${column.name}$200"


def printed(programme, text, form_id="staff"):
    return formula_of(bound(parse_rule(text), "2015-Q4"), place, span, programme.forms[form_id])


def test_a_formula_asks_first_whether_there_are_figures(programme):
    assert printed(programme, "female <= joined") == (
        "=CHOOSE(1+2*IF(AND(ISNUMBER($female12),ISNUMBER($joined12)),"
        'IF($female12<=$joined12,1,0),0.5),FALSE,"",TRUE)'
    )


@pytest.mark.parametrize(
    "text",
    [
        "joined == prev(joined)",
        "region_active(unit_code, period_end())",
        "code_prefix(unit_code, 9) == code_prefix(respondent_code(), 9)",
        "unheard_of > 3",
        "sum(SG104.beds) > 3",
        "max(joined) > 3",
        "count_distinct(unit_code) > 3",
        "sum(joined, female + joined > 3) > 3",
        "coalesce(joined / female, 1) > 3",
    ],
)
def test_what_a_worksheet_cannot_answer_has_no_formula_and_a_reason(programme, text):
    form, node = programme.forms["staff"], bound(parse_rule(text), "2015-Q4")
    assert formula_of(node, place, span, form) is None
    with pytest.raises(RuleError) as caught:
        formula(node, place, span, form)
    assert caught.value.code in ("RULES_NO_FORMULA", "RULES_DIVISION_INSIDE")


def test_several_codes_in_one_cell_have_no_formula(programme):
    assert printed(programme, "childcare_modes == 'FULL'", "facilities") is None


def test_a_formula_that_no_worksheet_takes_is_none(programme):
    """Excel takes 8,192 characters, and functions within functions 64 deep."""
    form, blank = programme.forms["staff"], parse_rule("isnull(staff_category)")
    deep = blank
    for _ in range(40):
        deep = And((Or((deep, blank)),))
    assert formula_of(And((blank,) * 20), place, span, form) is not None
    assert formula_of(And((blank,) * 100), place, span, form) is None
    assert formula_of(deep, place, span, form) is None


def test_labels_stand_for_codes_where_the_programme_is_at_hand(programme):
    form, node = programme.forms["staff"], parse_rule("staff_category == 'GRID_PART'")
    assert "兼职网格员" not in formula_of(node, place, span, form)
    assert "兼职网格员" in formula_of(node, place, span, form, More(programme=programme))


def test_long_texts_are_cut_and_quotes_doubled():
    pieces = joined("码" * 300 + '"').split("&")
    assert pieces == [f'"{"码" * 250}"', f'"{"码" * 50}"""']
