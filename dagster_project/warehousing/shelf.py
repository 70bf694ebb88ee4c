"""The shelf of accepted submissions: what was in force when, by form, respondent and period.

Made from landed submissions, receipts and verdicts alone. Not here: what is compared (see
``comparing``).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from dagster_project.collecting.decisions import Verdict
from dagster_project.collecting.receipts import Receipt
from dagster_project.programme.model import Form
from dagster_project.programme.period import Period
from dagster_project.rules.earlier import LATEST, SAME_PERIOD
from dagster_project.warehousing.database import Connection, rows_of
from dagster_project.warehousing.revisions import ACCEPTED

OLDEST = timedelta(days=366)
"""A submission that is older says nothing of how another form stands now."""


@dataclass(frozen=True, slots=True, order=True)
class Sent:
    """An accepted submission, in the order in which it came into force."""

    received_at: datetime
    submission_id: int
    receipt_number: int
    end: date
    content_hash: str | None
    submission_no: int | None
    respondent_code: str

    def is_before(self, other: "Sent") -> bool:
        """Say whether it was there when another came in: sent before it, and received before it."""
        return self < other and self.receipt_number < other.receipt_number


@dataclass(slots=True)
class Shelf:
    """The accepted submissions of some forms, by form, respondent and period."""

    receipts: Mapping[int, Receipt]
    sent: dict[tuple[str, str], dict[str, list[Sent]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )

    _units: dict[str, set[str]] = field(default_factory=dict)

    def units_of(self, form_id: str) -> set[str]:
        """Give the units that sent a form, looked up once for the thousands that ask."""
        if form_id not in self._units:
            self._units[form_id] = {unit for form, unit in self.sent if form == form_id}
        return self._units[form_id]

    @classmethod
    def filled(
        cls,
        connection: Connection,
        receipts: Mapping[int, Receipt],
        verdicts: Mapping[int, Verdict],
        form_ids: Iterable[str],
    ) -> "Shelf":
        """Put up what has landed and was accepted of some forms."""
        shelf = cls(receipts)
        query = """
            select submission_id, receipt_number, form_id, respondent_code, period, content_hash,
                submission_no
            from landing_submission
            where form_id in (select unnest(?::varchar[]))
                and respondent_code is not null and period is not null
        """
        for one in rows_of(connection, query, [list(form_ids)]):
            verdict = verdicts.get(one["submission_id"])
            if verdict and verdict.state in ACCEPTED:
                place = shelf.sent[one["form_id"], one["respondent_code"]]
                place[one["period"]].append(shelf.sent_of(one))
        return shelf

    def sent_of(self, landed: Mapping[str, Any]) -> Sent:
        """Give a landed submission as it stands, or would stand, on the shelf."""
        return Sent(
            self.receipts[landed["receipt_number"]].received_at,
            landed["submission_id"],
            landed["receipt_number"],
            Period.parse(landed["period"]).end,
            landed["content_hash"],
            landed["submission_no"],
            landed["respondent_code"],
        )

    def in_force(
        self, form_id: str, respondent: str, period: str, before: Sent | None
    ) -> Sent | None:
        """Give what was in force before a submission came in (None: what is in force now)."""
        found = self.sent.get((form_id, respondent), {}).get(period, [])
        return max((one for one in found if before is None or one.is_before(before)), default=None)

    def of_other_form(self, form: Form, respondent: str, period: Period, span: str) -> Sent | None:
        """Give the unit's submission of another form that a rule's join keys speak of."""
        periods = self.sent.get((form.form_id, respondent), {})
        ended = [label for label, sent in periods.items() if is_spanned(sent[0].end, period, span)]
        latest = max(ended, key=lambda label: periods[label][0].end, default=None)
        return self.in_force(form.form_id, respondent, latest, None) if latest else None


def is_spanned(end: date, period: Period, span: str) -> bool:
    """Say whether a period that ends on a day is looked at from another one, by a span of time."""
    if span == SAME_PERIOD:
        return end == period.end
    is_recent = period.end - OLDEST < end <= period.end
    return is_recent and (span == LATEST or end.year == period.end.year)
