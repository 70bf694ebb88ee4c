"""Works out what rules ask of other rows of an Arrow table: counts, sums, presence.

Figures over no row are 0; a figure over rows with an unknown value is unknown; unknown keys meet
nobody. Not here: conditions on a row (see ``arrow_truths``).
"""

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from dagster_project.rules.functions import NUMBER
from dagster_project.rules.tree import Aggregate, Column, Node
from dagster_project.rules.width import INTEGER_DIGITS

if TYPE_CHECKING:
    from dagster_project.rules.arrow_truths import ArrowTruths

Values = Any
"""An Arrow array, chunked array or scalar; the stubs of pyarrow do not tell them apart."""

FILE = "submission_id"
ROWS_DIGITS = 9
"""Digits that summing adds: no table has a billion rows."""
PLACE, VALUE = "_place", "_value"
ANSWERS = {
    "count": "count", "count_distinct": "count_distinct", "sum": "sum", "sum_children": "sum",
    "min": "min", "max": "max",
}  # fmt: skip


def figure(rows: "ArrowTruths", aggregate: Aggregate) -> Any:
    """Give a count, sum, least or greatest value over the rows a figure speaks of, for each row."""
    values = _values(rows, aggregate.column)
    own, other = _group_keys(rows, aggregate)
    counted = _counted(rows, aggregate)
    function = ANSWERS[aggregate.function]
    table = pa.table({**other, VALUE: values}).filter(counted)
    grouped = table.group_by(list(other)).aggregate(
        [(VALUE, function), (VALUE, "count", pc.CountOptions(mode="only_null"))]
    )
    grouped = grouped.rename_columns([*other, "_answer", "_nulls"])
    met = _joined(own, grouped)
    return _told(aggregate.function, met["_answer"], met["_nulls"])


def unique(rows: "ArrowTruths", columns: tuple[Node, ...]) -> Any:
    """Give whether no earlier row has the same values; null where one of them is."""
    keys = {FILE: rows.rows[FILE]} | {f"k{n}": rows.value(c) for n, c in enumerate(columns)}
    places = _places(rows)
    first = pa.table({**keys, PLACE: places}).group_by(list(keys)).aggregate([(PLACE, "min")])
    met = _joined(keys, first.rename_columns([*keys, "_first"]))["_first"]
    return pc.equal(met, places)


def in_column(rows: "ArrowTruths", term: Node, column: Column) -> Any:
    """Give whether a value stands somewhere in a column of the file."""
    sought, listed = rows.value(term), rows.column(column)
    own, other = {FILE: rows.rows[FILE], "k": sought}, {FILE: rows.rows[FILE], "k": listed}
    found = pa.table(other).group_by(list(other)).aggregate([([], "count_all")])
    met = _joined(own, found.rename_columns([*other, "_found"]))["_found"]
    return pc.if_else(pc.is_valid(sought), pc.is_valid(met), pa.scalar(None, pa.bool_()))


def _values(rows: "ArrowTruths", column: Column) -> Any:
    return rows.number(column) if rows.kind(column) == NUMBER else rows.column(column)


def _counted(rows: "ArrowTruths", aggregate: Aggregate) -> Any:
    if aggregate.condition is None:
        return pa.repeat(pa.scalar(value=True), rows.rows.num_rows)
    return pc.fill_null(rows.truth(aggregate.condition), fill_value=False)


def _group_keys(rows: "ArrowTruths", aggregate: Aggregate) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give the keys of the row itself and of the rows it asks; children name it as their parent."""
    names = [key for key in rows.join_keys if key in rows.form.by_name]
    mine, file = names, {FILE: rows.rows[FILE]}
    if aggregate.function == "sum_children":
        names, mine = names[:1], [rows.form.keys[0]]
    own = {f"k{n}": rows.rows[name] for n, name in enumerate(mine)}
    other = {f"k{n}": rows.rows[name] for n, name in enumerate(names)}
    return file | own, file | other


def _joined(own: dict[str, Any], grouped: pa.Table) -> pa.Table:
    """Give the figures of each row's group, in the order of the rows."""
    size = len(next(iter(own.values())))
    asked = pa.table({**own, PLACE: pa.array(range(size), pa.int64())})
    return asked.join(grouped, list(own), join_type="left outer").sort_by(PLACE)


def decimals(values: Values) -> Values:
    """Give numbers as decimals wide enough to be added and multiplied without loss."""
    kind = values.type
    if pa.types.is_decimal(kind):
        return pc.cast(values, pa.decimal256(kind.precision, kind.scale))
    return pc.cast(values, pa.decimal256(INTEGER_DIGITS, 0))


def _told(function: str, answer: Any, nulls: Any) -> Any:
    """A count over no row is 0, and so is a sum; a sum over an unknown value is unknown."""
    if function.startswith("count"):
        return decimals(pc.fill_null(answer, 0))
    if function in ("sum", "sum_children"):
        kind = answer.type
        answer = pc.coalesce(answer, pa.scalar(0, kind))
        answer = pc.cast(answer, pa.decimal256(min(kind.precision, 18 + ROWS_DIGITS), kind.scale))
    whole = pc.equal(pc.fill_null(nulls, 0), 0)
    return pc.if_else(whole, answer, pa.scalar(None, answer.type))


def _places(rows: "ArrowTruths") -> pa.Array:
    return pa.array(range(rows.rows.num_rows), pa.int64())
