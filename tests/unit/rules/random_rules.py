"""A form of every kind of column, and hypothesis strategies for rules and rows of it."""

from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from dagster_project.programme.model import Column, DueRule, Form, Text
from dagster_project.rules.tree import (
    Aggregate,
    And,
    Arithmetic,
    Call,
    Comparison,
    Literal,
    Membership,
    Not,
    Or,
)
from dagster_project.rules.tree import Column as Name

TYPES = {
    "i1": "integer", "i2": "integer", "i3": "integer", "d1": "decimal", "d2": "decimal",
    "b1": "boolean", "b2": "boolean", "k1": "code", "k2": "code", "t1": "date", "t2": "date",
}  # fmt: skip
SQL_TYPE = {"integer": "bigint", "decimal": "decimal(18, 6)", "boolean": "boolean", "date": "date"}
BOTH = Text(zh="样例", en="sample")
FORM = Form(
    form_id="sample", table_number="SG-999", title=BOTH, period_type="Q", reference=BOTH,
    due=DueRule(month_offset=1, day=10), respondents="street_town", grain=BOTH, keys=("k1",),
    unit_column="k1",
    columns=tuple(
        Column(name=name, header_zh=name, label_en=name, type=kind, nullable=True)
        for name, kind in TYPES.items()
    ),
)  # fmt: skip

COLUMNS = {
    kind: st.sampled_from([Name(name) for name, of in TYPES.items() if of in types])
    for kind, types in {
        "number": ("integer", "decimal"), "text": ("code",), "truth": ("boolean",),
        "date": ("date",),
    }.items()
}  # fmt: skip
SMALL = st.decimals(-20, 20, places=1)
NUMBERS = st.recursive(
    COLUMNS["number"] | SMALL.map(lambda value: Literal(abs(value))),
    lambda inner: st.one_of(
        st.builds(Arithmetic, st.sampled_from("+-*/"), inner, inner),
        inner.map(lambda term: Call("abs", (term,))),
        st.tuples(COLUMNS["number"], COLUMNS["number"]).map(lambda pair: Call("coalesce", pair)),
        st.tuples(inner, inner).map(lambda pair: Call("pct_change", pair)),
    ),
    max_leaves=4,
)
CODES = st.sampled_from(["A", "B", "440113007001"])
TEXTS = COLUMNS["text"] | CODES.map(Literal)
DATES = COLUMNS["date"] | st.sampled_from([Literal(date(2015, 12, 31))])
LISTED = st.lists(CODES.map(Literal), min_size=1, max_size=3).map(tuple)
SAMENESS = st.sampled_from(["==", "!="])
ORDER = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])
SIMPLE = st.one_of(
    st.builds(Comparison, ORDER, NUMBERS, NUMBERS),
    st.builds(Comparison, ORDER, DATES, DATES),
    st.builds(Comparison, SAMENESS, TEXTS, TEXTS),
    st.builds(Comparison, SAMENESS, COLUMNS["truth"], st.just(Literal(Decimal(1)))),
    st.builds(Membership, COLUMNS["text"], LISTED, st.booleans()),
    st.tuples(NUMBERS | COLUMNS["text"] | COLUMNS["truth"]).map(lambda one: Call("isnull", one)),
    st.tuples(NUMBERS, NUMBERS, NUMBERS).map(lambda given: Call("between", given)),
    COLUMNS["truth"],
)  # fmt: skip
RULES = st.recursive(
    SIMPLE,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: And(tuple(parts))),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: Or(tuple(parts))),
        inner.map(Not),
        st.tuples(inner, inner).map(lambda pair: Call("implies", pair)),
    ),
    max_leaves=4,
)
CELLS = {
    "integer": st.none() | st.integers(-3, 5) | st.integers(-1000, 1000),
    "decimal": st.none() | st.decimals(-9, 9, places=1) | st.decimals(-999, 999, places=6),
    "boolean": st.none() | st.booleans(),
    "code": st.none() | CODES,
    "date": st.none() | st.sampled_from([date(2015, 12, 31), date(2016, 1, 1)]),
}
ROWS = st.lists(
    st.fixed_dictionaries({name: CELLS[kind] for name, kind in TYPES.items()}),
    min_size=1,
    max_size=12,
)

FIGURES = st.one_of(
    st.builds(Aggregate, st.sampled_from(["sum", "avg", "min", "max"]), COLUMNS["number"],
              st.none() | SIMPLE),
    st.builds(Aggregate, st.sampled_from(["count", "count_distinct"]), COLUMNS["text"],
              st.none() | RULES),
    st.builds(Aggregate, st.just("sum_children"), COLUMNS["number"]),
)  # fmt: skip
FILE_RULES = st.one_of(
    st.builds(Comparison, ORDER, FIGURES, NUMBERS),
    st.builds(Comparison, ORDER, FIGURES, FIGURES),
    st.builds(Comparison, ORDER, st.builds(Arithmetic, st.sampled_from("+-*"), FIGURES, NUMBERS),
              NUMBERS),
    st.builds(Aggregate, st.just("exists"), COLUMNS["text"], SIMPLE),
    st.lists(COLUMNS["text"] | COLUMNS["number"], min_size=1, max_size=2, unique=True).map(
        lambda columns: Call("unique", tuple(columns))),
    st.tuples(COLUMNS["text"], COLUMNS["text"]).map(lambda pair: Call("in_column", pair)),
)  # fmt: skip
KEYS = st.sampled_from([(), ("k2",), ("k2", "b1")])
"""Groups of rows; the first key is also what names a parent row."""
KEYED_ROWS = ROWS.map(lambda rows: [row | {"k1": row["k1"] or "A"} for row in rows])


def keyed(rule):
    """Rows with children are told apart by one parent column."""
    node, keys = rule
    return node, keys or ("k2",)
