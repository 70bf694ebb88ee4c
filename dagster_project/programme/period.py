"""Reporting periods (报告期): months ``2015-12``, quarters ``2015-Q4``, years ``2015``.

Pure calendar arithmetic on labels. Not here: what is due when (see ``programme.model.DueRule``).
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from dagster_project.errors import JicengError

MONTHS = {"M": 1, "Q": 3, "A": 12}
_LABEL = re.compile(r"(?P<year>\d{4})(?:-(?:Q(?P<quarter>[1-4])|(?P<month>0[1-9]|1[0-2])))?")


class PeriodError(JicengError):
    """A label that names no reporting period."""


@dataclass(frozen=True, slots=True)
class Period:
    """One reporting period; ``start`` and ``end`` are its first and last day.

    >>> Period.parse("2015-Q4").end
    datetime.date(2015, 12, 31)
    >>> Period.parse("2016-01").previous().label
    '2015-12'
    """

    period_type: str
    label: str
    start: date
    end: date

    @classmethod
    @lru_cache(maxsize=4096)
    def parse(cls, label: str) -> "Period":
        """Read a label, raising PeriodError where it names no period."""
        match = _LABEL.fullmatch(label)
        if match is None:
            raise PeriodError("PROGRAMME_PERIOD_BAD", label=label)
        year = int(match["year"])
        if match["quarter"]:
            return cls.of("Q", year, 3 * int(match["quarter"]) - 2)
        if match["month"]:
            return cls.of("M", year, int(match["month"]))
        return cls.of("A", year, 1)

    @classmethod
    @lru_cache(maxsize=4096)
    def of(cls, period_type: str, year: int, month: int) -> "Period":
        """Give the period of a type that begins in a month."""
        start = date(year, month, 1)
        end = add_months(start, MONTHS[period_type]) - timedelta(days=1)
        return cls(period_type, _label(period_type, start), start, end)

    def next(self) -> "Period":
        """Give the period that follows."""
        return self._moved(MONTHS[self.period_type])

    def previous(self) -> "Period":
        """Give the period before."""
        return self._moved(-MONTHS[self.period_type])

    def previous_year(self) -> "Period":
        """Give the same period one year earlier."""
        return self._moved(-12)

    def _moved(self, months: int) -> "Period":
        start = add_months(self.start, months)
        return Period.of(self.period_type, start.year, start.month)


def add_months(day: date, months: int) -> date:
    """Move a first-of-month date by whole months.

    >>> add_months(date(2015, 12, 1), 2)
    datetime.date(2016, 2, 1)
    """
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, day.day)


def _label(period_type: str, start: date) -> str:
    if period_type == "Q":
        return f"{start.year}-Q{(start.month + 2) // 3}"
    return f"{start.year}-{start.month:02d}" if period_type == "M" else str(start.year)
