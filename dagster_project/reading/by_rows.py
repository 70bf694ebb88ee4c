"""Tables whose columns name the period or the respondent of each row: one submission for each.

Only forms that say so in their YAML are read like this. Not here: what the cells name (see
``which_period`` and ``which_respondent``).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from dagster_project.programme.model import Form
from dagster_project.reading.headers import Header
from dagster_project.reading.rows import Body
from dagster_project.reading.sheets import Sheet
from dagster_project.reading.sources import InRows
from dagster_project.reading.text import cell_text, narrow

MOST_SUBMISSIONS = 99
"""Submissions of one file: their ordinals are the last two digits of a submission's number."""


@dataclass(frozen=True, slots=True)
class Share:
    """The rows of one submission in a table that holds several, and what they say of themselves."""

    period: InRows | None
    respondent: InRows | None
    body: Body


def names_its_rows(form: Form) -> bool:
    """Say whether columns of a form name the period or the respondent."""
    return bool(form.period_column or form.respondent_column)


def shares(header: Header, sheet: Sheet, body: Body) -> Iterator[Share]:
    """Give the submissions that the rows of a table make up, in the order they begin.

    A blank cell means what the cell above means, as where the column was merged. A total belongs
    to its table only where the table is one submission.
    """
    form, places = header.form, header.block.values
    columns = [places.get(name or "") for name in (form.period_column, form.respondent_column)]
    details: dict[tuple[str, str], list[int]] = {}
    firsts: dict[tuple[str, str], tuple[InRows | None, InRows | None]] = {}
    last: list[InRows | None] = [None, None]
    for row in body.details:
        for place, column in enumerate(columns):
            text = narrow(cell_text(sheet.grid[row][column.column])) if column else ""
            if column and text:
                last[place] = InRows(text, row, column.column)
        key = (last[0].text if last[0] else "", last[1].text if last[1] else "")
        details.setdefault(key, []).append(row)
        firsts.setdefault(key, (last[0], last[1]))
    for key, rows in details.items():
        own = body if len(details) == 1 else Body(rows, units=body.units, words=body.words)
        yield Share(*firsts[key], own)
    if not details:
        yield Share(None, None, body)
