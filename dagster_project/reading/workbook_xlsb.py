"""Workbooks of binary records in a zip (.xlsb), read record by record.

Values, errors, results of formulas, merges, what is hidden and number formats all stand in the
records. Not here: any other format. Records: [MS-XLSB] 2.4.
"""

import posixpath
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from dagster_project.reading.limits import MAX_GRID_CELLS
from dagster_project.reading.model import PERCENT, Cell, Shown, Unreadable
from dagster_project.reading.number_formats import (
    DATE_IDS,
    DURATION_IDS,
    PERCENT_IDS,
    is_date_format,
    is_duration_format,
    moment,
    power_of,
)
from dagster_project.reading.package import Package, broken
from dagster_project.reading.sheets import Merge, Sheet, SheetError, check_size
from dagster_project.reading.workbook_xlsx import STYLES, TEXTS, WORKBOOK, relations_of

ROW, BLANK, RK, ERROR, BOOL, REAL, TEXT, SHARED = range(8)
RESULT_TEXT, RESULT_REAL, RESULT_BOOL, RESULT_ERROR = range(8, 12)
SHARED_ITEM, FORMAT, STYLE, COLUMN, SHEET_DATA = 19, 44, 47, 60, 145
WORKBOOK_PROPERTIES, BUNDLE_SHEET, MERGE, STYLES_BEGIN, STYLES_END = 153, 156, 176, 617, 618
CALCULATION = 157
INDEX_OF_ERROR = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?",
    0x24: "#NUM!", 0x2A: "#N/A", 0x2B: "#GETTING_DATA",
}  # fmt: skip
ROW_HIDDEN, COLUMN_HIDDEN = 0x10, 0x01
WORKSHEET = "worksheet"
NO_TEXT = 0xFFFF_FFFF
LAST_SHIFT = 21
"""A length has four bytes at most."""

LARGEST_ROW, LARGEST_COLUMN = 1_048_576, 16_384

Style = tuple[bool, bool, int]
"""Whether it shows a date, whether a length of time, and its power of ten."""


@dataclass(frozen=True, slots=True)
class Book:
    """What the cells of all sheets refer to."""

    texts: Sequence[str]
    styles: Sequence[Style]
    from_1904: bool


@dataclass(slots=True)
class Grid:
    """A sheet's cells while they are read."""

    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    merged: list[Merge] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    row: int = 0


def open_xlsb(package: Package) -> list[Sheet]:
    """Open a workbook of binary records, raising SheetError for what is none or is damaged."""
    roots = relations_of(package, "_rels/.rels", "")
    path = next((path for kind, path in roots.values() if kind == WORKBOOK), "xl/workbook.bin")
    if path not in package:
        raise SheetError("READ_FILE_FORMAT", kind=".zip")
    folder, name = posixpath.split(path)
    relations = relations_of(package, posixpath.join(folder, "_rels", f"{name}.rels"), folder)
    by_kind = dict(relations.values())
    try:
        entries, from_1904 = _workbook(package.read(path))
        book = Book(
            _texts(package.get(by_kind.get(TEXTS, ""))),
            _styles(package.get(by_kind.get(STYLES, ""))),
            from_1904,
        )
    except (struct.error, UnicodeDecodeError) as error:
        raise broken(str(error)) from error
    return [
        _sheet(package, part, name, book, hidden=hidden)
        for name, relation, hidden in entries
        for kind, part in [relations.get(relation, ("", ""))]
        if kind == WORKSHEET
    ]


def records(data: bytes) -> Iterator[tuple[int, bytes]]:
    r"""Give kind and content of each record; the lengths are numbers of 7 bits a byte.

    >>> [*records(bytes([0x00, 0x01, 0xff, 0x9c, 0x01, 0x00]))]
    [(0, b'\xff'), (156, b'')]
    """
    position, end = 0, len(data)
    while position < end:
        kind = data[position]
        position += 1
        if kind & 0x80 and position < end:
            kind = (kind & 0x7F) | (data[position] & 0x7F) << 7
            position += 1
        length = shift = 0
        while position < end:
            byte = data[position]
            position += 1
            length |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80 or shift > LAST_SHIFT:
                break
        if position + length > end:
            raise broken("BIFF12")
        yield kind, data[position : position + length]
        position += length


def _workbook(data: bytes) -> tuple[list[tuple[str, str, bool]], bool]:
    """Give name, relation and whether hidden of each sheet, and whether days count from 1904."""
    entries, from_1904 = [], False
    for kind, content in records(data):
        if kind == BUNDLE_SHEET:
            (state,) = struct.unpack_from("<I", content)
            relation, position = _wide(content, 8)
            entries.append((_wide(content, position)[0], relation, state != 0))
        elif kind == WORKBOOK_PROPERTIES:
            from_1904 = bool(content[0] & 1)
    return entries, from_1904


def _texts(data: bytes) -> list[str]:
    """Give the shared texts; formatting and readings behind a text are passed over."""
    return [_wide(content, 1)[0] for kind, content in records(data) if kind == SHARED_ITEM]


def _styles(data: bytes) -> list[Style]:
    """Give what each cell style shows."""
    formats: dict[int, Style] = dict.fromkeys(PERCENT_IDS, (False, False, PERCENT))
    formats |= {number: (True, number in DURATION_IDS, 0) for number in DATE_IDS}
    styles: list[Style] = []
    inside = False
    for kind, content in records(data):
        if kind == FORMAT:
            code = _wide(content, 2)[0]
            formats[struct.unpack_from("<H", content)[0]] = (
                is_date_format(code), is_duration_format(code), power_of(code),
            )  # fmt: skip
        elif kind in (STYLES_BEGIN, STYLES_END):
            inside = kind == STYLES_BEGIN
        elif kind == STYLE and inside:
            number = struct.unpack_from("<H", content, 2)[0]
            styles.append(formats.get(number, (False, False, 0)))
    return styles


def _sheet(package: Package, part: str, name: str, book: Book, *, hidden: bool) -> Sheet:
    try:
        if part not in package:
            raise broken(f"{name}: {part}")
        return _laid_out(_grid(package.read(part), book), name, hidden=hidden)
    except SheetError as problem:
        return Sheet(name, [], hidden=hidden, problem=problem)
    except (struct.error, UnicodeDecodeError) as error:
        return Sheet(name, [], hidden=hidden, problem=broken(str(error)))


def _grid(data: bytes, book: Book) -> Grid:
    """Walk the records of one sheet."""
    grid = Grid()
    for kind, content in records(data):
        if kind == ROW:
            (grid.row,) = struct.unpack_from("<I", content)
            if grid.row >= LARGEST_ROW:
                raise broken("BIFF12 row")
            if content[11] & ROW_HIDDEN:
                grid.hidden_rows.add(grid.row)
        elif BLANK < kind <= RESULT_ERROR:
            _add(grid, kind, content, book)
        elif kind == MERGE:
            top, bottom, left, right = struct.unpack_from("<IIII", content)
            grid.merged.append((top, left, bottom, right))
        elif kind == COLUMN:
            first, last = struct.unpack_from("<II", content)
            if content[16] & COLUMN_HIDDEN:
                grid.hidden_columns.append((first, last + 1))
    return grid


def _add(grid: Grid, kind: int, content: bytes, book: Book) -> None:
    """Add one cell: its column and style stand before its value."""
    column, style = struct.unpack_from("<II", content)
    if column >= LARGEST_COLUMN:
        raise broken("BIFF12 column")
    grid.cells[grid.row, column] = _value(kind, content, style & 0xFFFFFF, book)
    if len(grid.cells) > MAX_GRID_CELLS:
        check_size(len(grid.cells), 1)


def _value(kind: int, content: bytes, style: int, book: Book) -> Cell:
    if kind in (REAL, RESULT_REAL):
        (number,) = struct.unpack_from("<d", content, 8)
        return _number(float(number), style, book)
    if kind == RK:
        return _number(rk_number(struct.unpack_from("<I", content, 8)[0]), style, book)
    if kind == SHARED:
        index = int(struct.unpack_from("<I", content, 8)[0])
        if index >= len(book.texts):
            raise broken(f"BIFF12 text {index}")
        return book.texts[index]
    if kind in (TEXT, RESULT_TEXT):
        return _wide(content, 8)[0]
    if kind in (BOOL, RESULT_BOOL):
        return bool(content[8])
    return Unreadable("error", INDEX_OF_ERROR.get(content[8], "#ERROR!"))


def _number(number: float, style: int, book: Book) -> Cell:
    is_date, is_duration, power = (
        book.styles[style] if style < len(book.styles) else (False, False, 0)
    )
    if is_date:
        return moment(number, from_1904=book.from_1904, duration=is_duration)
    return Shown(number, power) if power else number


def rk_number(rk: int) -> float:
    """Give the number that 30 bits hold: a whole one or the upper half of a long one, or a 100th.

    >>> rk_number(0x0000_0016), rk_number(0x3FF0_0000), rk_number(0xFFFF_FFFE)
    (5.0, 1.0, -1.0)
    """
    if rk & 2:
        number = float((rk >> 2) - ((rk & 0x8000_0000) >> 1))
    else:
        number = float(struct.unpack("<d", struct.pack("<Q", (rk & 0xFFFFFFFC) << 32))[0])
    return number / 100 if rk & 1 else number


def _laid_out(grid: Grid, name: str, *, hidden: bool) -> Sheet:
    height = max((row for row, _ in grid.cells), default=-1) + 1
    width = max((column for _, column in grid.cells), default=-1) + 1
    check_size(height, width)
    rows: list[list[Cell]] = [[""] * width for _ in range(height)]
    for (row, column), cell in grid.cells.items():
        rows[row][column] = cell
    sheet = Sheet(name, rows, grid.merged, hidden, frozenset(grid.hidden_rows))
    sheet.unreadable = {
        place: cell for place, cell in grid.cells.items() if isinstance(cell, Unreadable)
    }
    sheet.hidden_columns = frozenset(
        column for start, end in grid.hidden_columns for column in range(start, min(end, width))
    )
    return sheet


def _wide(content: bytes, position: int) -> tuple[str, int]:
    """Give a text with its length before it, and where it ends."""
    (length,) = struct.unpack_from("<I", content, position)
    if length == NO_TEXT:
        return "", position + 4
    end = position + 4 + 2 * length
    if end > len(content):
        raise broken("BIFF12 text")
    return content[position + 4 : end].decode("utf-16-le", "surrogatepass"), end
