"""Which periods of a form the programme asks for: those of some collection, up to a year's end.

A submission of any other period is refused: somebody must ask for it in a collection first.
"""

from collections.abc import Sequence
from itertools import groupby

from dagster_project.programme.model import Programme
from dagster_project.programme.period import MONTHS, Period


def asked_periods(programme: Programme, form_id: str, last_year: int) -> tuple[str, ...]:
    """Give the labels of all periods of a form that some collection asks for, in their order.

    Labels of one type sort as their periods do.
    """
    kind = programme.forms[form_id].period_type
    end_of_all = Period.of(kind, last_year, 13 - MONTHS[kind]).label
    asked = {
        label
        for collection in programme.collections
        for entry in collection.entries
        if entry.form == form_id
        for label in between(entry.from_period, min(entry.to_period or end_of_all, end_of_all))
    }
    return tuple(sorted(asked))


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


def in_a_row(labels: Sequence[str], known: Sequence[str]) -> list[tuple[str, ...]]:
    """Cut periods, in the order of the known ones, where a known one is missing in between.

    One that is not known stands alone, at the end.

    >>> in_a_row(["2015-Q3", "2015-Q4", "2020-Q4"], ["2015-Q3", "2015-Q4", "2016-Q1", "2020-Q4"])
    [('2015-Q3', '2015-Q4'), ('2020-Q4',)]
    """
    rows = groupby(known, key=set(labels).__contains__)
    unknown = [(label,) for label in labels if label not in known]
    return [tuple(row) for is_wanted, row in rows if is_wanted] + unknown
