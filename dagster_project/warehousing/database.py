"""The build database: opened only under the warehouse lock, written in whole transactions.

Here: opening, transactions, and rows in and out. Not here: which tables there are (see ``tables``),
what goes into them (see ``landing``, ``partitions``, ``reference``) and what readers open (see
``releasing``).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

Connection = duckdb.DuckDBPyConnection

_held: dict[Path, Connection] = {}
"""What this process has open: opening once more costs 7 ms, a cursor nothing."""


@contextmanager
def opened(path: Path) -> Iterator[Connection]:
    """Open the build database for writing; the caller holds the warehouse lock.

    Inside another ``opened`` of the same file it gives a cursor of that connection: a connection of
    its own in all but the opening.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    outer = _held.get(path)
    connection = outer.cursor() if outer else duckdb.connect(path, config={"threads": 2})
    _held.setdefault(path, connection)
    try:
        yield connection
    finally:
        if outer is None:
            del _held[path]
        connection.close()


@contextmanager
def transaction(connection: Connection) -> Iterator[None]:
    """Commit what the block writes as one piece, or nothing of it."""
    connection.execute("begin")
    try:
        yield
    except BaseException:
        connection.execute("rollback")
        raise
    connection.execute("commit")


def table_names(connection: Connection) -> set[str]:
    """Give the names of the tables in the database."""
    return {
        name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()
    }


def view_names(connection: Connection) -> set[str]:
    """Give the names of the views in the database."""
    query = "select view_name from duckdb_views() where not internal"
    return {name for (name,) in connection.execute(query).fetchall()}


def replace_table(connection: Connection, name: str, content: pa.Table) -> None:
    """Replace the rows of an existing table; columns are matched by name."""
    connection.execute(f'delete from "{name}"')
    append(connection, name, content)


def append(connection: Connection, name: str, content: pa.Table) -> None:
    """Append rows to an existing table; columns are matched by name."""
    connection.register("arriving", content)
    connection.execute(f'insert into "{name}" by name select * from arriving')
    connection.unregister("arriving")


def append_rows(connection: Connection, name: str, rows: list[dict[str, Any]]) -> None:
    """Append rows given as dictionaries of one shape; there may be none."""
    if rows:
        append(connection, name, pa.Table.from_pylist(rows))


def ensure_table(connection: Connection, name: str, schema: pa.Schema) -> None:
    """Create a table with an Arrow schema's columns, where there is none of that name."""
    connection.register("shape", schema.empty_table())
    connection.execute(f'create table if not exists "{name}" as select * from shape')
    connection.unregister("shape")


def rows_of(
    connection: Connection, query: str, parameters: list[object] | None = None
) -> list[dict[str, Any]]:
    """Run a query and give its rows as dictionaries."""
    cursor = connection.execute(query, parameters or [])
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def rows_of_periods(
    connection: Connection, table: str, periods: Sequence[str], columns: Sequence[str] = ()
) -> pa.Table:
    """Give the rows of a table, of some periods where any are named, with some or all columns."""
    query, asked = f"from {table} select {', '.join(columns) or '*'}", {}
    if periods:
        query += " where period in (select unnest($periods))"
        asked["periods"] = list(periods)
    return connection.sql(query, params=asked).to_arrow_table()
