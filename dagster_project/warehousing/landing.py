"""Landing: what the reader found in each file, row by row, before anybody has judged it.

Landing tables are a cache of reading: they can be dropped and filled again from the archive.
Not here: verdicts (see ``judging``) and the accepted rows (see ``partitions``).
"""

from collections.abc import Mapping, Sequence

import pyarrow as pa

from dagster_project.collecting.receipts import Receipt
from dagster_project.programme.model import Programme
from dagster_project.reading.arrow_tables import schema_of
from dagster_project.reading.batch import ReadBatch
from dagster_project.warehousing.database import (
    Connection,
    append,
    ensure_table,
    table_names,
    transaction,
)

SIDE_TABLES = (
    "landing_submission",
    "landing_total",
    "landing_column",
    "landing_cell_status",
    "landing_finding",
    "landing_explanation",
)
TABLES_OF_A_FORM = ("landing_{}", "raw_{}", "int_{}_totals", "hist_{}", "fct_{}")


def unread(connection: Connection, receipts: Sequence[Receipt]) -> list[Receipt]:
    """Give the receipts whose files have not been read into the landing tables."""
    done = {number for (number,) in connection.execute("from landing_receipt").fetchall()}
    return [receipt for receipt in receipts if receipt.receipt_number not in done]


def land(connection: Connection, batch: ReadBatch, receipt_numbers: Sequence[int]) -> None:
    """Write one batch of readings in one transaction; a file read is never half landed."""
    side = (
        batch.submissions,
        batch.totals,
        batch.columns,
        batch.cell_status,
        batch.findings,
        batch.explanations,
    )
    with transaction(connection):
        for name, content in zip(SIDE_TABLES, side, strict=True):
            ensure_table(connection, name, content.schema)
            append(connection, name, content)
        for form_id, rows in batch.rows.items():
            ensure_table(connection, f"landing_{form_id}", rows.schema)
            append(connection, f"landing_{form_id}", rows)
        numbers = pa.table({"receipt_number": pa.array(receipt_numbers, pa.int64())})
        append(connection, "landing_receipt", numbers)
        _note_files_without_submission(connection)


def forget_changed_forms(
    connection: Connection, programme: Programme, recipes: Mapping[str | None, str]
) -> list[str]:
    """Drop what was read and built by another recipe of a form, and files no form was found in.

    Gives the forms that changed; their files are then unread and will be read again.
    """
    known = dict(connection.execute("from landing_form").fetchall())
    changed = [form_id for form_id in programme.forms if known.get(form_id) != recipes[form_id]]
    if not changed:
        return []
    with transaction(connection):
        _forget_files(connection, changed)
        for form_id in changed:
            _forget_form(connection, form_id)
            ensure_table(connection, f"landing_{form_id}", schema_of(programme.forms[form_id]))
            connection.execute(
                "insert into landing_form values (?, ?)", [form_id, recipes[form_id]]
            )
    return changed


def _forget_form(connection: Connection, form_id: str) -> None:
    """Drop a form's tables and views: its columns may have changed, and dbt makes them anew."""
    names = [name.format(form_id) for name in TABLES_OF_A_FORM]
    query = """
        select table_name, if(table_type = 'VIEW', 'view', 'table') from information_schema.tables
        where table_name in (select unnest(?))
    """
    for name, kind in connection.execute(query, [names]).fetchall():
        connection.execute(f'drop {kind} "{name}"')
    for name in ("landing_form", "built_partition"):
        connection.execute(f"delete from {name} where form_id = ?", [form_id])


def _forget_files(connection: Connection, changed: list[str]) -> None:
    """Drop whole files: a file may hold several forms, and is read as one."""
    landed = table_names(connection)
    if "landing_submission" not in landed:
        return
    connection.execute(
        "create or replace temp table forgotten as select distinct receipt_number"
        " from landing_submission where form_id is null or form_id in (select unnest(?))",
        [changed],
    )
    forgotten = "in (from forgotten)"
    connection.execute(f"delete from landing_receipt where receipt_number {forgotten}")
    for name in sorted(landed - {"landing_form", "landing_receipt"}):
        if name.startswith("landing_"):
            connection.execute(f'delete from "{name}" where submission_id // 100 {forgotten}')


def _note_files_without_submission(connection: Connection) -> None:
    """Give every file in which no report was found a row of its own, with ordinal 0."""
    connection.execute(
        """
        insert into landing_submission by name
        select receipt_number * 100 as submission_id, receipt_number, 0 as ordinal, 0 as rows_read
        from landing_receipt
        where
            receipt_number not in (select receipt_number from landing_submission where ordinal = 0)
            and (
                receipt_number not in (select receipt_number from landing_submission)
                or receipt_number * 100 in (select submission_id from landing_finding)
            )
        """
    )
