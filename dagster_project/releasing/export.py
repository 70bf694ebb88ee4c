"""Export: the published tables copied out of the build database, with their comments, for readers.

A DuckDB file in an old storage version, so that older drivers open it, and one Parquet file a
table. Not here: which content is new and the switch (see ``publish``).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from dagster_project.durable import fsync_file
from dagster_project.releasing.content import published_tables, table_hash
from dagster_project.releasing.manifest import DATABASE, TableEntry
from dagster_project.warehousing.database import transaction

STORAGE_VERSION = "v1.2.0"
"""Old enough for the drivers that BI tools ship with."""

COMMENTED_OBJECTS = """
    with objects as (
        select database_name, table_name, comment from duckdb_tables()
        where database_name = ?
        union all
        select database_name, view_name, comment from duckdb_views()
        where database_name = ?
    )
    select table_name, comment from objects
    where comment is not null and table_name in (select unnest(?))
"""
COMMENTED_COLUMNS = """
    select table_name, column_name, comment from duckdb_columns()
    where database_name = ? and comment is not null and table_name in (select unnest(?))
"""


def hashed_tables(connection: duckdb.DuckDBPyConnection) -> dict[str, TableEntry]:
    """Give rows and content hash of every published table of the build database."""
    entries = {}
    for table in published_tables(connection, _catalog(connection)):
        counted = connection.execute(f"select count(*) from {table}").fetchone()
        entries[table] = TableEntry(counted[0] if counted else 0, table_hash(connection, table))
    return entries


def export(connection: duckdb.DuckDBPyConnection, folder: Path, unchanged: dict[str, Path]) -> None:
    """Write the database and the Parquet files of a release into a folder, flushed to disk.

    ``unchanged`` names Parquet files of an earlier release that hold the same rows: those are
    linked.
    """
    (folder / "parquet").mkdir(parents=True)
    source = _catalog(connection)
    tables = published_tables(connection, source)
    with _attached(connection, folder / DATABASE):
        # One transaction: a commit for every table would wait for the disk every time.
        with transaction(connection):
            for table in tables:
                connection.execute(f"create table release.{table} as from {table}")
            for statement in _comments(connection, source, tables):
                connection.execute(statement)
        connection.execute("checkpoint release")
    for table in tables:
        _export_parquet(connection, table, folder / "parquet" / f"{table}.parquet", unchanged)
    for path in (folder / DATABASE, *(folder / "parquet").iterdir()):
        fsync_file(path)


@contextmanager
def _attached(connection: duckdb.DuckDBPyConnection, database: Path) -> Iterator[None]:
    """Attach a new database as ``release``, and let go of it even where the disk is full.

    The build database stays open between the tries of a step: what stayed attached would stop them.
    """
    target = _escaped(str(database))
    connection.execute(f"attach '{target}' as release (storage_version '{STORAGE_VERSION}')")
    try:
        yield
    finally:
        connection.execute("detach release")


def _export_parquet(
    connection: duckdb.DuckDBPyConnection, table: str, path: Path, unchanged: dict[str, Path]
) -> None:
    if table in unchanged:
        path.hardlink_to(unchanged[table])
        return
    target = _escaped(str(path))
    connection.execute(f"copy (from {table}) to '{target}' (format parquet, compression zstd)")


def _comments(connection: duckdb.DuckDBPyConnection, source: str, tables: list[str]) -> list[str]:
    """Give the statements that carry the comments of tables, views and columns over."""
    objects = connection.execute(COMMENTED_OBJECTS, [source, source, tables]).fetchall()
    columns = connection.execute(COMMENTED_COLUMNS, [source, tables]).fetchall()
    on_tables = [f"comment on table release.{name} is '{_escaped(text)}'" for name, text in objects]
    return on_tables + [
        f"comment on column release.{name}.\"{column}\" is '{_escaped(text)}'"
        for name, column, text in columns
    ]


def _catalog(connection: duckdb.DuckDBPyConnection) -> str:
    found = connection.execute("select current_database()").fetchone()
    return str(found[0]) if found else ""


def _escaped(text: str) -> str:
    return text.replace("'", "''")
