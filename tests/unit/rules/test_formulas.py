"""Formulas of indicators: how they are taken apart, and the SQL of what they count."""

from decimal import Decimal

import pytest

from dagster_project.programme.indicator import Indicator
from dagster_project.rules.errors import RuleError
from dagster_project.rules.fact_sql import OperandPrinter
from dagster_project.rules.formula import (
    formulas_by_id,
    operands_of,
    parse_formula,
    taken_apart,
)
from dagster_project.rules.formula_checks import check_indicator
from dagster_project.rules.notation import written
from dagster_project.rules.parser import parse_rule

PLAIN = {
    "indicator_id": "tried",
    "name": {"zh": "试", "en": "tried"},
    "fact_domain": "staff",
    "unit": "persons",
    "direction": "higher",
    "aggregation": "sum",
    "grain": "community",
    "period_rule": "last",
    "decimals": 0,
    "definition": {"zh": "试。", "en": "Tried."},
}


def apart(programme, formula, **words):
    return taken_apart(Indicator.model_validate(PLAIN | words | {"formula": formula}), programme)


def shown(formula):
    return [(one.part, one.sign, one.operand.kind, one.operand.text) for one in formula.terms]


def test_a_ratio_is_a_factor_and_sums_over_sums(programme):
    formula = apart(
        programme, "100 * (sum(SG103.joined) - sum(SG103.departed)) / sum(SG103.headcount_opening)"
    )
    assert (formula.factor, formula.period_type) == (Decimal(100), "Q")
    assert shown(formula) == [
        ("numerator", 1, "figure", "sum(SG103.joined)"),
        ("numerator", -1, "figure", "sum(SG103.departed)"),
        ("denominator", 1, "figure", "sum(SG103.headcount_opening)"),
    ]


def test_the_period_type_is_the_coarsest_of_the_forms(programme):
    formula = apart(programme, "100 * sum(SG102.accepted) / sum(SG101.permanent_population)")
    assert formula.period_type == "A"
    assert [form.form_id for form in formula.forms] == ["community_profile", "services"]


def test_only_flows_are_summed_over_periods(programme):
    formula = apart(
        programme,
        "sum(SG103.training_hours) / sum(SG103.headcount_closing)",
        period_rule="sum_over_year",
    )
    assert [term.time_rule for term in formula.terms] == ["sum_over_year", "last"]


def test_a_departments_value_is_summed_where_the_rule_says_so(programme):
    formula = apart(
        programme,
        "sum(SG201.value, measure_code == 'NEW_JOBS')",
        period_rule="sum_since",
        since=2011,
    )
    assert [term.time_rule for term in formula.terms] == ["sum_since"]


def test_a_mean_per_community_counts_the_communities_that_tell(programme):
    formula = apart(programme, "sum(SG106.signboards)", aggregation="weighted", weight="1")
    assert [text for *_, text in shown(formula)] == [
        "sum(SG106.signboards)",
        "count(SG106.signboards)",
    ]


def test_what_a_condition_asks_of_another_form_is_covered_too(programme):
    formula = apart(
        programme, "count(SG101.unit_code, exists(SG104.facility_code, status == 'OPEN'))"
    )
    assert shown(formula)[1] == (
        "lookup",
        1,
        "figure",
        "count(SG104.facility_code, status == 'OPEN')",
    )


def test_a_scope_on_rows_narrows_every_figure_and_one_on_units_stands_apart(programme):
    narrowed = apart(programme, "count(SG101.unit_code)", scope="is_support_area == 1")
    assert shown(narrowed) == [
        ("numerator", 1, "figure", "count(SG101.unit_code, is_support_area == 1)")
    ]
    judged = apart(
        programme,
        "sum(SG105.orgs_closing)",
        aggregation="not_additive",
        rollup="share_meeting",
        scope="sum(SG101.permanent_population) > 100 and exists(SG104.facility_code)",
    )
    assert [kind for _, _, kind, _ in shown(judged)] == ["figure", "scope", "scope"]


@pytest.mark.parametrize(
    "formula",
    [
        "SG103.headcount_closing",
        "abs(sum(SG103.joined))",
        "sum(SG103.joined) * sum(SG103.departed)",
        "sum(SG103.joined) > 3",
        "sum(headcount_closing)",
    ],
)
def test_what_is_no_figures_over_figures_is_refused(programme, formula):
    with pytest.raises(RuleError):
        apart(programme, formula)


def test_distinct_first_digits_are_words_of_formulas_and_of_no_rule():
    text = "count_distinct(code_prefix(SG101.unit_code, 9), unit_kind == 'RC')"
    assert written(parse_formula(text, "streets")) == text
    with pytest.raises(RuleError):
        parse_rule(f"{text} > 3")


def test_a_sum_over_no_row_is_nought_and_over_blanks_is_unknown(programme):
    (term,) = apart(programme, "sum(SG104.beds, status == 'OPEN')", unit="beds").terms
    printer = OperandPrinter(programme.forms["facilities"], programme.by_table_number)
    assert printer.figure(term.operand) == (
        "case when count(case when (r.status = 'OPEN') then r.row_number end) > 0"
        " then sum(case when (r.status = 'OPEN') then r.beds end) else 0 end"
    )
    assert printer.columns(term.operand) == ["beds", "status"]
    assert printer.counted(term.operand) == "coalesce((r.status = 'OPEN'), true)"


def test_every_operand_prints_in_the_dialect_of_both_engines(programme):
    """No quotes around names, no lists, no try: DuckDB reads them, and Spark would."""
    for operand in operands_of(formulas_by_id(programme).values()).values():
        printer = OperandPrinter(programme.forms[operand.form_id], programme.by_table_number)
        is_of_unit = operand.kind in ("count_by", "weighted", "weights")
        sql = printer.of_unit(operand) if is_of_unit else printer.figure(operand)
        assert not {'"', "[", "try(", "::", "//"} & set(sql.split()), sql
        assert '"' not in sql
        assert "try(" not in sql


@pytest.mark.parametrize(
    ("formula", "unit", "told"),
    [
        ("sum(SG103.headcount_closing)", "persons", None),
        ("sum(SG103.wage_bill)", "persons", "yuan"),
        ("100 * sum(SG103.female) / sum(SG103.headcount_closing)", "percent", None),
        ("sum(SG103.female) / sum(SG103.headcount_closing)", "percent", "100"),
        ("sum(SG103.headcount_closing) + sum(SG103.wage_bill)", "persons", "yuan"),
        ("count(SG103.unit_code, staff_category == 'RC')", "count", "CL_STAFF_CATEGORY"),
        ("count(SG103.unit_code, headcount_closing == 'RC_MEMBER')", "count", "number"),
        ("sum(SG103.no_such_column)", "persons", "no_such_column"),
        ("sum(SG201.value, measure_code == 'GP')", "persons", None),
        ("sum(SG201.value, measure_code == 'GP')", "yuan", "persons"),
        ("sum(SG999.anything)", "persons", None),
    ],
)
def test_mistakes_of_columns_codes_kinds_and_units_are_named(programme, formula, unit, told):
    indicator = Indicator.model_validate(PLAIN | {"formula": formula, "unit": unit})
    mistakes = check_indicator(indicator, programme)
    if told is None:
        assert mistakes == []
    else:
        (mistake,) = mistakes
        assert told in mistake
