"""Finds a form's header in a sheet by meaning: one to three rows, merged or not.

Not here: what a header text means (see ``header_index``), the block above it (see ``cover``).
"""

import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache

from dagster_project.programme.model import Column, Form
from dagster_project.reading.findings import At, Findings
from dagster_project.reading.header_index import (
    FEWEST_COLUMNS,
    LAYOUTS,
    Block,
    HeaderCell,
    HeaderIndex,
)
from dagster_project.reading.sheets import Sheet
from dagster_project.reading.suggestions import nearest
from dagster_project.reading.text import address, plain
from dagster_project.reading.vocabulary import Unit, vocabulary
from dagster_project.reading.year_rows import is_year_row, with_years

DEEPEST_HEADER = 60
"""Titles, notes and cover blocks of real reports end within some 20 rows; 60 leaves room."""

USUAL_HEADER = 16
"""Most headers stand within so many rows, those of the blank forms in the tenth, and looking no
further saves a tenth of the time."""

TALLEST_HEADER = 4
"""Rows of one header: group, sub-group, column, and one more in the widest yearbook tables."""

CANDIDATES = 3
"""Rows looked at closely: those that hold most known texts."""


SEVERAL = 2
"""Forms of which the title and the 表号 above the header decide; one alone needs no title."""

FEWEST_KNOWN = 2
"""Known texts that make a row worth a closer look."""

Texts = list[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Header:
    """A form's header in a sheet; its rows are counted from 0 and both belong to it."""

    block: Block
    first_row: int
    last_row: int

    @property
    def form(self) -> Form:
        """Give the form."""
        return self.block.headers.form

    @property
    def rows(self) -> range:
        """Give the rows of the header."""
        return range(self.first_row, self.last_row + 1)

    def place_of(self, column: int, sheet: Sheet) -> tuple[int, int]:
        """Give the cell in which a header's lowest text stands: of a merged one its first."""
        for row in range(self.last_row, self.first_row - 1, -1):
            for top, left, bottom, right in sheet.merged:
                if top <= row <= bottom and left <= column <= right and sheet.grid[top][left] != "":
                    return top, left
            if sheet.grid[row][column] != "":
                return row, column
        return self.last_row, column

    def means_the_same(self, other: "Header") -> bool:
        """Say whether two headers name the same columns of one form at the same places."""
        places = (
            {name: cell.column for name, cell in h.block.values.items()} for h in (self, other)
        )
        return self.form is other.form and next(places) == next(places)


def find_header(
    sheet: Sheet, index: HeaderIndex, start: int = 0, end: int | None = None
) -> Header | None:
    """Give the header of the form that a sheet holds between two rows, None where it holds none."""
    if end is None:
        start = _first_filled(sheet, start)
        near = find_header(sheet, index, start, min(len(sheet.grid), start + USUAL_HEADER))
        if near and near.last_row < start + USUAL_HEADER - TALLEST_HEADER:
            return near
        end = min(len(sheet.grid), start + DEEPEST_HEADER)
    rows = header_rows(sheet, start, end)
    header = _best(rows, sheet, index)
    if header and _is_doubtful(header) and (filled := _groups_filled(rows, header)) != rows:
        other = _best(filled, sheet, index)
        header = min(header, other or header, key=_unclear)
    if header is None:
        return None
    header = _with_group_rows(header, rows, index)
    header = _with_period_rows(header, rows, index)
    header = _with_repeated_rows(header, rows)
    header = Header(header.block, header.first_row + start, header.last_row + start)
    return _with_merged_rows(header, sheet)


def _first_filled(sheet: Sheet, start: int) -> int:
    """Give the first row that is not blank: blank ones, as above a lower table, do not count."""
    filled = (n for n in range(start, len(sheet.grid)) if any(c != "" for c in sheet.grid[n]))
    return next(filled, start)


def _best(rows: Texts, sheet: Sheet, index: HeaderIndex) -> Header | None:
    found = [
        Header(block, top, bottom)
        for bottom in _candidates(rows, index)
        for top in range(bottom, max(-1, bottom - TALLEST_HEADER), -1)
        for block in index.blocks(rows_of(rows, top, bottom))
    ]
    if len({header.form.form_id for header in found}) < SEVERAL:
        return max(found, key=lambda header: _rank(header, frozenset(), frozenset()), default=None)
    top = min(header.first_row for header in found)
    above = {text for row in rows[:top] for text in row if text} | {sheet.name}
    numbered = {index.named_by_number(text) for text in above}
    titled = {index.named_by_title(text) for text in above}
    return max(found, key=lambda header: _rank(header, numbered, titled))


def _rank(
    header: Header, numbered: AbstractSet[str | None], titled: AbstractSet[str | None]
) -> tuple[bool, float, int, bool, int]:
    """Order headers: the 表号 above decides, then obligatory columns, all columns, the title."""
    block, form_id = header.block, header.form.form_id
    fewest_rows = header.first_row - header.last_row
    return (
        form_id in numbered, block.share, len(block.values), form_id in titled, fewest_rows,
    )  # fmt: skip


def _with_merged_rows(header: Header, sheet: Sheet) -> Header:
    """Count the rows above to the header whose cells are merged down into it."""
    tops = [top for top, _, bottom, _ in sheet.merged if top < header.first_row <= bottom]
    return Header(header.block, min([header.first_row, *tops]), header.last_row)


def _with_group_rows(header: Header, rows: Texts, index: HeaderIndex) -> Header:
    """Count rows right above to the header in which 序号 heads a column that has no header yet."""
    named = {cell.column for cell in header.block.cells}
    for top in range(header.first_row - 1, max(-1, header.last_row - TALLEST_HEADER), -1):
        numbering = any(
            text and column not in named and plain(text) in vocabulary().row_number_headers
            for column, text in enumerate(rows[top])
        )
        blocks = index.blocks(rows_of(rows, top, header.last_row)) if numbering else []
        for block in blocks:
            same = block.headers is header.block.headers
            if same and block.values.keys() == header.block.values.keys():
                return Header(block, top, header.last_row)
    return header


def _with_period_rows(header: Header, rows: Texts, index: HeaderIndex) -> Header:
    """Count rows right above to the header, of which one names periods above groups of columns."""
    headers, highest = header.block.headers, max(0, header.last_row - TALLEST_HEADER)
    above = rows[highest : header.first_row]
    rows = rows[:highest] + with_years(above) + rows[header.first_row :]
    for top in range(header.first_row - 1, highest - 1, -1):
        periods = [text for text in set(rows[top]) if text and headers.names_period(text)]
        if len(periods) < FEWEST_KNOWN:
            continue
        first = top - 1 if top > highest and is_year_row(above[top - 1 - highest]) else top
        for block in index.blocks(rows_of(rows, first, header.last_row)):
            if block.headers is headers:
                return Header(block, first, header.last_row)
    return header


FIGURE = re.compile(r"[\d\s.,%+-]+")


def rows_of(rows: Texts, top: int, bottom: int) -> tuple[tuple[str, ...], ...]:
    """Give some rows as one value, under which their blocks are remembered."""
    return tuple(rows[top : bottom + 1])


def _with_repeated_rows(header: Header, rows: Texts) -> Header:
    """Count a row to the header that says it once more, as in another language."""
    names = {cell.column: cell.name for cell in header.block.cells}
    while header.last_row + 1 < len(rows):
        texts = [(column, text) for column, text in enumerate(rows[header.last_row + 1]) if text]
        hits = [(names.get(column), header.block.headers.match((text,))) for column, text in texts]
        if len(hits) < FEWEST_COLUMNS or not all(
            hit and hit.column_name == name for name, hit in hits
        ):
            break
        header = Header(header.block, header.first_row, header.last_row + 1)
    return header


def _is_doubtful(header: Header) -> bool:
    return header.last_row > header.first_row and _unclear(header) > 0


def _unclear(header: Header) -> int:
    """Count the header cells that mean nothing, or what another means already."""
    block = header.block
    return len(block.cells) - len(block.values) - len(block.labels) - len(block.row_number_columns)


def _groups_filled(rows: Texts, header: Header) -> Texts:
    """Let each group's text stand over all its columns, where a text file lost the merges."""
    filled = list(rows)
    for number in range(header.first_row, header.last_row):
        texts: list[str] = []
        for column, text in enumerate(rows[number]):
            is_under = not text and rows[header.last_row][column]
            texts.append(texts[-1] if is_under and texts else text)
        filled[number] = tuple(texts)
    return filled


def header_rows(sheet: Sheet, start: int, end: int) -> Texts:
    """Give the texts of some rows of a sheet, a merged range's text in each of its cells."""
    rows: list[list[str]] = [
        [cell.strip() if cell and type(cell) is str else "" for cell in row]
        for row in sheet.grid[start:end]
    ]
    for top, left, bottom, right in sheet.merged:
        if start <= top < end and left < len(rows[top - start]):
            for row in rows[top - start : bottom - start + 1]:
                stop = min(right + 1, len(row))
                row[left:stop] = [rows[top - start][left]] * (stop - left)
    return [tuple(row) for row in rows]


def _candidates(rows: Texts, index: HeaderIndex) -> list[int]:
    """Give the rows that may be the lowest of a header, those with most known texts first.

    Below such a row may stand others, of sub-headers and of units in brackets.
    """
    counts = [index.count_known(row) for row in rows]
    likely = sorted(range(len(counts)), key=lambda row: -counts[row])[:CANDIDATES]
    found = [row for row in likely if counts[row] >= FEWEST_KNOWN]
    for row in list(found):
        goes_on = True
        for below in range(row + 1, min(row + TALLEST_HEADER, len(rows))):
            goes_on = goes_on and _continues(rows[row], rows[below])
            if (goes_on or counts[below] >= FEWEST_KNOWN) and below not in found:
                found.append(below)
    return found


def _continues(above: tuple[str, ...], row: tuple[str, ...]) -> bool:
    """Tell a lower header row: its first column is blank or merged, a text stands further on."""
    first = next((column for column, text in enumerate(above) if text), 0)
    return row[first] in {"", above[first]} and any(row[first + 1 :]) and not any(row[:first])


def check_header(header: Header, sheet: Sheet, findings: Findings, period: str | None) -> None:
    """Say which columns are there twice, missing in the period, unknown, or of persons."""
    for cell in _unread(header.block):
        at = At(*header.place_of(cell.column, sheet), column_name=cell.name)
        if cell.name:
            _say_twice(header, sheet, cell, at, findings)
        else:
            _check_unknown(cell, at, header.block, findings)
    for column in _missing(header.block):
        if column.is_asked(period) if period else column.is_always_asked:
            at = At(column_name=column.name)
            findings.add("READ_COLUMN_MISSING", at, column=column.header_zh)


@lru_cache(maxsize=LAYOUTS)
def _unread(block: Block) -> tuple[HeaderCell, ...]:
    """Give the header cells that mean no column, or one that another means already."""
    read = {id(cell) for cell in (*block.values.values(), *block.labels.values())}
    return tuple(
        cell
        for cell in block.cells
        if id(cell) not in read and (cell.name or cell.column not in block.row_number_columns)
    )


@lru_cache(maxsize=LAYOUTS)
def _missing(block: Block) -> tuple[Column, ...]:
    """Give the obligatory columns that have no header; who reports may stand above the table."""
    form = block.headers.form
    known = {*block.values, form.unit_column} if form.of_respondent else {*block.values}
    return tuple(one for one in form.columns if not one.nullable and one.name not in known)


def _say_twice(header: Header, sheet: Sheet, cell: HeaderCell, at: At, findings: Findings) -> None:
    name = cell.name or ""
    first = header.block.values[name]
    where = address(*header.place_of(first.column, sheet))
    findings.add(
        "READ_HEADER_TWICE", at, cell.text, related=where,
        column=header.form.column(name).header_zh, first=where,
    )  # fmt: skip


def _check_unknown(cell: HeaderCell, at: At, block: Block, findings: Findings) -> None:
    key = plain(cell.text)
    if any(word in key for word in vocabulary().personal_headers):
        findings.add("READ_HEADER_PERSONAL", at, cell.text)
        return
    offered = "、".join(map(str, nearest(block.headers, cell.texts, block.values)))
    findings.add("READ_HEADER_UNKNOWN", at, cell.text, suggestions=offered or "—")


def unit_factor(column: Column, unit: Unit | None) -> int | None:
    """Give the factor from a written unit to the column's own, None where the two disagree.

    >>> wage = Column(name="w", header_zh="工资", label_en="Wages", type="decimal", unit="yuan")
    >>> unit_factor(wage, Unit("money", 10000)), unit_factor(wage, Unit("area", 1))
    (10000, None)
    >>> output = wage.model_copy(update={"unit": "ten_thousand_yuan"})
    >>> unit_factor(output, Unit("money", 10**8)), unit_factor(output, Unit("money", 1))
    (10000, None)
    """
    if unit is None or not column.is_number:
        return 1
    if column.unit is None:
        return unit.factor
    factor, rest = divmod(unit.factor, vocabulary().scale_of(column.unit))
    same = vocabulary().dimension_of(column.unit) == unit.dimension
    return factor if same and not rest else None
