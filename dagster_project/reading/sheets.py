"""Sheets: grids of cells at absolute addresses, whatever file format they came from.

Not here: what the cells mean, nor how a format is told and opened (see ``formats``).
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from dagster_project.errors import CodedError
from dagster_project.reading.limits import MAX_GRID_CELLS
from dagster_project.reading.model import Cell, Shown, Unreadable

Place = tuple[int, int]
"""Row and column, counted from 0."""

Merge = tuple[int, int, int, int]
"""First row, first column, last row, last column, counted from 0."""


class SheetError(CodedError):
    """A file, or one sheet of it, that cannot be opened; ``code`` is the finding's message."""


class Fields(NamedTuple):
    """How many cells each line of a text has, and whether lines are filled up with blank ones."""

    counts: list[int]
    are_padded: bool


@dataclass(slots=True)
class Sheet:
    """One sheet: ``grid[row][column]`` counted from 0, every row equally long.

    ``unreadable`` cells stand in the grid as well, so that none is taken for a blank.
    ``hidden_rows`` and ``hidden_columns`` are counted from 0. ``verified`` is False where errors
    and formulas without a result could not be looked for; ``is_text`` is True where the file keeps
    every cell as text; of one in lines ``fields`` counts their cells. ``struck_out`` cells are
    crossed out. ``problem`` says why a sheet could not be read at all; ``member`` is the file
    of a zip that it stands in.
    """

    name: str
    grid: list[list[Cell]]
    merged: list[Merge] = field(default_factory=list)
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    unreadable: dict[Place, Unreadable] = field(default_factory=dict)
    verified: bool = True
    is_text: bool = False
    fields: "Fields | None" = None
    struck_out: frozenset[Place] = frozenset()
    problem: SheetError | None = None
    member: str = ""

    @property
    def is_empty(self) -> bool:
        """Say whether the sheet has no cell with content."""
        return all(row.count("") == len(row) for row in self.grid)

    def mark(self, unreadable: dict[Place, Unreadable]) -> None:
        """Put cells that would read as blanks into the grid, widening it where they lie beyond."""
        self.unreadable = unreadable
        if not unreadable:
            return
        height = max(row for row, _ in unreadable) + 1
        width = max(column for _, column in unreadable) + 1
        self.widen(height, width)
        for (row, column), cell in unreadable.items():
            self.grid[row][column] = cell

    def show(self, place: Place, power: int) -> None:
        """Mark a number as shown on another scale than it is held; other cells stay as they are."""
        row, column = place
        if row < len(self.grid) and column < len(self.grid[row]):
            cell = self.grid[row][column]
            if isinstance(cell, float | int) and not isinstance(cell, bool | Shown):
                self.grid[row][column] = Shown(cell, power)

    def widen(self, height: int, width: int) -> None:
        """Make the grid at least so high and wide, filled with blanks."""
        width = max(width, len(self.grid[0]) if self.grid else 0)
        check_size(max(height, len(self.grid)), width)
        for row in self.grid:
            row.extend([""] * (width - len(row)))
        self.grid.extend([""] * width for _ in range(height - len(self.grid)))


def check_size(height: int, width: int) -> None:
    """Refuse a sheet so large that laying it out would exhaust the memory."""
    if height * width > MAX_GRID_CELLS:
        raise SheetError("READ_SHEET_TOO_LARGE", rows=str(height), columns=str(width))
