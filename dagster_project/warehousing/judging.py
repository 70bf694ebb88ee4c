"""Judging: the edit rules run over new submissions, and the gate's verdict on each is recorded.

A verdict is given once; a rebuild replays it. Not here: the rules themselves (see ``rules``) and
what becomes of the accepted rows (see ``partitions``).
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import itemgetter
from typing import Any, TypeVar

from dagster_project.clock import Clock
from dagster_project.collecting.decisions import Verdict
from dagster_project.collecting.receipts import Receipt
from dagster_project.programme.model import Form, Programme
from dagster_project.rules.gate import state_of
from dagster_project.rules.judge import judge
from dagster_project.rules.wording import word
from dagster_project.warehousing.answers import Said
from dagster_project.warehousing.bench_views import LAID_OUT, lay_out
from dagster_project.warehousing.comparing import against_earlier, standing
from dagster_project.warehousing.database import Connection, rows_of, table_names
from dagster_project.warehousing.shelf import Shelf
from dagster_project.warehousing.suspecting import NO_SUSPECT, Search

FINDING_FIELDS = (
    "rule_id", "severity", "scope", "sheet_name", "row_number", "column_name", "cell", "value_text",
    "related_cells",
)  # fmt: skip
NOT_COLLECTED = "PERIOD_NOT_COLLECTED"
ROWS_AT_ONCE = 1_000_000
"""Rows judged in one pass: forty columns of them take some hundred megabytes."""
FindingsOf = dict[int, list[dict[str, Any]]]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Bench:
    """What a judge needs: the programme, the receipts, the clock, and what persons decided.

    ``answers`` speak of questions and change no verdict.
    """

    programme: Programme
    receipts: Mapping[int, Receipt]
    clock: Clock
    programme_hash: str
    asked_periods: frozenset[str]
    accepted_headers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    answers: tuple[Said, ...] = ()

    def form_of(self, submissions: Sequence[Mapping[str, Any]]) -> Form | None:
        """Give the form that all of some submissions are of; None where none was recognised."""
        form_id = submissions[0]["form_id"] if submissions else None
        return self.programme.forms[form_id] if form_id else None

    def decided_at(self, receipt_number: int) -> datetime:
        """Give the time of a verdict: now, or for a replayed delivery the time it replays."""
        receipt = self.receipts[receipt_number]
        return receipt.received_at if receipt.basis == "replayed" else self.clock.now()


def judge_submissions(
    connection: Connection,
    bench: Bench,
    submissions: list[dict[str, Any]],
    shelf: Shelf | None = None,
    alone: FindingsOf | None = None,
) -> list[Verdict]:
    """Give a verdict on each of some submissions of one form, or of none.

    ``shelf`` holds the submissions accepted before; without one each is judged by itself.
    ``alone`` is what was found wrong with each by itself, where that is known already.
    """
    findings = found_alone(connection, bench, submissions) if alone is None else alone
    if form := bench.form_of(submissions):
        lay_out(connection, form, [one["submission_id"] for one in submissions])
        known = [one for one in submissions if one["respondent_code"] and one["period"]]
        if shelf:
            compared = against_earlier(connection, bench.programme, form, shelf, known)
            _add(findings, compared, bench.programme)
        Search(connection, bench.programme, form, shelf, submissions).name_suspects(findings)
    return [_verdict(bench, submission, findings) for submission in submissions]


def found_alone(
    connection: Connection, bench: Bench, submissions: list[dict[str, Any]]
) -> FindingsOf:
    """Give what is wrong with each of some submissions of one form by itself, of whatever period.

    To plan a query costs more than to ask it of a hundred thousand rows.
    """
    form = bench.form_of(submissions)
    findings: FindingsOf = defaultdict(list)
    for some in few_at_once(submissions, itemgetter("rows_read"), ROWS_AT_ONCE):
        lay_out(connection, form, [one["submission_id"] for one in some])
        _add(findings, _read_findings(connection), bench.programme)
        _add(findings, _not_collected(bench, some), bench.programme)
        if form:
            _add(findings, _edit_findings(connection, bench.programme, form), bench.programme)
    return findings


def few_at_once(
    items: Iterable[T], rows_in: Callable[[T], int], most_rows: int
) -> Iterator[list[T]]:
    """Cut what is judged, in its order, into lists of not too many rows together."""
    some: list[T] = []
    rows = 0
    for one in items:
        if some and rows + rows_in(one) > most_rows:
            yield some
            some, rows = [], 0
        some.append(one)
        rows += rows_in(one)
    if some:
        yield some


def standing_findings(
    connection: Connection,
    bench: Bench,
    form: Form,
    in_force: list[dict[str, Any]],
    shelf: Shelf,
) -> FindingsOf:
    """Give the questions that later or other submissions put to those in force."""
    findings: FindingsOf = defaultdict(list)
    if in_force:
        lay_out(connection, form, [one["submission_id"] for one in in_force])
        _add(
            findings,
            standing(connection, bench.programme, form, shelf, in_force),
            bench.programme,
        )
    return findings


def _read_findings(connection: Connection) -> list[dict[str, Any]]:
    has_any = "landing_finding" in table_names(connection)
    return rows_of(connection, "from bench_finding") if has_any else []


def _edit_findings(
    connection: Connection, programme: Programme, form: Form
) -> Iterable[dict[str, Any]]:
    found: list[dict[str, Any]] = judge(connection, form, programme, LAID_OUT).to_pylist()
    return found


def _add(findings: FindingsOf, found: Iterable[dict[str, Any]], programme: Programme) -> None:
    for finding in found:
        plain = {field: finding[field] for field in FINDING_FIELDS}
        texts = word(finding, programme)
        findings[finding["submission_id"]].append(plain | texts | NO_SUSPECT)


def _verdict(bench: Bench, submission: Mapping[str, Any], findings: FindingsOf) -> Verdict:
    found = findings.get(submission["submission_id"], [])
    state = state_of(found) if submission["form_id"] else "unreadable"
    return Verdict(
        receipt_number=submission["receipt_number"],
        ordinal=submission["ordinal"],
        form_id=submission["form_id"],
        respondent_code=submission["respondent_code"],
        period=submission["period"],
        state=state,
        decided_at=bench.decided_at(submission["receipt_number"]),
        programme_hash=bench.programme_hash,
        findings=tuple(found),
    )


def _not_collected(bench: Bench, submissions: list[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    """Refuse a period that no collection asks for: it is a typing error, or not yet agreed."""
    for submission in submissions:
        period = submission["period"]
        if period and period not in bench.asked_periods:
            yield dict.fromkeys(FINDING_FIELDS) | {
                "submission_id": submission["submission_id"],
                "rule_id": NOT_COLLECTED,
                "severity": "M",
                "scope": "sheet",
                "sheet_name": submission["sheet_name"],
                "value_text": period,
                "params": json.dumps({"period": period}),
            }
