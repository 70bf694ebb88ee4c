"""How a town writes a value: codes or names, numbers or text, dates one way or another.

From the typed value of a column to the cell of a sheet. Not here: where the cell stands.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from dagster_project.programme.model import CodeList, Column, Programme
from dagster_project.samples.data import declared
from dagster_project.samples.grid import Cell
from dagster_project.samples.world import Value

Writer = Callable[[Value], Cell]
THOUSAND = 1_000
TEN_THOUSAND = 10_000


@dataclass(frozen=True, slots=True)
class Habits:
    """A town's habits when it fills cells."""

    labels: bool = False
    letters: bool = False
    dates: str | None = None
    ten_thousands: bool = False
    unit_names: dict[str, str] | None = None


def writer_of(column: Column, habits: Habits, programme: Programme) -> Writer:
    """Give the function that writes the values of one column."""
    if column.type == "boolean":
        return _yes_no(habits)
    if column.type == "date":
        return _date(habits.dates)
    if column.type == "decimal":
        divisor = TEN_THOUSAND if habits.ten_thousands and column.unit == "yuan" else 1
        return lambda value: None if value is None else number(Decimal(str(value)) / divisor)
    if column.name == "unit_code" and habits.unit_names:
        return _lookup(habits.unit_names)
    found = programme.codelists.get(column.code_list or "")
    if habits.labels and found:
        return _labels(found)
    return _plain


def number(value: Decimal | int) -> int | float:
    """Give a whole number as int, any other as float, as a workbook stores it."""
    return int(value) if value == int(value) else float(value)


def grouped(value: Cell) -> Cell:
    """Give a large whole number as text with thousands separators.

    >>> grouped(12345)
    '12,345'
    """
    if isinstance(value, int) and abs(value) >= THOUSAND:
        return f"{value:,}"
    return value


def _plain(value: Value) -> Cell:
    return number(value) if isinstance(value, Decimal) else value


def _yes_no(habits: Habits) -> Writer:
    words = declared("texts")["yes_no"]
    if habits.labels or habits.letters:
        yes, no = words["labels" if habits.labels else "letters"]
        return lambda value: None if value is None else (yes if value else no)
    return lambda value: None if value is None else int(bool(value))


def _date(form: str | None) -> Writer:
    def write(value: Value) -> Cell:
        if not form or not isinstance(value, date):
            return _plain(value)
        return str(declared("texts")[form].format(d=value))

    return write


def _lookup(names: dict[str, str]) -> Writer:
    return lambda value: None if value is None else names[str(value)]


def _labels(codelist: CodeList) -> Writer:
    def write(value: Value) -> Cell:
        if value is None:
            return None
        codes = str(value).split(";")
        return ";".join(codelist.by_code[code].name_zh for code in codes)

    return write
