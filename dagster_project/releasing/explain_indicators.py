"""Explains an indicator's value: the figures of its formula, and under each the rows that count.

Reads a published database: the formula stands in dim_indicator, conditions are printed for the
facts. Not here: totals and facts, and how a row leads to its cell (see ``explain``).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import duckdb

from dagster_project.programme.indicator import SUMMED_RULES, Indicator, indicator_of
from dagster_project.programme.load import load_programme
from dagster_project.programme.model import Form, Programme
from dagster_project.programme.period import Period
from dagster_project.reading.odd import WITHHELD
from dagster_project.releasing.sources import (
    INDICATOR_UNITS,
    INDICATORS,
    ExplainedOperand,
    ExplainError,
    Explanation,
    check_columns,
    condition_of,
    places_of,
    rows_of,
    said,
    sources_where,
)
from dagster_project.rules.binding import bound
from dagster_project.rules.fact_sql import FactPrinter
from dagster_project.rules.formula import Formula, Term, taken_apart
from dagster_project.rules.tree import Aggregate, Call, Node, Prefix

FACTS = "facts"
OTHERS = "others"


@dataclass(frozen=True, slots=True)
class RowPrinter(FactPrinter):
    """Prints conditions on published facts; other forms are asked where they stand."""

    period: str = ""

    def condition(self, node: Node) -> str:
        """Print something that is true, false or null."""
        if not isinstance(node, Aggregate):
            return FactPrinter.condition(self, node)
        other = self.forms[node.column.form or ""]
        key = "respondent_code" if self.within == "street" else other.unit_column
        inner = FactPrinter(other, alias=OTHERS).condition(node.condition or node)
        return (
            f"exists (select 1 from fct_{other.form_id} as {OTHERS} inner join dim_period as p"
            f" on p.period = {OTHERS}.period where {OTHERS}.{key} = {self.alias}.{key}"
            f" and date '{Period.parse(self.period).end}' between p.period_start and p.period_end"
            f" and {inner})"
        )


def explain_indicator(
    connection: duckdb.DuckDBPyConnection,
    column: str,
    keys: Mapping[str, str],
    programme: Programme | None = None,
) -> Explanation:
    """Explain one value of fct_indicators; the keys must fit one row.

    Raises ExplainError where they fit none or several.
    """
    row = _only_row(connection, INDICATORS, column, keys)
    programme = programme or load_programme()
    formula = taken_apart(_indicator(connection, row["indicator_id"]), programme)
    operands = tuple(_operands(connection, formula, row, programme)) if formula else ()
    return Explanation(
        INDICATORS,
        column,
        row[column],
        tuple(source for one in operands for source in one.sources),
        row["units_expected"],
        row["units_reported"],
        operands,
    )


def explain_unit(
    connection: duckdb.DuckDBPyConnection,
    column: str,
    keys: Mapping[str, str],
    programme: Programme | None = None,
) -> Explanation:
    """Explain one value of fct_indicator_units: a region's as fct_indicators has it, or a cell.

    Raises ExplainError where the keys fit no row or several.
    """
    row = _only_row(connection, INDICATOR_UNITS, column, keys)
    programme = programme or load_programme()
    formula = taken_apart(_indicator(connection, row["indicator_id"]), programme)
    if formula is None or formula.row_scope is None:
        own = {name: row[name] for name in ("indicator_id", "period")}
        own |= {"region_code": row["unit_id"], "region_level": _level_of_units(connection, own)}
        found = explain_indicator(connection, "value", own, programme)
        return replace(found, table=INDICATOR_UNITS, column=column, value=row[column])
    term = formula.terms[0]
    form = programme.forms[term.operand.form_id]
    (period,) = _periods(connection, formula, term, form, row["period"])
    place = {"period": period, form.keys[0]: row["unit_id"], form.unit_column: row["region_code"]}
    (figure,) = _figures(term.operand.node)
    sources = sources_where(connection, f"fct_{form.form_id}", figure.column.name, place)
    return Explanation(INDICATOR_UNITS, column, row[column], tuple(sources))


def _level_of_units(connection: duckdb.DuckDBPyConnection, own: Mapping[str, str]) -> str:
    """Give the level on which an indicator is judged region by region."""
    query = "select highest_level from dim_indicator where indicator_id = ?"
    (row,) = rows_of(connection, query, [own["indicator_id"]])
    return str(row["highest_level"])


def _only_row(
    connection: duckdb.DuckDBPyConnection, table: str, column: str, keys: Mapping[str, str]
) -> dict[str, Any]:
    """Give the one row that fits some keys."""
    check_columns(connection, table, [column, *keys])
    found = rows_of(connection, f"from {table} where {condition_of(keys)}", list(keys.values()))
    if len(found) != 1:
        code = "EXPLAIN_ROW_AMBIGUOUS" if found else "EXPLAIN_NO_ROW"
        raise ExplainError(code, table=table, keys=said(keys), count=len(found))
    return found[0]


def _indicator(connection: duckdb.DuckDBPyConnection, indicator_id: str) -> Indicator:
    """Give the indicator as the release has it."""
    query = "from dim_indicator where indicator_id = ?"
    (row,) = rows_of(connection, query, [indicator_id])
    texts = {name: "" if value is None else str(value) for name, value in row.items()}
    return Indicator.model_validate(indicator_of(texts))


def _operands(
    connection: duckdb.DuckDBPyConnection,
    formula: Formula,
    row: Mapping[str, Any],
    programme: Programme,
) -> Iterator[ExplainedOperand]:
    for term in formula.terms:
        form = programme.forms[term.operand.form_id]
        for period in _periods(connection, formula, term, form, row["period"]):
            place = {"form_id": form.form_id, "period": period}
            place |= {name: row[name] for name in ("region_level", "region_code")}
            yield _operand(connection, term, form, place, programme)


def _operand(
    connection: duckdb.DuckDBPyConnection,
    term: Term,
    form: Form,
    place: Mapping[str, str],
    programme: Programme,
) -> ExplainedOperand:
    """List the rows that count; a ratio of units lists those of all of its figures."""
    printer = RowPrinter(
        form,
        alias=FACTS,
        forms=programme.by_table_number,
        within=term.operand.within,
        period=place["period"],
    )
    found, values = [], []
    for figure in dict.fromkeys(_figures(term.operand.node)):
        condition = bound(figure.condition, place["period"]) if figure.condition else None
        chosen = printer.condition(condition) if condition else "true"
        sources = [
            source
            for where in _places(connection, form, place)
            for source in sources_where(
                connection, f"fct_{form.form_id}", figure.column.name, where, chosen
            )
        ]
        found += sources
        values.append(_value(figure, [source.value for source in sources]))
    is_withheld = any(source.obs_status == WITHHELD for source in found)
    is_told = (
        term.operand.kind == "figure"
        and not is_withheld
        and (found or _has_rows(connection, form, place))
    )
    value = values[0] if is_told else None
    text = f"{'-' if term.sign < 0 else ''}{term.operand.text}"
    return ExplainedOperand(term.part, text, place["period"], value, tuple(found))


def _has_rows(connection: duckdb.DuckDBPyConnection, form: Form, place: Mapping[str, str]) -> bool:
    """Say whether a region has any rows of a form: without them a figure is unknown, not 0."""
    queries = [
        (f"select 1 from fct_{form.form_id} where {condition_of(where)} limit 1", [*where.values()])
        for where in _places(connection, form, place)
    ]
    return any(connection.execute(query, asked).fetchone() for query, asked in queries)


def _places(
    connection: duckdb.DuckDBPyConnection, form: Form, place: Mapping[str, str]
) -> list[dict[str, str]]:
    """A department's rows stand for the region they name and for no other."""
    period = {"period": place["period"]}
    if form.respondents == "department":
        return [period | {form.unit_column: place["region_code"]}]
    return [period | one for one in places_of(connection, place)]


def _periods(
    connection: duckdb.DuckDBPyConnection, formula: Formula, term: Term, form: Form, label: str
) -> list[str]:
    """Give the periods of a form that a term looks at."""
    target, first = Period.parse(label), None
    if term.time_rule in SUMMED_RULES:
        first = {
            "sum_over_period": target.start,
            "sum_over_year": target.end.replace(month=1, day=1),
        }.get(term.time_rule)
        first = first or target.end.replace(year=formula.indicator.since or 1, month=1, day=1)
    query = """
        select period from dim_period
        where period_type = $kind and period_end <= $last
            and (period_end = $last or period_start >= $first)
        order by period
    """
    asked = {"kind": form.period_type, "last": target.end, "first": first}
    return [period for (period,) in connection.execute(query, asked).fetchall()]


def _figures(node: Node) -> Iterator[Aggregate]:
    """Give the outermost figures of an operand."""
    if isinstance(node, Aggregate):
        yield node
    else:
        parts = node.arguments[1:] if isinstance(node, Call) and node.function == "count_by" else ()
        for child in parts or node.children():
            yield from _figures(child)


def _value(figure: Aggregate, values: list[Any]) -> Any:
    """Give what a figure is over the values of its rows; None over nothing."""
    told = [value for value in values if value is not None]
    match figure.function:
        case "count" | "exists":
            return len(told)
        case "count_distinct":
            digits = figure.column.digits if isinstance(figure.column, Prefix) else None
            return len({value[:digits] for value in told})
        case "min" | "max" as function:
            return {"min": min, "max": max}[function](told, default=None)
    return sum(told, Decimal(0)) if told or not values else None
