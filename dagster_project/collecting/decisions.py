"""Decisions: what was said about submissions, append-only, one file per build.

A verdict is what the sender was told, its findings as plain JSON; a rebuild replays verdicts
and rejudging appends newer ones. Other kinds of decisions (explanations, aliases, reopenings)
use ``append_records``. Not here: deciding (``rules``).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from dagster_project.collecting import records
from dagster_project.collecting.errors import CollectError
from dagster_project.collecting.records import Record

STATES = ("accepted", "accepted_with_questions", "refused", "unreadable")

SUBMISSIONS_PER_FILE = 100
"""A submission's id is receipt number x 100 + ordinal, so ordinals end at 99."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was decided about one submission; ordinal 0 is the file as a whole.

    ``decided_at`` is naive China time; ``findings`` are plain JSON, as said to the sender.
    """

    receipt_number: int
    ordinal: int
    form_id: str | None
    respondent_code: str | None
    period: str | None
    state: str
    decided_at: datetime
    programme_hash: str
    findings: tuple[Record, ...]

    def __post_init__(self) -> None:
        """Refuse what would get another submission's id or an unknown state."""
        good = {
            "receipt_number": self.receipt_number > 0,
            "ordinal": 0 <= self.ordinal < SUBMISSIONS_PER_FILE,
            "state": self.state in STATES,
            "decided_at": self.decided_at.tzinfo is None,
        }
        if not all(good.values()):
            raise ValueError(", ".join(field for field, is_good in good.items() if not is_good))

    @property
    def submission_id(self) -> int:
        """Give the id under which the submission stands in the warehouse."""
        return self.receipt_number * SUBMISSIONS_PER_FILE + self.ordinal


def append_verdicts(decisions: Path, verdicts: Sequence[Verdict]) -> Path | None:
    """Write the verdicts of one build as one new file; None, and no file, where there is none."""
    return append_records(decisions / "verdicts", map(_as_record, verdicts))


def read_verdicts(decisions: Path) -> dict[int, Verdict]:
    """Give the verdict in force for each submission id: the one written last.

    Raises:
        CollectError: a file is missing, or a line or field is broken; names file and line.
    """
    verdicts: dict[int, Verdict] = {}
    for path in records.record_files(decisions / "verdicts"):
        for line, record in enumerate(records.read_record_file(path), start=1):
            verdict = _verdict(path, line, record)
            verdicts[verdict.submission_id] = verdict
    return verdicts


def append_records(folder: Path, new: Iterable[Mapping[str, object]]) -> Path | None:
    """Write records as the next numbered file of a folder; None where there is none to write.

    Raises:
        FileExistsError: another process wrote the same number just now; nothing was replaced.
    """
    listed = list(new)
    if not listed:
        return None
    return records.write_records(folder, records.next_number(folder), listed)


def read_records(folder: Path) -> list[Record]:
    """Give all records of a folder in the order they were written.

    Raises:
        CollectError: a file is missing or a line is broken; names the file and the line.
    """
    return [
        record for path in records.record_files(folder) for record in records.read_record_file(path)
    ]


def _as_record(verdict: Verdict) -> dict[str, object]:
    """Give a verdict as plain JSON values, in the order of its fields."""
    values = {name: getattr(verdict, name) for name in Verdict.__slots__}
    return values | {"decided_at": verdict.decided_at.isoformat()}


def _verdict(path: Path, line: int, record: Record) -> Verdict:
    """Make a verdict of a record, every field checked."""
    for field, kinds in _KINDS.items():
        if type(record.get(field)) not in kinds:
            raise _bad_field(path, line, field)
    if unknown := record.keys() - _KINDS.keys():
        raise _bad_field(path, line, ", ".join(sorted(unknown)))
    return _checked(path, line, record)


def _checked(path: Path, line: int, record: Record) -> Verdict:
    """Make a verdict of values that have the right types."""
    try:
        decided_at = datetime.fromisoformat(record["decided_at"])
    except ValueError as error:
        raise _bad_field(path, line, "decided_at") from error
    values = record | {"decided_at": decided_at, "findings": tuple(record["findings"])}
    try:
        return Verdict(**values)
    except ValueError as error:
        raise _bad_field(path, line, str(error)) from error


def _bad_field(path: Path, line: int, field: str) -> CollectError:
    return CollectError("COLLECT_RECORD_FIELD_BAD", file=path, line=line, field=field)


_OPTIONAL_TEXT = (str, type(None))
_KINDS: dict[str, tuple[type, ...]] = {
    "receipt_number": (int,),
    "ordinal": (int,),
    "form_id": _OPTIONAL_TEXT,
    "respondent_code": _OPTIONAL_TEXT,
    "period": _OPTIONAL_TEXT,
    "state": (str,),
    "decided_at": (str,),
    "programme_hash": (str,),
    "findings": (list,),
}
