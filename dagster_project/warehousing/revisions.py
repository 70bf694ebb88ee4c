"""Which submission is in force when: a fold over deliveries in the order they were received.

Pure. The same deliveries give the same revisions however they were batched, because the order is
that of receipt times (receipt numbers break ties), never that of builds.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

ACCEPTED = ("accepted", "accepted_with_questions")


@dataclass(frozen=True, slots=True)
class Judged:
    """A submission with its verdict; the fold fills in the last three fields."""

    submission_id: int
    respondent_code: str | None
    received_at: datetime
    decided_at: datetime
    content_hash: str | None
    state: str
    revision: int | None = None
    known_from: datetime | None = None
    known_to: datetime | None = None


def with_revisions(submissions: Iterable[Judged]) -> list[Judged]:
    """Number the accepted revisions of one form and period, per respondent.

    An accepted submission whose content equals the revision in force is a ``duplicate`` and changes
    nothing; A, B, A again is three revisions. A refused one leaves the earlier one in force.
    """
    in_force: dict[str | None, int] = {}
    folded: list[Judged] = []
    for submission in sorted(submissions, key=lambda one: (one.received_at, one.submission_id)):
        position = in_force.get(submission.respondent_code)
        current = folded[position] if position is not None else None
        if submission.state not in ACCEPTED:
            folded.append(submission)
        elif current and current.content_hash == submission.content_hash:
            folded.append(replace(submission, state="duplicate"))
        else:
            in_force[submission.respondent_code] = len(folded)
            following = _next_revision(submission, current)
            folded.append(following)
            if current and position is not None:
                folded[position] = replace(current, known_to=following.known_from)
    return folded


def _next_revision(submission: Judged, current: Judged | None) -> Judged:
    """Follow the revision in force; a verdict given late never reaches back before it."""
    if current is None or current.revision is None or current.known_from is None:
        return replace(submission, revision=1, known_from=submission.decided_at)
    known_from = max(submission.decided_at, current.known_from)
    return replace(submission, revision=current.revision + 1, known_from=known_from)
