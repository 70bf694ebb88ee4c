"""Cells of counts and amounts: exact, with the unit that the header or the cell itself states.

Not here: other types of cells (see ``codes`` and ``plain_values``).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from dagster_project.programme.model import Column
from dagster_project.reading.model import Cell, Value
from dagster_project.reading.odd import ESTIMATED, Odd, Parser, careful, wrong
from dagster_project.reading.text import cell_text, narrow, number_text
from dagster_project.reading.vocabulary import Unit, vocabulary

DIGITS = 15
EXACT = 10**DIGITS
"""A spreadsheet keeps 15 digits: a larger number in a number cell has lost its last ones."""

LARGEST_INTEGER = 2**63
LARGEST_AMOUNT = 10**12
LARGEST_DECIMAL = Decimal(LARGEST_AMOUNT)
"""Of decimal(18, 6), the type of amounts in the warehouse."""

PLACES = 6
SMALLEST = Decimal(1).scaleb(-PLACES)
LONGEST_NUMBER = 40
_NUMBER = re.compile(
    r"(?P<sign>[+-]?)\s*"
    r"(?P<digits>\d{1,3}(?:(?P<gap>[, ])\d{3})(?:(?P=gap)\d{3})*|\d+)(?P<rest>\.\d+)?"
    r"\s*(?P<unit>\D*)"
)


@dataclass(frozen=True, slots=True)
class Written:
    """A number as a text writes it: with its own unit if any, and whether it is estimated."""

    number: Decimal
    unit: str
    status: str | None


def written_number(text: str) -> Written | None:
    """Read a number from a text, None where it is none or could be several.

    >>> written_number("１，２３４人")
    Written(number=Decimal('1234'), unit='人', status=None)
    >>> written_number("约30"), written_number("12 34"), written_number("1,5")
    (Written(number=Decimal('30'), unit='', status='E'), None, None)
    """
    bare, status = _without_estimate(narrow(text).lower())
    match = _NUMBER.fullmatch(bare) if len(bare) <= LONGEST_NUMBER else None
    if match is None or not bare.isprintable():
        return None
    digits = match["digits"].replace(match["gap"] or ",", "")
    number = Decimal(match["sign"] + digits + (match["rest"] or ""))
    return Written(number, match["unit"].strip(), status)


def _without_estimate(text: str) -> tuple[str, str | None]:
    """Take off 约 before and 左右 after a number."""
    for word in vocabulary().estimate_before:
        if text.startswith(word):
            return text.removeprefix(word).strip(" :"), ESTIMATED
    for word in vocabulary().estimate_after:
        if text.endswith(word):
            return text.removesuffix(word).strip(), ESTIMATED
    return text, None


def integer_parser(column: Column, factor: int) -> Parser:
    """Give the parser of a column of counts, whose cells are in units of ``factor``."""
    slow = careful(column, _number_reader(column, factor, _as_integer))
    if factor != 1:
        return slow

    def parse(cell: Cell) -> Value | Odd:
        if cell.__class__ is float and -EXACT < cell < EXACT:
            whole = int(cell)  # type: ignore[arg-type]
            if whole == cell:
                return whole
        elif isinstance(cell, str) and is_plain_integer(cell):
            return int(cell)
        return slow(cell)

    return parse


def is_plain_integer(text: str) -> bool:
    """Say whether a text is a count as it prints: digits only, no leading zero.

    >>> is_plain_integer("120"), is_plain_integer("007"), is_plain_integer("１２")
    (True, False, False)
    """
    return (
        text.isdigit()
        and text.isascii()
        and len(text) <= DIGITS
        and (text[0] != "0" or text == "0")
    )


def decimal_parser(column: Column, factor: int) -> Parser:
    """Give the parser of a column of amounts, whose cells are in units of ``factor``."""
    slow = careful(column, _number_reader(column, factor, _as_decimal))
    if factor != 1:
        return slow

    def parse(cell: Cell) -> Value | Odd:
        if cell.__class__ is float and -LARGEST_AMOUNT < cell < LARGEST_AMOUNT:  # type: ignore[operator]
            text = repr(cell)
            if "e" not in text and len(text) - text.index(".") <= PLACES + 1:
                return Decimal(text.removesuffix(".0"))
        return slow(cell)

    return parse


Typed = Callable[[Decimal, Cell], Decimal | int | Odd]


def _number_reader(column: Column, factor: int, typed: Typed) -> Parser:
    units = {word: unit for word, unit in vocabulary().units.items() if _fits(column, unit)}

    def read(cell: Cell) -> Value | Odd:
        written = _written(cell)
        if written is None or (written.unit and written.unit not in units):
            return wrong(cell, "READ_CELL_NUMBER")
        own = units[written.unit].factor if written.unit else factor
        value = typed(written.number * own, cell)
        if isinstance(value, Odd):
            return value
        as_shown = f"{written.number:f}" == cell_text(cell) or isinstance(cell, float)
        exact = own == factor and value == written.number * own
        if as_shown and exact and written.status is None:
            return value
        return Odd(value, written.status, cell_text(cell))

    return read


def _fits(column: Column, unit: Unit) -> bool:
    return unit.dimension == vocabulary().dimension_of(column.unit)


def _written(cell: Cell) -> Written | None:
    if isinstance(cell, str):
        return written_number(cell)
    if isinstance(cell, bool) or not isinstance(cell, int | float) or cell - cell != 0:
        return None
    return Written(Decimal(number_text(cell)), "", None)


def _as_integer(number: Decimal, cell: Cell) -> int | Odd:
    if not -LARGEST_INTEGER <= number < LARGEST_INTEGER or _has_lost_digits(cell):
        return wrong(cell, "READ_CELL_OVERFLOW")
    whole = int(number)
    return whole if whole == number else wrong(cell, "READ_NOT_INTEGER")


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
