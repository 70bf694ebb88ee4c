"""What reading gives: submissions with typed rows, each value with its cell, and findings.

Plain dataclasses without behaviour. Not here: how a file becomes these (see ``reading.file``),
their Arrow form (see ``reading.arrow_tables``), the words of findings (``messages/reading.yml``).
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, NamedTuple, Self

HARD = "M"
SOFT = "Q"
"""Severities: a hard finding refuses the submission, a soft one opens a question."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A cell that reads as a blank but is none: an error, or a formula without a result."""

    kind: str
    """``error`` or ``formula``."""
    text: str
    """The error's name such as ``#DIV/0!``, or the formula with its equals sign."""


class Shown(float):
    """A number whose format shows it on another scale: what it holds, times ten to ``power``.

    0.12 shown as 12% has the power 2; 12,000 shown as 12.0 by the format ``0.0,`` has -3.
    """

    __slots__ = ("power",)
    power: int

    def __new__(cls, held: float, power: int) -> Self:
        """Take the number that the cell holds."""
        number = super().__new__(cls, held)
        number.power = power
        return number

    def __reduce__(self) -> tuple[type["Shown"], tuple[float, int]]:
        """Let copies and other processes have the power as well."""
        return Shown, (float(self), self.power)


PERCENT = 2
"""The power of a format with a percent sign."""

Cell = str | float | int | bool | date | datetime | time | timedelta | Unreadable
"""A cell of a sheet; a blank one is the empty string."""

Value = str | int | bool | Decimal | date | None
"""A typed value of a form column."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong or in doubt, with the place in the sheet."""

    rule_id: str
    severity: str
    scope: str
    sheet_name: str | None = None
    row_number: int | None = None
    column_name: str | None = None
    cell: str | None = None
    value_text: str | None = None
    related_cells: str | None = None
    params: tuple[tuple[str, str], ...] = ()


class SubmissionColumn(NamedTuple):
    """Which column of the sheet a form column was read from."""

    column_name: str
    sheet_column: str
    header_text: str
    matched_by: str
    unit_factor: int = 1


class CellStatus(NamedTuple):
    """Why a value is missing or estimated, or the raw text where it is not the plain form."""

    row_number: int
    column_name: str
    obs_status: str | None
    raw_text: str
    sheet_cell: str | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """What the sender says of a question: which one, a coded reason, the text, and its place.

    ``column_name`` and ``row_key`` name the question where the file that went back named them.
    """

    rule_id: str | None
    cell: str | None
    column_name: str | None
    row_key: str | None
    reason: str
    text: str
    sheet_name: str
    sheet_cell: str


@dataclass(slots=True)
class ReadSubmission:
    """One form of one unit and period, as far as it could be read from one sheet.

    ``values`` holds for every column of the form one entry per detail row; ``source_rows`` the
    sheet row (from 1) of each. What could not be known is None and has a hard finding. Of a large
    table both are worked out from ``columnar`` when asked for.
    """

    ordinal: int
    form_id: str
    respondent_code: str | None
    period: str | None
    sheet_name: str
    header_row: int
    orientation: str = "rows"
    header: dict[str, str] = field(default_factory=dict)
    columns: list[SubmissionColumn] = field(default_factory=list)
    values: dict[str, list[Value]] = field(default_factory=dict)
    source_rows: list[int] = field(default_factory=list)
    total_row: dict[str, Decimal | int] | None = None
    total_source_row: int | None = None
    total_cells: dict[str, str] = field(default_factory=dict)
    cell_status: list[CellStatus] = field(default_factory=list)
    abnormal_rows: set[int] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)
    explanations: list[Explanation] = field(default_factory=list)
    content_hash: str = ""
    columnar: "Columnar | None" = None


class Columnar(NamedTuple):
    """The rows of a large table as Arrow tables: what else would be millions of Python objects.

    ``rows`` have the columns of the form, and ``source_row`` and ``has_abnormal_cells``;
    ``statuses`` the fields of ``CellStatus``.
    """

    rows: Any
    statuses: Any


@dataclass(slots=True)
class Reading:
    """What one file holds. What is said of it as a whole is why it, or a part, holds no report."""

    submissions: list[ReadSubmission] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
