"""Export: the published tables copied out of the build database, with their comments, for readers.

A DuckDB file in an old storage version, so that older drivers open it, and one Parquet file a
table. Not here: which content is new and the switch (see ``publish``).
"""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb

from dagster_project.durable import fsync_files
from dagster_project.releasing.content import published_tables
from dagster_project.releasing.manifest import DATABASE
from dagster_project.releasing.withheld import follows_from, withheld_queries
from dagster_project.warehousing.database import transaction

RELEASE = "release"
"""The name under which the database of a release is attached."""

STORAGE_VERSION = "v1.2.0"
"""Old enough for the drivers that BI tools ship with."""

DESCRIBED = """
    with described as (
        select database_name, table_name, -1 as position, null as name, null as type, comment
        from duckdb_tables()
        union all
        select database_name, view_name, -1, null, null, comment from duckdb_views()
        union all
        select database_name, table_name, column_index, column_name, data_type, comment
        from duckdb_columns()
    )
    select * from described
    where database_name in ($release, $source) and table_name in (select unnest($tables))
    order by table_name, position
"""
"""One query on both databases: each binds every view of them, which takes 20 ms."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a table is: its columns in order with their types, and its comments.

    The comment under None is the table's own.
    """

    columns: list[tuple[str, str]] = field(default_factory=list)
    comments: dict[str | None, str | None] = field(default_factory=dict)


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
    withheld = withheld_queries(connection)
    if base and not follows_from(withheld, tables) <= base.unchanged:
        base = replace(base, unchanged=base.unchanged - withheld.keys())
    queries = {table: withheld.get(table, f"from {table}") for table in tables}
    if base:
        shutil.copyfile(base.folder / DATABASE, folder / DATABASE)
    kept = base.unchanged if base else frozenset()
    with _attached(connection, folder / DATABASE):
        # One transaction: a commit for every table would wait for the disk every time.
        with transaction(connection):
            before, now = _shapes(connection, tables)
            changed = {table: query for table, query in queries.items() if table not in kept}
            _replace_tables(connection, before, now, changed)
            for statement in _comments(before, now):
                connection.execute(statement)
        connection.execute(f"checkpoint {RELEASE}")
        for table in tables:
            _export_parquet(connection, table, _parquet(folder, table), base)
    written = [table for table in tables if table not in kept]
    fsync_files([folder / DATABASE, *(_parquet(folder, table) for table in written)])


def _replace_tables(
    connection: duckdb.DuckDBPyConnection,
    before: dict[str, Shape],
    now: dict[str, Shape],
    changed: Mapping[str, str],
) -> None:
    """Write what the queries of changed tables give, and drop tables that readers have no more.

    Where the columns are the same, only rows are replaced: comments cost as much as the rows.
    ``before`` forgets the tables that are made anew.
    """
    for table in [name for name in before if name not in now]:
        connection.execute(f"drop table {RELEASE}.{table}")
        del before[table]
    for table, query in changed.items():
        if table in before and before[table].columns == now[table].columns:
            connection.execute(f"truncate {RELEASE}.{table}")
            connection.execute(f"insert into {RELEASE}.{table} {query}")
        else:
            connection.execute(f"create or replace table {RELEASE}.{table} as {query}")
            before.pop(table, None)


def _shapes(
    connection: duckdb.DuckDBPyConnection, tables: list[str]
) -> tuple[dict[str, Shape], dict[str, Shape]]:
    """Give what the tables of the release are, and what those of the build are now."""
    source = catalog_of(connection)
    names = {*tables, *published_tables(connection, RELEASE)}
    found: dict[str, dict[str, Shape]] = {RELEASE: {}, source: {}}
    asked = {"release": RELEASE, "source": source, "tables": [*names]}
    for database, table, _, column, type_, comment in connection.execute(
        DESCRIBED, asked
    ).fetchall():
        shape = found[database].setdefault(table, Shape())
        shape.comments[column] = comment
        if column is not None:
            shape.columns.append((column, type_))
    return found[RELEASE], {table: found[source][table] for table in tables}


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
    connection.execute(f"copy (from {RELEASE}.{table}) to {_literal(path)} ({options})")


def _comments(before: dict[str, Shape], now: dict[str, Shape]) -> Iterator[str]:
    """Give the statements that make the release's comments those of the build."""
    for table, shape in now.items():
        known = before.get(table, Shape()).comments
        for column, comment in shape.comments.items():
            if known.get(column) != comment:
                thing = f"table {RELEASE}.{table}"
                if column is not None:
                    thing = f'column {RELEASE}.{table}."{column}"'
                yield f"comment on {thing} is {_literal(comment)}"


def catalog_of(connection: duckdb.DuckDBPyConnection) -> str:
    """Give the name under which a connection's own database is known."""
    found = connection.execute("select current_database()").fetchone()
    return str(found[0]) if found else ""


def _literal(text: str | Path | None) -> str:
    return "null" if text is None else "'" + str(text).replace("'", "''") + "'"
