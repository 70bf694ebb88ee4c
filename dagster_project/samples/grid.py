"""A sheet before it is a file: rows of cells with their kinds, and merges.

What a town's workbook looks like, in no format yet. Not here: what stands in the cells (see
``layouts``), bytes (see ``rendering``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple


class Sum(NamedTuple):
    """A total written as a formula over the rows first to last (from 0) of its own column."""

    value: int | float
    first: int
    last: int


Cell = None | str | int | float | date | Sum
Merge = tuple[int, int, int, int]
"""First row, first column, last row, last column, all from 0."""


@dataclass(slots=True)
class Grid:
    """One sheet: rows of cells, the kind of each row, merges; perhaps a second sheet of text."""

    sheet_name: str
    width: int
    properties: dict[str, str]
    rows: list[Sequence[Cell]] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)
    text_sheet: tuple[str, list[str]] | None = None

    def add(self, kind: str, cells: Sequence[Cell]) -> int:
        """Add a row of a kind (title, note, block, header, body, total) and give its number."""
        self.rows.append(cells)
        self.kinds.append(kind)
        return len(self.rows) - 1

    def add_line(self, kind: str, text: str, *, merged: bool = True) -> None:
        """Add a row that holds one text, merged over the whole width unless told otherwise."""
        row = self.add(kind, [text])
        if merged:
            self.merges.append((row, 0, row, self.width - 1))

    def add_at(self, kind: str, places: Mapping[int, Cell]) -> None:
        """Add a row with cells at some columns only."""
        last = max(places, default=-1)
        self.add(kind, [places.get(column) for column in range(last + 1)])
