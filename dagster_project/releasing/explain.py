"""Explains a published figure: release → fact row → submission → file, sheet, cell, raw text.

Reads a published database only; every answer is a join that anyone can write in SQL.
Not here: indicators (see ``explain_indicators``), printing (see ``cli``).
"""

from collections.abc import Mapping
from typing import Any

import duckdb

from dagster_project.programme.model import Programme
from dagster_project.releasing.explain_indicators import explain_indicator, explain_unit
from dagster_project.releasing.sources import (
    INDICATOR_UNITS,
    INDICATORS,
    ExplainError,
    Explanation,
    check_columns,
    columns_of,
    condition_of,
    places_of,
    rows_of,
    said,
    sources_where,
)

TOTALS = "fct_totals"
FACT_PREFIXES = ("fct_", "hist_")
NO_BREAKDOWN = "_T"


def explain(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    column: str,
    keys: Mapping[str, str],
    programme: Programme | None = None,
) -> Explanation:
    """Explain one figure; a key that fits several fact rows lists all of them.

    ``programme`` has the forms that an indicator's formula names (the project's own by default).
    Raises ExplainError where the table, a column or a row is not there, naming what there is.
    """
    if table == TOTALS:
        return _explain_total(connection, column, keys)
    if table == INDICATORS:
        return explain_indicator(connection, column, keys, programme)
    if table == INDICATOR_UNITS:
        return explain_unit(connection, column, keys, programme)
    if not table.startswith(FACT_PREFIXES) or not _has_cells(connection, table):
        raise ExplainError("EXPLAIN_TABLE_UNKNOWN", table=table)
    sources = sources_where(connection, table, column, keys)
    if not sources:
        raise ExplainError("EXPLAIN_NO_ROW", table=table, keys=said(keys))
    return Explanation(table, column, _sum([one.value for one in sources]), tuple(sources))


def _explain_total(
    connection: duckdb.DuckDBPyConnection, column: str, keys: Mapping[str, str]
) -> Explanation:
    check_columns(connection, TOTALS, [column, *keys])
    found = rows_of(connection, f"from {TOTALS} where {condition_of(keys)}", list(keys.values()))
    if len(found) != 1:
        code = "EXPLAIN_TOTAL_AMBIGUOUS" if found else "EXPLAIN_NO_ROW"
        raise ExplainError(code, table=TOTALS, keys=said(keys), count=len(found))
    total = found[0]
    fact = f"fct_{total['form_id']}"
    parts = {"period": total["period"]}
    if total["breakdown_code"] != NO_BREAKDOWN:
        parts[total["breakdown_column"]] = total["breakdown_code"]
    sources = tuple(
        source
        for place in places_of(connection, total)
        for source in sources_where(connection, fact, total["column_name"], parts | place)
    )
    coverage = (total["units_expected"], total["units_reported"])
    return Explanation(TOTALS, column, total[column], sources, *coverage)


def _has_cells(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    return {"submission_id", "row_number", "source_row"} <= set(columns_of(connection, table))


def _sum(values: list[Any]) -> Any:
    """Give the only value, or the sum of several numbers; None where there is nothing to add."""
    present = [value for value in values if value is not None]
    if len(values) == 1 or not present:
        return values[0] if len(values) == 1 else None
    numbers = [value for value in present if not isinstance(value, (str, bool))]
    return sum(numbers) if len(numbers) == len(present) else None
