"""Answers: a person's word on an open question, a coded reason with a text, for some periods.

Append-only in ``raw/decisions/answers``, one file per call; who gave it stays here and never
reaches the warehouse. Not here: the command (``answering``), what an answer does to a question
(see ``warehousing.answers``).
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from dagster_project.collecting import records
from dagster_project.collecting.decisions import append_records
from dagster_project.collecting.errors import CollectError
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
    optional = {"column_name", "row_key"}
    for field in Answer.__dataclass_fields__:
        value, wanted = record.get(field), int if field == "periods" else str
        if type(value) is not wanted and not (value is None and field in optional):
            raise _bad_field(path, line, field)
    if unknown := record.keys() - Answer.__dataclass_fields__.keys():
        raise _bad_field(path, line, ", ".join(sorted(unknown)))
    if record["reason"] not in {*REASONS, WITHDRAWN}:
        raise _bad_field(path, line, "reason")
    if not 1 <= record["periods"] <= MOST_PERIODS:
        raise _bad_field(path, line, "periods")
    return _dated(path, line, record)


def _dated(path: Path, line: int, record: Record) -> Answer:
    """Make an answer of values that have the right types."""
    try:
        decided_at = datetime.fromisoformat(record["decided_at"])
    except ValueError as error:
        raise _bad_field(path, line, "decided_at") from error
    try:
        Period.parse(record["period"])
    except PeriodError as error:
        raise _bad_field(path, line, "period") from error
    return Answer(**(record | {"decided_at": decided_at}))


def _bad_field(path: Path, line: int, field: str) -> CollectError:
    return CollectError("COLLECT_RECORD_FIELD_BAD", file=path, line=line, field=field)
