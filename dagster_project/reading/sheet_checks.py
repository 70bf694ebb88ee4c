"""What a reader of a sheet would not see: no rows, hidden ones, figures above the header.

Not here: what its cells hold (see ``table``), its header (see ``headers``).
"""

from dagster_project.reading.draft import Draft
from dagster_project.reading.findings import At
from dagster_project.reading.rows import Body
from dagster_project.reading.text import column_letters

FEWEST_FIGURES = 3
"""Numbers that make a row above a header more than a block with its serial number and its year."""


def check_sheet(draft: Draft, body: Body) -> None:
    """Say what a reader of the sheet would not see: no rows, hidden ones, cells not verified."""
    sheet, findings = draft.sheet, draft.findings
    above = [] if draft.turned else sheet.grid[: draft.header.first_row]
    for number, row in enumerate(above):
        if len(row) - row.count("") < FEWEST_FIGURES:
            continue
        figures = [column for column, cell in enumerate(row) if isinstance(cell, float | int)]
        if len(figures) >= FEWEST_FIGURES:
            findings.ask("READ_ROW_ABOVE", At(number, figures[0]), row=str(number + 1))
    if not body.details:
        findings.add("READ_NO_ROWS", At(draft.header.last_row, 0))
    _ask_about_hidden(draft, body)
    if sheet.hidden:
        findings.ask("READ_HIDDEN_SHEET")
    if not sheet.verified:
        findings.ask("READ_SHEET_UNVERIFIED")


def _ask_about_hidden(draft: Draft, body: Body) -> None:
    """Name the hidden rows and columns that were read with the others."""
    sheet, values = draft.sheet, draft.header.block.values.values()
    rows = [row for row in body.details if row in sheet.hidden_rows]
    columns = sorted({cell.column for cell in values} & sheet.hidden_columns)
    if draft.turned:
        rows, columns = columns, rows
    if rows:
        draft.findings.ask("READ_HIDDEN_ROWS", rows=", ".join(str(row + 1) for row in rows))
    if columns:
        letters = ", ".join(map(column_letters, columns))
        draft.findings.ask("READ_HIDDEN_COLUMNS", columns=letters)
