"""Reads the rows of a table into typed columns, every cell with its status or its finding.

Not here: which rows these are (see ``rows``), how a single cell is read (see ``parsers``).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from dagster_project.programme.model import Column
from dagster_project.reading.draft import Draft
from dagster_project.reading.findings import At, Findings
from dagster_project.reading.header_index import HeaderCell
from dagster_project.reading.headers import Header, unit_factor
from dagster_project.reading.model import (
    CellStatus,
    ReadSubmission,
    SubmissionColumn,
    Value,
)
from dagster_project.reading.numbers import LARGEST_AMOUNT
from dagster_project.reading.odd import Odd, Parser
from dagster_project.reading.parsers import Parsers
from dagster_project.reading.rows import Body
from dagster_project.reading.sheets import Sheet
from dagster_project.reading.text import address, cell_text, column_letters, quoted
from dagster_project.reading.vocabulary import vocabulary

Place = tuple[int, int]


@dataclass(slots=True)
class TableReader:
    """Reads one table into a submission; ``elsewhere`` maps filled cells to where they stand."""

    draft: Draft
    body: Body
    parsers: Parsers
    elsewhere: dict[Place, Place]
    sheet: Sheet = field(init=False)
    header: Header = field(init=False)
    findings: Findings = field(init=False)
    submission: ReadSubmission = field(init=False)

    def __post_init__(self) -> None:
        """Lay the parts of the draft at hand."""
        draft = self.draft
        self.sheet, self.header = draft.sheet, draft.header
        self.findings, self.submission = draft.findings, draft.submission

    def read(self) -> None:
        """Fill the submission's columns, values, statuses and total row."""
        self.submission.source_rows = [row + 1 for row in self.body.details]
        if self.body.total is not None:
            self.submission.total_row = {}
            self.submission.total_source_row = self.body.total + 1
        for column in self.header.form.columns:
            cell = self.header.block.values.get(column.name)
            self.submission.values[column.name] = (
                self._read_column(column, cell) if cell else [None] * len(self.body.details)
            )
        self._check_unnamed()

    def _read_column(self, column: Column, cell: HeaderCell) -> list[Value]:
        factor = self._factor(column, cell)
        how = "name" if cell.matched_by == "name" else "alias"
        self.submission.columns.append(
            SubmissionColumn(column.name, column_letters(cell.column), cell.text, how, factor)
        )
        respondent = self.submission.respondent_code
        parse = self.parsers.of(self.header.form.form_id, column, factor, respondent, self.draft.on)
        label = self.header.block.labels.get(column.name)
        if label:
            self._fill_from_label(cell.column, label.column)
        index, grid = cell.column, self.sheet.grid
        read = [parse(grid[row][index]) for row in self.body.details]
        values = [
            self._take_odd(place, column, index, value) if isinstance(value, Odd) else value
            for place, value in enumerate(read)
        ]
        if self.elsewhere:
            self._note_elsewhere(column, index, read)
        if label:
            self._check_label(column, label.column, parse, values)
        if self.body.total is not None and column.is_number:
            self._take_total(column, index, parse)
        return values

    def _factor(self, column: Column, cell: HeaderCell) -> int:
        """Give the factor of the unit that header, unit row or block states for a column."""
        if not column.is_number:
            return 1
        unit = cell.unit or self.body.units.get(cell.column)
        dimension = vocabulary().dimension_of(column.unit)
        at = At(self.header.last_row, cell.column, column_name=column.name)
        if unit is None and dimension and dimension in self.draft.sources.cover.units:
            unit = self.draft.sources.cover.units[dimension]
            if unit is None:
                self.findings.add(
                    "READ_UNIT_AMBIGUOUS", at, self.draft.sources.cover.text("unit"),
                    column=column.header_zh,
                )  # fmt: skip
        factor = unit_factor(column, unit)
        if factor is None:
            self.findings.add(
                "READ_UNIT_CONFLICT", at, cell.text,
                column=column.header_zh, unit=column.unit or "",
            )  # fmt: skip
        return factor or 1

    def _take_odd(self, place: int, column: Column, index: int, odd: Odd) -> Value:
        """Note a cell that is no plain value; gives what value it has."""
        row = self.body.details[place]
        source = self.elsewhere.get((row, index))
        at = At(*(source or (row, index)), row_number=place + 1, column_name=column.name)
        if odd.problem:
            self.findings.add(
                odd.problem, at, odd.raw_text, scope="cell", column=column.header_zh, **odd.params
            )
        if odd.status or odd.problem:
            self.submission.abnormal_rows.add(place + 1)
        self.submission.cell_status.append(
            CellStatus(
                place + 1,
                column.name,
                odd.status,
                quoted(odd.raw_text),
                address(*source) if source else None,
            )
        )
        return odd.value

    def _note_elsewhere(self, column: Column, index: int, read: list[Value | Odd]) -> None:
        """Note where a plain value stands that was taken from another cell."""
        for place, row in enumerate(self.body.details):
            source = self.elsewhere.get((row, index))
            if source and not isinstance(read[place], Odd):
                text = quoted(cell_text(self.sheet.grid[row][index]))
                self.submission.cell_status.append(
                    CellStatus(place + 1, column.name, None, text, address(*source))
                )

    def _take_total(self, column: Column, index: int, parse: Parser) -> None:
        """Read the total row's cell; what cannot be read there opens a question only."""
        row = self.body.total or 0
        read = parse(self.sheet.grid[row][index])
        value = read.value if isinstance(read, Odd) else read
        number = value if isinstance(value, int | Decimal) else None
        too_large = number is not None and not -LARGEST_AMOUNT < number < LARGEST_AMOUNT
        if too_large or (isinstance(read, Odd) and read.problem):
            at = At(row, index, column_name=column.name)
            cell = self.sheet.grid[row][index]
            self.findings.ask(
                "READ_TOTAL_UNREADABLE", at, cell, scope="cell", column=column.header_zh
            )
        elif number is not None and self.submission.total_row is not None:
            self.submission.total_row[column.name] = number

    def _fill_from_label(self, code_column: int, label_column: int) -> None:
        """Let the words stand in where the code beside them was left blank."""
        for row in self.body.details:
            cells = self.sheet.grid[row]
            if not cell_text(cells[code_column]).strip() and cells[label_column] != "":
                cells[code_column] = cells[label_column]
                self.elsewhere[row, code_column] = (row, label_column)

    def _check_label(self, column: Column, index: int, parse: Parser, values: list[Value]) -> None:
        """Compare the words beside a code with the code."""
        for place, row in enumerate(self.body.details):
            cell = self.sheet.grid[row][index]
            read = parse(cell) if cell != "" else None
            value = read.value if isinstance(read, Odd) else read
            at = At(row, index, place + 1, column.name)
            if isinstance(read, Odd) and read.problem:
                self.findings.ask(
                    "READ_LABEL_UNKNOWN", at, cell, scope="cell",
                    column=column.header_zh,
                )  # fmt: skip
            elif value is not None and values[place] is not None and value != values[place]:
                self.findings.add(
                    "READ_LABEL_CONFLICT", at, cell, scope="cell", column=column.header_zh,
                    said=str(values[place]),
                )  # fmt: skip

    def _check_unnamed(self) -> None:
        """Find columns that hold something in detail rows but have no header."""
        named = {cell.column for cell in self.header.block.cells}
        width = len(self.sheet.grid[0])
        for index in sorted(set(range(width)) - named):
            for row in self.body.details:
                cell = self.sheet.grid[row][index]
                if cell_text(cell).strip() and (row, index) not in self.elsewhere:
                    self.findings.add("READ_COLUMN_UNNAMED", At(row, index), cell)
                    break


def fill_merged(draft: Draft) -> dict[Place, Place]:
    """Repeat merged words in the rows they cover; a merged number belongs to no single row.

    Gives, for each cell filled, the cell where its text stands.
    """
    sheet, header, filled = draft.sheet, draft.header, dict[Place, Place]()
    columns = dict(_columns(header))
    for top, left, bottom, right in sheet.merged:
        if top <= header.last_row or top >= len(sheet.grid):
            continue
        covered = [columns[index] for index in range(left, right + 1) if index in columns]
        anchor = sheet.grid[top][left]
        is_text = isinstance(anchor, str) and left != right
        if anchor == "" or not covered:
            continue
        if any(column.is_number for column in covered) and not is_text:
            draft.findings.add("READ_CELL_MERGED", At(top, left), anchor, scope="cell")
        elif left == right:
            for row in range(top + 1, min(bottom + 1, len(sheet.grid))):
                sheet.grid[row][left] = anchor
                filled[row, left] = (top, left)
    return filled


def _columns(header: Header) -> Iterator[tuple[int, Column]]:
    """Give the sheet columns of a header with their form columns."""
    for cells in (header.block.values, header.block.labels):
        for name, cell in cells.items():
            yield cell.column, header.form.column(name)
