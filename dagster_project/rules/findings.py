"""Gathers findings and gives them as one Arrow table, always in the same order.

The shape is that of the reader's findings, so that both can be laid side by side. Not here: what
is wrong (see ``judge``) and in which words it is told (see ``wording``).
"""

import json
from collections.abc import Sequence

import pyarrow as pa

FINDING_SCHEMA = pa.schema(
    [
        ("submission_id", pa.int64()),
        ("rule_id", pa.string()),
        ("severity", pa.string()),
        ("scope", pa.string()),
        ("sheet_name", pa.string()),
        ("row_number", pa.int32()),
        ("column_name", pa.string()),
        ("cell", pa.string()),
        ("value_text", pa.string()),
        ("related_cells", pa.string()),
        ("params", pa.string()),
    ]
)
Row = tuple[
    int, str, str, str, str | None, int | None, str | None, str | None, str | None, str | None, str
]


def finding_table(rows: Sequence[Row]) -> pa.Table:
    """Give findings as a table: by submission, the whole file first, then row, rule and column."""
    ordered = sorted(rows, key=_place)
    columns = zip(*ordered, strict=True) if ordered else ([] for _ in FINDING_SCHEMA)
    arrays = [
        pa.array(list(values), field.type)
        for values, field in zip(columns, FINDING_SCHEMA, strict=True)
    ]
    return pa.Table.from_arrays(arrays, schema=FINDING_SCHEMA)


def params_text(params: dict[str, str]) -> str:
    """Give what a message will need as JSON text.

    >>> params_text({"values": "期末人数=12"})
    '{"values": "期末人数=12"}'
    """
    return json.dumps(params, ensure_ascii=False)


def _place(row: Row) -> tuple[int, int, str, str, str, str]:
    submission_id, rule_id, _, _, _, row_number, column, cell, value, _, _ = row
    return submission_id, row_number or 0, rule_id, column or "", cell or "", value or ""
