"""The content hash of a release: the same content gives the same hash, whoever built it and when.

It covers the rows of every published table, in whatever order, but for the columns that say nothing
about content: numbers given by arrival (ids) and run times.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import duckdb

PUBLISHED_PREFIXES = ("dim_", "fct_", "hist_")
SOURCES = ("raw_submission", "raw_submission_column", "raw_cell_status")
ARRIVAL_COLUMNS = frozenset({"submission_id", "answer_submission_id", "receipt_number"})
"""Ids that depend on the order in which files arrived."""

WORDS = (0, 32, 64, 96)
"""A row's hash of 128 bits is summed in four words: a sum needs no order, sorting took two thirds
of the time. Each row counts, one that stands twice counts twice."""


def published_tables(connection: duckdb.DuckDBPyConnection, catalog: str) -> list[str]:
    """Give the names of the tables and views of a database that are for readers."""
    query = "select table_name from information_schema.tables where table_catalog = ? order by 1"
    names = [name for (name,) in connection.execute(query, [catalog]).fetchall()]
    return [name for name in names if name.startswith(PUBLISHED_PREFIXES) or name in SOURCES]


@dataclass(frozen=True, slots=True)
class TableEntry:
    """One published table: its rows, the hash of its content, what it was made from if known."""

    rows: int
    content_hash: str
    made_from: str = ""


def table_entries(
    connection: duckdb.DuckDBPyConnection, tables: Iterable[str]
) -> dict[str, TableEntry]:
    """Give for each table its rows and 32 hex digits of its columns, their types and all rows.

    Arrival columns do not count. One query for all: a query a table costs 5 ms even where it is
    empty.
    """
    columns = _counted_columns(connection)
    given = {table: columns[table] for table in tables}
    if not given:
        return {}
    sums = ", ".join(f"sum(((row_hash >> {word}) & 4294967295)::bigint)" for word in WORDS)
    query = f"""
        with hashed as ({" union all ".join(_row_hashes(*one) for one in given.items())})
        select table_name, count(*), {sums} from hashed group by table_name
    """
    found = {name: entry for name, *entry in connection.execute(query).fetchall()}
    empty = [0] * (1 + len(WORDS))
    return {table: _entry(names, found.get(table, empty)) for table, names in given.items()}


def _counted_columns(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, str]]:
    """Give the columns of every table that count as content, in their order, with their types."""
    query = """
        select table_name, column_name, data_type from duckdb_columns()
        where database_name = current_database() order by table_name, column_index
    """
    counted: dict[str, dict[str, str]] = defaultdict(dict)
    for table, column, type_ in connection.execute(query).fetchall():
        if column not in ARRIVAL_COLUMNS:
            counted[table][column] = type_
    return counted


def _row_hashes(table: str, columns: Iterable[str]) -> str:
    texts = ", ".join(f'coalesce(cast("{column}" as varchar), chr(0))' for column in columns)
    row_hash = f"md5_number(concat_ws(chr(31), {texts}))"
    return f"select '{table}' as table_name, {row_hash} as row_hash from {table}"


def _entry(columns: Mapping[str, str], rows_and_sums: Sequence[int]) -> TableEntry:
    header = ",".join(f"{name} {type_}" for name, type_ in columns.items())
    text = f"{header}:{','.join(map(str, rows_and_sums))}"
    return TableEntry(rows_and_sums[0], hashlib.md5(text.encode()).hexdigest())


def content_hash(tables: Mapping[str, TableEntry]) -> str:
    """Give 16 hex digits over the hashes of all tables."""
    lines = "\n".join(f"{name} {one.content_hash}" for name, one in sorted(tables.items()))
    return hashlib.sha256(lines.encode()).hexdigest()[:16]
