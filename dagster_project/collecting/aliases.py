"""Accepted headers: a person's decision that a header of a sheet means a column of a form.

Append-only in ``raw/decisions/aliases``, with who, when and why; of two decisions on one header
the later counts. Not here: what a header means by itself (see ``reading``), the command
(``accepting``).
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from dagster_project.collecting import records
from dagster_project.collecting.decided import decided
from dagster_project.collecting.decisions import Verdict, append_records

FOLDER = "aliases"
UNKNOWN_HEADER = "READ_HEADER_UNKNOWN"


@dataclass(frozen=True, slots=True)
class AcceptedAlias:
    """One decision; ``decided_at`` is naive China time, ``source`` the file that raised it."""

    form_id: str
    header: str
    column_name: str
    decided_at: datetime
    decided_by: str
    reason: str
    source: str | None = None


def append_alias(decisions: Path, alias: AcceptedAlias) -> Path | None:
    """Record a decision as a new file."""
    record = asdict(alias) | {"decided_at": alias.decided_at.isoformat()}
    return append_records(decisions / FOLDER, [record])


def read_aliases(decisions: Path) -> tuple[AcceptedAlias, ...]:
    """Give all decisions in the order they were made.

    Raises:
        CollectError: a file is missing, or a line or field is broken; names file and line.
    """
    return tuple(
        decided(AcceptedAlias, path, line, record)
        for path in records.record_files(decisions / FOLDER)
        for line, record in enumerate(records.read_record_file(path), start=1)
    )


def in_force(aliases: Iterable[AcceptedAlias]) -> dict[str, dict[str, str]]:
    """Give what the reader needs: for each form the accepted headers and their columns."""
    accepted: dict[str, dict[str, str]] = {}
    for alias in aliases:
        accepted.setdefault(alias.form_id, {})[alias.header] = alias.column_name
    return accepted


def is_reopened(
    verdict: Verdict, accepted: Mapping[str, Mapping[str, str]], unknown: Iterable[str] = ()
) -> bool:
    """Say whether a verdict names an unknown header that has been accepted since.

    ``unknown`` are the headers that the file, read again, still leaves unknown. Once it has been
    judged again it names the header no more.
    """
    headers = {_joined(header) for header in accepted.get(verdict.form_id or "", ())}
    headers -= {_joined(header) for header in unknown}
    return any(
        finding.get("rule_id") == UNKNOWN_HEADER
        and _joined(finding.get("value_text") or "") in headers
        for finding in verdict.findings
    )


def _joined(text: str) -> str:
    return "".join(text.split())
