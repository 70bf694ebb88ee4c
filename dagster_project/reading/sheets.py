"""Bytes to sheets: the format is told by the bytes, never by the file's name.

A sheet is a grid of cells at absolute addresses. Not here: what the cells mean, nor how each
format is opened (see ``workbook_xlsx``, ``workbook_xls``, ``text_table``).
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from dagster_project.reading.model import Cell, Unreadable

MAX_FILE_BYTES = 256 << 20
"""A street's report is 10-500 kB and a district's yearly csv under 200 MB; more is a mistake."""

MAX_GRID_CELLS = 8_000_000
"""Calamine lays a sheet out densely at 32 bytes a cell: 8 M cells stay near 0.5 GB, while one stray
cell at XFD1048576 would ask for 17 billion."""

OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK"
Merge = tuple[int, int, int, int]
"""First row, first column, last row, last column, counted from 0."""


class SheetError(Exception):
    """A file, or one sheet of it, that cannot be opened; ``code`` is the finding's message."""

    def __init__(self, code: str, **params: str) -> None:
        """Take the message code and the values that its text names."""
        super().__init__(code, params)
        self.code = code
        self.params = params


@dataclass(slots=True)
class Sheet:
    """One sheet: ``grid[row][column]`` counted from 0, every row equally long.

    ``unreadable`` cells stand in the grid as well, so that none is taken for a blank.
    ``hidden_rows`` are counted from 0. ``verified`` is False where errors and formulas without
    a result could not be looked for. ``problem`` says why a sheet could not be read at all.
    """

    name: str
    grid: list[list[Cell]]
    merged: list[Merge] = field(default_factory=list)
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    unreadable: dict[tuple[int, int], Unreadable] = field(default_factory=dict)
    verified: bool = True
    problem: SheetError | None = None

    @property
    def is_empty(self) -> bool:
        """Say whether the sheet has no cell with content."""
        return all(row.count("") == len(row) for row in self.grid)

    def mark(self, unreadable: dict[tuple[int, int], Unreadable]) -> None:
        """Put cells that would read as blanks into the grid, widening it where they lie beyond."""
        self.unreadable = unreadable
        if not unreadable:
            return
        height = max(row for row, _ in unreadable) + 1
        width = max(column for _, column in unreadable) + 1
        self.widen(height, width)
        for (row, column), cell in unreadable.items():
            self.grid[row][column] = cell

    def widen(self, height: int, width: int) -> None:
        """Make the grid at least so high and wide, filled with blanks."""
        width = max(width, len(self.grid[0]) if self.grid else 0)
        check_size(max(height, len(self.grid)), width)
        for row in self.grid:
            row.extend([""] * (width - len(row)))
        self.grid.extend([""] * width for _ in range(height - len(self.grid)))


def open_sheets(data: bytes) -> list[Sheet]:
    """Open a file's sheets, raising SheetError where its bytes are no table we can read."""
    if len(data) > MAX_FILE_BYTES:
        raise SheetError(
            "READ_FILE_TOO_LARGE", size=f"{len(data) >> 20}", limit=f"{MAX_FILE_BYTES >> 20}"
        )
    if not data.strip(b"\0 \t\r\n"):
        raise SheetError("READ_FILE_EMPTY")
    return _opener(data)(data)


def check_size(height: int, width: int) -> None:
    """Refuse a sheet so large that laying it out would exhaust the memory."""
    if height * width > MAX_GRID_CELLS:
        raise SheetError("READ_SHEET_TOO_LARGE", rows=str(height), columns=str(width))


def _opener(data: bytes) -> Callable[[bytes], list[Sheet]]:
    """Choose the reader of a format; each loads its library only when it is needed."""
    if data.startswith(ZIP):
        from dagster_project.reading.workbook_xlsx import open_xlsx

        return open_xlsx
    if data.startswith(OLE2):
        from dagster_project.reading.workbook_xls import open_xls

        return open_xls
    from dagster_project.reading.text_table import open_text

    return open_text
