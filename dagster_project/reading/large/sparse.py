"""The rows of a large table for those who look at a few of them, and its columns one at a time.

Not here: which rows are kept (see ``table``).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast, overload

import pyarrow as pa

from dagster_project.reading.large.rows import IrregularTableError
from dagster_project.reading.model import Cell, Value


@dataclass(slots=True)
class SparseRows(Sequence[list[Cell]]):
    """The rows of a sheet of which only those are kept that may be something else than details."""

    width: int
    height: int = 0
    _kept: dict[int, list[Cell]] = field(default_factory=dict)

    def keep(self, first: int, rows: list[list[str]]) -> None:
        """Keep rows that follow one another."""
        for number, row in enumerate(rows, first):
            self.keep_row(number, row)
        self.height = max(self.height, first + len(rows))

    def keep_row(self, number: int, row: list[str]) -> None:
        """Keep one row."""
        self._kept[number] = [*row, *[""] * (self.width - len(row))]

    def __len__(self) -> int:
        """Give the number of rows, kept or not."""
        return self.height

    @overload
    def __getitem__(self, number: int) -> list[Cell]: ...

    @overload
    def __getitem__(self, number: slice) -> list[list[Cell]]: ...

    def __getitem__(self, number: int | slice) -> list[Cell] | list[list[Cell]]:
        """Give rows that were kept."""
        if isinstance(number, slice):
            return [self[one] for one in range(*number.indices(self.height))]
        if number not in self._kept:
            raise IrregularTableError
        return self._kept[number]


class ColumnLists(dict[str, list[Value]]):
    """The values of a table's columns as lists, each made when it is asked for and not kept."""

    def __init__(self, table: pa.Table) -> None:
        """Take the table."""
        super().__init__()
        self._table = table

    def __missing__(self, name: str) -> list[Value]:
        """Give a column's values."""
        return cast("list[Value]", self._table[name].to_pylist())
