"""Reads the rows of a table into typed columns, every cell with its status or its finding.

Not here: which rows these are (see ``rows``), how a single cell is read (see ``parsers``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeGuard

from dagster_project.programme.model import REGION_LIST, Column
from dagster_project.reading.column_plans import Planned, planned_column
from dagster_project.reading.draft import Draft
from dagster_project.reading.findings import At, Findings
from dagster_project.reading.header_index import HeaderCell
from dagster_project.reading.headers import Header, unit_factor
from dagster_project.reading.merges import Place
from dagster_project.reading.model import (
    Cell,
    CellStatus,
    ReadSubmission,
    Value,
)
from dagster_project.reading.numbers import LARGEST_AMOUNT
from dagster_project.reading.odd import Odd, Parser
from dagster_project.reading.parsers import Parsers
from dagster_project.reading.regions_above import street_parser
from dagster_project.reading.rows import Body
from dagster_project.reading.sheets import Sheet
from dagster_project.reading.text import address, cell_text, quoted
from dagster_project.reading.text_numbers import TextNumbers
from dagster_project.reading.totals import check_totals
from dagster_project.reading.vocabulary import vocabulary


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
    _holders: frozenset[str] = field(init=False)

    _texts: TextNumbers = field(default_factory=TextNumbers)
    _planned: dict[str, Planned] = field(init=False)

    def __post_init__(self) -> None:
        """Lay the parts of the draft at hand."""
        draft = self.draft
        self.sheet, self.header = draft.sheet, draft.header
        self.findings, self.submission = draft.findings, draft.submission
        units = (*self.body.units.items(), *draft.sources.cover.units.items())
        self._planned = self.parsers.plans.of(self.header.block, units)
        self._holders = frozenset(c.within for c in self.header.form.columns if c.within)

    def read(self) -> None:
        """Fill the submission's columns, values, statuses and total row."""
        self.submission.source_rows = [row + 1 for row in self.body.details]
        self.begin_total()
        for column in self.header.form.columns:
            cell = self.header.block.values.get(column.name)
            self.submission.values[column.name] = (
                self._read_column(column, cell) if cell else self._absent(column)
            )
        check_totals(self.draft, self.body, self.parsers.programme, self.read_cell)
        self._check_unnamed()
        self._texts.say(self.findings)

    def _absent(self, column: Column) -> list[Value]:
        """Give the values of a column that the table does not have."""
        form, submission = self.header.form, self.submission
        is_unit = form.of_respondent and column.name == form.unit_column
        return [submission.respondent_code if is_unit else None] * len(self.body.details)

    def begin_total(self) -> None:
        """Make room for the total, if there is one."""
        if self.body.total is not None:
            self.submission.total_row = {}
            self.submission.total_source_row = self.body.total + 1

    def read_cell(self, column: Column, row: int, index: int) -> Value | Odd:
        """Read a cell of a row that is no detail."""
        planned = self.plan(column, self.header.block.values[column.name])
        return planned.parse(self.sheet.grid[row][index])

    def plan(self, column: Column, cell: HeaderCell) -> Planned:
        """Give how a column is read; what no finding depends on is kept for the next file."""
        planned = self._planned.get(column.name)
        if planned is None:
            said, respondent = len(self.findings.found), self.submission.respondent_code
            factor = self._factor(column, cell)
            form_id, on = self.header.form.form_id, self.draft.on
            parse = self.parsers.of(form_id, column, factor, respondent, on)
            planned = planned_column(column, cell, factor, parse)
            if len(self.findings.found) == said and column.code_list != REGION_LIST:
                self._planned[column.name] = planned
        return planned

    def _read_column(self, column: Column, cell: HeaderCell) -> list[Value]:
        planned = self.plan(column, cell)
        self.submission.columns.append(planned.note)
        label = self.header.block.labels.get(column.name)
        if label:
            self._fill_from_label(cell.column, label.column)
        index, grid = cell.column, self.sheet.grid
        cells = [grid[row][index] for row in self.body.details]
        values = planned.plain(cells)
        if values is None:
            values = self._read_cells(planned, column, index, cells)
        elif self.elsewhere:
            self._note_elsewhere(column, index, values)
        if label:
            self._check_label(column, label.column, planned.parse, values)
        if planned.is_number and self.body.total is not None:
            self.take_total(column, index, planned.parse)
        return values

    def _read_cells(
        self, planned: Planned, column: Column, index: int, cells: list[Cell]
    ) -> list[Value]:
        """Read a column of which some cells may need a word beside their value."""
        if column.within or column.name in self._holders:
            read = self._read_regions(column, index, planned.note.unit_factor)
        else:
            read = planned.read_all(cells)
        values = read if _are_plain(read) else self._take_odds(column, index, read)
        if planned.is_number and not self.sheet.is_text:
            self._texts.look(column.header_zh, index, self.body.details, cells, values)
        if self.elsewhere:
            self._note_elsewhere(column, index, read)
        return values

    def _read_regions(self, column: Column, index: int, factor: int) -> list[Value | Odd]:
        """Read names of regions by the region above them, which stands in the same row."""
        form_id, respondent = self.header.form.form_id, self.submission.respondent_code
        above = self.submission.values.get(column.within or "")
        if above is None:
            parse = street_parser(column, self.parsers.units, respondent, self.draft.on)
            return [parse(self.sheet.grid[row][index]) for row in self.body.details]
        read: list[Value | Odd] = []
        for place, row in enumerate(self.body.details):
            holder = above[place]
            within = holder if isinstance(holder, str) else None
            parse = self.parsers.of(form_id, column, factor, within, self.draft.on)
            read.append(parse(self.sheet.grid[row][index]))
        return read

    def _factor(self, column: Column, cell: HeaderCell) -> int:
        """Give the factor of the unit that header, unit row or block states for a column."""
        if not column.is_number:
            return 1
        below = self.body.units.get(cell.column)
        unit = cell.unit or below
        dimension = vocabulary().dimension_of(column.unit)
        at = At(self.header.last_row, cell.column, column_name=column.name)
        if below and below != unit:
            self._say_two_units(column, cell)
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

    def _say_two_units(self, column: Column, cell: HeaderCell) -> None:
        """Say that a header states one unit and the row of units below it another."""
        place = self.header.place_of(cell.column, self.sheet)
        rows = range(self.header.last_row + 1, self.body.details[0] if self.body.details else 0)
        filled = (row for row in rows if self.sheet.grid[row][cell.column] != "")
        where = next(filled, self.header.last_row)
        self.findings.add(
            "READ_UNIT_TWICE", At(*place, column_name=column.name), cell.text,
            related=address(where, cell.column), column=column.header_zh,
            unit=cell_text(self.sheet.grid[where][cell.column]),
        )  # fmt: skip

    def _take_odds(self, column: Column, index: int, read: list[Value | Odd]) -> list[Value]:
        """Note the cells that are no plain values; gives what values they have."""
        odds = {place: one for place, one in enumerate(read) if isinstance(one, Odd)}
        if self.elsewhere or any(odd.problem for odd in odds.values()):
            for place, odd in odds.items():
                self._take_odd(place, column, index, odd)
        else:
            self._take_marked(column.name, odds)
        return [one.value if isinstance(one, Odd) else one for one in read]

    def _take_marked(self, name: str, odds: Mapping[int, Odd]) -> None:
        """Note the cells of a column that are understood, and stand where they are."""
        submission = self.submission
        submission.abnormal_rows.update(place + 1 for place, odd in odds.items() if odd.status)
        texts = {odd.raw_text for odd in odds.values()}
        kept = {text: quoted(text) for text in texts}
        submission.cell_status += [
            CellStatus(place + 1, name, odd.status, kept[odd.raw_text])
            for place, odd in odds.items()
        ]

    def _take_odd(self, place: int, column: Column, index: int, odd: Odd) -> None:
        """Note a cell that is no plain value, with what is wrong and where it stands."""
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

    def _note_elsewhere(self, column: Column, index: int, read: Sequence[Value | Odd]) -> None:
        """Note where a plain value stands that was taken from another cell."""
        for place, row in enumerate(self.body.details):
            source = self.elsewhere.get((row, index))
            if source and not isinstance(read[place], Odd):
                text = quoted(cell_text(self.sheet.grid[row][index]))
                self.submission.cell_status.append(
                    CellStatus(place + 1, column.name, None, text, address(*source))
                )

    def take_total(self, column: Column, index: int, parse: Parser) -> None:
        """Read the total row's cell; what cannot be read there opens a question only."""
        row = self.body.total or 0
        if self.sheet.grid[row][index] == "":
            return
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
                source = (row, label_column)
                self.elsewhere[row, code_column] = self.elsewhere.get(source, source)

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


def _are_plain(read: list[Value | Odd]) -> TypeGuard[list[Value]]:
    return Odd not in set(map(type, read))
