"""Readings as Arrow tables, the form in which they are handed to the warehouse.

Gathered column by column and turned into Arrow once. Not here: reading (see ``file``), spreading
it over processes (see ``batch``).
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, field
from typing import Any

import pyarrow as pa

from dagster_project.finding_schema import FINDING_SCHEMA
from dagster_project.programme.model import Form
from dagster_project.reading.model import (
    Columnar,
    Explanation,
    Finding,
    Reading,
    ReadSubmission,
)

AMOUNT = pa.decimal128(18, 6)
TYPES = {
    "code": pa.string(),
    "string": pa.string(),
    "text": pa.string(),
    "boolean": pa.bool_(),
    "integer": pa.int64(),
    "decimal": AMOUNT,
    "date": pa.date32(),
}
ROW_FIELDS = (
    ("submission_id", pa.int64()),
    ("row_number", pa.int32()),
    ("period", pa.string()),
    ("respondent_code", pa.string()),
    ("source_row", pa.int32()),
    ("has_abnormal_cells", pa.bool_()),
)
SIDE_SCHEMAS = {
    "submissions": pa.schema(
        [
            ("submission_id", pa.int64()),
            ("receipt_number", pa.int64()),
            ("ordinal", pa.int32()),
            ("form_id", pa.string()),
            ("respondent_code", pa.string()),
            ("period", pa.string()),
            ("sheet_name", pa.string()),
            ("header_row", pa.int32()),
            ("submission_no", pa.int32()),
            ("resubmission_reason", pa.string()),
            ("rows_read", pa.int32()),
            ("content_hash", pa.string()),
            ("total_source_row", pa.int32()),
        ]
    ),
    "totals": pa.schema(
        [
            ("submission_id", pa.int64()),
            ("column_name", pa.string()),
            ("value", AMOUNT),
            ("cell", pa.string()),
        ]
    ),
    "columns": pa.schema(
        [
            ("submission_id", pa.int64()),
            ("column_name", pa.string()),
            ("sheet_column", pa.string()),
            ("header_text", pa.string()),
            ("matched_by", pa.string()),
            ("unit_factor", pa.int32()),
        ]
    ),
    "cell_status": pa.schema(
        [
            ("submission_id", pa.int64()),
            ("row_number", pa.int32()),
            ("column_name", pa.string()),
            ("obs_status", pa.string()),
            ("raw_text", pa.string()),
            ("sheet_cell", pa.string()),
        ]
    ),
    "findings": FINDING_SCHEMA,
    "explanations": pa.schema(
        [
            ("submission_id", pa.int64()),
            *((name, pa.string()) for name in Explanation.__dataclass_fields__),
        ]
    ),
}
DIGITS_OF_A_SUBMISSION_NO = 4
"""A unit counts its resubmissions in ones; a longer number is something else."""


def schema_of(form: Form) -> pa.Schema:
    """Give the Arrow schema of a form's landed rows: where each comes from, then what it says."""
    own = [(column.name, TYPES[column.type]) for column in form.columns]
    return pa.schema([*ROW_FIELDS, *own])


def submission_id_of(receipt_number: int, ordinal: int) -> int:
    """Give the number of a submission; ordinal 0 is the file as a whole.

    >>> submission_id_of(12, 1)
    1201
    """
    return receipt_number * 100 + ordinal


@dataclass(slots=True)
class Gatherer:
    """Gathers readings in the order of their receipts."""

    rows: dict[str, dict[str, list[Any]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )
    side: dict[str, dict[str, list[Any]]] = field(
        default_factory=lambda: {
            table: {name: [] for name in schema.names} for table, schema in SIDE_SCHEMAS.items()
        }
    )

    def add(self, receipt_number: int, reading: Reading) -> None:
        """Add what one file holds; what is said of the file as a whole has the ordinal 0."""
        for submission in reading.submissions:
            self._add_submission(receipt_number, submission)
        if reading.findings or not reading.submissions:
            number = submission_id_of(receipt_number, 0)
            blanks = (None,) * 7
            self._take("submissions", number, [(receipt_number, 0, *blanks, 0, None, None)])
            self._add_findings(number, reading.findings)

    def _add_submission(self, receipt_number: int, read: ReadSubmission) -> None:
        number = submission_id_of(receipt_number, read.ordinal)
        submission = (
            receipt_number,
            read.ordinal,
            read.form_id,
            read.respondent_code,
            read.period,
            read.sheet_name,
            read.header_row,
            submission_number(read.header.get("submission_no", "")),
            read.header.get("resubmission_reason"),
            len(read.source_rows),
            read.content_hash,
            read.total_source_row,
        )
        self._take("submissions", number, [submission])
        self._add_rows(number, read)
        self._add_totals(number, read)
        self._add_findings(number, read.findings)
        self._take("explanations", number, [astuple(one) for one in read.explanations])
        self._take("columns", number, read.columns)
        self._take("cell_status", number, read.cell_status)

    def _take(self, table: str, number: int, records: Sequence[tuple[Any, ...]]) -> None:
        """Add records of a submission, which have the table's fields behind its number."""
        numbers, *columns = self.side[table].values()
        numbers += [number] * len(records)
        for column, values in zip(columns, zip(*records, strict=True), strict=False):
            column.extend(values)

    def _add_rows(self, number: int, read: ReadSubmission) -> None:
        if read.columnar:
            return
        count = len(read.source_rows)
        rows = self.rows[read.form_id]
        rows["submission_id"] += [number] * count
        rows["row_number"] += range(1, count + 1)
        rows["period"] += [read.period] * count
        rows["respondent_code"] += [read.respondent_code] * count
        rows["source_row"] += read.source_rows
        rows["has_abnormal_cells"] += map(read.abnormal_rows.__contains__, range(1, count + 1))
        for name, values in read.values.items():
            rows[name] += values

    def _add_totals(self, number: int, read: ReadSubmission) -> None:
        places = {column.column_name: column.sheet_column for column in read.columns}
        totals = [
            (name, value, read.total_cells.get(name) or f"{places[name]}{read.total_source_row}")
            for name, value in (read.total_row or {}).items()
        ]
        self._take("totals", number, totals)

    def _add_findings(self, number: int, findings: Iterable[Finding]) -> None:
        records = [
            (
                f.rule_id, f.severity, f.scope, f.sheet_name, f.row_number, f.column_name,
                f.cell, f.value_text, f.related_cells, _json(f.params),
            )
            for f in findings
        ]  # fmt: skip
        self._take("findings", number, records)

    def row_tables(self, forms: dict[str, Form]) -> dict[str, pa.Table]:
        """Give the gathered rows by form; a form that nobody reported has an empty table."""
        return {form_id: self._rows_of(form) for form_id, form in forms.items()}

    def _rows_of(self, form: Form) -> pa.Table:
        schema = schema_of(form)
        rows = self.rows.get(form.form_id)
        return pa.table(rows, schema=schema) if rows else schema.empty_table()

    def side_tables(self) -> dict[str, pa.Table]:
        """Give the gathered submissions, totals, columns, statuses and findings."""
        return {
            name: pa.table(columns, schema=SIDE_SCHEMAS[name])
            for name, columns in self.side.items()
        }


def columnar_tables(receipt_number: int, read: ReadSubmission) -> dict[str, pa.Table]:
    """Give the rows and statuses of a large table, which were gathered in columns."""
    number = pa.scalar(submission_id_of(receipt_number, read.ordinal), pa.int64())
    rows, statuses = read.columnar or Columnar(None, None)
    count, text = rows.num_rows, pa.string()
    stamped = {
        "submission_id": pa.repeat(number, count),
        "row_number": pa.array(range(1, count + 1), pa.int32()),
        "period": pa.repeat(pa.scalar(read.period, text), count),
        "respondent_code": pa.repeat(pa.scalar(read.respondent_code, text), count),
    }
    names = [name for name, _ in ROW_FIELDS]
    names += [name for name in rows.column_names if name not in names]
    columns = [stamped[name] if name in stamped else rows[name] for name in names]
    own = pa.repeat(number, statuses.num_rows)
    return {
        f"rows/{read.form_id}": pa.table(columns, names),
        "cell_status": statuses.add_column(0, "submission_id", own),
    }


def _json(params: tuple[tuple[str, str], ...]) -> str:
    return json.dumps(dict(params), ensure_ascii=False)


def submission_number(text: str) -> int | None:
    """Give the number that a unit gave its submission, None where it gave none.

    >>> submission_number("第2次"), submission_number("")
    (2, None)
    """
    digits = "".join(character for character in text if character in "0123456789")
    return int(digits) if 0 < len(digits) <= DIGITS_OF_A_SUBMISSION_NO else None
