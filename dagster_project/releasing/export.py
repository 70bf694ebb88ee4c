"""Export: the published tables copied out of the build database, with their comments, for readers.

A DuckDB file in an old storage version, so that older drivers open it, and one Parquet file a
table. Not here: which content is new and the switch (see ``publish``).
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from dagster_project.durable import fsync_file
from dagster_project.releasing.content import published_tables
from dagster_project.releasing.manifest import DATABASE
from dagster_project.warehousing.database import transaction

RELEASE = "release"
"""The name under which the database of a release is attached."""

STORAGE_VERSION = "v1.2.0"
"""Old enough for the drivers that BI tools ship with."""

COMMENTED_OBJECTS = """
    with objects as (
        select database_name, table_name, comment from duckdb_tables()
        union all
        select database_name, view_name, comment from duckdb_views()
    )
    select table_name, comment from objects
    where database_name = $database and table_name in (select unnest($tables))
"""
COMMENTED_COLUMNS = """
    select table_name, column_name, comment from duckdb_columns()
    where database_name = $database and table_name in (select unnest($tables))
"""


@dataclass(frozen=True, slots=True)
class Base:
    """An earlier release whose files are known to be as they were written.

    ``unchanged`` names the tables that have the same content now: they are taken over as they are.
    """

    folder: Path
    unchanged: frozenset[str]


def export(connection: duckdb.DuckDBPyConnection, folder: Path, base: Base | None) -> None:
    """Write the database and the Parquet files of a release into a folder, flushed to disk."""
    (folder / "parquet").mkdir(parents=True)
    tables = published_tables(connection, catalog_of(connection))
    if base:
        shutil.copyfile(base.folder / DATABASE, folder / DATABASE)
    with _attached(connection, folder / DATABASE):
        # One transaction: a commit for every table would wait for the disk every time.
        with transaction(connection):
            _replace_tables(connection, tables, base.unchanged if base else frozenset())
            for statement in _comments(connection, catalog_of(connection), tables):
                connection.execute(statement)
        connection.execute(f"checkpoint {RELEASE}")
    for table in tables:
        _export_parquet(connection, table, _parquet(folder, table), base)
    kept = base.unchanged if base else frozenset()
    written = [table for table in tables if table not in kept]
    for path in (folder / DATABASE, *(_parquet(folder, table) for table in written)):
        fsync_file(path)


def _replace_tables(
    connection: duckdb.DuckDBPyConnection, tables: list[str], unchanged: frozenset[str]
) -> None:
    """Copy the tables that changed, and drop those that readers have no more.

    Where the columns are the same, only rows are replaced: comments cost as much as the rows.
    """
    shapes = {name: _shapes(connection, name) for name in (RELEASE, catalog_of(connection))}
    before, now = shapes.values()
    alike = {table for table in tables if before.get(table) == now[table]}
    for table in before.keys() - unchanged - alike:
        connection.execute(f"drop table {RELEASE}.{table}")
    for table in tables:
        if table in unchanged:
            continue
        if table in alike:
            connection.execute(f"truncate {RELEASE}.{table}")
            connection.execute(f"insert into {RELEASE}.{table} from {table}")
        else:
            connection.execute(f"create table {RELEASE}.{table} as from {table}")


def _shapes(
    connection: duckdb.DuckDBPyConnection, catalog: str
) -> dict[str, list[tuple[str, str]]]:
    """Give the columns of each published table of a database, in order, with their types."""
    query = """
        select table_name, list((column_name, data_type) order by column_index)
        from duckdb_columns() where database_name = ? group by table_name
    """
    known = dict(connection.execute(query, [catalog]).fetchall())
    return {name: known[name] for name in published_tables(connection, catalog)}


@contextmanager
def _attached(connection: duckdb.DuckDBPyConnection, database: Path) -> Iterator[None]:
    """Attach a database as ``release``, and let go of it even where the disk is full.

    The build database stays open between the tries of a step: what stayed attached would stop them.
    """
    options = f"storage_version '{STORAGE_VERSION}'"
    connection.execute(f"attach {_literal(database)} as {RELEASE} ({options})")
    try:
        yield
    finally:
        connection.execute(f"detach {RELEASE}")


def _parquet(folder: Path, table: str) -> Path:
    return folder / "parquet" / f"{table}.parquet"


def _export_parquet(
    connection: duckdb.DuckDBPyConnection, table: str, path: Path, base: Base | None
) -> None:
    if base and table in base.unchanged:
        path.hardlink_to(base.folder / "parquet" / path.name)
        return
    options = "format parquet, compression zstd"
    connection.execute(f"copy (from {table}) to {_literal(path)} ({options})")


def _comments(connection: duckdb.DuckDBPyConnection, source: str, tables: list[str]) -> list[str]:
    """Give the statements that make the release's comments those of the source."""
    objects, columns = (
        set(connection.execute(query, {"database": source, "tables": tables}).fetchall())
        - set(connection.execute(query, {"database": RELEASE, "tables": tables}).fetchall())
        for query in (COMMENTED_OBJECTS, COMMENTED_COLUMNS)
    )
    return [
        f"comment on table {RELEASE}.{table} is {_literal(text)}" for table, text in objects
    ] + [
        f'comment on column {RELEASE}.{table}."{column}" is {_literal(text)}'
        for table, column, text in columns
    ]


def catalog_of(connection: duckdb.DuckDBPyConnection) -> str:
    """Give the name under which a connection's own database is known."""
    found = connection.execute("select current_database()").fetchone()
    return str(found[0]) if found else ""


def _literal(text: str | Path | None) -> str:
    return "null" if text is None else "'" + str(text).replace("'", "''") + "'"
