"""Which periods the programme knows: from the first one collected to the end of a year.

A submission of any other period is refused: somebody must ask for it in a collection first.
"""

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


def _first_year(programme: Programme) -> list[int]:
    return [
        Period.parse(entry.from_period).start.year
        for collection in programme.collections
        for entry in collection.entries
    ]
