"""The content hash of a release: the same content gives the same hash, whoever built it and when.

It covers the rows of every published table, in sorted order, but for the columns that say nothing
about content: numbers given by arrival (ids) and run times.
"""

import hashlib

import duckdb

PUBLISHED_PREFIXES = ("dim_", "fct_", "hist_")
SOURCES = ("raw_submission", "raw_submission_column", "raw_cell_status")
ARRIVAL_COLUMNS = frozenset({"submission_id", "receipt_number"})
"""Ids that depend on the order in which files arrived."""

BUCKET_DIGITS = 3
"""4,096 buckets by the first digits of a row's own hash: memory stays small at 20 M rows."""


def published_tables(connection: duckdb.DuckDBPyConnection, catalog: str) -> list[str]:
    """Give the names of the tables and views of a database that are for readers."""
    query = "select table_name from information_schema.tables where table_catalog = ? order by 1"
    names = [name for (name,) in connection.execute(query, [catalog]).fetchall()]
    return [name for name in names if name.startswith(PUBLISHED_PREFIXES) or name in SOURCES]


def table_hash(connection: duckdb.DuckDBPyConnection, table: str) -> str:
    """Give 32 hex digits of a table's column names and sorted rows, without arrival columns."""
    columns = [column[0] for column in connection.execute(f"from {table} limit 0").description]
    counted = [column for column in columns if column not in ARRIVAL_COLUMNS]
    texts = ", ".join(f'coalesce(cast("{column}" as varchar), chr(0))' for column in counted)
    query = f"""
        with hashed as (select md5(concat_ws(chr(31), {texts})) as row_hash from {table}),
        bucketed as (
            select left(row_hash, {BUCKET_DIGITS}) as bucket,
                md5(string_agg(row_hash, '' order by row_hash)) as bucket_hash
            from hashed group by bucket
        )
        select md5(coalesce(string_agg(bucket_hash, '' order by bucket), '')) from bucketed
    """
    found = connection.execute(query).fetchone()
    return hashlib.md5(f"{','.join(counted)}:{found[0] if found else ''}".encode()).hexdigest()


def content_hash(table_hashes: dict[str, str]) -> str:
    """Give 16 hex digits over the hashes of all tables."""
    lines = "\n".join(f"{table} {value}" for table, value in sorted(table_hashes.items()))
    return hashlib.sha256(lines.encode()).hexdigest()[:16]
