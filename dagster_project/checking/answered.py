"""Which questions of a checked file are answered: on its sheet 情况说明, or in the records here.

The answers are found and weighed by the very functions of a build. Not here: the questions (see
``check``), how an answer is shown (see ``printed``).
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from dagster_project.collecting.decisions import Verdict
from dagster_project.programme.model import Form
from dagster_project.warehousing.answers import (
    NO_ANSWER,
    Said,
    answered,
    said_by_respondents,
    with_row_keys,
)
from dagster_project.warehousing.database import Connection
from dagster_project.warehousing.revisions import Judged

ANSWER_FIELDS = ("answer_reason", "answer_text", "answer_cell")
"""What a finding says of its answer: coded reason, text, and the cell that gives them."""


def with_answers(
    connection: Connection, form: Form | None, verdicts: Sequence[Verdict], recorded: Sequence[Said]
) -> list[Verdict]:
    """Give the verdicts of a form, each question with its answer; all answered is accepted."""
    rows = [_placed(finding, one) for one in verdicts for finding in one.findings]
    folded = [_judged(one) for one in verdicts]
    by_id = {one.submission_id: one for one in verdicts}
    said = [*recorded, *said_by_respondents(connection, folded, by_id)] if rows else []
    told, states = answered(with_row_keys(connection, form, rows), folded, said)
    left = iter(told)
    return [
        replace(one, state=state.state, findings=tuple(_shown(f, next(left)) for f in one.findings))
        for one, state in zip(verdicts, states, strict=True)
    ]


def unanswered(finding: dict[str, Any]) -> dict[str, Any]:
    """Give a finding that nobody can have answered, in the same shape."""
    return _shown(finding, NO_ANSWER)


def _shown(finding: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
    return finding | {name: row[name] for name in ANSWER_FIELDS}


def _placed(finding: dict[str, Any], verdict: Verdict) -> dict[str, Any]:
    return finding | {
        "submission_id": verdict.submission_id,
        "form_id": verdict.form_id,
        "respondent_code": verdict.respondent_code,
        "period": verdict.period,
    }


def _judged(verdict: Verdict) -> Judged:
    at = verdict.decided_at
    return Judged(verdict.submission_id, verdict.respondent_code, at, at, None, verdict.state)
