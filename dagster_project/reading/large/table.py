"""A large file of text to one submission in columns, a block of its rows at a time.

Read like this is one table of codes with at most one total, whose cells mean the same whatever
stands beside them; other files are left to the reader of cells. Not here: the steps themselves (see
``blocks``, ``rows``, ``cells``, ``content``), which both ways share (see ``reading.table``).
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import repeat
from typing import TYPE_CHECKING, cast

import pyarrow as pa
from pyarrow import compute as pc

from dagster_project.programme.model import Column
from dagster_project.reading.arrow_tables import TYPES
from dagster_project.reading.draft import Draft
from dagster_project.reading.encodings import SAMPLE_BYTES, encoding_of
from dagster_project.reading.findings import At, Findings
from dagster_project.reading.headers import check_header
from dagster_project.reading.large.blocks import (
    THREADS,
    Block,
    TextStream,
    blocks,
    head_rows,
    in_columns,
    read_ahead,
)
from dagster_project.reading.large.cells import ColumnCells
from dagster_project.reading.large.content import content_hash_of
from dagster_project.reading.large.rows import IrregularTableError, LargeSorter, OrdinaryRows
from dagster_project.reading.large.sparse import ColumnLists, SparseRows
from dagster_project.reading.model import Cell, CellStatus, Columnar, ReadSubmission, Value
from dagster_project.reading.odd import NOT_APPLICABLE
from dagster_project.reading.rows import Roles
from dagster_project.reading.sheet_checks import check_sheet
from dagster_project.reading.sheets import Sheet
from dagster_project.reading.sources import Sources
from dagster_project.reading.table import TableReader
from dagster_project.reading.tables_in_sheet import Table, tables_of
from dagster_project.reading.text import quoted
from dagster_project.reading.text_table import delimiter_of
from dagster_project.reading.totals import check_totals

if TYPE_CHECKING:
    from dagster_project.reading.file import Reader

WIDE_ENCODINGS = ("utf-16", "utf-32")
"""In which the bytes of a line end may be part of another character."""


def read_large_text(
    reader: "Reader", data: bytes, file_name: str, sheet_name: str = ""
) -> ReadSubmission | None:
    """Give what a large text reports, None where only the reader of cells can tell.

    ``sheet_name`` is the text's name in the zip that ``file_name`` names, if it came in one.

    Raises:
        SheetError: where the text cannot be decoded, or is no table.
    """
    encoding = encoding_of(data, reader.words)
    if encoding.startswith(WIDE_ENCODINGS) or b"\n" not in data[:SAMPLE_BYTES]:
        return None
    delimiter = delimiter_of(data[: 4 * SAMPLE_BYTES].decode(encoding, "ignore")[:SAMPLE_BYTES])
    try:
        return _read(reader, TextStream(data, encoding), delimiter, (sheet_name, file_name))
    except IrregularTableError:
        return None


def _read(
    reader: "Reader", stream: TextStream, delimiter: str, names: tuple[str, str]
) -> ReadSubmission:
    """Read a text block by block; ``names`` are those of its sheet and its file."""
    sheet_name, file_name = names
    head = head_rows(stream, delimiter)
    width = max(map(len, head), default=0)
    rows = SparseRows(width)
    rows.keep(0, [*head])
    grid = [list[Cell](rows[row]) for row in range(len(rows))]
    tables = tables_of(Sheet(sheet_name, grid), reader.index)
    if len(tables) != 1 or tables[0].turned:
        raise IrregularTableError
    sheet = Sheet(sheet_name, cast("list[list[Cell]]", rows), is_text=True)
    large = LargeTable.of(reader, replace(tables[0], sheet=sheet), rows, file_name)
    large.width, large.expected = width, len(head[tables[0].header.last_row])
    large.take(in_columns(head, width), 0)
    for block in read_ahead(blocks(stream, delimiter, width)):
        large.take(block, len(rows))
    return large.end()


@dataclass(slots=True)
class InColumn:
    """What one column of the form gave so far: values by block, odd cells, and what was said."""

    cells: ColumnCells
    index: int
    said: Findings
    values: list[pa.Array] = field(default_factory=list)
    places: list[pa.Array] = field(default_factory=list)
    statuses: list[pa.Table] = field(default_factory=list)


@dataclass
class LargeTable:
    """Reads one table block by block, and puts it together at the end."""

    reader: "Reader"
    draft: Draft
    rows: SparseRows
    sorter: LargeSorter
    ordinary: OrdinaryRows
    tables: TableReader | None = None
    columns: dict[str, InColumn] = field(default_factory=dict)
    unnamed: dict[int, tuple[int, str]] = field(default_factory=dict)
    count: int = 0
    width: int = 0
    expected: int = 0
    is_padded: bool = False
    has_short: bool = False

    @classmethod
    def of(cls, reader: "Reader", table: Table, rows: SparseRows, name: str) -> "LargeTable":
        """Begin a submission, as for any table."""
        form = table.header.form
        in_rows = form.period_column or form.respondent_column or table.period
        if in_rows or form.of_respondent or table.header.block.labels:
            raise IrregularTableError
        if any(column.within for column in form.columns):
            raise IrregularTableError
        sources = Sources.of(table.cover, table.sheet.name, name)
        draft = reader.begin(table, replace(sources, beside=frozenset({form.form_id})))
        check_header(draft.header, draft.sheet, draft.findings, draft.submission.period)
        sorter = reader.sorter(draft, LargeSorter)
        sorter.begin()
        sorter.body.units = sorter.body.units or dict(draft.units)
        ordinary = OrdinaryRows(draft, reader.index, Roles.of(table.header.block))
        return cls(reader, draft, rows, sorter, ordinary)

    def take(self, block: Block, first: int) -> None:
        """Read the rows of a block, the first of which is row ``first`` of the sheet."""
        begun, height = len(self.sorter.body.details), block.height
        ordinary = self.ordinary.of(block)
        for place in pc.indices_nonzero(pc.invert(ordinary)).to_pylist():
            self.rows.keep_row(first + place, block.row(place))
            if first:
                self.ordinary.check(self.rows[first + place])
        self.rows.height = max(self.rows.height, first + height)
        self.sorter.take(first, ordinary)
        rows = self.sorter.body.details[begun:]
        if not rows:
            return
        self._check_fields(block, rows, first)
        if self.tables is None:
            self._begin_columns()
        places = (
            None if len(rows) == height else pa.array([row - first for row in rows], pa.int32())
        )
        columns = self.columns.values()
        texts = [_some(block.columns[column.index], places) for column in columns]
        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(self._take_cells, columns, texts, repeat(rows)))
        self._look_for_unnamed(block, rows, first)
        self.count += len(rows)

    def _check_fields(self, block: Block, rows: list[int], first: int) -> None:
        """Leave the file to the reader of cells where lines have other cells than the header."""
        counts = {block.counts[row - first] for row in rows} if block.counts else {self.width}
        self.is_padded |= block.is_padded
        self.has_short |= min(counts) < self.expected
        if max(counts) > self.expected or (self.has_short and self.is_padded):
            raise IrregularTableError

    def _begin_columns(self) -> None:
        """Plan how each column is read; what planning says is said when its turn comes."""
        draft = self.draft
        self.tables = TableReader(draft, self.sorter.body, self.reader.parsers, {})
        for name, cell in draft.header.block.values.items():
            column = draft.header.form.column(name)
            self.tables.findings = said = Findings(draft.sheet.name)
            planned = self.tables.plan(column, cell)
            self.columns[name] = InColumn(ColumnCells(column, planned), cell.column, said)
        self.tables.findings = draft.findings

    def _take_cells(self, one: InColumn, cells: pa.Array, rows: list[int]) -> None:
        read = one.cells.read(cells)
        one.values.append(read.values)
        if not len(read.places):
            return
        column, odds = one.cells.column, read.odds
        kept = list(odds)
        at = pc.index_in(read.codes, pa.array(kept, read.codes.type))
        statuses = pa.array([odds[code].status for code in kept], pa.string())
        texts = pa.array([quoted(odds[code].raw_text) for code in kept], pa.string())
        numbers = pc.add(read.places.cast(pa.int32()), pa.scalar(self.count + 1, pa.int32()))
        one.statuses.append(
            pa.table(
                [numbers, statuses.take(at), texts.take(at)],
                ["row_number", "obs_status", "raw_text"],
            )
        )
        strange = pa.array([bool(odd.status or odd.problem) for odd in odds.values()])
        one.places.append(numbers.filter(strange.take(at)))
        wrong = pa.array([code for code, odd in odds.items() if odd.problem], read.codes.type)
        for place in pc.indices_nonzero(pc.is_in(read.codes, wrong)).to_pylist():
            where = read.places[place].as_py()
            odd = odds[read.codes[place].as_py()]
            at_cell = At(rows[where], one.index, self.count + where + 1, column.name)
            one.said.add(
                odd.problem or "", at_cell, odd.raw_text, scope="cell", column=column.header_zh,
                **odd.params,
            )  # fmt: skip

    def _look_for_unnamed(self, block: Block, rows: list[int], first: int) -> None:
        """Note the first cell of each column that has no header."""
        named = {cell.column for cell in self.draft.header.block.cells}
        for index in {*range(len(block.columns))} - named - self.unnamed.keys():
            texts = block.columns[index]
            for row in rows if pc.any(pc.greater(pc.binary_length(texts), 0)).as_py() else ():
                if text := texts[row - first].as_py():
                    self._note_unnamed(index, row, text)
                    break
        details = set(rows) if block.wide else set()
        for place, cells in block.wide.items():
            for index in range(len(block.columns), len(cells)) if first + place in details else ():
                self._note_unnamed(index, first + place, cells[index])

    def _note_unnamed(self, index: int, row: int, text: str) -> None:
        if text.strip():
            self.unnamed.setdefault(index, (row, text))

    def end(self) -> ReadSubmission:
        """Put the submission together in the order in which the reader of cells does."""
        body, draft = self.sorter.end(), self.draft
        if self.tables is None:
            self._begin_columns()
        submission, tables = draft.submission, cast("TableReader", self.tables)
        submission.source_rows = [row + 1 for row in body.details]
        table = self._rows_table(body.details)
        statuses = self._statuses()
        submission.columnar = Columnar(table, statuses)
        submission.values = ColumnLists(table)
        tables.begin_total()
        for column in draft.header.form.columns:
            if column.name in self.columns:
                self._say(column, tables)
        self._check_totals(table, statuses, tables)
        for index, (row, text) in sorted(self.unnamed.items()):
            draft.findings.add("READ_COLUMN_UNNAMED", At(row, index), text)
        check_sheet(draft, body, self.reader.index)
        submission.findings = draft.findings.all()
        submission.content_hash = content_hash_of(draft.header.form, table, statuses)
        return submission

    def _say(self, column: Column, tables: TableReader) -> None:
        """Say what a column gave, and read its total."""
        one = self.columns[column.name]
        self.draft.submission.columns.append(one.cells.planned.note)
        self.draft.findings.take(one.said)
        if one.cells.planned.is_number and self.sorter.body.total is not None:
            tables.take_total(column, one.index, one.cells.planned.parse)

    def _rows_table(self, details: list[int]) -> pa.Table:
        arrays, names = [], []
        for column in self.draft.header.form.columns:
            kind, one = TYPES[column.type], self.columns.get(column.name)
            values = pa.chunked_array(one.values, kind) if one else pa.nulls(self.count, kind)
            arrays.append(values)
            names.append(column.name)
        strange = [places for one in self.columns.values() for places in one.places]
        numbers = pa.array(range(1, self.count + 1), pa.int32())
        is_strange = pc.is_in(numbers, pa.concat_arrays([pa.array([], pa.int32()), *strange]))
        rows = pc.add(pa.array(details, pa.int32()), pa.scalar(1, pa.int32()))
        return pa.table([*arrays, rows, is_strange], [*names, "source_row", "has_abnormal_cells"])

    def _statuses(self) -> pa.Table:
        """Give the odd cells of all columns, in the order of the form's columns."""
        parts = [_NO_STATUS]
        for column in self.draft.header.form.columns:
            for table in self.columns[column.name].statuses if column.name in self.columns else ():
                names = pa.array([column.name]).take(pa.array([0] * table.num_rows, pa.int32()))
                parts.append(
                    table.add_column(1, "column_name", names).append_column(
                        "sheet_cell", pa.nulls(table.num_rows, pa.string())
                    )
                )
        return pa.concat_tables(parts)

    def _check_totals(self, table: pa.Table, statuses: pa.Table, tables: TableReader) -> None:
        """Check the total, of which each figure mostly is the sum of a column without gaps."""
        given = self.draft.submission.total_row or {}
        if all(_adds_up(table[name], figure) for name, figure in given.items()):
            return
        names = pa.array(list(given), pa.string())
        open_cells = pc.and_(
            pc.is_in(statuses["column_name"], names),
            pc.fill_null(pc.not_equal(statuses["obs_status"], NOT_APPLICABLE), fill_value=True),
        )
        submission, body = self.draft.submission, self.sorter.body
        submission.cell_status = [
            CellStatus(**one) for one in statuses.filter(open_cells).to_pylist()
        ]
        check_totals(self.draft, body, self.reader.programme, tables.read_cell)
        submission.cell_status = []


def _adds_up(values: pa.ChunkedArray, given: Value) -> bool:
    return bool(values.null_count == 0 and pc.sum(values).as_py() == given)


def _some(cells: pa.Array, places: pa.Array | None) -> pa.Array:
    return cells if places is None else cells.take(places)


_NO_STATUS = pa.table(
    [pa.array([], pa.int32()), *[pa.array([], pa.string())] * 4],
    ["row_number", "column_name", "obs_status", "raw_text", "sheet_cell"],
)
