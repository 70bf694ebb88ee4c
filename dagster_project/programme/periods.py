"""Which periods the programme knows: from the first one collected to the end of a year.

A submission of any other period is refused: somebody must ask for it in a collection first.
"""

from collections.abc import Iterable

from dagster_project.programme.model import Programme
from dagster_project.programme.period import Period


def known_periods(programme: Programme, period_type: str, last_year: int) -> tuple[str, ...]:
    """Give the labels of all periods of a type from the first collected year to a year's end."""
    first = min((_first_year(programme)), default=last_year)
    labels, period = [], Period.of(period_type, first, 1)
    while period.start.year <= max(first, last_year):
        labels.append(period.label)
        period = period.next()
    return tuple(labels)


def between(first: str, last: str) -> tuple[str, ...]:
    """Give the labels from one period to another of its type, both included.

    >>> between("2015-Q3", "2016-Q1")
    ('2015-Q3', '2015-Q4', '2016-Q1')
    """
    labels, period, end = [], Period.parse(first), Period.parse(last)
    while period.start <= end.start:
        labels.append(period.label)
        period = period.next()
    return tuple(labels)


def in_a_row(labels: Iterable[str]) -> list[tuple[str, ...]]:
    """Cut periods of one type, in their order, where one is missing in between.

    >>> in_a_row(["2015-Q3", "2015-Q4", "2016-Q3"])
    [('2015-Q3', '2015-Q4'), ('2016-Q3',)]
    """
    found: list[tuple[str, ...]] = []
    for label in labels:
        follows = bool(found) and Period.parse(found[-1][-1]).next().label == label
        found[-1:] = [(*found[-1], label)] if follows else [*found[-1:], (label,)]
    return found


def _first_year(programme: Programme) -> list[int]:
    return [
        Period.parse(entry.from_period).start.year
        for collection in programme.collections
        for entry in collection.entries
    ]
