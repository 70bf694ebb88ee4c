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
    """Print a query that gives one list a column (see ``in_lists``) as typed rows.

    >>> rows_sql(["code", "ended"])
    'select unnest(cast($code as varchar[])) as code, unnest(cast($ended as date[])) as ended'
    """
    kinds = {name: "date" if name in DAYS else "varchar" for name in names}
    fields = (f"unnest(cast(${name} as {kind}[])) as {name}" for name, kind in kinds.items())
    return f"select {', '.join(fields)}"


def arrow_of(
    names: tuple[str, ...], rows: Iterable[object], connection: "DuckDBPyConnection | None" = None
) -> "pa.Table":
    """Give objects as an Arrow table of some of their attributes: texts and days.

    Opening a connection takes 25 ms, so whoever has one hands it over; it is only asked.
    """
    import duckdb

    with nullcontext(connection) if connection else duckdb.connect() as asked:
        return asked.sql(rows_sql(names), params=in_lists(names, rows)).to_arrow_table()


def in_lists(names: tuple[str, ...], rows: Iterable[object]) -> dict[str, list[Any]]:
    """Give objects (or mappings) as the parameters that ``rows_sql`` reads."""
    values = [_values(names, row) for row in rows]
    return {name: [row[place] for row in values] for place, name in enumerate(names)}


def _values(names: tuple[str, ...], row: object) -> list[Any]:
    if isinstance(row, Mapping):
        return [row[name] for name in names]
    return [getattr(row, name) for name in names]
