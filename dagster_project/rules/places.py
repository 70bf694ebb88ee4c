"""Finds the cell of a finding: which sheet, which address, and what stands there.

Looked up for the rows that failed only. Not here: what is wrong with them.
"""

from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from dagster_project.rules.bench import FAILED, Bench

CellKey = tuple[int, int, str]


@dataclass(slots=True)
class Places:
    """Sheets, sheet columns and peculiar cells of some submissions."""

    sheets: dict[int, dict[str, Any]] = field(default_factory=dict)
    columns: dict[tuple[int, str], str | None] = field(default_factory=dict)
    cells: dict[CellKey, dict[str, Any]] = field(default_factory=dict)

    def sheet_name(self, submission_id: int) -> str | None:
        """Give the name of the sheet a submission was read from."""
        name: str | None = self.sheets.get(submission_id, {}).get("sheet_name")
        return name

    def holds(self, submission_id: int, column: str) -> bool:
        """Say whether the sheet has the column at all."""
        return (submission_id, column) in self.columns

    def address(self, key: CellKey, source_row: int | None) -> str | None:
        """Give the address of a cell: its own where it has one, else column and row."""
        own: str | None = self.cells.get(key, {}).get("sheet_cell")
        return own or self._joined(key[0], key[2], source_row)

    def header(self, submission_id: int, column: str) -> str | None:
        """Give the address of a column's header."""
        row = self.sheets.get(submission_id, {}).get("header_row")
        return self._joined(submission_id, column, row)

    def rows_of(self, submission_id: int, column: str, first: int, last: int) -> str | None:
        """Give the range of a column's cells between two rows."""
        ends = [self._joined(submission_id, column, row) for row in (first, last)]
        return ":".join(end for end in ends if end) or None

    def raw_text(self, key: CellKey) -> str | None:
        """Give what the sender wrote, where it is not the value's plain form; '' is blank."""
        text: str | None = self.cells.get(key, {}).get("raw_text")
        return text

    def _joined(self, submission_id: int, column: str, row: int | None) -> str | None:
        place = self.columns.get((submission_id, column))
        if not place or row is None:
            return None
        return f"{_letters(row)}{place}" if place.isdigit() else f"{place}{row}"


def _letters(number: int) -> str:
    """Give the letters of a column counted from 1: a turned table names its rows by columns."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def places_of(bench: Bench, rows: pa.Table) -> Places:
    """Look up the places of rows (submission_id, row_number) that failed."""
    if not rows.num_rows:
        return Places()
    few = pa.table({"submission_id": rows["submission_id"], "row_number": rows["row_number"]})
    with bench.showing(FAILED, few):
        cells = bench.dicts(
            f"from cell_status semi join {FAILED} using (submission_id, row_number)"
        )
        columns = bench.dicts(f"from submission_columns semi join {FAILED} using (submission_id)")
        sheets = bench.dicts(f"from submissions semi join {FAILED} using (submission_id)")
    return Places(
        sheets={row["submission_id"]: row for row in sheets},
        columns={
            (row["submission_id"], row["column_name"]): row["sheet_column"] for row in columns
        },
        cells={(row["submission_id"], row["row_number"], row["column_name"]): row for row in cells},
    )
