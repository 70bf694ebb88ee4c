"""Workbooks of the older kind (.xls): calamine for the values, a side-car over the BIFF records.

The records tell error cells, formulas without a result and hidden rows, which calamine does not.
Not here: any other format. Records: [MS-XLS] 2.4.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import StringIO

from python_calamine import CalamineWorkbook

from dagster_project.reading.calamine import load_sheet, open_workbook, worksheet_names
from dagster_project.reading.model import Unreadable
from dagster_project.reading.sheets import Sheet, SheetError, check_size

ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
BOF, EOF, BOUNDSHEET, FILEPASS, DIMENSIONS = 0x0809, 0x000A, 0x0085, 0x002F, 0x0200
DIMENSIONS_BIFF8 = 14
WHOLE_SHEET = 65_536 * 256
ROW, BOOLERR, FORMULA, STRING = 0x0208, 0x0205, 0x0006, 0x0207
CONFUSED = (
    struct.error, IndexError, KeyError, ValueError, TypeError, AssertionError, ZeroDivisionError,
)  # fmt: skip
"""What xlrd raises on the directory of a damaged container."""

CELLS = frozenset({
    0x0006, 0x00BD, 0x00BE, 0x00D6, 0x00FD, 0x0201, 0x0203, 0x0204, 0x0205, 0x027E,
})  # fmt: skip
"""Records that begin with row and column: formula, numbers, blanks, texts, errors."""

SHORTEST = dict.fromkeys(CELLS, 4) | {
    BOUNDSHEET: 4, DIMENSIONS: 10, ROW: 13, BOOLERR: 8, FORMULA: 14,
}  # fmt: skip
"""Bytes of each record that are looked at; a shorter one is damaged and passed over."""

ROW_HIDDEN = 0x20
NO_NUMBER = b"\xff\xff"
TEXT_RESULT, ERROR_RESULT, EMPTY_RESULT = 0, 2, 3
ERRORS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?",
    0x24: "#NUM!", 0x2A: "#N/A",
}  # fmt: skip
UNCALCULATED = Unreadable("formula", "=…")
Record = tuple[int, int, bytes]


@dataclass(slots=True)
class SideCar:
    """What the records of one sheet say beside its values."""

    unreadable: dict[tuple[int, int], Unreadable] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    empty_results: list[tuple[int, int]] = field(default_factory=list)
    has_results: bool = False
    height: int = 0
    width: int = 0


def open_xls(data: bytes) -> list[Sheet]:
    """Open a workbook of the older kind, raising SheetError for what is none or is locked.

    The records are looked at first: calamine lays out whatever area a damaged record names, and
    asking for 100 GB ends the process.
    """
    if ENCRYPTED_PACKAGE in data:
        raise SheetError("READ_FILE_ENCRYPTED")
    stream = workbook_stream(data)
    if any(kind == FILEPASS for _, kind, _ in _globals(stream)):
        raise SheetError("READ_FILE_ENCRYPTED")
    side_cars = _side_cars(stream)
    with open_workbook(data) as workbook:
        return [
            _sheet(workbook, entry, side_cars[entry[0]])
            for entry in worksheet_names(workbook)
            if entry[0] < len(side_cars)
        ]


def _sheet(workbook: CalamineWorkbook, entry: tuple[int, str, bool], side_car: SideCar) -> Sheet:
    index, name, hidden = entry
    sheet = load_sheet(workbook, index, name, hidden=hidden)
    if sheet.problem is None:
        sheet.mark(side_car.unreadable)
        sheet.hidden_rows = frozenset(side_car.hidden_rows)
    return sheet


def workbook_stream(data: bytes) -> bytes:
    """Give the stream of records, raising SheetError where the container is damaged."""
    from xlrd.compdoc import CompDoc, CompDocError

    try:
        container = CompDoc(data, logfile=StringIO())
        for name in ("Workbook", "Book"):
            memory, start, length = container.locate_named_stream(name)
            if memory is not None:
                return bytes(memory[start : start + length])
    except (CompDocError, *CONFUSED) as error:
        raise SheetError("READ_FILE_BROKEN", problem=str(error)[:200]) from error
    raise SheetError("READ_FILE_FORMAT", kind="OLE2")


def records(stream: bytes, start: int = 0) -> Iterator[Record]:
    """Give position, kind and content of each record from a position on."""
    position = start
    while position + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, position)
        if length >= SHORTEST.get(kind, 0):
            yield position, kind, stream[position + 4 : position + 4 + length]
        position += 4 + length


def _globals(stream: bytes) -> Iterator[Record]:
    """Give the records of the workbook itself, which come before those of its sheets."""
    for record in records(stream):
        yield record
        if record[1] == EOF:
            return


def _side_cars(stream: bytes) -> list[SideCar]:
    """Give the side-car of each sheet in the workbook's order.

    A formula whose result is the empty text is a blank; where no formula of the whole file has
    any other result, the program that wrote it did not calculate.
    """
    starts = [
        struct.unpack_from("<I", content)[0]
        for _, kind, content in _globals(stream)
        if kind == BOUNDSHEET
    ]
    side_cars = [_side_car(stream, start) for start in starts]
    if not any(side_car.has_results for side_car in side_cars):
        for side_car in side_cars:
            side_car.unreadable |= dict.fromkeys(side_car.empty_results, UNCALCULATED)
    return side_cars


def _side_car(stream: bytes, start: int) -> SideCar:
    """Walk the records of one sheet; embedded charts have their own begin and end."""
    side_car, depth, awaited, kind = SideCar(), 0, None, BOF
    for _, kind, content in records(stream, start):
        if kind in CELLS or kind == DIMENSIONS:
            _widen(side_car, kind, content)
        if kind in (BOF, EOF):
            depth += 1 if kind == BOF else -1
        elif depth == 1:
            awaited = _take(side_car, kind, content, awaited)
        if depth == 0:
            break
    if depth or kind != EOF:
        raise SheetError("READ_FILE_BROKEN", problem="BIFF")
    return side_car


def _widen(side_car: SideCar, kind: int, content: bytes) -> None:
    """Take in the place of a record; calamine lays out the cells and reserves the dimensions."""
    if kind == DIMENSIONS:
        layout = "<IIHH" if len(content) >= DIMENSIONS_BIFF8 else "<HHHH"
        top, bottom, left, right = struct.unpack_from(layout, content)
        if bottom * right > WHOLE_SHEET or top > bottom or left > right:
            raise SheetError("READ_FILE_BROKEN", problem="DIMENSIONS")
        return
    row, column = _place(content)
    side_car.height, side_car.width = max(side_car.height, row + 1), max(side_car.width, column + 1)
    check_size(side_car.height, side_car.width)


def _take(
    side_car: SideCar, kind: int, content: bytes, awaited: tuple[int, int] | None
) -> tuple[int, int] | None:
    """Note one record; gives the cell whose text result the next record must bring."""
    if kind == STRING and awaited:
        side_car.unreadable.pop(awaited, None)
        side_car.has_results = True
    elif kind == ROW and content[12] & ROW_HIDDEN:
        side_car.hidden_rows.add(struct.unpack_from("<H", content)[0])
    elif kind == BOOLERR and content[7]:
        side_car.unreadable[_place(content)] = _error(content[6])
    elif kind == FORMULA:
        return _take_result(side_car, content)
    return awaited if kind != STRING else None


def _take_result(side_car: SideCar, content: bytes) -> tuple[int, int] | None:
    """Note a formula's result; gives its cell where a text must follow."""
    place = _place(content)
    kind = content[6] if content[12:14] == NO_NUMBER else None
    if kind == ERROR_RESULT:
        side_car.unreadable[place] = _error(content[8])
    elif kind == TEXT_RESULT:
        side_car.unreadable[place] = UNCALCULATED
        return place
    elif kind == EMPTY_RESULT:
        side_car.empty_results.append(place)
        return None
    side_car.has_results = True
    return None


def _place(content: bytes) -> tuple[int, int]:
    row, column = struct.unpack_from("<HH", content)
    return row, column


def _error(code: int) -> Unreadable:
    return Unreadable("error", ERRORS.get(code, "#ERROR!"))
