"""The sheet 情况说明: one line a question, with a coded reason and the clerk's own words.

Known by its header wherever it stands, and never taken for a table of the report. Not here: how the
sheet is written (see ``feedback.explanation_sheet``), what an answer does (see
``warehousing.answers``).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from dagster_project.messages import render
from dagster_project.programme.model import Programme
from dagster_project.programme.reasons import CONFIRMED, WITHDRAWN, label, reason_of
from dagster_project.reading.findings import At, Findings
from dagster_project.reading.model import Cell, Explanation, ReadSubmission
from dagster_project.reading.personal_data import has_personal_number, masked
from dagster_project.reading.sheets import Sheet
from dagster_project.reading.text import address, cell_text, narrow, plain

FIELDS = (
    "number", "rule", "sheet", "cell", "column", "value", "problem", "reason", "text", "key",
)  # fmt: skip
"""The columns of the sheet, from left to right; ``key`` is hidden: column and row of the form."""
TELLING = ("rule", "reason", "text")
"""By these three headers in one row the sheet is known."""
ROWS_ABOVE = 30
KEY_SEPARATOR = "|"
OTHER = "other"


@dataclass(frozen=True, slots=True)
class Line:
    """One line that somebody filled in: texts by field, and the sheet row from 0."""

    sheet_name: str
    row: int
    texts: dict[str, str]
    text_column: int

    @property
    def at(self) -> At:
        """Give the cell of the explanation."""
        return At(self.row, self.text_column)


@cache
def header(field: str) -> str:
    """Give the header of a column.

    >>> header("reason")
    '情况类别'
    """
    return render(f"ANSWER_HEADER_{field.upper()}", "zh")


def filled_lines(sheet: Sheet) -> list[Line] | None:
    """Give the lines of the sheet that say something, None where it is another sheet."""
    for number, row in enumerate(sheet.grid[:ROWS_ABOVE]):
        if header("reason") in row and (places := _places(row)):
            return list(_lines(sheet, number + 1, places))
    return None


def _places(row: Sequence[Cell]) -> dict[str, int]:
    """Give the columns of a header row by field, none where it is no such header."""
    known = {plain(header(field)): field for field in FIELDS}
    texts = (plain(cell) if isinstance(cell, str) else "" for cell in row)
    found = {known[text]: column for column, text in enumerate(texts) if text in known}
    return found if found.keys() >= {*TELLING} else {}


def _lines(sheet: Sheet, first: int, places: dict[str, int]) -> Iterator[Line]:
    for number, row in enumerate(sheet.grid[first:], start=first):
        texts = {field: cell_text(row[column]).strip() for field, column in places.items()}
        if texts["reason"] or texts["text"]:
            yield Line(sheet.name, number, texts, places["text"])


def take_explanations(
    lines: Iterable[Line], submissions: Sequence[ReadSubmission], programme: Programme
) -> None:
    """Give each line to the submission of the file that it speaks of, or say why it cannot be."""
    for line in lines:
        findings = Findings(line.sheet_name)
        one = _owner(line, submissions, programme)
        if one is None:
            findings.ask("READ_EXPLANATION_UNPLACED", line.at, scope="note")
        else:
            one.explanations += _explanation(line, findings)
        (one or submissions[0]).findings += findings.found


def _owner(
    line: Line, submissions: Sequence[ReadSubmission], programme: Programme
) -> ReadSubmission | None:
    """Give the one submission that a line can speak of."""
    rule, sheet = plain(line.texts["rule"]), line.texts.get("sheet", "")
    if not rule and not line.texts.get("cell"):
        return None
    numbers = {plain(form.table_number): form_id for form_id, form in programme.forms.items()}
    form_id = next((one for number, one in numbers.items() if rule.startswith(number)), None)
    found = [one for one in submissions if form_id in {None, one.form_id}]
    named = [one for one in found if sheet and one.sheet_name == sheet]
    found = named or found
    return found[0] if len(found) == 1 else None


def _explanation(line: Line, findings: Findings) -> list[Explanation]:
    """Give what a line says; a text that is no reason of the list is part of the explanation."""
    reason, text = reason_of(line.texts["reason"]), line.texts["text"]
    if reason in {None, WITHDRAWN}:
        reason, text = OTHER, "，".join(filter(None, (line.texts["reason"], text)))
    if not text and reason != CONFIRMED:
        findings.ask("READ_EXPLANATION_TEXT_MISSING", line.at, line.texts["reason"], scope="note")
        return []
    if has_personal_number(text):
        findings.ask("READ_EXPLANATION_PERSONAL", line.at, scope="note")
    column, _, row_key = line.texts.get("key", "").partition(KEY_SEPARATOR)
    return [
        Explanation(
            rule_id=narrow(line.texts["rule"]) or None,
            cell=narrow(line.texts.get("cell", "")).upper() or None,
            column_name=column or None,
            row_key=row_key or None,
            reason=reason or OTHER,
            text=masked(text) or label(CONFIRMED, "zh"),
            sheet_name=line.sheet_name,
            sheet_cell=address(line.row, line.text_column),
        )
    ]
