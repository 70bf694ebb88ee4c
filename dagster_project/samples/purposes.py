"""Deliveries with a part to play, from the refused file to the one that is no report.

Each changes the list of deliveries by one declared step and says which file plays which part.
None touches a calibrated figure once all is received. Not here: bytes.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from dagster_project.samples.data import declared
from dagster_project.samples.deliveries import Delivery, renamed
from dagster_project.samples.layouts import Report
from dagster_project.samples.world import Row, Table

Change = Callable[[Row], Row]


@dataclass(frozen=True, slots=True)
class Purpose:
    """The part that a file plays; ``file_name`` is None for the file that is never sent."""

    kind: str
    file_name: str | None
    form_id: str | None
    respondent_code: str | None
    period: str | None
    text_zh: str
    text_en: str


class Stage:
    """The deliveries while the parts are given out."""

    def __init__(self, deliveries: list[Delivery]) -> None:
        """Take the regular deliveries."""
        self.deliveries = deliveries
        self.purposes: list[Purpose] = []
        self.declared: dict[str, Any] = declared("purposes")

    def arranged(self) -> list[Delivery]:
        """Give out all parts; give the deliveries in the order they arrive."""
        for arrange in (
            self._refused,
            self._questioned,
            self._late,
            self._missing,
            self._resubmitted,
            self._duplicate,
            self._alien,
        ):
            arrange()
        return sorted(self.deliveries, key=lambda one: (one.received_at, one.file_name))

    def _refused(self) -> None:
        """One figure is typed wrong; two days later the right file follows as no. 2."""
        entry, right = self._entry("refused")
        wrong = replace(
            right,
            received_at=entry["received_at"],
            report=_changed(right, entry, _adding(entry), entry["received_at"]),
        )
        self._replace(right, wrong)
        again = self._again(right, entry, entry["corrected_at"])
        self.deliveries.append(again)
        self._note("refused", wrong)
        self._note("corrected", again)

    def _questioned(self) -> None:
        entry, before = self._entry("questioned")
        change = _paying(entry["monthly_wage"])
        asked = replace(before, report=_changed(before, entry, change, before.received_at))
        self._replace(before, asked)
        self._note("questioned", asked)

    def _late(self) -> None:
        entry, before = self._entry("late")
        at = entry["received_at"]
        late = replace(before, received_at=at, report=replace(_report(before), sent_on=at.date()))
        self._replace(before, late)
        self._note("late", late)

    def _missing(self) -> None:
        _, never_sent = self._entry("missing")
        self.deliveries.remove(never_sent)
        self._note("missing", never_sent, sent=False)

    def _resubmitted(self) -> None:
        entry, first = self._entry("resubmitted")
        again = self._again(first, entry, entry["received_at"])
        change = _changed(again, entry, _adding(entry), entry["received_at"])
        corrected = replace(again, report=change)
        self.deliveries.append(corrected)
        self._note("resubmitted", corrected)

    def _duplicate(self) -> None:
        entry, first = self._entry("duplicate")
        later = first.received_at + timedelta(minutes=entry["after_minutes"])
        name = renamed(first.file_name, entry["file_name"])
        twice = replace(first, file_name=name, received_at=later)
        self.deliveries.append(twice)
        self._note("duplicate", twice)

    def _alien(self) -> None:
        entry = self.declared["alien"]
        alien = Delivery(entry["file_name"], entry["received_at"], entry["channel"])
        self.deliveries.append(alien)
        self._note("alien", alien)

    def _entry(self, kind: str) -> tuple[dict[str, Any], Delivery]:
        entry = self.declared[kind]
        key = (entry["form"], entry["town"], entry["period"])
        return entry, next(one for one in self.deliveries if one.key == key)

    def _again(self, first: Delivery, entry: dict[str, Any], at: datetime) -> Delivery:
        """Give the second submission of a report, with its number and reason."""
        name = renamed(first.file_name, entry["file_name"])
        report = replace(_report(first), number=2, reason=entry["reason"], sent_on=at.date())
        return replace(first, file_name=name, received_at=at, report=report)

    def _replace(self, before: Delivery, after: Delivery) -> None:
        self.deliveries[self.deliveries.index(before)] = after

    def _note(self, kind: str, delivery: Delivery, *, sent: bool = True) -> None:
        form_id, code, period = delivery.key
        town = delivery.report.town.name if delivery.report else ""
        entry = self.declared[kind]
        self.purposes.append(
            Purpose(
                kind=kind,
                file_name=delivery.file_name if sent else None,
                form_id=form_id or None,
                respondent_code=code or None,
                period=period or None,
                text_zh=entry["zh"].format(town=town),
                text_en=entry["en"].format(town=town),
            )
        )


def _report(delivery: Delivery) -> Report:
    if delivery.report is None:
        raise LookupError(delivery.file_name)
    return delivery.report


def _changed(delivery: Delivery, entry: dict[str, Any], change: Change, at: datetime) -> Report:
    """Give the report with one row changed: the first of the entry's category."""
    report = _report(delivery)
    column = report.form.breakdown or ""
    table: Table = list(report.table)
    place = next(n for n, row in enumerate(table) if row[column] == entry["category"])
    table[place] = change(table[place])
    return replace(report, table=table, sent_on=at.date())


def _adding(entry: dict[str, Any]) -> Change:
    column, more = entry["column"], entry["add"]
    return lambda row: {**row, column: int(str(row[column])) + more}


def _paying(monthly_wage: int) -> Change:
    def change(row: Row) -> Row:
        months = Decimal(str(row["paid_person_months"]))
        return {**row, "wage_bill": months * monthly_wage}

    return change
