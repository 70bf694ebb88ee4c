"""A rule means the same in every engine that it is printed for, nulls and figures included."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dagster_project.rules.errors import RuleError
from dagster_project.rules.notation import written
from tests.unit.rules import engines
from tests.unit.rules.catalogue_forms import everything
from tests.unit.rules.drawn_rows import cells_of, rules_within_a_file
from tests.unit.rules.random_rules import FILE_RULES, FORM, KEYS, ROWS, RULES, keyed

__all__ = ["everything"]

QUICK = settings(max_examples=40, deadline=None)


def _agrees(engine, rule, rows):
    """A rule too wide, or with a division inside a figure, is refused by name; never answered."""
    assume(not _refused(engine, rule, rows))
    assert engine(FORM, [rule], rows) == engines.slowly(FORM, [rule], rows)


def _refused(engine, rule, rows):
    try:
        engine(FORM, [rule], rows)
    except RuleError as error:
        return error.code in ("RULES_TOO_WIDE", "RULES_DIVISION_INSIDE")
    return False


@QUICK
@given(rule=st.tuples(RULES | FILE_RULES, KEYS).map(keyed), rows=ROWS)
def test_arrow_and_the_slow_reading_agree_on_any_rule_and_any_rows(rule, rows):
    _agrees(engines.in_arrow, rule, rows)


@QUICK
@given(rule=st.tuples(RULES | FILE_RULES, KEYS).map(keyed), rows=ROWS)
def test_python_and_the_slow_reading_agree_on_any_rule_and_any_rows(rule, rows):
    _agrees(engines.in_python, rule, rows)


@QUICK
@given(rule=st.tuples(FILE_RULES, KEYS).map(keyed), rows=ROWS)
def test_duckdb_and_the_slow_reading_agree_on_figures_over_rows(rule, rows):
    _agrees(engines.in_duckdb, rule, rows)


@pytest.mark.parametrize("seed", range(2))
def test_all_engines_and_the_slow_reading_agree_on_all_rules_within_a_file(everything, seed):
    outcomes: dict[str, set] = {}
    for form in everything.forms.values():
        named, rows = rules_within_a_file(form, everything), cells_of(form, everything, seed, 80)
        rules = [rule for _, rule in named]
        expected = engines.slowly(form, rules, rows)
        for engine in (engines.in_duckdb, engines.in_arrow, engines.in_python):
            for (rule_id, rule), told, right in zip(
                named, engine(form, rules, rows), expected, strict=True
            ):
                assert told == right, (engine.__name__, rule_id, written(rule[0]))
        for (rule_id, _), right in zip(named, expected, strict=True):
            outcomes.setdefault(rule_id, set()).update(right)
    told = {rule_id for rule_id, seen in outcomes.items() if {True, False} <= seen}
    assert len(told) > 0.9 * len(outcomes), set(outcomes) - told
