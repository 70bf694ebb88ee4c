"""Workbooks of the older kind (.xls): calamine for the values, a side-car over the BIFF records.

The records tell error cells, formulas without a result and hidden rows, which calamine does not.
Not here: any other format. Records: [MS-XLS] 2.4.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import StringIO

from dagster_project.reading.calamine import load_sheet, open_workbook, worksheet_names
from dagster_project.reading.model import Unreadable
from dagster_project.reading.sheets import Sheet, SheetError

ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
BOF, EOF, BOUNDSHEET, FILEPASS = 0x0809, 0x000A, 0x0085, 0x002F
ROW, BOOLERR, FORMULA, STRING = 0x0208, 0x0205, 0x0006, 0x0207
SHORTEST = {BOUNDSHEET: 4, ROW: 13, BOOLERR: 8, FORMULA: 14}
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


def open_xls(data: bytes) -> list[Sheet]:
    """Open a workbook of the older kind, raising SheetError for what is none or is locked."""
    if ENCRYPTED_PACKAGE in data:
        raise SheetError("READ_FILE_ENCRYPTED")
    stream = workbook_stream(data)
    if stream is not None and any(kind == FILEPASS for _, kind, _ in _globals(stream)):
        raise SheetError("READ_FILE_ENCRYPTED")
    with open_workbook(data) as workbook:
        sheets = {
            index: load_sheet(workbook, index, name, hidden=hidden)
            for index, name, hidden in worksheet_names(workbook)
        }
    side_cars = _side_cars(stream) if stream is not None else []
    for index, sheet in sheets.items():
        _add(sheet, side_cars[index] if index < len(side_cars) else None)
    return list(sheets.values())


def _add(sheet: Sheet, side_car: SideCar | None) -> None:
    if side_car is None:
        sheet.verified = sheet.is_empty
        return
    sheet.mark(side_car.unreadable)
    sheet.hidden_rows = frozenset(side_car.hidden_rows)


def workbook_stream(data: bytes) -> bytes | None:
    """Give the stream of records, None where the container cannot be followed."""
    from xlrd.compdoc import CompDoc, CompDocError

    try:
        container = CompDoc(data, logfile=StringIO())
        for name in ("Workbook", "Book"):
            memory, start, length = container.locate_named_stream(name)
            if memory is not None:
                return bytes(memory[start : start + length])
    except (CompDocError, struct.error, IndexError, ValueError, TypeError, AssertionError):
        return None
    return None


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


def _side_cars(stream: bytes) -> list[SideCar | None]:
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
    if not any(side_car and side_car.has_results for side_car in side_cars):
        for side_car in filter(None, side_cars):
            side_car.unreadable |= dict.fromkeys(side_car.empty_results, UNCALCULATED)
    return side_cars


def _side_car(stream: bytes, start: int) -> SideCar | None:
    """Walk the records of one sheet; embedded charts have their own begin and end."""
    side_car, depth, awaited = SideCar(), 0, None
    for _, kind, content in records(stream, start):
        if kind == BOF:
            depth += 1
        elif depth == 0:
            return None
        elif kind == EOF:
            depth -= 1
        elif depth == 1:
            awaited = _take(side_car, kind, content, awaited)
        if depth == 0:
            return side_car
    return None


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
