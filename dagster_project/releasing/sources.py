"""What an explanation is made of: rows of facts, each with file, sheet and cell.

Reads a published database only; every answer is a join that anyone can write in SQL. Not here:
which rows a figure is made of (see ``explain``, ``explain_indicators``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb

from dagster_project.errors import JicengError

INDICATORS = "fct_indicators"
INDICATOR_UNITS = "fct_indicator_units"
DISTRICTS_BELOW = """
    select distinct region_code from dim_region as districts
    where level = 'district' and exists (
        select 1 from dim_period as periods
        where periods.period = $period
            and coalesce(districts.valid_from <= periods.period_end, true)
            and coalesce(periods.period_end < districts.valid_to, true)
    ) and (
        parent_code = $region or parent_code in (
            select region_code from dim_region where level = 'city' and parent_code = $region
        )
    )
    order by region_code
"""
"""The districts of a city or province at a period's end."""


class ExplainError(JicengError):
    """A question that names no figure."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where one value comes from; ``keys`` name its row, ``cell`` its place in the sheet."""

    keys: dict[str, Any]
    value: Any
    obs_status: str | None
    raw_text: str | None
    submission_id: int
    receipt_number: int
    original_name: str
    archive_path: str
    sheet_name: str
    cell: str
    received_at: datetime
    revision: int


@dataclass(frozen=True, slots=True)
class ExplainedOperand:
    """One figure of an indicator's formula: its place, its text, and the rows that count."""

    part: str
    text: str
    period: str
    value: Any
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A figure, the fact rows it is made of, the figures of a formula, and what its coverage is."""

    table: str
    column: str
    value: Any
    sources: tuple[Source, ...]
    units_expected: int | None = None
    units_reported: int | None = None
    operands: tuple[ExplainedOperand, ...] = ()


def places_of(
    connection: duckdb.DuckDBPyConnection, total: Mapping[str, Any]
) -> list[dict[str, str]]:
    """Give what the facts of a total's region have in common, district by district above these."""
    level, region = total["region_level"], total["region_code"]
    if level == "community":
        return [{_unit_column(connection, total["form_id"]): region}]
    if level in ("street", "district"):
        return [{f"{level}_code": region}]
    asked = {"period": total["period"], "region": region}
    districts = connection.execute(DISTRICTS_BELOW, asked).fetchall()
    return [{"district_code": code} for (code,) in districts]


def sources_where(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    column: str,
    keys: Mapping[str, str],
    chosen: str = "true",
) -> list[Source]:
    """Give the rows of a table that fit the keys and a condition on ``facts``, with their cells."""
    check_columns(connection, table, [column, *keys])
    form_id = table.split("_", 1)[1]
    named = ["period", *_key_columns(connection, form_id)]
    query = f"""
        select facts.*, submissions.*, cells.sheet_column, cells.unit_factor, statuses.obs_status,
            statuses.raw_text, statuses.sheet_cell, facts."{column}" as explained_value
        from {table} as facts
        inner join raw_submission as submissions using (submission_id)
        left join raw_submission_column as cells
            on facts.submission_id = cells.submission_id and cells.column_name = ?
        left join raw_cell_status as statuses
            on facts.submission_id = statuses.submission_id
                and facts.row_number = statuses.row_number and statuses.column_name = ?
        where {condition_of(keys, "facts.")} and {chosen}
        order by facts.submission_id, facts.row_number
    """
    rows = rows_of(connection, query, [column, column, *keys.values()])
    return [_source(row, named) for row in rows]


def _source(row: Mapping[str, Any], named: list[str]) -> Source:
    cell = row["sheet_cell"] or f"{row['sheet_column'] or '?'}{row['source_row']}"
    sheet, _, own = cell.rpartition("!")
    return Source(
        keys={name: row[name] for name in named},
        value=row["explained_value"],
        sheet_name=sheet.removeprefix("'").removesuffix("'") or row["sheet_name"],
        cell=own,
        raw_text=_raw_text(row),
        **{
            name: row[name]
            for name in (
                "obs_status", "submission_id", "receipt_number", "original_name",
                "archive_path", "received_at", "revision",
            )
        },
    )  # fmt: skip


def _raw_text(row: Mapping[str, Any]) -> str | None:
    """Give what stands in the cell: kept where odd, else the value in the sheet's own unit."""
    kept: str | None = row["raw_text"]
    value, factor = row["explained_value"], row["unit_factor"] or 1
    if kept is not None or value is None:
        return kept
    return plain_number(value / factor if factor != 1 else value)


def plain_number(value: Any) -> str:
    """Give a value as text, a number without the zeros that a decimal type carries.

    >>> from decimal import Decimal
    >>> plain_number(Decimal("17.003000"))
    '17.003'
    """
    return f"{value:f}".rstrip("0").rstrip(".") if "." in str(value) else str(value)


def _key_columns(connection: duckdb.DuckDBPyConnection, form_id: str) -> list[str]:
    query = (
        "select column_name from dim_form_column where form_id = ? and role = 'key'"
        " order by column_order"
    )
    return [name for (name,) in connection.execute(query, [form_id]).fetchall()]


def _unit_column(connection: duckdb.DuckDBPyConnection, form_id: str) -> str:
    query = (
        "select column_name from dim_form_column where form_id = ? and code_list = 'CL_REGION'"
        " order by column_order limit 1"
    )
    found: tuple[str] | None = connection.execute(query, [form_id]).fetchone()
    return found[0] if found else "unit_code"


def check_columns(connection: duckdb.DuckDBPyConnection, table: str, columns: list[str]) -> None:
    """Raise ExplainError where a table lacks a column, naming those it has."""
    known = columns_of(connection, table)
    for column in columns:
        if column not in known:
            raise ExplainError(
                "EXPLAIN_COLUMN_UNKNOWN", table=table, column=column, known=", ".join(known)
            )


def columns_of(connection: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    """Give the columns of a table in order."""
    query = "select column_name from duckdb_columns() where table_name = ? order by column_index"
    return [name for (name,) in connection.execute(query, [table]).fetchall()]


def condition_of(keys: Mapping[str, str], prefix: str = "") -> str:
    """Compare as text: a clerk types 1 or true or 2015-Q4, whatever the column's type is."""
    return " and ".join(f'cast({prefix}"{key}" as varchar) = ?' for key in keys) or "true"


def rows_of(
    connection: duckdb.DuckDBPyConnection, query: str, parameters: list[Any]
) -> list[dict[str, Any]]:
    """Run a query and give its rows as dictionaries."""
    cursor = connection.execute(query, parameters)
    names = [column[0] for column in cursor.description]
    # The first of two equal names wins: the fact's own columns stand before the submission's.
    return [dict(reversed(list(zip(names, row, strict=True)))) for row in cursor.fetchall()]


def said(keys: Mapping[str, str]) -> str:
    """Give keys as a person typed them."""
    return " ".join(f"{key}={value}" for key, value in keys.items())
