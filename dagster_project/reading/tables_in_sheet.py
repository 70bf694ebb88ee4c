"""Which tables a sheet holds: one, several one under another or side by side, or one turned.

A header repeated after a page break is taken out, so that its table is whole again; a table that
is continued elsewhere is joined later (see ``joined``). Not here: finding one header (see
``headers``), reading the rows (see ``table``).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise

from dagster_project.programme.model import Form
from dagster_project.reading.between_tables import (
    block_begins,
    is_known,
    is_labelled,
    says_more,
)
from dagster_project.reading.cover import Cover, read_cover
from dagster_project.reading.header_index import HeaderIndex
from dagster_project.reading.headers import TALLEST_HEADER, Header, find_header
from dagster_project.reading.model import Cell
from dagster_project.reading.next_table import first_of_turned, holds_header, next_header
from dagster_project.reading.periods_across import by_period
from dagster_project.reading.row_kinds import is_line_codes, units_by_column
from dagster_project.reading.sheets import Sheet
from dagster_project.reading.sources import InRows
from dagster_project.reading.transposed import find_transposed
from dagster_project.reading.vocabulary import Unit

MOST_TABLES = 99
"""Tables of one sheet; the number of a submission leaves room for as many."""

WIDEST = 16_384
"""More columns has no sheet."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table: the sheet with nothing else on it, its header, and the block above.

    ``units`` are those of the columns under the same header further up, where it has none. In a
    ``turned`` one the sheet's columns stand as rows, so that headers run across as usual. Where the
    header names a ``period``, the sheet has the columns of no other. ``around`` are the rows of the
    real sheet above a turned table, and those below it where no other table stands there.
    """

    sheet: Sheet
    header: Header
    cover: Cover
    turned: bool = False
    units: Mapping[int, Unit] = field(default_factory=dict)
    period: InRows | None = None
    around: Mapping[int, list[Cell]] = field(default_factory=dict)


def tables_of(sheet: Sheet, index: HeaderIndex) -> list[Table]:
    """Give the tables of a sheet from top to bottom and left to right, none where it has none."""
    return [part for table in _found(sheet, index) for part in _of_periods(table)]


def _of_periods(table: Table) -> Iterator[Table]:
    for sheet, header, period in by_period(table.sheet, table.header):
        yield replace(table, sheet=sheet, header=header, period=period)


def _found(sheet: Sheet, index: HeaderIndex) -> list[Table]:
    """Give the tables of a sheet, whatever periods their columns are of."""
    header = find_header(sheet, index)
    if header is None or _stands_in_a_column(sheet, header, index):
        return list(_turned_tables(sheet, index))
    first = _first_header(sheet, header, index)
    begin = block_begins(sheet, first, index, 0)
    while begin < first.first_row and _goes_on(sheet.grid[begin], index):
        begin += 1
    above = _part(sheet, 0, begin) if begin else None
    turned = list(_turned_tables(above, index)) if above else []
    if not turned:
        return list(_tables(sheet, first, index))
    below = _tables(_part(sheet, begin, len(sheet.grid)), first, index)
    return [*turned, *_inheriting(below, turned[0].cover, turned[0].header.form, index)]


def _goes_on(row: list[Cell], index: HeaderIndex) -> bool:
    """Tell a row of a turned table, as of 文号 or of 总用时(单位：小时), from labels below it."""
    filled = [cell for cell in row if cell != ""]
    labels = [one for one in filled if isinstance(one, str) and is_labelled([one])]
    return holds_header(row, index) and len(filled) > 2 * len(labels)


def _stands_in_a_column(sheet: Sheet, header: Header, index: HeaderIndex) -> bool:
    """Say whether a header of mostly unknown texts is a part of one that stands in columns."""
    named = len(header.block.values)
    if 2 * named >= len(header.block.cells):
        return False
    turned = find_transposed(sheet, index)
    return turned is not None and len(turned.header.block.values) > named


def _turned_tables(sheet: Sheet, index: HeaderIndex) -> Iterator[Table]:
    """Give a table with its headers in a column, and those that stand below it."""
    found = find_transposed(sheet, index)
    if found is None:
        return
    grid = sheet.grid
    below = _part(sheet, found.last_row + 1, len(grid))
    others = [] if below.is_empty else _found(below, index)
    around = dict(enumerate(grid[: found.first_row]))
    if not others:
        around |= dict(enumerate(grid[found.last_row + 1 :], start=found.last_row + 1))
    yield Table(found.sheet, found.header, found.cover, turned=True, around=around)
    yield from _inheriting(others, found.cover, found.header.form, index)


def _inheriting(
    tables: Iterable[Table], cover: Cover, form: Form, index: HeaderIndex
) -> Iterator[Table]:
    """Give tables with what the block of the sheet's first table says of them all."""
    for table in tables:
        same_form = table.header.form is form
        yield replace(table, cover=_below(table.cover, cover, index, same_form=same_form))


def _below(own: Cover, first: Cover, index: HeaderIndex, *, same_form: bool) -> Cover:
    """Give the block of a lower table with what that of the first says of all.

    Where it is another report, a unit such as 万元 above the first may be meant for it or not.
    """
    cover = own.over(first, same_form=same_form)
    if own.units or not says_more(own, first, index):
        return cover
    doubtful = (
        (name, unit if unit and unit.factor == 1 else None) for name, unit in cover.units.items()
    )
    return replace(cover, units=dict(doubtful))


def _first_header(sheet: Sheet, header: Header, index: HeaderIndex) -> Header:
    """Give the uppermost header: the best one may head a lower table."""
    while header.first_row:
        upper = find_header(sheet, index, 0, header.first_row)
        if (
            upper is None
            or block_begins(sheet, header, index, upper.last_row + 1) <= upper.last_row + 1
        ):
            break
        header = upper
    return header


def _tables(sheet: Sheet, header: Header, index: HeaderIndex) -> Iterator[Table]:
    """Cut the sheet where another header begins, each part with the block above its header."""
    whole = cover = read_cover(sheet.grid[: header.first_row])
    start, first_form, units = 0, header.form, dict[int, Unit]()
    after = header.last_row + 1
    for _ in range(MOST_TABLES):
        found = next_header(sheet, header, index, after)
        if found is None:
            break
        if isinstance(found, int):
            begin = first_of_turned(sheet, found, after, index)
            yield from _beside(Table(_part(sheet, start, begin), header, cover, units=units), index)
            below = _found(_part(sheet, begin, len(sheet.grid)), index)
            yield from _inheriting(below, whole, first_form, index)
            return
        begin = block_begins(sheet, found, index, after, header)
        own = read_cover(sheet.grid[begin : found.first_row], begin)
        again = found.means_the_same(header)
        if again and not says_more(own, cover, index):
            _take_out(sheet, header, found, [*_repeated_rows(sheet, header, found, begin, cover)])
            after = found.last_row + 1
            continue
        yield from _beside(Table(_part(sheet, start, begin), header, cover, units=units), index)
        units = units or _units_under(sheet, header) if again else {}
        cover = _below(own, whole, index, same_form=found.form is first_form)
        header, start, after = found, begin, found.last_row + 1
    part = sheet if start == 0 else _part(sheet, start, len(sheet.grid))
    yield from _beside(Table(part, header, cover, units=units), index)


def _units_under(sheet: Sheet, header: Header) -> dict[int, Unit]:
    """Give the units of the rows right under a header."""
    rows = sheet.grid[header.last_row + 1 : header.last_row + TALLEST_HEADER]
    found = (units for row in rows if (units := units_by_column(row)))
    return next(found, {})


def _repeated_rows(
    sheet: Sheet, header: Header, again: Header, begin: int, cover: Cover
) -> Iterator[int]:
    """Give the rows above a repeated header that stand above the first one too."""
    ahead = header.first_row - again.first_row
    for number in range(begin, again.first_row):
        row = sheet.grid[number]
        texts = [cell for cell in row if isinstance(cell, str) and cell]
        is_title = len(texts) == 1 and is_known(texts[0], cover)
        is_same = number + ahead >= 0 and row == sheet.grid[number + ahead]
        if is_title or is_same or is_labelled(row):
            yield number


def _take_out(sheet: Sheet, header: Header, again: Header, titles: list[int]) -> None:
    """Blank a repeated header with its titles, and the rows of units and line codes under it."""
    last = again.last_row
    for below in range(header.last_row + 1, header.last_row + TALLEST_HEADER):
        following = last + 1
        if following >= len(sheet.grid) or below >= len(sheet.grid):
            break
        if sheet.grid[following] != sheet.grid[below] or not _names_columns(sheet.grid[below]):
            break
        last = following
    first = [sheet.grid[row] for row in header.rows]
    headers = [row for row in again.rows if sheet.grid[row] in first]
    rows = {*titles, *headers, *range(again.last_row + 1, last + 1)}
    for number in rows:
        sheet.grid[number] = [""] * len(sheet.grid[number])
    sheet.merged = [merge for merge in sheet.merged if merge[0] not in rows]


def _names_columns(row: list[Cell]) -> bool:
    """Tell rows of units and line codes, which repeat with the header, from equal details."""
    return is_line_codes(row) or bool(units_by_column(row))


def _part(sheet: Sheet, start: int, end: int) -> Sheet:
    """Give a sheet on which only some rows are filled, every cell at its own address."""
    width = len(sheet.grid[0]) if sheet.grid else 0
    above: list[list[Cell]] = [[""] * width for _ in range(start)]
    return replace(
        sheet,
        grid=above + sheet.grid[start:end],
        merged=[merge for merge in sheet.merged if start <= merge[0] < end],
    )


def _beside(table: Table, index: HeaderIndex) -> Iterator[Table]:
    """Give the tables that stand side by side under one row of headers, mostly one."""
    spans = list(_spans(table.header)) if _has_more_than_a_table(table.header) else []
    tables = [found for span in spans if (found := _in_span(table, index, span))]
    if len(tables) < max(2, len(spans)):
        yield table
    else:
        yield from tables


def _has_more_than_a_table(header: Header) -> bool:
    """Say whether some header cell is unknown or means a column that another means."""
    block = header.block
    known = len(block.values) + len(block.labels) + len(block.row_number_columns)
    return known < len(block.cells)


def _spans(header: Header) -> Iterator[tuple[int, int]]:
    """Give first and last column of the tables under one row of headers.

    They are divided by a blank column, or begin anew with the header of the first. A column without
    a header belongs to the table left of it, so that what stands there is told of.
    """
    cells = header.block.cells
    first = next((cell for cell in cells if cell.name), cells[0])
    start = 0
    for before, cell in pairwise(cells):
        begins_anew = cell.texts == first.texts and bool(cell.name)
        if cell.column > before.column + 1 or begins_anew:
            yield start, cell.column - 1
            start = cell.column
    yield start, WIDEST


def _in_span(table: Table, index: HeaderIndex, span: tuple[int, int]) -> Table | None:
    """Give the table between two columns, None where they hold no whole header with its keys."""
    left, right = span
    part, header = table.sheet, table.header
    grid = [_only(row, left, right) for row in part.grid]
    sheet = replace(
        part, grid=grid, merged=[one for one in part.merged if left <= one[1] and one[3] <= right]
    )
    found = find_header(sheet, index, header.first_row, header.last_row + 1)
    if found is None:
        return None
    named = found.block.values.keys() | found.block.labels.keys()
    if not named >= {*found.form.keys}:
        return None
    own = read_cover(sheet.grid[: header.first_row])
    cover = own.over(table.cover, same_form=found.form is header.form)
    return Table(sheet, found, cover, units=table.units)


def _only(row: list[Cell], left: int, right: int) -> list[Cell]:
    return [cell if left <= column <= right else "" for column, cell in enumerate(row)]
