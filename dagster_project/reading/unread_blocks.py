"""Blocks of cells that look like a table, though no report was read from them: each is told.

One that names a form, or has its headers, is a question to the sender; any other, such as a work
sheet, is a note. Not here: which sheets and rows were read (``sheets_unread``, ``sheet_checks``).
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date

from dagster_project.reading.between_tables import is_labelled, kind_of_row
from dagster_project.reading.findings import At, Findings
from dagster_project.reading.header_index import HeaderIndex
from dagster_project.reading.headers import FIGURE
from dagster_project.reading.model import Cell
from dagster_project.reading.row_kinds import NOTE, SIGNING, is_filled
from dagster_project.reading.text import cell_text, narrow

FEWEST_ROWS = 3
"""A header and two rows below it; fewer may be a title over several cells."""

FEWEST_WITH_FIGURES = 2
"""Rows with figures that make a few texts a table."""

FEWEST_COLUMNS_OF_WORDS = 3
"""Filled cells of a row without figures: explanations mostly stand in one column or two."""

_CODE = re.compile(r"0\d+|\d{9,}")

Rows = Mapping[int, list[Cell]]
"""Rows of a sheet by their numbers, counted from 0."""


def tell_of_block(
    rows: Rows, index: HeaderIndex, findings: Findings, *, of_words: bool = False
) -> None:
    """Tell of the first of some rows that were not read, where they look like a table.

    Args:
        rows: rows of a sheet that belong to no report.
        index: tells titles and headers of forms, which make the finding a question.
        findings: those of the sheet.
        of_words: whether a table may hold nothing but words.
    """
    several = {number: row for number, row in rows.items() if len(row) - row.count("") > 1}
    if len(several) < FEWEST_ROWS:
        return
    body = {number: row for number, row in several.items() if _is_of_a_table(row)}
    if not _is_table(body, of_words=of_words):
        return
    number, row = next(iter(body.items()))
    column = next(column for column, cell in enumerate(row) if is_filled(cell))
    scope = "form" if names_a_form(rows.values(), index) else "note"
    findings.ask("READ_TABLE_UNREAD", At(number, column), row[column], scope=scope)


def names_a_form(rows: Iterable[list[Cell]], index: HeaderIndex) -> bool:
    """Say whether rows have the title, the 表号 or the headers of a form."""
    return any(index.is_header(row) or _names_form(row, index) for row in rows)


def _names_form(row: list[Cell], index: HeaderIndex) -> bool:
    texts = [cell for cell in row if isinstance(cell, str) and cell]
    return any(index.named_by_number(text) or index.named_by_title(text) for text in texts)


def _is_of_a_table(row: list[Cell]) -> bool:
    """Tell a row of several cells from titles, labels with their values, notes and signatures."""
    filled = [cell for cell in row if is_filled(cell)]
    texts = [cell for cell in filled if isinstance(cell, str)]
    return len(filled) > 1 and not is_labelled(row) and kind_of_row(texts) not in (NOTE, SIGNING)


def _is_table(rows: Rows, *, of_words: bool) -> bool:
    if len(rows) < FEWEST_ROWS:
        return False
    wide = [row for row in rows.values() if sum(map(is_filled, row)) >= FEWEST_COLUMNS_OF_WORDS]
    is_wordy = of_words and len(wide) >= FEWEST_ROWS
    return is_wordy or len(_with_figures(rows)) >= FEWEST_WITH_FIGURES


def _with_figures(rows: Rows) -> set[int]:
    """Give the rows with a figure or a date; numberings, as in lists of codes, are none."""
    columns: dict[int, dict[int, str]] = {}
    for number, row in rows.items():
        for column, cell in enumerate(row):
            if is_filled(cell) and is_figure(cell):
                columns.setdefault(column, {})[number] = narrow(cell_text(cell))
    return {
        number
        for figures in columns.values()
        if not _is_numbering([*figures.values()])
        for number in figures
    }


def is_figure(cell: Cell) -> bool:
    """Tell numbers, also written as text, and dates; codes are none.

    >>> is_figure(3.0), is_figure("1,234"), is_figure("440113007"), is_figure("2015年")
    (True, True, False, False)
    """
    if isinstance(cell, str):
        text = narrow(cell)
        return FIGURE.fullmatch(text) is not None and not _CODE.fullmatch(text)
    return isinstance(cell, int | float | date) and not isinstance(cell, bool)


def _is_numbering(texts: list[str]) -> bool:
    """Tell serial numbers and codes, by their digits, from figures.

    >>> _is_numbering(["1", "2", "3"]), _is_numbering(["01", "02"]), _is_numbering(["3", "100"])
    (True, True, False)
    """
    if all(_CODE.fullmatch(text) for text in texts):
        return True
    serial = (str(number) for number in range(1, len(texts) + 1))
    return texts == [*serial]
