"""The nouns of feedback: what a report is, what was found in it, and the workbook that goes back.

Findings are those that a verdict records, as plain mappings. Not here: how anything is written.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

HARD = "M"
HARD_LEVEL, SOFT_LEVEL, BESIDE = "hard", "soft", "beside"
"""The levels of a mark, each with a colour of its own."""

FindingRow = Mapping[str, Any]
"""A finding as verdicts and ``fct_findings`` hold it: place, value, and words in two languages."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the columns and rows of one report stand in its sheet, for findings without a cell.

    ``columns`` maps form columns to sheet columns (letters), ``source_rows`` detail rows to sheet
    rows, both from 1; ``header_row`` is the lowest row of the header; ``headers`` the
    form's Chinese headers by column.
    """

    sheet_name: str
    header_row: int
    columns: Mapping[str, str] = field(default_factory=dict)
    source_rows: Mapping[int, int] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Summary:
    """What one report is and what was decided on it; None stands for what was not recognised."""

    table_number: str | None
    title: str | None
    unit_code: str | None
    unit_name: str | None
    period: str | None
    state: str
    received_at: datetime | None = None
    decided_at: datetime | None = None
    synthetic: bool = False
    rows: int | None = None

    @property
    def unit(self) -> str:
        """Give the unit's name and code, as far as they are known."""
        return " ".join(filter(None, (self.unit_name, self.unit_code)))

    @property
    def form(self) -> str:
        """Give the form's number and title, as far as they are known."""
        return " ".join(filter(None, (self.table_number, self.title)))


@dataclass(frozen=True, slots=True)
class Marked:
    """A workbook that goes back, and the name under which it does."""

    content: bytes
    name: str


@dataclass(slots=True)
class Mark:
    """A cell to be marked: all that was found there, the worst deciding its colour."""

    findings: list[FindingRow] = field(default_factory=list)
    beside: list[FindingRow] = field(default_factory=list)
    """Findings that suspect another cell, and reckon with this one."""

    @property
    def level(self) -> str:
        """Give what the mark says: ``hard``, ``soft``, or ``beside`` a cell that is suspected."""
        if not self.findings:
            return BESIDE
        return HARD_LEVEL if self.is_hard else SOFT_LEVEL

    @property
    def is_hard(self) -> bool:
        """Say whether one of the findings must be corrected."""
        return any(finding["severity"] == HARD for finding in self.findings)


Cell = tuple[int, int]
"""Row and column of a sheet, counted from 0."""

Marks = dict[str, dict[Cell, Mark]]
"""The cells to be marked, by sheet."""


def counts(findings: Sequence[FindingRow]) -> tuple[int, int]:
    """Give how many findings must be corrected and how many explained."""
    hard = sum(finding["severity"] == HARD for finding in findings)
    return hard, len(findings) - hard


def in_order(findings: Sequence[FindingRow]) -> Iterator[FindingRow]:
    """Give findings as a person works them off: what must be corrected first, as it was found."""
    yield from (finding for finding in findings if finding["severity"] == HARD)
    yield from (finding for finding in findings if finding["severity"] != HARD)
