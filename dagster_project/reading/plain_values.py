"""Cells of yes and no, of dates, and of free text.

Not here: counts and amounts (see ``numbers``), codes and units (see ``codes``).
"""

import re
from datetime import date, datetime, time

from dagster_project.programme.model import Column
from dagster_project.reading.codes import remembered
from dagster_project.reading.model import Cell, Value
from dagster_project.reading.odd import Odd, Parser, careful, kept, wrong
from dagster_project.reading.text import cell_text, has_personal_number, narrow, plain
from dagster_project.reading.vocabulary import vocabulary

_DATE = re.compile(r"(\d{4})\s*(?:[-/.年])\s*(\d{1,2})\s*(?:[-/.月])\s*(\d{1,2})\s*日?")
_DATE_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})")
EARLIEST, LATEST = date(1900, 1, 1), date(2100, 1, 1)
"""Dates outside are typing errors such as 2105 or 0215."""


def boolean_parser(column: Column) -> Parser:
    """Give the parser of a column of yes and no; the codes 1 and 0 are the plain form."""
    truths = {**vocabulary().truths, "1": True, "0": False}

    def read(cell: Cell) -> Value | Odd:
        value = truths.get(plain(cell_text(cell)))
        if value is None:
            return wrong(cell, "READ_CELL_YESNO")
        return kept(value, cell, "1" if value else "0")

    return remembered(careful(column, read))


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
        return wrong(cell, "READ_CELL_DATE")
    whole_day = isinstance(cell, datetime) and cell.time() == time()
    return value if whole_day else kept(value, cell, value.isoformat())


def written_date(text: str) -> date | None:
    """Read a full date from a text, None where it is none.

    >>> written_date("2015年12月31日"), written_date("20151231"), written_date("2015年12月")
    (datetime.date(2015, 12, 31), datetime.date(2015, 12, 31), None)
    """
    bare = narrow(text)
    match = _DATE.fullmatch(bare) or _DATE_DIGITS.fullmatch(bare)
    if match is None:
        return None
    year, month, day = map(int, match.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None


def text_parser(column: Column) -> Parser:
    """Give the parser of a column of free text; numbers of persons in it are refused."""

    def read(cell: Cell) -> Value | Odd:
        text = cell_text(cell)
        if has_personal_number(narrow(text)):
            return Odd(raw_text="***", problem="READ_CELL_PERSONAL")
        value = text.strip()
        return kept(value, cell, value) if isinstance(cell, str) else value

    return careful(column, read)
