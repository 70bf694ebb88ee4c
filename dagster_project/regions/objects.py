"""Frozen objects as rows of SQL and Arrow, without pandas.

pyarrow imports pandas (a second) as soon as it is handed a Python object; DuckDB does not, so the
way leads through it. Not here: any particular table.
"""

from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa
    from duckdb import DuckDBPyConnection

DAYS = frozenset({"valid_from", "valid_to", "happened_on", "begun", "ended"})


def rows_sql(names: Iterable[str]) -> str:
    """Print a query that gives the parameter ``$rows``, a list of dicts, as typed columns.

    >>> rows_sql(["code", "ended"])
    'select unnest(cast($rows as struct(code varchar, ended date)[]), recursive := true)'
    """
    fields = ", ".join(f"{name} {'date' if name in DAYS else 'varchar'}" for name in names)
    return f"select unnest(cast($rows as struct({fields})[]), recursive := true)"


def arrow_of(
    names: tuple[str, ...], rows: Iterable[object], connection: "DuckDBPyConnection | None" = None
) -> "pa.Table":
    """Give objects as an Arrow table of some of their attributes: texts and days.

    Opening a connection takes 25 ms, so whoever has one hands it over; it is only asked.
    """
    import duckdb

    with nullcontext(connection) if connection else duckdb.connect() as asked:
        return asked.sql(rows_sql(names), params=as_parameter(names, rows)).to_arrow_table()


def as_parameter(names: tuple[str, ...], rows: Iterable[object]) -> dict[str, Any]:
    """Give objects (or mappings) as the parameter that ``rows_sql`` reads."""
    return {"rows": [_values(names, row) for row in rows]}


def _values(names: tuple[str, ...], row: object) -> dict[str, Any]:
    if isinstance(row, Mapping):
        return dict(row)
    return {name: getattr(row, name) for name in names}
