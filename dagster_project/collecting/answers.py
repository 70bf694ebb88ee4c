"""Answers: a person's word on an open question, a coded reason with a text, for some periods.

Append-only in ``raw/decisions/answers``, one file per call; who gave it stays here and never
reaches the warehouse. Not here: the command (``answering``), what an answer does to a question
(see ``warehousing.answers``).
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from dagster_project.collecting import records
from dagster_project.collecting.decided import bad_field, decided
from dagster_project.collecting.decisions import append_records
from dagster_project.collecting.records import Record
from dagster_project.programme.period import Period, PeriodError
from dagster_project.programme.reasons import REASONS, WITHDRAWN

FOLDER = "answers"
MOST_PERIODS = 60
"""Five years of months: what is true for longer belongs into the rule."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to the questions of a rule about one unit's form and period.

    ``column_name`` and ``row_key`` (a row's keys, joined by commas) narrow it down. It holds in
    ``periods`` periods, ``period`` being the first. ``decided_at`` is naive China time.
    """

    form_id: str
    respondent_code: str
    period: str
    rule_id: str
    reason: str
    text: str
    decided_at: datetime
    decided_by: str
    column_name: str | None = None
    row_key: str | None = None
    periods: int = 1


def append_answer(decisions: Path, answer: Answer) -> Path | None:
    """Record an answer as a new file."""
    record = asdict(answer) | {"decided_at": answer.decided_at.isoformat()}
    return append_records(decisions / FOLDER, [record])


def read_answers(decisions: Path) -> tuple[Answer, ...]:
    """Give all answers in the order they were given.

    Raises:
        CollectError: a file is missing, or a line or field is broken; names file and line.
    """
    return tuple(
        _answer(path, line, record)
        for path in records.record_files(decisions / FOLDER)
        for line, record in enumerate(records.read_record_file(path), start=1)
    )


def _answer(path: Path, line: int, record: Record) -> Answer:
    """Make an answer of a record, every field checked."""
    answer = decided(Answer, path, line, record)
    if answer.reason not in {*REASONS, WITHDRAWN}:
        raise bad_field(path, line, "reason")
    if not 1 <= answer.periods <= MOST_PERIODS:
        raise bad_field(path, line, "periods")
    try:
        Period.parse(answer.period)
    except PeriodError as error:
        raise bad_field(path, line, "period") from error
    return answer
