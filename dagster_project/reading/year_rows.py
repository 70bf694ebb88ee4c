"""Periods that a header writes in two rows: 2015年 above 三季度 and 四季度.

Not here: which columns belong to which period (see ``periods_across``).
"""

import re
from functools import lru_cache
from itertools import pairwise

from dagster_project.reading.numerals import CHARACTERS
from dagster_project.reading.periods import named_periods
from dagster_project.reading.text import plain

_YEAR = re.compile(rf"(?:中华)?(?:民国)?[\d元{CHARACTERS}]{{2,6}}年?度?")
_PART = re.compile(r"第?[1-4一二三四]季度?|q[1-4]|(?:\d{1,2}|十?[一二三四五六七八九十])月份?")

Rows = list[tuple[str, ...]]


def with_years(rows: Rows) -> Rows:
    """Give header rows in which quarters and months have the year that stands above them.

    A year stands above all that follows in its row up to the next text; there it stands no more.

    >>> with_years([("", "2015年", "", "2016年"), ("社区", "三季度", "四季度", "一季度")])
    [('', '', '', ''), ('社区', '2015年三季度', '2015年四季度', '2016年一季度')]
    """
    found = [*rows]
    for above, (upper, lower) in enumerate(pairwise(rows)):
        if not is_year_row(upper) or not any(map(_is_part, lower)):
            continue
        texts, years, year = list(lower), list(upper), 0
        for column, text in enumerate(lower):
            year = column if upper[column] else year
            if _is_part(text) and _is_year(upper[year]):
                texts[column], years[year] = upper[year] + text, ""
        found[above : above + 2] = tuple(years), tuple(texts)
    return found


def is_year_row(row: tuple[str, ...]) -> bool:
    """Say whether some text of a row is a year and nothing else."""
    return any(map(_is_year, row))


@lru_cache(maxsize=1 << 10)
def _is_year(text: str) -> bool:
    if not text or not _YEAR.fullmatch(plain(text)):
        return False
    return [one.period_type for one in named_periods(text).periods] == ["A"]


@lru_cache(maxsize=1 << 10)
def _is_part(text: str) -> bool:
    return bool(text) and _PART.fullmatch(plain(text)) is not None
