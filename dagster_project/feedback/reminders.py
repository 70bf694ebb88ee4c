"""Who is to be reminded: reports that are due, late or refused, and questions that are open.

From the published ``fct_reporting`` and the clock's day, in Chinese working days. Not here: how
reminders are sent, and their words and table (see ``reminder_texts``).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

import duckdb

from dagster_project.clock import Clock
from dagster_project.feedback.working_days import is_announced, moved, working_days_between

DUE, LATE, REFUSED, QUESTIONS = "due", "late", "refused", "questions"
STAGES = {-3: "T-3", 0: "T", 1: "T+1", 3: "T+3"}
"""Working days from the last day on which a report is on time, and how that day's call is named."""
EARLIEST = min(STAGES)

REPORTING = """
    select reporting.respondent_code, reporting.respondent_name as unit_name, forms.form_id,
        forms.table_number, forms.title_zh, reporting.period, reporting.due_on, reporting.state,
        reporting.open_questions, cast(reporting.received_at as date) as received_on
    from fct_reporting as reporting
    inner join dim_form as forms on reporting.form_id = forms.form_id
    where reporting.is_expected
        and (reporting.state not in ('accepted') or reporting.open_questions > 0)
    order by reporting.respondent_code, reporting.due_on, forms.table_number, reporting.period
"""


@dataclass(frozen=True, slots=True)
class Due:
    """One report that somebody is reminded of.

    ``working_days`` count from the last day on which it is on time (for questions: from the day it
    was received), negative before it; ``stage`` names the call that is due today, if any.
    """

    form_id: str
    table_number: str
    title: str
    period: str
    due_on: date
    kind: str
    working_days: int
    stage: str | None
    open_questions: int = 0


@dataclass(frozen=True, slots=True)
class Reminder:
    """All that one unit is reminded of on a day; ``is_today`` where a call is due today."""

    unit_code: str
    unit_name: str | None
    today: date
    items: tuple[Due, ...]
    is_calendar_known: bool = True

    @property
    def is_today(self) -> bool:
        """Say whether the unit is called today."""
        return any(item.stage for item in self.items)


def due_list(connection: duckdb.DuckDBPyConnection, clock: Clock) -> list[Reminder]:
    """Give what each unit is to be reminded of, by unit code.

    Args:
        connection: a published database.
        clock: tells which day it is.
    """
    cursor = connection.execute(REPORTING)
    names = [column[0] for column in cursor.description]
    rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return list(reminders_of(rows, clock.now().date()))


def reminders_of(rows: Sequence[Mapping[str, Any]], today: date) -> Iterator[Reminder]:
    """Give the reminders of a day from the rows of ``REPORTING``, which are in order of units."""
    for code, group in groupby(rows, key=lambda row: row["respondent_code"]):
        listed = list(group)
        items = tuple(item for row in listed if (item := _item(row, today)))
        if items:
            years = {today.year, *(item.due_on.year for item in items)}
            name = next((row["unit_name"] for row in listed if row["unit_name"]), None)
            yield Reminder(code, name, today, items, all(map(is_announced, years)))


def _item(row: Mapping[str, Any], today: date) -> Due | None:
    """Give what is to be said of one report, None where there is nothing to say yet."""
    is_accepted = row["state"].startswith("accepted")
    if is_accepted:
        kind, first = QUESTIONS, row["received_on"]
    elif row["state"] == "refused":
        kind, first = REFUSED, row["due_on"]
    else:
        kind, first = (LATE if row["due_on"] < today else DUE), row["due_on"]
    days = working_days_between(last_call(first) if today <= first else first, today)
    if is_accepted and first > today:
        return None
    if kind == DUE and today < moved(last_call(first), EARLIEST):
        return None
    return Due(
        row["form_id"],
        row["table_number"],
        row["title_zh"],
        row["period"],
        row["due_on"],
        kind,
        days,
        _stage(first, today, after_only=is_accepted),
        row["open_questions"] if is_accepted else 0,
    )


def _stage(first: date, today: date, *, after_only: bool) -> str | None:
    """Give the call of today: a last day that is no working day is called on the one before."""
    for offset, name in STAGES.items():
        if offset <= 0 and after_only:
            continue
        if today == (moved(last_call(first), offset) if offset <= 0 else moved(first, offset)):
            return name
    return None


def last_call(due_on: date) -> date:
    """Give the last working day on which a report can still be called for in time.

    >>> last_call(date(2016, 1, 10)), last_call(date(2015, 10, 10))
    (datetime.date(2016, 1, 8), datetime.date(2015, 10, 10))
    """
    after = moved(due_on, 1)
    return moved(after, -1)
