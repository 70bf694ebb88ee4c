"""Which periods and forms the indicators are computed again for, after some partitions changed.

What is as of the last day, or summed up to it, reaches forward: a corrected quarter changes those
after it in its year, the year, and sums and streaks of later years. Not here: computing (``dbt/``).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from dagster_project.programme.period import Period
from dagster_project.warehousing.built import (
    PartitionKey,
    built_reference,
    built_since_release,
)
from dagster_project.warehousing.database import Connection

INDICATORS = "indicators"
NO_PERIOD = "0000"
"""A label that nothing is reported for: where nothing changed, nothing is computed again."""


@dataclass(frozen=True, slots=True)
class Recomputed:
    """Labels of periods and ids of forms; none of them means all."""

    periods: list[str] = field(default_factory=list)
    forms: list[str] = field(default_factory=list)


def to_compute(connection: Connection, declared: str) -> Recomputed:
    """Give the periods and forms whose indicators no release shows yet.

    All of them where the fingerprint of what is ``declared`` is not that of the last time.
    """
    if built_reference(connection, INDICATORS) != declared:
        return Recomputed()
    return touched_by(connection, built_since_release(connection))


def touched_by(connection: Connection, changed: Iterable[PartitionKey]) -> Recomputed:
    """Give what indicators may differ in after some partitions changed."""
    keys = [key for key in changed if key.form_id and key.period]
    query = "select period from raw_period order by period"
    known = [Period.parse(label) for (label,) in connection.execute(query).fetchall()]
    starts = [Period.parse(key.period).start for key in keys if key.period]
    periods = [one.label for one in known if any(_reaches(start, one) for start in starts)]
    forms = sorted({key.form_id for key in keys if key.form_id})
    return Recomputed(periods or [NO_PERIOD], forms)


def _reaches(start: date, later: Period) -> bool:
    """Say whether a change in a period that starts on a day can show in a period."""
    is_same_year = start.year == later.end.year
    return later.end >= start and (is_same_year or later.period_type == "A")
