"""Workbooks of the older kind (.xls, older .et): a stream of records, in a container or bare.

Calamine reads the values of those that keep their texts in Unicode, xlrd all others. Not here: what
the records tell beside the values (see ``biff``).
"""

import struct
from io import StringIO
from typing import Any

from python_calamine import CalamineWorkbook

from dagster_project.reading.biff import (
    BIFF8,
    ERRORS,
    UTF16,
    WORKSHEET,
    Globals,
    SideCar,
    globals_of,
    side_cars_of,
)
from dagster_project.reading.calamine import load_sheet, open_workbook, worksheet_names
from dagster_project.reading.model import Cell, Unreadable
from dagster_project.reading.number_formats import moment
from dagster_project.reading.package import broken
from dagster_project.reading.sheets import Sheet, SheetError, check_size

OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
STREAMS = ("Workbook", "Book", "WORKBOOK", "BOOK", "workbook", "book")
OTHER_STREAMS = {"WordDocument": ".doc", "PowerPoint Document": ".ppt"}
CONFUSED = (
    struct.error, LookupError, ValueError, TypeError, AssertionError, ZeroDivisionError,
    AttributeError, NotImplementedError, RecursionError,
)  # fmt: skip
"""What xlrd raises on the records of a damaged file."""

CHINESE = "gb18030"
"""The encoding of old files that do not name theirs; xlrd would take it for Western."""


def open_xls(data: bytes) -> list[Sheet]:
    """Open a workbook of the older kind, raising SheetError for what is none or is locked.

    The records are looked at first: calamine lays out whatever area a damaged record names, and
    asking for 100 GB ends the process.
    """
    if ENCRYPTED_PACKAGE in data:
        raise SheetError("READ_FILE_ENCRYPTED")
    contained = data.startswith(OLE2)
    stream = workbook_stream(data) if contained else data
    book = globals_of(stream)
    if book.locked:
        raise SheetError("READ_FILE_ENCRYPTED")
    side_cars = side_cars_of(stream, book)
    if contained and book.version == BIFF8 and book.codepage == UTF16:
        return _by_calamine(data, side_cars)
    kept = [car for car, kind in zip(side_cars, book.kinds, strict=True) if kind == WORKSHEET]
    return _by_xlrd(data, kept, book)


def workbook_stream(data: bytes) -> bytes:
    """Give the stream of records, raising SheetError where the container is damaged."""
    from xlrd.compdoc import CompDoc, CompDocError

    try:
        container = CompDoc(data, logfile=StringIO())
        for name in STREAMS:
            memory, start, length = container.locate_named_stream(name)
            if memory is not None:
                return bytes(memory[start : start + length])
        known = {kind for name, kind in OTHER_STREAMS.items() if container.get_named_stream(name)}
    except (CompDocError, *CONFUSED) as error:
        raise broken(str(error)) from error
    raise SheetError("READ_FILE_FORMAT", kind=min(known, default="OLE2"))


def _by_calamine(data: bytes, side_cars: list[SideCar]) -> list[Sheet]:
    with open_workbook(data) as workbook:
        return [
            _with_side_car(_load(workbook, entry), side_cars[entry[0]])
            for entry in worksheet_names(workbook)
            if entry[0] < len(side_cars)
        ]


def _load(workbook: CalamineWorkbook, entry: tuple[int, str, bool]) -> Sheet:
    index, name, hidden = entry
    return load_sheet(workbook, index, name, hidden=hidden)


def _with_side_car(sheet: Sheet, side_car: SideCar | None) -> Sheet:
    """Add to a sheet what its records say and its values do not."""
    if side_car is None:
        sheet.verified = False
    elif sheet.problem is None:
        sheet.mark(side_car.unreadable)
        sheet.merged = side_car.merged
        sheet.hidden_rows = frozenset(side_car.hidden_rows)
        width = len(sheet.grid[0]) if sheet.grid else 0
        sheet.hidden_columns = frozenset(c for c in side_car.hidden_columns if c < width)
        for place, power in side_car.shown.items():
            sheet.show(place, power)
    return sheet


def _by_xlrd(data: bytes, side_cars: list[SideCar], book: Globals) -> list[Sheet]:
    """Read values by xlrd, which knows every version and encoding, a cell at a time.

    Sheets without a side-car (versions before Excel 5) are not called verified.
    """
    import xlrd
    from xlrd.compdoc import CompDocError

    unnamed = book.version < BIFF8 and book.codepage is None
    try:
        found = xlrd.open_workbook(
            file_contents=data,
            logfile=StringIO(),
            encoding_override=CHINESE if unnamed else None,
            ragged_rows=True,
        )
        sheets = [_from_xlrd(sheet, found.datemode) for sheet in found.sheets()]
    except (xlrd.XLRDError, CompDocError, *CONFUSED) as error:
        raise broken(str(error) or type(error).__name__) from error
    cars: list[SideCar | None] = [*side_cars]
    if len(cars) != len(sheets):
        cars = [None] * len(sheets)
    return [_with_side_car(sheet, car) for sheet, car in zip(sheets, cars, strict=True)]


def _from_xlrd(loaded: Any, datemode: int) -> Sheet:
    """Give one sheet's cells from A1 on."""
    lengths = [loaded.row_len(row) for row in range(loaded.nrows)]
    width = max(lengths, default=0)
    check_size(loaded.nrows, width)
    grid = [
        [_cell(cell, datemode) for cell in loaded.row(row)] + [""] * (width - length)
        for row, length in enumerate(lengths)
    ]
    sheet = Sheet(loaded.name, grid, hidden=bool(loaded.visibility))
    sheet.unreadable = {
        (row, column): cell
        for row, cells in enumerate(grid)
        for column, cell in enumerate(cells)
        if isinstance(cell, Unreadable)
    }
    return sheet


def _cell(cell: Any, datemode: int) -> Cell:
    """Give a cell as calamine would give it."""
    from xlrd import XL_CELL_BOOLEAN, XL_CELL_DATE, XL_CELL_ERROR, XL_CELL_NUMBER, XL_CELL_TEXT

    if cell.ctype == XL_CELL_ERROR:
        return Unreadable("error", ERRORS.get(cell.value, "#ERROR!"))
    if cell.ctype == XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype == XL_CELL_DATE:
        return moment(cell.value, from_1904=datemode == 1)
    return cell.value if cell.ctype in (XL_CELL_NUMBER, XL_CELL_TEXT) else ""
