"""The fingerprint of a submission's content, the same whatever layout or file format carried it.

Not here: anything about the bytes of the file (see ``collecting``).
"""

import hashlib
from decimal import Decimal

from dagster_project.programme.model import Column, Form
from dagster_project.reading.model import ReadSubmission, Value

FIELD, ROW = "\x1f", "\x1e"
TRUTHS: dict[Value, str] = {True: "1", False: "0", None: ""}


def content_hash(form: Form, submission: ReadSubmission) -> str:
    """Give the SHA-256 of the typed rows and statuses, sorted by the form's keys."""
    columns = [_texts(column, submission.values[column.name]) for column in form.columns]
    rows = [FIELD.join(row) for row in zip(*columns, strict=True)]
    for status in submission.cell_status:
        mark = status.obs_status
        if mark is None and status.raw_text:
            value = submission.values[status.column_name][status.row_number - 1]
            mark = f"?{status.raw_text}" if value is None else None
        if mark:
            rows[status.row_number - 1] += f"{FIELD}{status.column_name}={mark}"
    places = {name: place for place, name in enumerate(form.column_names)}
    keys = zip(*(columns[places[name]] for name in form.keys), strict=True)
    ordered = [row for _, row in sorted(zip(keys, rows, strict=True))]
    return hashlib.sha256(ROW.join(ordered).encode("utf-8", "surrogatepass")).hexdigest()


def _texts(column: Column, values: list[Value]) -> list[str]:
    """Give the plain form of each value; most print as they are, which is quicker."""
    if column.type == "boolean":
        return [TRUTHS[value] for value in values]
    text = plain_text if column.type == "decimal" else str
    if None not in values:
        return list(map(text, values))
    return ["" if value is None else text(value) for value in values]


def plain_text(value: Value) -> str:
    """Give the plain form of a value; equal amounts give equal texts.

    >>> plain_text(Decimal("1.50")), plain_text(Decimal("100")), plain_text(True), plain_text(7)
    ('1.5', '100', '1', '7')
    """
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(value)
