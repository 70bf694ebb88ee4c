"""Merged cells among the rows: words are repeated in what they cover, figures belong to nobody.

Not here: merges of the header (see ``headers``).
"""

from collections.abc import Iterator

from dagster_project.programme.model import Column
from dagster_project.reading.draft import Draft
from dagster_project.reading.findings import At
from dagster_project.reading.headers import Header
from dagster_project.reading.model import Unreadable
from dagster_project.reading.text import cell_text

Place = tuple[int, int]


def fill_merged(draft: Draft) -> dict[Place, Place]:
    """Repeat words that are merged down in the rows they cover.

    Gives, for each cell filled, the cell where its text stands.
    """
    sheet, header, filled = draft.sheet, draft.header, dict[Place, Place]()
    last = header.last_row
    below = [one for one in sheet.merged if last < one[0] < min(one[2], len(sheet.grid))]
    columns = dict(_columns(header)) if below else {}
    for top, left, bottom, right in below:
        covered = [columns[index] for index in range(left, right + 1) if index in columns]
        anchor = sheet.grid[top][left]
        if anchor == "" or not covered or any(column.is_number for column in covered):
            continue
        for row in range(top + 1, min(bottom + 1, len(sheet.grid))):
            sheet.grid[row][left] = anchor
            filled[row, left] = (top, left)
    return filled


def refuse_merged_values(draft: Draft, details: list[int]) -> None:
    """Make unreadable what is merged over figures of details: which row it belongs to is unknown.

    A word such as 未报 over several cells is no better than a number there.
    """
    sheet = draft.sheet
    below = [one for one in sheet.merged if details and one[2] >= details[0]]
    rows, columns = set(details), dict(_columns(draft.header)) if below else {}
    for top, left, bottom, right in below:
        covered = [columns[index] for index in range(left, right + 1) if index in columns]
        if not any(column.is_number for column in covered):
            continue
        anchor = sheet.grid[top][left] if top < len(sheet.grid) else ""
        if rows.isdisjoint(range(top, bottom + 1)) or not cell_text(anchor).strip():
            continue
        if top in rows and left in columns:
            sheet.grid[top][left] = Unreadable("merged", cell_text(anchor))
        else:
            draft.findings.add("READ_CELL_MERGED", At(top, left), anchor, scope="cell")


def _columns(header: Header) -> Iterator[tuple[int, Column]]:
    """Give the sheet columns of a header with their form columns."""
    for cells in (header.block.values, header.block.labels):
        for name, cell in cells.items():
            yield cell.column, header.form.column(name)
