"""The tables of the build database that landing, judging and building write, made where they lack.

Not here: their columns (see ``schema``), what goes into them (see ``landing``, ``partitions``).
"""

from dagster_project.programme.model import Programme
from dagster_project.warehousing.built import built_reference, mark_reference
from dagster_project.warehousing.database import Connection, table_names, transaction
from dagster_project.warehousing.schema import raw_table_ddl, raw_tables
from dagster_project.warehousing.state import fingerprint

STATE_TABLES = """
create table if not exists landing_receipt (receipt_number bigint);
create table if not exists landing_form (form_id varchar, recipe varchar);
create table if not exists built_partition (form_id varchar, period varchar, fingerprint varchar);
alter table built_partition add column if not exists released varchar;
create table if not exists returned_partition (form_id varchar, period varchar, files integer);
create table if not exists built_reference (name varchar, fingerprint varchar);
"""

TABLES = "tables"
"""Under this name the database remembers by which statements its tables were created."""


def prepare(connection: Connection, programme: Programme) -> None:
    """Create the tables that are not there yet, and the columns that an earlier version lacked.

    Where all are there and the same statements made them, nothing is done: it would take 60 ms.
    """
    of_forms = raw_table_ddl(programme)
    statements = [STATE_TABLES, *of_forms.values()]
    made_by = fingerprint(statements)
    are_there = table_names(connection) >= {"built_reference", *of_forms}
    if are_there and built_reference(connection, TABLES) == made_by:
        return
    with transaction(connection):
        for statement in statements:
            connection.execute(statement)
        _add_columns(connection, programme)
    mark_reference(connection, TABLES, made_by)


def _add_columns(connection: Connection, programme: Programme) -> None:
    query = "select table_name, column_name from duckdb_columns() where table_name like 'raw_%'"
    known = set(connection.execute(query).fetchall())
    for table in raw_tables(programme).values():
        for column in table.columns:
            if (table.name, column.name) not in known:
                connection.execute(f"alter table {table.name} add column {column.ddl}")
