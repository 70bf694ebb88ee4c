"""Cells of counts and amounts: exact, with the unit that the header or the cell itself states.

Not here: how a text writes a number (see ``written_numbers``), other types of cells (see ``codes``
and ``plain_values``).
"""

import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from dagster_project.programme.model import Column
from dagster_project.reading.cell_words import cell_words, measures
from dagster_project.reading.model import PERCENT, Cell, Shown, Value
from dagster_project.reading.number_formats import SCALES
from dagster_project.reading.odd import Odd, Parser, careful, personal, wrong
from dagster_project.reading.personal_data import is_personal_value
from dagster_project.reading.text import cell_text, number_text, plain
from dagster_project.reading.vocabulary import vocabulary
from dagster_project.reading.written_numbers import Written, written_number

EXACT = 10**15
"""A spreadsheet keeps 15 digits: a larger number in a number cell has lost its last ones."""

PLAIN_DIGITS = 10
LARGEST_PLAIN = 10**PLAIN_DIGITS
"""Counts beyond are looked at closely: eleven digits may be a telephone number."""

LARGEST_INTEGER = 2**63
LARGEST_AMOUNT = 10**12
LARGEST_DECIMAL = Decimal(LARGEST_AMOUNT)
"""Of decimal(18, 6), the type of amounts in the warehouse."""

PLACES = 6
SMALLEST = Decimal(1).scaleb(-PLACES)
RESIDUE = Decimal("0.00001")
"""Nobody types a count with five decimals: 11.999999 is what a formula leaves of 12."""

FLOATS = {float}
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:,\d{3}){1,2}", re.ASCII)
"""A count with its thousands parted, as texts mostly write it; short enough to be no telephone."""

_PLAIN_AMOUNT = re.compile(r"(?:0|[1-9]\d{0,10})(?:\.\d{1,6})?", re.ASCII)
"""An amount as it prints."""


def integer_parser(column: Column, factor: int) -> Parser:
    """Give the parser of a column of counts, whose cells are in units of ``factor``."""
    slow = careful(column, _number_reader(column, factor, _as_integer))
    if factor != 1:
        return slow
    blank = slow("")

    def parse(cell: Cell) -> Value | Odd:
        if cell == "":
            return blank
        if cell.__class__ is float and -LARGEST_PLAIN < cell < LARGEST_PLAIN:
            whole = int(cell)  # type: ignore[arg-type]
            if whole == cell:
                return whole
        elif isinstance(cell, str):
            if is_plain_integer(cell):
                return int(cell)
            if _GROUPED.fullmatch(cell):
                return Odd(int(cell.replace(",", "")), raw_text=cell)
        return slow(cell)

    return parse


def plain_integers(cells: list[Cell]) -> list[Value] | None:
    """Read a whole column of counts at once where every cell is a plain one, else give None.

    >>> plain_integers([5.0, 0.0]), plain_integers([5.5, 0.0]), plain_integers([5.0, "6"])
    ([5, 0], None, None)
    """
    if set(map(type, cells)) != FLOATS:
        return None
    try:
        whole = list(map(int, cells))  # type: ignore[arg-type]
    except (ValueError, OverflowError):
        return None
    is_plain = whole == cells and max(whole) < LARGEST_PLAIN and min(whole) > -LARGEST_PLAIN
    return whole if is_plain else None  # type: ignore[return-value]


def is_plain_integer(text: str) -> bool:
    """Say whether a text is a count as it prints: digits only, no leading zero.

    >>> is_plain_integer("120"), is_plain_integer("007"), is_plain_integer("１２")
    (True, False, False)
    """
    return (
        text.isdigit()
        and text.isascii()
        and len(text) <= PLAIN_DIGITS
        and (text[0] != "0" or text == "0")
    )


def decimal_parser(column: Column, factor: int) -> Parser:
    """Give the parser of a column of amounts, whose cells are in units of ``factor``."""
    slow = careful(column, _number_reader(column, factor, _as_decimal))
    if factor != 1:
        return slow
    blank = slow("")

    def parse(cell: Cell) -> Value | Odd:
        if cell == "":
            return blank
        if cell.__class__ is float and -LARGEST_AMOUNT < cell < LARGEST_AMOUNT:  # type: ignore[operator]
            text = repr(cell)
            if "e" not in text and len(text) - text.index(".") <= PLACES + 1:
                return Decimal(text.removesuffix(".0"))
        elif isinstance(cell, str) and _PLAIN_AMOUNT.fullmatch(cell):
            return Decimal(cell)
        return slow(cell)

    return parse


Typed = Callable[[Decimal, Cell], Decimal | int | Odd]


def _number_reader(column: Column, factor: int, typed: Typed) -> Parser:
    """Read what is no plain number; the words of units are looked up when first needed."""
    allowed: dict[str, Decimal] = {}
    is_base = _is_base(column, factor)

    def read(cell: Cell) -> Value | Odd:
        written = _written(cell, factor * vocabulary().scale_of(column.unit))
        if written is None:
            return wrong(cell, _why_no_number(cell))
        if written.bracketed and column.type == "integer":
            return wrong(cell, "READ_CELL_BRACKETS")
        if written.unit and not allowed:
            allowed.update(_allowed(column, factor))
        own = allowed.get(written.unit) if written.unit else Decimal(factor)
        if own is None or (written.scaled and not written.unit and not is_base):
            problem = "READ_CELL_MEASURE" if _is_measure(written) else "READ_CELL_NUMBER"
            return wrong(cell, problem, unit=_unit_words(column, factor))
        number = written.number * own * (-1 if written.bracketed else 1)
        return _result(typed(number, cell), number, written, cell, is_own=own == factor)

    return read


def _result(
    value: Decimal | int | Odd, number: Decimal, written: Written, cell: Cell, *, is_own: bool
) -> Value | Odd:
    """Give a value alone where it is what the cell shows, else with its text."""
    text = cell_text(cell)
    if isinstance(value, Odd):
        return value
    if isinstance(value, int) and abs(value) >= LARGEST_PLAIN and is_personal_value(text):
        return personal()
    is_plain = cell.__class__ is float or f"{written.number:f}" == text
    if is_plain and is_own and value == number and written.status is None:
        return value
    return Odd(value, written.status, text)


def _is_base(column: Column, factor: int) -> bool:
    """Say whether cells are in the base unit, so that 万 in one of them says nothing twice."""
    return factor == 1 and vocabulary().scale_of(column.unit) == 1


def _allowed(column: Column, factor: int) -> dict[str, Decimal]:
    """Give the units a cell may state; 万 alone only where the header does not say it already."""
    has_unit = vocabulary().dimension_of(column.unit) is not None
    scales = cell_words().scales if has_unit and _is_base(column, factor) else {}
    return {word: Decimal(scale) for word, scale in scales.items()} | measures(column)


@cache
def _known_measures() -> frozenset[str]:
    counted = (word for words in cell_words().counted.values() for word in words)
    return frozenset({*vocabulary().units, *counted, *cell_words().ratios, *cell_words().scales})


def _is_measure(written: Written) -> bool:
    scales = "".join(cell_words().scales)
    return written.scaled or written.unit.lstrip(scales) in {"", *_known_measures()}


def _unit_words(column: Column, factor: int) -> str:
    """Give the unit that a column's cells are in, for a message."""
    known = [word for word, own in measures(column).items() if own == factor]
    return known[0] if known else column.unit or "—"


def _why_no_number(cell: Cell) -> str:
    is_none = isinstance(cell, str) and plain(cell) in cell_words().none_or_zero
    return "READ_CELL_NONE" if is_none else "READ_CELL_NUMBER"


def _written(cell: Cell, scale: int) -> Written | None:
    """Give the number that a cell shows in a column of so many base units."""
    if isinstance(cell, str):
        return written_number(cell)
    if isinstance(cell, bool) or not isinstance(cell, int | float) or cell - cell != 0:
        return None
    number = Decimal(number_text(cell))
    if isinstance(cell, Shown) and cell.power == PERCENT:
        return Written(number.scaleb(PERCENT), "%")
    if isinstance(cell, Shown) and cell.power > 0:
        is_said = 10**cell.power == scale
        return Written(number) if is_said else Written(number, SCALES.get(cell.power, "?"))
    return Written(number, scaled=isinstance(cell, Shown))


def _as_integer(number: Decimal, cell: Cell) -> int | Odd:
    if not -LARGEST_INTEGER <= number < LARGEST_INTEGER or _has_lost_digits(cell):
        return wrong(cell, "READ_CELL_OVERFLOW")
    nearest = int(number.to_integral_value())
    return nearest if abs(nearest - number) <= RESIDUE else wrong(cell, "READ_NOT_INTEGER")


def _as_decimal(number: Decimal, cell: Cell) -> Decimal | Odd:
    """Give an amount; what a formula computed beyond six places is rounded, its text kept."""
    if not -LARGEST_DECIMAL < number < LARGEST_DECIMAL:
        return wrong(cell, "READ_CELL_OVERFLOW")
    rounded = number.quantize(SMALLEST, ROUND_HALF_UP)
    if abs(rounded) >= LARGEST_DECIMAL:
        return wrong(cell, "READ_CELL_OVERFLOW")
    return number if rounded == number else rounded


def _has_lost_digits(cell: Cell) -> bool:
    return isinstance(cell, float) and abs(cell) >= EXACT
