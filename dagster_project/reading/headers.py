"""Finds a form's header in a sheet by meaning: one to three rows, merged or not.

Not here: what a header text means (see ``header_index``), the block above it (see ``cover``).
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from dagster_project.programme.model import Column, Form
from dagster_project.reading.findings import At, Findings
from dagster_project.reading.header_index import Block, FormHeaders, HeaderCell, HeaderIndex
from dagster_project.reading.sheets import Sheet
from dagster_project.reading.text import address, plain
from dagster_project.reading.vocabulary import Unit, vocabulary

DEEPEST_HEADER = 60
"""Titles, notes and cover blocks of real reports end within some 20 rows; 60 leaves room."""

TALLEST_HEADER = 3
"""Rows of one header: group, sub-group, column."""

CANDIDATES = 3
"""Rows looked at closely: those that hold most known texts."""


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


def find_header(sheet: Sheet, index: HeaderIndex) -> Header | None:
    """Give the header of the form that a sheet holds, None where it holds none."""
    rows = header_rows(sheet)
    found = [
        Header(block, top, bottom)
        for bottom in _candidates(rows, index)
        for top in range(bottom, max(-1, bottom - TALLEST_HEADER), -1)
        for block in index.blocks(tuple(rows[top : bottom + 1]))
    ]
    if not found:
        return None
    top = min(header.first_row for header in found)
    above = {text for row in rows[:top] for text in row if text} | {sheet.name}
    numbered = {index.named_by_number(text) for text in above}
    titled = {index.named_by_title(text) for text in above}
    return _with_merged_rows(max(found, key=lambda header: _rank(header, numbered, titled)), sheet)


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


def header_rows(sheet: Sheet) -> list[tuple[str, ...]]:
    """Give the texts of a sheet's first rows, a merged range's text in each of its cells."""
    rows: list[list[str]] = [
        [cell.strip() if isinstance(cell, str) else "" for cell in row]
        for row in sheet.grid[:DEEPEST_HEADER]
    ]
    for top, left, bottom, right in sheet.merged:
        if top < len(rows) and left < len(rows[top]):
            for row in rows[top : bottom + 1]:
                end = min(right + 1, len(row))
                row[left:end] = [rows[top][left]] * (end - left)
    return [tuple(row) for row in rows]


def _candidates(rows: list[tuple[str, ...]], index: HeaderIndex) -> list[int]:
    """Give the rows that may be the lowest of a header, those with most known texts first."""
    counts = [index.count_known(row) for row in rows]
    likely = sorted(range(len(counts)), key=lambda row: -counts[row])[:CANDIDATES]
    return [row for row in likely if counts[row] > 1]


def check_header(header: Header, findings: Findings) -> None:
    """Say which columns are there twice, missing, unknown, or of persons."""
    block = header.block
    for cell in block.cells:
        at = At(header.last_row, cell.column, column_name=cell.name)
        if cell.name:
            _check_once(header, cell, at, findings)
        elif cell.column not in block.row_number_columns:
            _check_unknown(cell, at, block.headers, findings)
    for column in header.form.columns:
        if not column.nullable and column.name not in block.values:
            at = At(column_name=column.name)
            findings.add("READ_COLUMN_MISSING", at, column=column.header_zh)


def _check_once(header: Header, cell: HeaderCell, at: At, findings: Findings) -> None:
    name = cell.name or ""
    block = header.block
    if cell in (block.values.get(name), block.labels.get(name)):
        return
    first = block.values[name]
    where = address(header.last_row, first.column)
    findings.add(
        "READ_HEADER_TWICE", at, cell.text, related=where,
        column=header.form.column(name).header_zh, first=where,
    )  # fmt: skip


def _check_unknown(cell: HeaderCell, at: At, headers: FormHeaders, findings: Findings) -> None:
    key = plain(cell.text)
    if any(word in key for word in vocabulary().personal_headers):
        findings.add("READ_HEADER_PERSONAL", at, cell.text)
        return
    nearest = "、".join(headers.nearest(cell.texts[-1]))
    findings.add("READ_HEADER_UNKNOWN", at, cell.text, suggestions=nearest)


def unit_factor(column: Column, unit: Unit | None) -> int | None:
    """Give the factor from a written unit to the column's own, None where the two disagree.

    >>> wage = Column(name="w", header_zh="工资", label_en="Wages", type="decimal", unit="yuan")
    >>> unit_factor(wage, Unit("money", 10000)), unit_factor(wage, Unit("area", 1))
    (10000, None)
    """
    if unit is None or not column.is_number:
        return 1
    own = vocabulary().dimension_of(column.unit)
    if own is None or own == unit.dimension:
        return unit.factor
    return None
