"""The rows between two tables of a sheet: titles, labels, notes, and headers that come again.

Not here: cutting the sheet there (see ``tables_in_sheet``).
"""

import re

from dagster_project.reading.cover import FREE, RESPONDENT, SIGNING, Cover, labelled_parts
from dagster_project.reading.header_index import HeaderIndex
from dagster_project.reading.headers import FIGURE, TALLEST_HEADER, Header
from dagster_project.reading.model import Cell
from dagster_project.reading.periods import named_periods
from dagster_project.reading.row_kinds import NOTE, OTHER, PAGE, kind_of_text
from dagster_project.reading.row_kinds import SIGNING as SIGNING_ROW
from dagster_project.reading.sheets import Sheet
from dagster_project.reading.text import plain

_CONTINUED = re.compile(
    r"\(?(?:续上?表|接上表|表?续)[一二三四五六七八九十\d]*\)?$|\((?:续|接上页)[^)]*\)$"
)


def block_begins(
    sheet: Sheet, header: Header, index: HeaderIndex, after: int, other: Header | None = None
) -> int:
    """Give the first row of the titles and labels right above a header.

    What stands above the ``other`` header at the same distance belongs to it as well; so do rows of
    groups' names where what stands above them names a report.
    """
    grid, first = sheet.grid, header.first_row
    ahead = other.first_row - first if other else -len(grid)
    while first > after and first - 1 + ahead >= 0 and grid[first - 1] == grid[first - 1 + ahead]:
        first -= 1
    begin = row = first_of_block(sheet, first, after)
    for _ in range(1, TALLEST_HEADER):
        while row > after and _is_blank(grid[row - 1]):
            row -= 1
        if row == after or not is_words(grid[row - 1]):
            break
        above = first_of_block(sheet, row - 1, after)
        if any(_begins_report(one, index) for one in grid[above : row - 1]):
            return above
        row = above
    return begin


def _begins_report(row: list[Cell], index: HeaderIndex) -> bool:
    """Tell a row of labels, or a title, that names a unit, a period or a form."""
    texts = [cell for cell in row if cell and isinstance(cell, str)]
    is_title = len(texts) == 1 and _names_a_report(texts[0], index)
    return names_report(row) or is_title


def is_words(row: list[Cell]) -> bool:
    """Tell a row of groups' names: several texts, and no figure."""
    texts = [cell for cell in row if cell != ""]
    return len(texts) > 1 and not any(
        not isinstance(text, str) or FIGURE.fullmatch(text) for text in texts
    )


def first_of_block(sheet: Sheet, number: int, after: int) -> int:
    """Give the first row of the titles and labels right above a row.

    Notes and signatures at the top of them belong to what stands above.
    """
    first = number
    while first > after and is_of_block(sheet.grid[first - 1]):
        first -= 1
    while first < number and _is_of_foot(sheet.grid[first]):
        first += 1
    return first


def is_of_block(row: list[Cell]) -> bool:
    """Tell a blank row, a title, a note and a row of labels from details and totals."""
    filled = [cell for cell in row if cell != ""]
    texts = [cell for cell in filled if isinstance(cell, str)]
    if not filled or kind_of_row(texts) in (NOTE, SIGNING_ROW) or is_labelled(row):
        return True
    return len(filled) == len(texts) == 1 and kind_of_row(texts) in (OTHER, PAGE)


def is_labelled(row: list[Cell]) -> bool:
    """Tell a row of labels; those of signatures do not count."""
    return bool(_labels(row) - {FREE, SIGNING})


def names_report(row: list[Cell]) -> bool:
    """Tell a row that labels a unit, a period or a form: another report begins near it."""
    return bool(_labels(row) & NAMING)


NAMING = RESPONDENT | {"period", "table_number"}


def _labels(row: list[Cell]) -> set[str]:
    texts = [cell for cell in row if cell and isinstance(cell, str)]
    return {name for text in texts for name, _ in labelled_parts(text)}


def _is_of_foot(row: list[Cell]) -> bool:
    """Tell a blank row, a note and a row of signatures."""
    texts = [cell for cell in row if cell and isinstance(cell, str)]
    return _is_blank(row) or kind_of_row(texts) in (NOTE, SIGNING_ROW)


def _is_blank(row: list[Cell]) -> bool:
    return row.count("") == len(row)


def kind_of_row(texts: list[str]) -> str:
    """Give what a row is by its first text."""
    return kind_of_text(texts[0])[0] if texts else ""


def says_more(own: Cover, first: Cover, index: HeaderIndex) -> bool:
    """Say whether the block of a repeated header names something that the first did not."""
    for name, found in own.fields.items():
        if plain(found.text) and plain(found.text) != plain(first.text(name)):
            return True
    texts = {found.text for found in own.free if not is_known(found.text, first)}
    return any(_names_a_report(text, index) for text in texts)


def is_known(text: str, cover: Cover) -> bool:
    """Say whether a title stands above the first header too, or only counts the pages."""
    key = without_continued(text)
    return (
        not key
        or bool(_PAGE.fullmatch(key))
        or key in {without_continued(found.text) for found in cover.free}
    )


def _names_a_report(text: str, index: HeaderIndex) -> bool:
    """Tell a title, which names a form, a period or a unit, from the heading of some rows."""
    names_form = index.named_by_title(text) or index.named_by_number(text)
    return bool(names_form or named_periods(text).periods or _UNIT.search(plain(text)))


_UNIT = re.compile(r"(?:街道|街道办事处|人民政府|[乡镇])$")
"""How names of units end that send reports."""

_PAGE = re.compile(r"[-—]*第?\d+页?[-—]*(?:[,/]?共?\d+页?)?|共\d+页")


def without_continued(text: str) -> str:
    """Give a title in comparable form without 续表 and the like.

    >>> without_continued("社区服务队伍季报（续表一）"), without_continued("续表")
    ('社区服务队伍季报', '')
    """
    return _CONTINUED.sub("", plain(text))
