"""A build database that an earlier version made is built on, not refused."""

import duckdb

from dagster_project.warehousing.schema import declared_tables
from dagster_project.warehousing.tables import prepare


def test_columns_declared_since_are_added_and_rows_stay(programme):
    with duckdb.connect() as connection:
        connection.execute("create table raw_finding (submission_id bigint, rule_id varchar)")
        connection.execute("insert into raw_finding values (101, 'SG-103-R01')")
        prepare(connection, programme)
        (row,) = connection.execute(
            "select submission_id, answer_reason from raw_finding"
        ).fetchall()
        columns = {name for name, *_ in connection.execute("describe raw_finding").fetchall()}
    assert row == (101, None)
    assert columns == set(declared_tables()["raw_finding"].column_names)
