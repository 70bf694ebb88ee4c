"""Tables whose header names several periods, each above columns of its own: a table for each.

A column above which no period stands belongs to all of them. Which column is meant is known by the
text below the period, or the form says what stands under a bare period. Not here: columns whose
cells name the period of each row (see ``by_rows``).
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

from dagster_project.programme.model import Column, Form
from dagster_project.programme.period import Period
from dagster_project.reading.header_index import Block, HeaderCell
from dagster_project.reading.headers import Header, Texts, header_rows
from dagster_project.reading.model import Cell
from dagster_project.reading.periods import named_in_calendar
from dagster_project.reading.sheets import Sheet
from dagster_project.reading.sources import InRows
from dagster_project.reading.year_rows import with_years

Named = tuple[Period, InRows]
"""A period and the header cell that names it."""


def by_period(sheet: Sheet, header: Header) -> Iterator[tuple[Sheet, Header, InRows | None]]:
    """Give sheet and header with the columns of one period each, and what names the period.

    Mostly that is the sheet as it is, and no period. So it is too where a period has no column that
    the form knows: what is unknown must not refuse a report of its own.
    """
    named, cells = _periods(sheet, header), header.block.cells
    periods = dict(reversed(named.values()))
    if any(not _columns_of(period, named, cells) for period in periods):
        periods = {}
    if not periods:
        yield sheet, header, None
    for period, place in reversed(periods.items()):
        others = {column for column, (other, _) in named.items() if other != period}
        own = tuple(cell for cell in cells if cell.column not in others)
        block = Block.of(header.block.headers, own)
        yield _without(sheet, others), replace(header, block=block), place


def _columns_of(period: Period, named: Mapping[int, Named], cells: tuple[HeaderCell, ...]) -> bool:
    """Say whether some column of a period has a header that the form knows."""
    return any(cell.name and named.get(cell.column, (None,))[0] == period for cell in cells)


def _periods(sheet: Sheet, header: Header) -> dict[int, Named]:
    """Give the period that stands above each column, where one does.

    None are given where it cannot be told whether a figure is of one period or of all.
    """
    form, cells = header.form, header.block.cells
    if not any(period_of("".join(cell.texts), form) for cell in cells):
        return {}
    rows, found = _spread_rows(sheet, header), dict[int, Named]()
    for cell in cells:
        texts = [row[cell.column] for row in rows]
        period = period_of("".join(dict.fromkeys(texts)), form)
        own = form.column(cell.name) if cell.name else None
        if period and not (own and _is_named_in(own, period, form)):
            at = next(n for n, text in enumerate(texts) if text)
            place = InRows(period.label, header.first_row + at, cell.column)
            found[cell.column] = (period, place)
    return {} if _is_open(sheet, header, found) else found


def _spread_rows(sheet: Sheet, header: Header) -> Texts:
    """Give the header's rows; a period stands above all its columns where no cells are merged.

    There it ends where another text stands, or above a header that comes only once.
    """
    rows = with_years(header_rows(sheet, header.first_row, header.last_row + 1))
    count = Counter(rows[-1])
    for number, row in enumerate(rows[:-1]):
        if _is_merged(sheet, header.first_row + number):
            continue
        spread, last = list(row), ""
        for column, text in enumerate(row):
            last = text or last
            if count[rows[-1][column]] > 1 and period_of(last, header.form):
                spread[column] = last
        rows[number] = tuple(spread)
    return rows


def _is_merged(sheet: Sheet, row: int) -> bool:
    return any(top <= row <= bottom for top, _, bottom, _ in sheet.merged)


def _is_open(sheet: Sheet, header: Header, found: Mapping[int, Named]) -> bool:
    """Say whether a figure behind a period may be of that period or of all."""
    if not found or _is_merged(sheet, header.first_row) or header.first_row == header.last_row:
        return False
    return any(
        cell.column > min(found) and cell.column not in found
        for cell in header.block.cells
        if cell.name and header.form.column(cell.name).is_number
    )


def period_of(text: str, form: Form) -> Period | None:
    """Give the one period of the form's type that a header names."""
    named = named_in_calendar(text, form.period_calendar)
    fitting = [one for one in named.periods if one.period_type == form.period_type]
    return fitting[0] if len(fitting) == 1 and not named.spans else None


def _is_named_in(column: Column, period: Period, form: Form) -> bool:
    """Say whether a column's own header names the period, as one of 2020年 does for that year."""
    return any(period_of(words, form) == period for words in (column.header_zh, *column.aliases))


def _without(sheet: Sheet, columns: set[int]) -> Sheet:
    """Give a sheet on which some columns are blank, every cell at its own address."""
    grid: list[list[Cell]] = [
        ["" if column in columns else cell for column, cell in enumerate(row)] for row in sheet.grid
    ]
    merged = [one for one in sheet.merged if columns.isdisjoint(range(one[1], one[3] + 1))]
    return replace(sheet, grid=grid, merged=merged)
