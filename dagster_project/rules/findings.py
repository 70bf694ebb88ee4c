"""Gathers findings and gives them as one Arrow table, always in the same order.

The shape is that of the reader's findings, so that both can be laid side by side. Not here: what
is wrong (see ``judge``) and in which words it is told (see ``wording``).
"""

import json
from collections.abc import Sequence
from io import BytesIO
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.json

from dagster_project.finding_schema import FINDING_SCHEMA

BLOCK_BYTES = 1 << 24
"""Larger than any finding: Arrow's JSON reader fails on a line longer than its block."""


class Found(NamedTuple):
    """One finding, in the order of ``FINDING_SCHEMA``; ``params`` is JSON text for the message."""

    submission_id: int
    rule_id: str
    severity: str
    scope: str
    sheet_name: str | None
    row_number: int | None
    column_name: str
    cell: str | None
    value_text: str | None
    related_cells: str | None
    params: str


def finding_table(found: Sequence[Found]) -> pa.Table:
    """Give findings as a table: by submission, the whole file first, then row, rule and column.

    The rows pass through JSON: ``pa.array`` would import pandas, which takes longer than a check.
    """
    if not found:
        return pa.Table.from_batches([], schema=FINDING_SCHEMA)
    lines = "\n".join(json_text(row._asdict()) for row in sorted(found, key=_place))
    table: pa.Table = pyarrow.json.read_json(
        BytesIO(lines.encode()),
        pyarrow.json.ReadOptions(use_threads=False, block_size=BLOCK_BYTES),
        pyarrow.json.ParseOptions(FINDING_SCHEMA, unexpected_field_behavior="error"),
    )
    return table


_ENCODER = json.JSONEncoder(ensure_ascii=False)


def json_text(content: dict[str, Any]) -> str:
    """Give plain values as JSON text that keeps Chinese readable.

    >>> json_text({"values": "期末人数=12"})
    '{"values": "期末人数=12"}'
    """
    return _ENCODER.encode(content)


def _place(row: Found) -> tuple[int, int, str, str, str, str]:
    return (
        row.submission_id, row.row_number or 0, row.rule_id, row.column_name, row.cell or "",
        row.value_text or "",
    )  # fmt: skip
