"""Cells of full dates: real dates, and the ways in which texts write them.

A year of the Republic counts only where it says so; a bare 104/12/31 is no date. Not here: periods
of reports (see ``periods``), what day a number cell with a date format is (see ``formats``).
"""

import re
from datetime import date, datetime, time, timedelta
from functools import cache

from dagster_project.programme.model import Column
from dagster_project.reading.cell_words import cell_words
from dagster_project.reading.model import Cell, Shown, Value
from dagster_project.reading.numerals import digits_of, numeral
from dagster_project.reading.odd import Odd, Parser, careful, kept, wrong
from dagster_project.reading.script import simplified
from dagster_project.reading.text import cell_text, narrow

EARLIEST, LATEST = date(1900, 1, 1), date(2100, 1, 1)
"""Dates outside are typing errors such as 2105 or 0215."""

FIRST_OF_REPUBLIC = 1912
_TIME = r"(?:[T\s]\s*\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
_DATE = re.compile(
    rf"(\d{{4}})\s*(?:[-/.年])\s*(\d{{1,2}})\s*(?:[-/.月])\s*(\d{{1,2}})\s*[日号]?{_TIME}", re.ASCII
)
_DATE_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_CHINESE = re.compile(r"([^年月日]{4})年([^年月日]{1,3})月([^年月日]{1,3})[日号]")
_AFTER_ERA = re.compile(
    r"(\d{1,3}|元)\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?", re.ASCII
)
_CHINESE_AFTER_ERA = re.compile(r"([^年月日]{1,5})年([^年月日]{1,3})月([^年月日]{1,3})[日号]")
_SERIAL_DAYS = range(20_000, 60_000)
"""1954 to 2064 as days: a number in a date column that only lost its format."""

_EPOCH = date(1899, 12, 30)


def date_parser(column: Column) -> Parser:
    """Give the parser of a column of full dates."""
    return careful(column, _read_date)


def _read_date(cell: Cell) -> Value | Odd:
    if isinstance(cell, datetime):
        value: date | None = cell.date()
    elif isinstance(cell, date):
        value = cell
    else:
        value = written_date(cell_text(cell)) if isinstance(cell, str | float) else None
    if value is None or not EARLIEST <= value < LATEST:
        return _no_date(cell)
    whole_day = isinstance(cell, datetime) and cell.time() == time()
    return value if whole_day else kept(value, cell, value.isoformat())


def _no_date(cell: Cell) -> Odd:
    """Say what a bare number would be as a date; which calendar it counts by is not known."""
    if isinstance(cell, float) and not isinstance(cell, Shown) and cell in _SERIAL_DAYS:
        days = timedelta(days=int(cell))
        later = date(1904, 1, 1) + days
        said = f"{(_EPOCH + days).isoformat()} / {later.isoformat()}"
        return wrong(cell, "READ_CELL_DATE_NUMBER", said=said)
    return wrong(cell, "READ_CELL_DATE")


def written_date(text: str) -> date | None:
    """Read a full date from a text, None where it is none.

    >>> written_date("2015年12月31日"), written_date("20151231"), written_date("2015年12月")
    (datetime.date(2015, 12, 31), datetime.date(2015, 12, 31), None)
    >>> written_date("二〇一五年十二月三十一日"), written_date("民國104年12月31日")
    (datetime.date(2015, 12, 31), datetime.date(2015, 12, 31))
    >>> written_date("104/12/31"), written_date("民国104/12/31")
    (None, datetime.date(2015, 12, 31))
    """
    bare = narrow(text)
    match = _DATE.fullmatch(bare) or _DATE_DIGITS.fullmatch(bare)
    if match:
        return _day(*map(int, match.groups()))
    if bare.isascii() and not bare.isalnum() and not bare[:1].isalpha():
        return None
    return _of_republic(simplified(bare).lower()) or _in_chinese(bare)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _of_republic(text: str) -> date | None:
    """Read a date whose year is said to be one of the Republic."""
    match = _era().match(text)
    if match is None:
        return None
    rest = text[match.end() :].strip()
    if found := _AFTER_ERA.fullmatch(rest):
        year, month, day = found.groups()
        return _day(_western(1 if year == "元" else int(year)), int(month), int(day))
    if found := _CHINESE_AFTER_ERA.fullmatch("".join(rest.split())):
        year, month, day = (_number(part) for part in found.groups())
        return (
            None if None in (year, month, day) else _day(_western(year or 0), month or 0, day or 0)
        )
    return None


def _western(year: int) -> int:
    return year + FIRST_OF_REPUBLIC - 1


@cache
def _era() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, cell_words().republic)))


def _in_chinese(text: str) -> date | None:
    """Read 二〇一五年十二月三十一日."""
    match = _CHINESE.fullmatch("".join(text.split()))
    if match is None:
        return None
    year, month, day = digits_of(match[1]), _number(match[2]), _number(match[3])
    return _day(int(year), month, day) if year and month and day else None


def _number(text: str) -> int | None:
    """Read a small number in figures or Chinese characters."""
    if text.isascii() and text.isdigit():
        return int(text)
    if text == "元":
        return 1
    number = numeral(text)
    return None if number is None or number != int(number) else int(number)
