"""What a reader of a sheet would not see: no rows, hidden ones, figures around the table.

Not here: what its cells hold (see ``table``), its header (see ``headers``).
"""

from dagster_project.reading.draft import Draft
from dagster_project.reading.findings import At
from dagster_project.reading.header_index import HeaderIndex
from dagster_project.reading.model import Cell
from dagster_project.reading.rows import Body
from dagster_project.reading.text import address, column_letters
from dagster_project.reading.unread_blocks import is_figure, tell_of_block

FEWEST_FIGURES = 3
"""Numbers that make a row above a header more than a block with its serial number and its year."""

MOST_NAMED = 20
"""Cells that one question names; a person looks at the sheet beside it."""


def check_sheet(draft: Draft, body: Body, index: HeaderIndex) -> None:
    """Say what a reader of the sheet would not see: no rows, hidden ones, cells not verified."""
    sheet, findings = draft.sheet, draft.findings
    if not draft.turned:
        _ask_about_rows_above(draft, index)
    tell_of_block({row: sheet.grid[row] for row in body.words}, index, findings)
    if not body.details:
        findings.add("READ_NO_ROWS", At(draft.header.last_row, 0))
    _ask_about_hidden(draft, body)
    _ask_about_struck_out(draft, body)
    _check_fields(draft, body)
    if sheet.hidden:
        findings.ask("READ_HIDDEN_SHEET")
    if not sheet.verified:
        findings.ask("READ_SHEET_UNVERIFIED")


def _ask_about_rows_above(draft: Draft, index: HeaderIndex) -> None:
    """Name the rows above the header that are no titles and labels: figures, or another table."""
    above = dict(enumerate(draft.sheet.grid[: draft.header.first_row]))
    figures = {row: found for row, cells in above.items() if (found := _figures(cells))}
    for row, columns in figures.items():
        draft.findings.ask("READ_ROW_ABOVE", At(row, columns[0]), row=str(row + 1))
    if not figures:
        tell_of_block(above, index, draft.findings)


def _figures(row: list[Cell]) -> list[int]:
    """Give the columns of a row's figures, none where they are as few as in a title."""
    if len(row) - row.count("") < FEWEST_FIGURES:
        return []
    found = [column for column, cell in enumerate(row) if cell != "" and is_figure(cell)]
    return found if len(found) >= FEWEST_FIGURES else []


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


def _ask_about_struck_out(draft: Draft, body: Body) -> None:
    """Name the crossed out cells that were read with the others."""
    sheet = draft.sheet
    columns = {cell.column for cell in draft.header.block.values.values()}
    details = set(body.details) if sheet.struck_out else set()
    found = sorted(
        place for place in sheet.struck_out if place[0] in details and place[1] in columns
    )
    if found:
        cells = ", ".join(address(*place) for place in found[:MOST_NAMED])
        draft.findings.ask("READ_STRUCK_OUT", At(*found[0]), cells=cells, count=str(len(found)))


def _check_fields(draft: Draft, body: Body) -> None:
    """Name the lines of a text that have another number of cells than its header.

    A comma that parts thousands, without quotes, moves all that follows by a column. Shorter lines
    count only where lines are filled up with blank cells.
    """
    fields = draft.sheet.fields
    if fields is None or draft.turned:
        return
    counts, expected = fields.counts, fields.counts[draft.header.last_row]
    shortest = expected if fields.are_padded else 0
    odd = [row for row in body.details if not shortest <= counts[row] <= expected]
    are_alike = bool(odd) and len({counts[row] for row in body.details}) == 1
    for row in odd[:1] if are_alike else odd:
        is_wider = counts[row] > expected and not are_alike
        tell = draft.findings.add if is_wider else draft.findings.ask
        said = {"count": str(counts[row]), "expected": str(expected)}
        tell("READ_ROW_FIELDS", At(row, 0), row=str(row + 1), **said)
