"""What is sent when and under which name: one delivery for each report that is due.

Received times lie in office hours on working days before the due date. Not here: deliveries with
a part to play (see ``purposes``), bytes.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from dagster_project.programme.model import Form, Programme
from dagster_project.programme.period import Period
from dagster_project.samples.data import declared
from dagster_project.samples.facts import Facts
from dagster_project.samples.layouts import Report, period_words
from dagster_project.samples.world import Table, Town, World

WEEKDAYS = 5


@dataclass(frozen=True, slots=True)
class Delivery:
    """One file as it arrives; ``report`` is None for a file that is none."""

    file_name: str
    received_at: datetime
    channel: str
    report: Report | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        """Give form, town and period of the report, empty for a file that is none."""
        if self.report is None:
            return "", "", ""
        return self.report.form.form_id, self.report.town.code, self.report.period.label


def regular_deliveries(
    drawn: Sequence[tuple[World, Facts]], programme: Programme
) -> list[Delivery]:
    """Give every report of all places once, on time, under the name its town would give it."""
    sent = (
        _delivery(world, key, table, programme)
        for world, facts in drawn
        for key, table in facts.items()
    )
    in_order = sorted(sent, key=lambda delivery: (delivery.received_at, delivery.key))
    return list(_numbered(_apart(iter(in_order))))


def _delivery(
    world: World, key: tuple[str, str, str], table: Table, programme: Programme
) -> Delivery:
    form_id, code, label = key
    form, town, period = programme.forms[form_id], world.respondents[code], Period.parse(label)
    received_at = _received_at(world, town, period, form)
    hand = declared("towns")["towns"][town.code]
    name = hand["file_name"].format(
        town=town.name,
        title=form.title.zh,
        short=declared("texts")["short_titles"][form_id],
        table=form.table_number,
        period=period_words(period, hand["periods"]),
        label=period.label,
    )
    calibrated = "plan" in world.place
    report = Report(form, town, period, table, received_at.date(), is_calibrated=calibrated)
    return Delivery(name, received_at, hand["channel"], report)


def _received_at(world: World, town: Town, period: Period, form: Form) -> datetime:
    """A backlog is sent once it is asked for, any other report once its period has ended."""
    dice = world.dice("received", form.form_id, town.code, period.label)
    office, collection = declared("purposes")["office"], world.collection
    after = max(period.end, collection.asked_on or period.end)
    day = dice.pick(_working_days(after, collection.due_date(form.due, period)))
    at = time(dice.between(office["opens"], office["closes"] - 1), dice.between(0, 59))
    return datetime.combine(day, at) + timedelta(seconds=dice.between(0, 59))


def _working_days(after: date, until: date) -> list[date]:
    holidays = declared("purposes")["holidays"]
    days = (after + timedelta(days=step) for step in range(1, (until - after).days + 1))
    return [day for day in days if day.weekday() < WEEKDAYS and day not in holidays]


def _apart(deliveries: Iterator[Delivery]) -> Iterator[Delivery]:
    """Keep two deliveries from arriving in the same second, so that their order is plain."""
    taken: set[datetime] = set()
    for delivery in deliveries:
        at = delivery.received_at
        while at in taken:
            at += timedelta(seconds=1)
        taken.add(at)
        yield replace(delivery, received_at=at)


def _numbered(deliveries: Iterator[Delivery]) -> Iterator[Delivery]:
    """Number files of one name as a download folder does: 表.xlsx, 表(1).xlsx."""
    seen: Counter[str] = Counter()
    for delivery in deliveries:
        times = seen[delivery.file_name]
        seen[delivery.file_name] += 1
        mark = f"({times})" if times else ""
        yield replace(delivery, file_name=renamed(delivery.file_name, f"{{stem}}{mark}{{suffix}}"))


def renamed(file_name: str, pattern: str) -> str:
    """Give a file name by a pattern with ``{stem}`` and ``{suffix}``.

    >>> renamed("a.xlsx", "{stem}(1){suffix}")
    'a(1).xlsx'
    """
    stem, dot, suffix = file_name.rpartition(".")
    return pattern.format(stem=stem, suffix=dot + suffix)
