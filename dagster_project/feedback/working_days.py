"""Working days of mainland China, with the days that are worked instead of holidays (调休).

Holidays are those the State Council announces for each year; for a year that the kept library does
not know yet, Monday to Friday count, and the answer says so. Not here: what is due.
"""

from datetime import date, timedelta
from functools import lru_cache

SATURDAY = 5
ONE_DAY = timedelta(days=1)


@lru_cache(maxsize=1 << 12)
def is_working_day(day: date) -> bool:
    """Say whether a day is worked.

    >>> is_working_day(date(2015, 10, 10)), is_working_day(date(2016, 1, 1))
    (True, False)
    """
    import chinese_calendar

    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < SATURDAY


@lru_cache(maxsize=64)
def is_announced(year: int) -> bool:
    """Say whether the holidays of a year are known."""
    import chinese_calendar

    try:
        chinese_calendar.is_workday(date(year, 6, 15))
    except NotImplementedError:
        return False
    return True


def working_days_between(first: date, last: date) -> int:
    """Count the working days after one day up to another; negative where the other is before.

    >>> working_days_between(date(2015, 12, 31), date(2016, 1, 5))
    2
    """
    if last < first:
        return -working_days_between(last, first)
    days = (last - first).days
    return sum(is_working_day(first + ONE_DAY * count) for count in range(1, days + 1))


def moved(day: date, count: int) -> date:
    """Give the working day so many after a day, or before it where the count is negative.

    >>> moved(date(2016, 1, 1), -1), moved(date(2015, 12, 31), 1)
    (datetime.date(2015, 12, 31), datetime.date(2016, 1, 4))
    """
    step = ONE_DAY if count > 0 else -ONE_DAY
    left = abs(count)
    while left:
        day += step
        left -= is_working_day(day)
    return day
