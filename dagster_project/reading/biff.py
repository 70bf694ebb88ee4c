"""The records of older workbooks (.xls, .et): walked for what values alone do not tell.

Errors, formulas without a result, what is hidden, and formats that show a number on another scale.
Not here: how the records are found and the values read (see ``workbook_xls``). Records: [MS-XLS]
2.4.
"""

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from dagster_project.reading.model import PERCENT, Unreadable
from dagster_project.reading.number_formats import PERCENT_IDS, power_of
from dagster_project.reading.sheets import Merge, Place, SheetError, check_size

BOF, EOF, BOUNDSHEET, FILEPASS, DIMENSIONS = 0x0809, 0x000A, 0x0085, 0x002F, 0x0200
CODEPAGE, FORMAT, XF, COLINFO, MERGED = 0x0042, 0x041E, 0x00E0, 0x007D, 0x00E5
ROW, BOOLERR, FORMULA, STRING = 0x0208, 0x0205, 0x0006, 0x0207
NUMBER, RK, MULRK = 0x0203, 0x027E, 0x00BD
DIMENSIONS_BIFF8 = 14
WHOLE_SHEET = 65_536 * 256
BIFF8, UTF16 = 0x0600, 1200
WORKSHEET = 0

CELLS = frozenset({
    FORMULA, MULRK, 0x00BE, 0x00D6, 0x00FD, 0x0201, NUMBER, 0x0204, BOOLERR, RK,
})  # fmt: skip
"""Records that begin with row and column: formula, numbers, blanks, texts, errors."""

SHORTEST = dict.fromkeys(CELLS, 4) | {
    BOUNDSHEET: 6, DIMENSIONS: 10, ROW: 13, BOOLERR: 8, FORMULA: 14, COLINFO: 10, CODEPAGE: 2,
    XF: 4, FORMAT: 4, NUMBER: 14, RK: 10, MULRK: 12, MERGED: 2,
}  # fmt: skip
"""Bytes of each record that are looked at; a shorter one is damaged and passed over."""

ROW_HIDDEN, COLUMN_HIDDEN = 0x20, 0x01
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

    unreadable: dict[Place, Unreadable] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    shown: dict[Place, int] = field(default_factory=dict)
    merged: list[Merge] = field(default_factory=list)
    empty_results: list[Place] = field(default_factory=list)
    has_results: bool = False
    height: int = 0
    width: int = 0


@dataclass(slots=True)
class Globals:
    """What stands once in a workbook: where its sheets begin, its encoding, its formats."""

    version: int = 0
    codepage: int | None = None
    locked: bool = False
    starts: list[int] = field(default_factory=list)
    kinds: list[int] = field(default_factory=list)
    powers: dict[int, int] = field(default_factory=lambda: dict.fromkeys(PERCENT_IDS, PERCENT))
    styles: list[int] = field(default_factory=list)

    @property
    def shown_styles(self) -> dict[int, int]:
        """Give the cell styles that show a number on another scale, with the power of each."""
        powers = ((style, self.powers.get(number, 0)) for style, number in enumerate(self.styles))
        return {style: power for style, power in powers if power}


def records(stream: bytes, start: int = 0) -> Iterator[Record]:
    """Give position, kind and content of each record from a position on."""
    position = start
    while position + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, position)
        if length >= SHORTEST.get(kind, 0):
            yield position, kind, stream[position + 4 : position + 4 + length]
        position += 4 + length


def globals_of(stream: bytes) -> Globals:
    """Read the records before the first sheet."""
    found = Globals()
    for position, kind, content in records(stream):
        if kind == BOF and position == 0:
            found.version = struct.unpack_from("<H", content)[0] if len(content) > 1 else 0
        elif kind == EOF:
            break
        elif kind == FILEPASS:
            found.locked = True
        elif kind == BOUNDSHEET:
            found.starts.append(struct.unpack_from("<I", content)[0])
            found.kinds.append(content[5])
        elif kind == CODEPAGE:
            found.codepage = struct.unpack_from("<H", content)[0]
        elif kind == XF:
            found.styles.append(struct.unpack_from("<H", content, 2)[0])
        elif kind == FORMAT:
            number, code = _format(content, found.version)
            found.powers[number] = power_of(code)
    return found


def _format(content: bytes, version: int) -> tuple[int, str]:
    """Give number and code of a format; only signs in ASCII matter for its scale."""
    number, start = struct.unpack_from("<H", content)[0], 3
    if version >= BIFF8:
        wide, start = content[4] & 1, 5
        if wide:
            return number, content[start:].decode("utf-16-le", "replace")
    return number, content[start:].decode("latin-1")


def side_cars_of(stream: bytes, book: Globals) -> list[SideCar]:
    """Give the side-car of each sheet in the workbook's order.

    A formula whose result is the empty text is a blank; where no formula of the whole file has
    any other result, the program that wrote it did not calculate.
    """
    styles = book.shown_styles
    side_cars = [_side_car(stream, start, styles) for start in book.starts]
    if not any(side_car.has_results for side_car in side_cars):
        for side_car in side_cars:
            side_car.unreadable |= dict.fromkeys(side_car.empty_results, UNCALCULATED)
    return side_cars


def _side_car(stream: bytes, start: int, styles: Mapping[int, int]) -> SideCar:
    """Walk the records of one sheet; embedded charts have their own begin and end."""
    side_car, depth, awaited, kind = SideCar(), 0, None, BOF
    for _, kind, content in records(stream, start):
        if kind in CELLS or kind == DIMENSIONS:
            _widen(side_car, kind, content)
        if kind in (BOF, EOF):
            depth += 1 if kind == BOF else -1
        elif depth == 1:
            awaited = _take(side_car, kind, content, awaited)
            if styles and kind in (NUMBER, RK, MULRK, FORMULA):
                _take_styles(side_car, kind, content, styles)
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


def _take(side_car: SideCar, kind: int, content: bytes, awaited: Place | None) -> Place | None:
    """Note one record; gives the cell whose text result the next record must bring."""
    if kind == STRING and awaited:
        side_car.unreadable.pop(awaited, None)
        side_car.has_results = True
    elif kind == ROW and content[12] & ROW_HIDDEN:
        side_car.hidden_rows.add(struct.unpack_from("<H", content)[0])
    elif kind == COLINFO and content[8] & COLUMN_HIDDEN:
        first, last = struct.unpack_from("<HH", content)
        side_car.hidden_columns.update(range(first, min(last, 0xFF) + 1))
    elif kind == MERGED:
        ranges = struct.iter_unpack("<HHHH", content[2 : 2 + (len(content) - 2) // 8 * 8])
        side_car.merged += [(top, left, bottom, right) for top, bottom, left, right in ranges]
    elif kind == BOOLERR and content[7]:
        side_car.unreadable[_place(content)] = _error(content[6])
    elif kind == FORMULA:
        return _take_result(side_car, content)
    return awaited if kind != STRING else None


def _take_result(side_car: SideCar, content: bytes) -> Place | None:
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


def _take_styles(side_car: SideCar, kind: int, content: bytes, styles: Mapping[int, int]) -> None:
    """Note the numbers that their style shows on another scale."""
    row, column = _place(content)
    pairs = len(content) // 6 - 1 if kind == MULRK else 1
    for step in range(pairs):
        (style,) = struct.unpack_from("<H", content, 4 + 6 * step)
        if power := styles.get(style):
            side_car.shown[row, column + step] = power


def _place(content: bytes) -> Place:
    row, column = struct.unpack_from("<HH", content)
    return row, column


def _error(code: int) -> Unreadable:
    return Unreadable("error", ERRORS.get(code, "#ERROR!"))
