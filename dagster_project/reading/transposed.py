"""Tables with their headers in a column: turned, so that all that follows reads them as usual.

A turned sheet has the columns of the real one as its rows. Afterwards ``turn_back`` gives every
value and every finding its own address again. Not here: finding a header in rows (``headers``).
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from dagster_project.reading.between_tables import names_report
from dagster_project.reading.cover import Cover, labelled_parts, read_cover
from dagster_project.reading.header_index import FEWEST_COLUMNS, Block, HeaderIndex
from dagster_project.reading.headers import TALLEST_HEADER, Header, find_header
from dagster_project.reading.model import Cell, CellStatus, Finding, ReadSubmission
from dagster_project.reading.row_kinds import NOTE, SIGNING, kind_of_text
from dagster_project.reading.sheets import Sheet
from dagster_project.reading.text import (
    address,
    cell_text,
    column_index,
    column_letters,
    plain,
    quoted,
    without_numbering,
)
from dagster_project.reading.vocabulary import vocabulary

TALLEST_SHEET = 2_000
"""A table has a row for each column of its form; a higher sheet has no headers in a column."""

WIDEST_MARGIN = 4
"""Blank columns, or one of serial numbers, left of a turned table's headers."""

COLUMNS = "columns"
Placed = Callable[[int, int], str]
_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9]\d*)")
_ADDRESSES = re.compile(rf"{_ADDRESS.pattern}(?:[,:、]\s*{_ADDRESS.pattern})*")


@dataclass(frozen=True, slots=True)
class Turned:
    """A turned sheet, its header, and the block above, whose places are those of the real sheet.

    ``first_row`` and ``last_row`` are those of the table in the real sheet.
    """

    sheet: Sheet
    header: Header
    cover: Cover
    first_row: int
    last_row: int


def find_transposed(sheet: Sheet, index: HeaderIndex) -> Turned | None:
    """Give a sheet turned, where its first columns hold the headers of a form."""
    if not sheet.grid or len(sheet.grid) > TALLEST_SHEET:
        return None
    span = _span_of_headers(sheet, index)
    if span is None:
        return None
    view = _turned(_with_whole_headers(sheet, span, index), *span)
    _blank_unit_corner(view, span[0])
    header = find_header(view, index, 0, min(len(view.grid), WIDEST_MARGIN + 2 * TALLEST_HEADER))
    if header is None:
        return None
    header = _without_repeats(view, _with_corner(header))
    return Turned(view, header, read_cover(sheet.grid[: span[0]]), *span)


def _with_whole_headers(sheet: Sheet, span: tuple[int, int], index: HeaderIndex) -> Sheet:
    """Put headers together that go on in the next row, and leave numbered headings of parts out.

    Such rows hold one text and no value; any other text without values stays an unknown header.
    """
    grid, blank = list(sheet.grid), [""] * len(sheet.grid[0])
    for row in range(span[0], span[1] + 1):
        column, text = _lone_text(grid[row])
        is_known = index.count_known((text,)) > 0
        if text and not is_known and without_numbering(plain(text)) != plain(text):
            grid[row] = list[Cell](blank)
            continue
        for other in (row + 1, row - 1) if text else ():
            beside = grid[other][column] if span[0] <= other <= span[1] else ""
            if not isinstance(beside, str) or (is_known and index.count_known((beside,))):
                continue
            whole = f"{text}{beside}" if other > row else f"{beside}{text}"
            if beside and index.count_known((whole,)):
                grid[row] = list[Cell](blank)
                grid[other] = [whole if at == column else c for at, c in enumerate(grid[other])]
                break
    return replace(sheet, grid=grid)


def _lone_text(row: list[Cell]) -> tuple[int, str]:
    """Give column and text of the one filled cell of a row, no text where it has others."""
    filled = [(column, cell) for column, cell in enumerate(row) if cell != ""]
    column, cell = filled[0] if len(filled) == 1 else (0, "")
    return column, cell if isinstance(cell, str) else ""


def _without_repeats(view: Sheet, header: Header) -> Header:
    """Blank the keys that stand once more where a second page begins, all their values the same."""
    block, keys = header.block, {header.form.unit_column, *header.form.keys}
    repeats = {
        cell.column
        for cell in block.cells
        if cell.name in keys and cell.column > block.values[cell.name].column
        if all(row[cell.column] == row[block.values[cell.name].column] for row in view.grid)
    }
    if not repeats:
        return header
    for row in view.grid:
        row[:] = ["" if column in repeats else cell for column, cell in enumerate(row)]
    cells = tuple(cell for cell in block.cells if cell.column not in repeats)
    return replace(header, block=Block.of(block.headers, cells))


def _span_of_headers(sheet: Sheet, index: HeaderIndex) -> tuple[int, int] | None:
    """Give the first and last row of the table whose headers stand in some of the first columns."""
    known: dict[int, list[int]] = {}
    for column in range(min(WIDEST_MARGIN + TALLEST_HEADER, len(sheet.grid[0]))):
        texts = [cell if isinstance(cell := row[column], str) else "" for row in sheet.grid]
        found = [
            row
            for row, text in enumerate(texts)
            if text and index.count_known((text,)) and not _is_label(text)
        ]
        if found and column - min(known, default=column) < TALLEST_HEADER:
            known[column] = found
    most = max(known, key=lambda column: len(known[column]), default=0)
    rows = sorted({row for found in known.values() for row in found})
    while rows and _is_bare_label(sheet, rows, most):
        rows = rows[1:]
    rows = _of_one_table(sheet, rows, most)
    if len(rows) < FEWEST_COLUMNS:
        return None
    return _widened(sheet, rows[0], rows[-1], most)


def _of_one_table(sheet: Sheet, rows: list[int], column: int) -> list[int]:
    """Give the rows of headers up to another block, or to the first one with other values."""
    kept, grid = list[int](), sheet.grid
    for row in rows:
        is_again = bool(kept) and grid[row][column] == grid[kept[0]][column] != ""
        is_first_again = is_again and grid[row] != grid[kept[0]]
        between = grid[kept[-1] + 1 : row] if kept else []
        if is_first_again or any(map(names_report, between)):
            break
        kept.append(row)
    return kept


def _is_bare_label(sheet: Sheet, rows: list[int], column: int) -> bool:
    """Know 计量单位 and its like above a table, without a colon: a value each, others have more."""
    filled = [cell for cell in sheet.grid[rows[0]] if cell != ""]
    labels = [one for one in filled if isinstance(one, str) and plain(one) in vocabulary().cover]
    most = max(_values(sheet.grid[row], column) for row in rows)
    return 0 < len(filled) <= 2 * len(labels) and most > 1


def _widened(sheet: Sheet, first: int, last: int, column: int) -> tuple[int, int]:
    """Take in the rows right before, and all after, that have values: unknown headers too."""
    while (
        first > 0
        and _values(sheet.grid[first - 1], column) > 1
        and not _stays_out(sheet.grid[first - 1])
    ):
        first -= 1
    for row in range(last + 1, len(sheet.grid)):
        if names_report(sheet.grid[row]):
            break
        if _values(sheet.grid[row], column) > 1 and not _stays_out(sheet.grid[row]):
            last = row
    return first, last


def _stays_out(row: list[Cell]) -> bool:
    """Tell rows of the block above, and of signatures and notes, by their labels."""
    texts = [cell for cell in row if isinstance(cell, str) and cell]
    if any(map(_is_corner, texts)):
        return False
    named = any(name for text in texts for name, _ in labelled_parts(text))
    return named or bool(texts and kind_of_text(texts[0])[0] in (SIGNING, NOTE))


def _blank_unit_corner(view: Sheet, corner: int) -> None:
    """Let a column of units (计量单位 | 人 | 户) be a row of nothing but units."""
    if not any(_is_corner(row[corner]) for row in view.grid):
        return
    for row in view.grid:
        if isinstance(row[corner], str) and plain(row[corner]) in vocabulary().unit_headers:
            row[corner] = ""


def _is_corner(cell: Cell) -> bool:
    """Know the head of the headers' own column; a colon makes it a label of the block above."""
    return (
        isinstance(cell, str)
        and not _ends_in_colon(cell)
        and plain(cell) in vocabulary().corner_headers
    )


def _is_label(text: str) -> bool:
    """Know 单位: and its like, whose value stands beside them, though a form has such a header."""
    return _ends_in_colon(text) and any(name for name, _ in labelled_parts(text))


def _ends_in_colon(text: str) -> bool:
    return text.rstrip().endswith((":", "："))


def _with_corner(header: Header) -> Header:
    """Let 指标, which heads the names of the columns, head the units that stand beside it."""
    block, unit = header.block, header.form.unit_column
    corners = [c for c in block.cells if not c.name and _is_corner(c.texts[-1])]
    if unit in block.values or len(corners) != 1:
        return header
    named = replace(corners[0], name=unit, matched_by="alias")
    cells = tuple(named if cell is corners[0] else cell for cell in block.cells)
    return replace(header, block=Block.of(block.headers, cells))


def _values(row: list[Cell], column: int) -> int:
    return sum(cell != "" for cell in row[column + 1 :])


def _turned(sheet: Sheet, first: int, last: int) -> Sheet:
    """Give a sheet's rows as columns, those outside a span blank, every cell at its own place."""
    blank: list[Cell] = [""] * len(sheet.grid[0])
    rows = [row if first <= at <= last else blank for at, row in enumerate(sheet.grid[: last + 1])]
    return replace(
        sheet,
        grid=[list(column) for column in zip(*rows, strict=True)],
        merged=[
            (left, top, right, bottom)
            for top, left, bottom, right in sheet.merged
            if first <= top <= last
        ],
        hidden_rows=sheet.hidden_columns,
        hidden_columns=sheet.hidden_rows,
        unreadable={(column, row): cell for (row, column), cell in sheet.unreadable.items()},
    )


def turn_back(submission: ReadSubmission, view: Sheet, since: int) -> None:
    """Give a submission that was read from a turned sheet the addresses of the real one.

    Findings before number ``since`` are about the block above and have them already.
    """
    submission.orientation = COLUMNS
    address_every_cell(submission, view, lambda row, column: address(column, row))
    submission.columns = [
        one._replace(sheet_column=str(column_index(one.sheet_column) + 1))
        for one in submission.columns
    ]
    submission.findings[since:] = [_turned_finding(one) for one in submission.findings[since:]]


def address_every_cell(
    submission: ReadSubmission, sheet: Sheet, placed: Placed, rows: range | None = None
) -> None:
    """Note for each cell of some rows (all by default) where it stands, with its text.

    ``placed`` gives the address of a row and a column of the sheet, both counted from 0.
    """
    rows = range(len(submission.source_rows)) if rows is None else rows
    known = {(one.row_number, one.column_name): one for one in submission.cell_status}
    for one in submission.columns:
        index = column_index(one.sheet_column)
        for place in rows:
            row, key = submission.source_rows[place] - 1, (place + 1, one.column_name)
            old = known.get(key)
            if old is None:
                text = quoted(cell_text(sheet.grid[row][index]))
                known[key] = CellStatus(*key, None, text, placed(row, index))
            else:
                at = _places(old.sheet_cell) if old.sheet_cell else (row, index)
                known[key] = old._replace(sheet_cell=placed(*at))
    submission.cell_status = list(known.values())
    if submission.total_source_row and submission.total_row and not submission.total_cells:
        columns = {one.column_name: column_index(one.sheet_column) for one in submission.columns}
        total = submission.total_source_row - 1
        submission.total_cells = {
            name: placed(total, columns[name]) for name in submission.total_row
        }


def _places(cell: str) -> tuple[int, int]:
    match = _ADDRESS.fullmatch(cell)
    return (int(match[2]) - 1, column_index(match[1])) if match else (0, 0)


def _turned_finding(finding: Finding) -> Finding:
    return replace(
        finding,
        cell=_turned_addresses(finding.cell),
        related_cells=_turned_addresses(finding.related_cells),
        params=tuple(_turned_params(finding)),
    )


def _turned_params(finding: Finding) -> Iterator[tuple[str, str]]:
    for name, text in finding.params:
        if name == "row" and text.isdigit():
            yield name, column_letters(int(text) - 1)
        elif name == "value" or not _ADDRESSES.fullmatch(text):
            yield name, text
        else:
            yield name, _turned_addresses(text) or ""


def _turned_addresses(text: str | None) -> str | None:
    """Give addresses with row and column changed over.

    >>> _turned_addresses("G12, H12"), _turned_addresses("A1:A9")
    ('L7, L8', 'A1:I1')
    """
    if not text:
        return text
    return _ADDRESS.sub(lambda one: address(column_index(one[1]), int(one[2]) - 1), text)
