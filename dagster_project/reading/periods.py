"""Which reporting periods a text names, in whatever way it writes them.

Years are of the western calendar, or of the Republic's (民國) where the text or the form says so.
Not here: which of them is the submission's period (see ``which_period``).
"""

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from dagster_project.programme.period import Period
from dagster_project.reading.numerals import numeral
from dagster_project.reading.text import narrow

_DIGITS = {character: str(number) for number, character in enumerate("〇一二三四五六七八九")} | {
    "零": "0", "○": "0",
}  # fmt: skip
_NUMERALS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")
_MONTHS = {word: number for number, word in enumerate(_NUMERALS, 1)}
_CHINESE_YEAR = re.compile(r"[一二][〇零○一二三四五六七八九]{3}(?=\s*年)")
_YEAR = r"(?<!\d)((?:19|20)\d{2})"
_LONE_YEAR = r"(?<![\dA-Za-z])((?:19|20)\d{2})"
"""C2013 is the number of a table; 2013 alone, or with a month or quarter, is a year."""
_MONTH = r"(1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_SPELLINGS = (
    (
        "years",
        rf"{_LONE_YEAR}\s*年?\s*[-—–~至到]+\s*((?:19|20)\d{{2}})(?!\d|\s*[-./年]\s*\d)\s*年?",
    ),
    ("span", rf"{_YEAR}\s*年\s*(\d{{1,2}})\s*月?\s*[-—–~至到]+\s*(\d{{1,2}})\s*月"),
    ("day", rf"{_YEAR}\s*[-./年]\s*(\d{{1,2}})\s*[-./月]\s*(\d{{1,2}})(?!\d)\s*日?"),
    ("day", rf"{_YEAR}(0[1-9]|1[0-2])([0-2]\d|3[01])(?!\d)"),
    ("quarter", rf"{_YEAR}\s*年?度?\s*[-_./]?\s*第?\s*([1-4一二三四])\s*季"),
    ("quarter", rf"{_YEAR}\s*年?度?\s*[-_./]?\s*[qQ]\s*([1-4])(?!\d)"),
    ("month", rf"{_YEAR}\s*年度?\s*{_MONTH}\s*月"),
    ("month", rf"{_YEAR}\s*[-_./]\s*(0?[1-9]|1[0-2])(?!\d|\s*[-./]\s*\d)"),
    ("month", rf"{_LONE_YEAR}(0[1-9]|1[0-2])(?!\d)"),
    ("year", rf"{_LONE_YEAR}(?!\d)"),
)
"""Ways to write a period or a day; the more particular ones come first."""

_BETWEEN = r"(?:度|份|末)?(?:\s*[、,和及与至到~—–-]+\s*)?"
_MORE = {
    "quarter": re.compile(
        rf"\s*季?{_BETWEEN}第?\s*([1-4一二三四])(?=\s*季)|[/、,~-]?[qQ]([1-4])(?!\d)"
    ),
    "month": re.compile(rf"{_BETWEEN}{_MONTH}\s*月(?!\s*\d{{1,2}}\s*日)"),
}
"""What names another period of the same year right behind one: 三季度、四季度, 11月和12月."""

_ANY = re.compile(
    "|".join(
        f"(?P<{kind}_{number}>{spelling})" for number, (kind, spelling) in enumerate(_SPELLINGS)
    )
)


ROC_BEGAN = 1911
"""The year 1 of the Republic is 1912."""

_NUMERAL = r"[元〇零○一二三四五六七八九十百]{1,6}"
_MARKED_ROC = re.compile(
    rf"(?:中[华華])?民[国國]\s*(?P<year>\d{{1,3}}|{_NUMERAL})(?P<month>(?:0[1-9]|1[0-2])(?!\d))?\s*"
)
_PLAIN_ROC = re.compile(r"(?<!\d)(?P<year>1\d\d)(?=\s*年度?\s*第?\s*(?:\d|[一二三四五六七八九十]))")
"""103年4月: no reporting period lies in the second century, so that the mark may be missing."""

_BARE_ROC = re.compile(r"^(?P<year>\d{2,3})(?P<month>(?:0[1-9]|1[0-2])$)?(?=$|[-./年])")


class Named(NamedTuple):
    """The periods and the days that a text names, and spans of years as first and last year."""

    periods: tuple[Period, ...]
    days: tuple[date, ...]
    spans: tuple[tuple[int, int], ...] = ()


@lru_cache(maxsize=1 << 12)
def named_periods(text: str) -> Named:
    """Give every period that a text names, and apart from them every full date and span of years.

    >>> [period.label for period in named_periods("石碁镇2015年 第4季度报表").periods]
    ['2015-Q4']
    >>> [period.label for period in named_periods("二〇一五年十二月、2015-Q4、201511").periods]
    ['2015-12', '2015-Q4', '2015-11']
    >>> [period.label for period in named_periods("2015年10-12月").periods]
    ['2015-Q4']
    >>> named_periods("2015年12月31日").days
    (datetime.date(2015, 12, 31),)
    >>> [period.label for period in named_periods("民國103年4月、中華民國一百零四年").periods]
    ['2014-04', '2015']
    >>> [period.label for period in named_periods("2015年三季度至四季度").periods]
    ['2015-Q3', '2015-Q4']
    """
    periods: dict[Period, None] = {}
    days, spans = [], []
    digits = _western(_with_digits(narrow(text)))
    for match in _ANY.finditer(digits):
        kind = (match.lastgroup or "").split("_")[0]
        parts = [part for part in match.groups()[match.lastindex or 0 :] if part is not None]
        if kind == "day":
            days += _day(*map(int, parts))
        elif kind == "years":
            spans.append((int(parts[0]), int(parts[1])))
        elif period := _period(kind, parts):
            periods[period] = None
            periods |= dict.fromkeys(_more(kind, parts[0], digits, match.end()))
    return Named(tuple(periods), tuple(days), tuple(spans))


def named_in_calendar(text: str, calendar: str) -> Named:
    """Give the periods of a text whose bare years are of a calendar, ``western`` or ``roc``.

    >>> [period.label for period in named_in_calendar("10304", "roc").periods]
    ['2014-04']
    """
    if calendar == "roc":
        text = _BARE_ROC.sub(_western_year, narrow(text), count=1)
    return named_periods(text)


def _western(text: str) -> str:
    """Write years of the Republic as western ones, where they are marked or cannot be others."""
    if "年" not in text and "民" not in text:
        return text
    return _PLAIN_ROC.sub(_western_year, _MARKED_ROC.sub(_western_year, text))


def _western_year(found: re.Match[str]) -> str:
    """Give the western year; what is no number stays as it is."""
    words = found["year"]
    year = int(words) if words.isdigit() else _roc_numeral(words)
    month = found.groupdict().get("month")
    tail = f"-{month}" if month else ""
    return found[0] if year is None else f"{ROC_BEGAN + year}{tail}"


def _roc_numeral(words: str) -> int | None:
    """Give 元 (the first year), 一百零四 or 一〇四 as a number."""
    if words == "元":
        return 1
    number = numeral(words)
    return int(number) if number is not None else None


def _with_digits(text: str) -> str:
    return _CHINESE_YEAR.sub(lambda year: "".join(_DIGITS[digit] for digit in year[0]), text)


def _period(kind: str, parts: list[str]) -> Period | None:
    year = int(parts[0])
    if kind == "year":
        return Period.of("A", year, 1)
    if kind == "month":
        return Period.of("M", year, _number(parts[1]))
    if kind == "quarter":
        return Period.of("Q", year, 3 * _number(parts[1]) - 2)
    return _span(year, int(parts[1]), int(parts[2]))


def _more(kind: str, year: str, text: str, end: int) -> Iterator[Period]:
    """Give the periods of the same year and kind that follow one in a text."""
    while kind in _MORE and (match := _MORE[kind].match(text, end)):
        number, end = next(filter(None, match.groups())), match.end()
        if period := _period(kind, [year, number]):
            yield period


def _span(year: int, first: int, last: int) -> Period | None:
    """Give the year or quarter that a range of months is, None for any other range."""
    if (first, last) == (1, 12):
        return Period.of("A", year, 1)
    if last % 3 == 0 and first == last - 2:
        return Period.of("Q", year, first)
    return None


def _number(text: str) -> int:
    return _MONTHS.get(text) or int(text)


def _day(year: int, month: int, day: int) -> list[date]:
    try:
        return [date(year, month, day)]
    except ValueError:
        return []
