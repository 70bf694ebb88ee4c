"""The build database: opened only under the warehouse lock, written in whole transactions.

Here: opening, the tables that landing and judging write, and transactions. Not here: what goes into
the tables (see ``landing``, ``partitions``, ``reference``) and what readers open (see
``releasing``).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from dagster_project.programme.model import Programme
from dagster_project.warehousing.schema import (
    FORM_ROWS,
    declared_tables,
    duckdb_type,
    raw_table_ddl,
)

Connection = duckdb.DuckDBPyConnection

STATE_TABLES = """
create table if not exists landing_receipt (receipt_number bigint);
create table if not exists landing_form (form_id varchar, recipe varchar);
create table if not exists built_partition (form_id varchar, period varchar, fingerprint varchar);
alter table built_partition add column if not exists released varchar;
create table if not exists built_reference (name varchar, fingerprint varchar);
"""


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


def prepare(connection: Connection, programme: Programme) -> None:
    """Create the tables and columns that are not there yet."""
    for statement in (STATE_TABLES, *raw_table_ddl(programme).values()):
        connection.execute(statement)
    _add_new_columns(connection)


def _add_new_columns(connection: Connection) -> None:
    """Give tables that an earlier version made the columns that were declared since."""
    query = "select table_name, column_name from duckdb_columns()"
    there = set(connection.execute(query).fetchall())
    for name, table in declared_tables().items():
        for column in table.columns:
            if name != FORM_ROWS and (name, column.name) not in there:
                added = f"{column.name} {duckdb_type(column.type)}"
                connection.execute(f"alter table {name} add column {added}")


def table_names(connection: Connection) -> set[str]:
    """Give the names of the tables in the database."""
    return {
        name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()
    }


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
