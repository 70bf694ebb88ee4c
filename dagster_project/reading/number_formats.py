"""Number formats: which show a date, and which show a number on another scale than it is held.

Not here: where each file format keeps them (see ``workbook_xlsx``, ``workbook_xls``,
``workbook_xlsb``). Built-in formats: ECMA-376 part 1, 18.8.30, with those of Chinese Excel.
"""

import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from dagster_project.reading.model import PERCENT, Cell

PERCENT_IDS = frozenset({9, 10})
DATE_IDS = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
"""Built-in formats that show a date or a time; 27-36 and 50-58 are those of East Asian Excel."""

DURATION_IDS = frozenset({46})
THOUSAND = 3
"""The power of ten that one comma behind the last digit takes away."""

FIRST_OF_MARCH_1900 = 60
"""Day 60 of the calendar of 1900 is a 29 February that never was; days before count one less."""

MAX_DAYS = {False: 2_958_466, True: 2_957_004}
"""The first day of the year 10000, which no calendar of a workbook holds, by epoch."""

SCALES = {3: "千", 4: "万", 5: "十万", 6: "百万", 7: "千万", 8: "亿", 12: "万亿"}
"""Words that a format may write behind a number, by their power of ten."""

_POWERS = {word: power for power, word in SCALES.items()}

MIDNIGHT = datetime.combine(date.min, time())
FIRST_OF_1904 = datetime.combine(date(1904, 1, 1), time())
BEFORE_1900 = datetime.combine(date(1899, 12, 30), time())

_LITERAL = re.compile(r'"[^"]*"|_.|\*.')
_BRACKETS = re.compile(r"\[(?!h+\]|m+\]|s+\])[^\]]*\]", re.IGNORECASE)
_ESCAPED = re.compile(r"\\.|!.")
_ESCAPED_POINT = re.compile(r'[0#?]+(?:\\\.|!\.|"\.")(?P<places>[0#?]+)')
_SCALE = re.compile(r"(万亿|千万|百万|十万|亿|万|千)(?![克米瓦分])")
_LAST_COMMAS = re.compile(r"[0#?](?P<commas>,+)(?![0#?,])")


@lru_cache(maxsize=512)
def power_of(code: str) -> int:
    r"""Give the power of ten by which a format shows a number larger than it is held, 0 for most.

    >>> power_of("0.0%"), power_of("#,##0.00"), power_of("0.0,"), power_of('0!.0,"万"')
    (2, 0, -3, -4)
    >>> power_of('0.0"万元"'), power_of('0.0,"千元"')
    (4, -3)
    >>> power_of('0"%"'), power_of("0%;[红色]-0%"), power_of(r"0\.0000")
    (0, 2, -4)
    """
    first = code.split(";", 1)[0]
    escaped = _ESCAPED_POINT.search(first)
    bare = _BRACKETS.sub("", _LITERAL.sub("", _ESCAPED.sub("", first)))
    commas = _LAST_COMMAS.search(bare.replace(".", "")) if "," in bare else None
    power = PERCENT * bare.count("%")
    power -= THOUSAND * len(commas["commas"]) if commas else 0
    power -= len(escaped["places"]) if escaped else 0
    scale = _SCALE.search(_BRACKETS.sub("", first))
    shown = power + _POWERS[scale[1]] if scale else 0
    return shown or power


@lru_cache(maxsize=512)
def is_date_format(code: str) -> bool:
    r"""Say whether a format shows a number as a date or a time.

    >>> is_date_format("[$-804]yyyy年m月d日"), is_date_format("[h]:mm")
    (True, True)
    >>> is_date_format('0.00" days"')
    False
    >>> is_date_format("General"), is_date_format("[红色]0.00"), is_date_format("#,##0.00E+00")
    (False, False, False)
    """
    bare = _BRACKETS.sub("", _LITERAL.sub("", _ESCAPED.sub("", code.split(";", 1)[0])))
    if bare.lower() in {"general", "g/通用格式", "@"}:
        return False
    return bool(re.search(r"[ymdhs]", bare, re.IGNORECASE)) and not re.search(r"[0#?]\.?[eE]", bare)


def is_duration_format(code: str) -> bool:
    """Say whether a format counts hours, minutes or seconds on beyond a day.

    >>> is_duration_format("[h]:mm:ss"), is_duration_format("h:mm")
    (True, False)
    """
    return bool(re.search(r"\[(h+|m+|s+)\]", code, re.IGNORECASE))


def moment(number: float, *, from_1904: bool, duration: bool = False) -> Cell:
    """Give the day, time or moment that a number means, the number where it means none.

    >>> moment(42369, from_1904=False), moment(42369.5, from_1904=False)
    (datetime.date(2015, 12, 31), datetime.datetime(2015, 12, 31, 12, 0))
    >>> moment(40907, from_1904=True), moment(0.25, from_1904=False)
    (datetime.date(2015, 12, 31), datetime.time(6, 0))
    """
    if not 0 <= number < MAX_DAYS[from_1904]:
        return number
    length = timedelta(days=int(number), milliseconds=round(number % 1 * 86_400_000))
    if duration:
        return length
    if length < timedelta(days=1):
        return (MIDNIGHT + length).time()
    start = FIRST_OF_1904 if from_1904 else BEFORE_1900
    if not from_1904 and number < FIRST_OF_MARCH_1900:
        start += timedelta(days=1)
    found = start + length
    return found if found.time() != time() else date(found.year, found.month, found.day)
