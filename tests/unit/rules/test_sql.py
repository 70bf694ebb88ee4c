"""The SQL of a rule says what the rule says: three-valued, exact, whatever the numbers."""

from datetime import date
from decimal import Decimal
from itertools import product

import duckdb
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from dagster_project.rules.errors import RuleError
from dagster_project.rules.notation import written
from dagster_project.rules.parser import parse_rule
from dagster_project.rules.sql import condition_sql
from tests.unit.rules.evaluator import evaluate
from tests.unit.rules.random_rules import CELLS, FORM, ROWS, RULES, SQL_TYPE, TYPES

EXTREME = 9223372036854775807
WIDEST = Decimal("999999999999.999999")
SAME_TOWN = "code_prefix(k1, 9) == code_prefix(k2, 9)"


@pytest.fixture(scope="module")
def connection():
    return duckdb.connect()


def truths(connection, tree, rows):
    """Give what DuckDB makes of a rule on some rows."""
    types = [SQL_TYPE.get(kind, "varchar") for kind in TYPES.values()]
    casts = ", ".join(f"cast(? as {kind})" for kind in types)
    values = ", ".join(f"({number}, {casts})" for number in range(len(rows)))
    query = f"""
        with facts (row_number, {", ".join(TYPES)}) as (values {values})
        select {condition_sql(tree, FORM)} from facts as r order by r.row_number
    """
    parameters = [row.get(name) for row in rows for name in TYPES]
    return [value for (value,) in connection.execute(query, parameters).fetchall()]


def one(connection, text, **row):
    return truths(connection, parse_rule(text), [row])[0]


LOGIC = [True, False, None]


def both(first, second):
    return False if False in (first, second) else None if None in (first, second) else True


def opposite(truth):
    return None if truth is None else not truth


def either(first, second):
    return opposite(both(opposite(first), opposite(second)))


@pytest.mark.parametrize(("first", "second"), list(product(LOGIC, LOGIC)))
@pytest.mark.parametrize(
    ("text", "table"),
    [
        ("b1 == 1 and b2 == 1", both),
        ("b1 == 1 or b2 == 1", either),
        ("implies(b1 == 1, b2 == 1)", lambda a, b: either(opposite(a), b)),
        ("not b1", lambda a, _: opposite(a)),
        ("b1 == 0", lambda a, _: opposite(a)),
        ("0 != b1", lambda a, _: a),
        ("b1 == b2", lambda a, b: None if None in (a, b) else a == b),
        ("isnull(b1) == isnull(b2)", lambda a, b: (a is None) == (b is None)),
        ("isnull(b1 == b2)", lambda a, b: None in (a, b)),
        ("coalesce(b1, b2, b1) == 1", lambda a, b: b if a is None else a),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_truth_tables_are_those_of_kleene(connection, text, table, first, second):
    assert one(connection, text, b1=first, b2=second) is table(first, second)


@pytest.mark.parametrize(
    ("text", "row", "truth"),
    [
        ("i1 / i2 <= 5", {"i1": 10, "i2": 0}, None),
        ("i1 / i2 <= 5", {"i1": 10, "i2": 2}, True),
        ("i1 / i2 <= 5", {"i1": 10, "i2": -2}, True),
        ("i1 / i2 > 5", {"i1": 10, "i2": -1}, False),
        ("i1 / i2 == i1 / i2", {"i1": 10, "i2": 0}, None),
        ("i1 / (i2 / i3) == 0", {"i1": 10, "i2": 5, "i3": 0}, None),
        ("i1 / (i2 / i3) == 6", {"i1": 10, "i2": 5, "i3": 3}, True),
        ("isnull(i1 / i2)", {"i1": 10, "i2": 0}, True),
        ("isnull(i1 / i2)", {"i1": 10, "i2": 3}, False),
        ("i1 / 3 == i1 / 3", {"i1": 1}, True),
        ("i1 / 3 + i1 / 3 + i1 / 3 == i1", {"i1": 1}, True),
        ("between(i1 / i2, 1, 8)", {"i1": 8, "i2": 1}, True),
        ("between(i1 / i2, 1, 8)", {"i1": 8, "i2": None}, None),
        ("between(i1, 0, i2)", {"i1": -1, "i2": None}, False),
        ("abs(d1 - 100 * i1 / i2) <= 0.05", {"d1": Decimal("10.05"), "i1": 1, "i2": 10}, True),
        ("abs(d1 - 100 * i1 / i2) <= 0.05", {"d1": Decimal("10.050001"), "i1": 1, "i2": 10}, False),
        ("pct_change(i1, i2) <= 20", {"i1": 120, "i2": 100}, True),
        ("pct_change(i1, i2) <= 20", {"i1": 121, "i2": 100}, False),
        ("pct_change(i1, i2) <= 20", {"i1": 121, "i2": 0}, None),
        ("d1 + d1 + d1 == 0.3", {"d1": Decimal("0.1")}, True),
        ("d1 * 3 == 0.3", {"d1": Decimal("0.1")}, True),
        ("i1 + i2 > i1", {"i1": EXTREME, "i2": EXTREME}, True),
        ("i1 * i2 == i2 * i1", {"i1": EXTREME, "i2": EXTREME}, True),
        ("i1 * i2 * i3 > i1 * i2", {"i1": EXTREME, "i2": EXTREME, "i3": EXTREME}, True),
        ("i1 * i2 * d1 > 0.5", {"i1": EXTREME, "i2": EXTREME, "d1": WIDEST}, True),
        ("i1 * i2 * d1 > 0.5", {"i1": 1, "i2": 1, "d1": Decimal("0.500001")}, True),
        ("i1 * i2 * d1 > 0.5", {"i1": 1, "i2": None, "d1": Decimal("0.500001")}, None),
        ("1000000 * 1000000 * 1000000 * i1 > 0", {"i1": 1}, True),
        ("d1 == i1", {"d1": Decimal("3.000000"), "i1": 3}, True),
        ("coalesce(d1, i1) + 1 == 4", {"d1": None, "i1": 3}, True),
        ("i1 in (1, 2.5)", {"i1": 1}, True),
        ("d1 in (1, 2.5)", {"d1": Decimal("2.5")}, True),
        ("k1 in ('A', 'it''s')", {"k1": "A"}, True),
        ("k1 not in ('A')", {"k1": None}, None),
        ("k1 == 'a'", {"k1": "A"}, False),
        ("t1 <= date('2015-12-31')", {"t1": date(2016, 1, 1)}, False),
        ("year(t1) == 2015", {"t1": date(2015, 1, 1)}, True),
        ("segment(k1, 10, 12) == 7", {"k1": "440113001007"}, True),
        ("segment(k1, 10, 12) == 7", {"k1": "44011300100"}, None),
        ("segment(k1, 10, 12) == 7", {"k1": "440113001 07"}, None),
        ("segment(k1, 10, 12) == 7", {"k1": "4401130017.0"}, None),
        ("segment(k1, 10, 12) == 700", {"k1": "4401130017e2"}, None),
        (SAME_TOWN, {"k1": "440113001007", "k2": "440113001000"}, True),
        (SAME_TOWN, {"k1": "440113001007", "k2": None}, None),
    ],
)  # fmt: skip
def test_a_rule_is_exact_and_cannot_tell_where_it_cannot(connection, text, row, truth):
    assert one(connection, text, **row) is truth


@pytest.mark.parametrize(
    "text",
    [
        "i1 == sum_children_rows()",
        "district_value() == i1",
        "sum(SG104.beds) == i1",
        "resubmission_newer()",
        "coalesce(i1 / i2, 0) > 1",
        "missing == 3",
        "count_by('street', i1 > 0) > 3",
        "nonnegative()",
    ],
)
def test_what_a_file_cannot_answer_is_an_error_and_never_passes(text):
    with pytest.raises(RuleError) as caught:
        condition_sql(parse_rule(text), FORM)
    assert caught.value.code in ("RULES_UNPRINTABLE", "RULES_DIVISION_INSIDE")


WILD = CELLS | {
    "integer": st.sampled_from([None, 0, 1, -1, EXTREME, -EXTREME - 1]),
    "decimal": st.sampled_from([None, Decimal(0), Decimal("-0.000001"), WIDEST]),
}  # fmt: skip
WILD_ROWS = st.lists(
    st.fixed_dictionaries({name: WILD[kind] for name, kind in TYPES.items()}),
    min_size=1,
    max_size=6,
)
QUICK = settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@QUICK
@given(tree=RULES, rows=ROWS)
def test_duckdb_and_the_slow_reading_agree_on_any_rule_and_any_rows(connection, tree, rows):
    assume("double" not in condition_sql(tree, FORM))  # past 38 digits only; see below
    assert truths(connection, tree, rows) == [evaluate(tree, row) for row in rows]


@QUICK
@given(tree=RULES, rows=WILD_ROWS)
def test_no_number_whatever_its_size_stops_a_query_or_hides_as_unknown(connection, tree, rows):
    expected = [evaluate(tree, row) for row in rows]
    found = truths(connection, tree, rows)
    assert [value is None for value in found] == [value is None for value in expected]


@QUICK
@given(tree=RULES)
def test_a_rule_written_out_is_read_back_the_same(tree):
    assert parse_rule(written(tree)) == tree
