"""Sorts the rows below a header: details, totals, and what is neither.

Nothing with a figure in it is passed over: such a row is a detail, a total, or a finding. Not
here: reading the cells of a row (see ``table``).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

from dagster_project.reading.draft import Draft
from dagster_project.reading.findings import At
from dagster_project.reading.header_index import (
    FEWEST_KNOWN_HEADERS,
    LAYOUTS,
    Block,
    HeaderIndex,
)
from dagster_project.reading.headers import Header
from dagster_project.reading.merges import refuse_merged_values
from dagster_project.reading.model import Cell
from dagster_project.reading.row_kinds import (
    NOTE,
    OTHER,
    PAGE,
    SIGNING,
    SUBTOTAL,
    TOTAL,
    WITHIN,
    is_filled,
    is_line_codes,
    is_sentence,
    kind_of_text,
    units_by_column,
)
from dagster_project.reading.sheets import Sheet
from dagster_project.reading.text import plain
from dagster_project.reading.vocabulary import Unit, vocabulary

SHORTEST_CODE = 9
"""Digits of a region's code; shorter numbers may count rows or name columns."""

LEAST_OF_A_HEADER = 3
"""One of so many cells of a header has words that some form knows."""

FEWEST_DATA_CELLS = 3
"""Cells of text under the header that make a row more than a remark."""


@dataclass(frozen=True, slots=True)
class SumRow:
    """A row that adds up others: its place, whether 合计 or 小计, and the words before that."""

    row: int
    kind: str
    name: str


@dataclass(slots=True)
class Body:
    """The rows of a table, counted from 0: details, the grand total, and units by column.

    ``sums`` are totals of groups, ``parts`` the rows of which (其中), ``unnamed`` rows of figures
    without any word, ``words`` rows passed over below the last detail. ``is_whole`` is False where
    a row was not understood.
    """

    details: list[int] = field(default_factory=list)
    total: int | None = None
    units: dict[int, Unit] = field(default_factory=dict)
    sums: list[SumRow] = field(default_factory=list)
    parts: list[int] = field(default_factory=list)
    unnamed: list[int] = field(default_factory=list)
    words: list[int] = field(default_factory=list)
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class Roles:
    """Which sheet columns of a header tell what a row is.

    ``words`` are those besides the first key in which a row may say that it is a total.
    """

    keys: tuple[int, ...]
    labels: tuple[int, ...]
    numbers: tuple[int, ...]
    words: tuple[int, ...]

    @classmethod
    @lru_cache(maxsize=LAYOUTS)
    def of(cls, block: Block) -> "Roles":
        """Give the columns of keys, of words that name a row, and of numbers."""
        form = block.headers.form
        places = {name: cell.column for name, cell in block.values.items()}
        naming = {*form.keys, form.unit_column}
        named = (c.name for c in form.columns if c.name in naming or c.type == "string")
        words = [cell.column for cell in block.labels.values()]
        keys = [places[name] for name in form.keys if name in places]
        keys += [block.labels[name].column for name in form.keys if name in block.labels]
        labels = (*(places[n] for n in named if n in places), *words, *block.row_number_columns)
        return cls(
            keys=tuple(keys),
            labels=labels,
            words=tuple({*labels, *range(keys[0])} - {keys[0]}) if keys else labels,
            numbers=tuple(places[c.name] for c in form.columns if c.is_number and c.name in places),
        )


@dataclass
class RowSorter:
    """Sorts the rows of one sheet; ``names_a_row`` says whether a cell alone can be a detail.

    ``own_names`` are the respondent's names: a total of theirs is the total of the table.
    """

    draft: Draft
    index: HeaderIndex
    own_names: frozenset[str]
    names_a_row: Callable[[Cell], bool]
    sheet: Sheet = field(init=False)
    header: Header = field(init=False)
    roles: Roles = field(init=False)
    body: Body = field(default_factory=Body)
    _line_codes: list[list[Cell]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Lay the parts of the draft at hand."""
        self.sheet, self.header = self.draft.sheet, self.draft.header
        self.roles = Roles.of(self.header.block)

    def sort(self) -> Body:
        """Give the rows below the header, each in its place."""
        start = self.below_header()
        for number in range(start, len(self.sheet.grid)):
            if not self.sort_row(number):
                break
        self.choose_total()
        refuse_merged_values(self.draft, self.body.details)
        return self.body

    def sort_row(self, number: int) -> bool:
        """Put one row in its place; says whether it belongs to the table."""
        row = self.sheet.grid[number]
        if not self.body.words and self._is_coded_detail(row):
            self.body.details.append(number)
        elif row.count("") == len(row) or not any(map(is_filled, row)):
            pass
        elif self._begins_another_table(row):
            self._say("READ_TABLE_SECOND", number, row)
            self.body.is_whole = False
            return False
        else:
            self._place(number, row)
        return True

    def below_header(self) -> int:
        """Pass the rows of units and of line codes under the header."""
        number = self.header.last_row + 1
        while number < len(self.sheet.grid):
            row = self.sheet.grid[number]
            if self._is_coded_detail(row):
                break
            units = units_by_column(row)
            if is_line_codes(row):
                self._line_codes.append(row)
            elif not units and any(map(is_filled, row)):
                break
            self.body.units |= units
            number += 1
        return number

    def _is_coded_detail(self, row: list[Cell]) -> bool:
        """Tell what most rows are at a glance: a long code, more beside it, no word of a sum."""
        key = row[self.roles.keys[0]] if self.roles.keys else ""
        if not isinstance(key, str) or len(key) < SHORTEST_CODE or not key.isdigit():
            return False
        for column in self.roles.words:
            cell = row[column]
            if isinstance(cell, str) and cell and kind_of_text(cell)[0]:
                return False
        return row.count("") < len(row) - 1

    def _place(self, number: int, row: list[Cell]) -> None:
        kind, name = self._kind(row)
        if kind in (SIGNING, PAGE) or self._repeats_header(row):
            return
        if kind in (TOTAL, SUBTOTAL):
            self.body.sums.append(SumRow(number, kind, name))
        elif kind == WITHIN and any(map(is_filled, self._figures(row))):
            self.body.parts.append(number)
        elif kind == OTHER and self._is_detail(row):
            self._say_headings()
            self.body.details.append(number)
        elif kind == OTHER and self._has_only_figures(row):
            self.body.unnamed.append(number)
        else:
            self._take_text(number, row)

    def _kind(self, row: list[Cell]) -> tuple[str, str]:
        """Tell a row by its first text, or by a total's words where rows are named."""
        first = next(cell for cell in row if is_filled(cell))
        kind, before = kind_of_text(first) if isinstance(first, str) else (OTHER, "")
        if not kind:
            for column in self.roles.labels:
                cell = row[column]
                if isinstance(cell, str) and cell:
                    kind, before = kind_of_text(cell)
                    if kind in (TOTAL, SUBTOTAL, WITHIN):
                        break
                    kind = OTHER
        if kind == PAGE and sum(map(is_filled, row)) > 1:
            return OTHER, ""
        if kind in (SIGNING, NOTE) and self._is_full(row):
            return OTHER, ""
        if kind == TOTAL and before and before not in vocabulary().whole | self.own_names:
            return SUBTOTAL, before
        return kind, before if kind == SUBTOTAL else ""

    def _is_full(self, row: list[Cell]) -> bool:
        """Tell a detail that begins with 电话, a way to ask people, from the signing block."""
        cells = self.header.block.cells
        texts = [cell for cell in row if isinstance(cell, str) and cell]
        signing = sum(kind_of_text(text)[0] == SIGNING for text in texts)
        is_labelled = signing > 1 or ":" in plain(texts[0])
        filled = sum(is_filled(row[cell.column]) for cell in cells)
        return not is_labelled and self._is_detail(row) and 2 * filled > len(cells)

    def _has_only_figures(self, row: list[Cell]) -> bool:
        """Tell a row in which only columns of numbers are filled."""
        numbers = set(self.roles.numbers)
        filled = [column for column, cell in enumerate(row) if is_filled(cell)]
        is_heading = is_sentence([row[column] for column in filled])
        return not is_heading and all(column in numbers for column in filled)

    def _is_detail(self, row: list[Cell]) -> bool:
        keys = [row[column] for column in self.roles.keys if is_filled(row[column])]
        if not keys:
            return False
        return len(row) - row.count("") > 1 or self.names_a_row(keys[0])

    def _repeats_header(self, row: list[Cell]) -> bool:
        """Tell the header once more after a page break: every text is its column's own."""
        words = _words(self.header.block)
        for column, cell in enumerate(row):
            if cell == "":
                continue
            if not isinstance(cell, str) or plain(cell) not in words.get(column, ()):
                above = self.sheet.grid[: self.header.last_row + 1]
                return row in self._line_codes or (isinstance(cell, str) and row in above)
        return True

    def _begins_another_table(self, row: list[Cell]) -> bool:
        """Tell a header that stands below details, where the sheet was not cut before it.

        Of a row of data some words may be headers too, as Y for yes and for a latitude.
        """
        first = next((cell for cell in row if cell.__class__ is str and cell), "")
        if not isinstance(first, str) or not self.index.count_known((first,)):
            return False
        known = self.index.count_known([cell for cell in row if isinstance(cell, str)])
        filled = len(row) - row.count("")
        is_header = known >= FEWEST_KNOWN_HEADERS and LEAST_OF_A_HEADER * known >= filled
        return is_header and not self._repeats_header(row)

    def choose_total(self) -> None:
        """Keep one total of the whole table; the others add up groups, or contradict it.

        A total that says the same once more is passed over; one without details of its own since
        the last is the total of all.
        """
        totals = self._different_totals()
        before = [-1, *(one.row for one in totals)]
        groups = [
            one
            for one, previous in zip(totals, before, strict=False)
            if any(previous < detail < one.row for detail in self.body.details)
        ]
        of_all = [one for one in totals if one not in groups]
        if len(groups) == 1:
            of_all, groups = sorted([*of_all, *groups], key=lambda one: one.row), []
        for again in of_all[1:]:
            self._say("READ_TOTAL_TWICE", again.row, self.sheet.grid[again.row])
        self.body.total = of_all[0].row if of_all else None
        self.body.sums = [one for one in self.body.sums if one.kind == SUBTOTAL or one in groups]

    def _different_totals(self) -> list[SumRow]:
        different: list[SumRow] = []
        for one in self.body.sums:
            figures = self._figures(self.sheet.grid[one.row])
            same = (self._figures(self.sheet.grid[other.row]) == figures for other in different)
            if one.kind == TOTAL and not any(same):
                different.append(one)
        return different

    def _figures(self, row: list[Cell]) -> list[Cell]:
        return [row[column] for column in self.roles.numbers]

    def _take_text(self, number: int, row: list[Cell]) -> None:
        """Pass over a row of words; one with figures that belongs to nothing is a finding."""
        filled = [cell for cell in row if is_filled(cell)]
        if not is_sentence(filled) and self._holds_data(row):
            self._say("READ_ROW_UNKNOWN", number, row)
            self.body.is_whole = False
        elif not self._stands_above(row):
            self.body.words.append(number)

    def _holds_data(self, row: list[Cell]) -> bool:
        """Say whether a row has figures, or so much text that it may be a detail without a key."""
        filled = sum(is_filled(row[cell.column]) for cell in self.header.block.values.values())
        return filled >= FEWEST_DATA_CELLS or any(map(is_filled, self._figures(row)))

    def _stands_above(self, row: list[Cell]) -> bool:
        """Tell a title repeated after a page break."""
        filled = [cell for cell in row if cell != ""]
        above = self.sheet.grid[: self.header.first_row]
        return any(filled == [cell for cell in other if cell != ""] for other in above)

    def _say_headings(self) -> None:
        """Ask about rows of words between details: they may group what follows."""
        for number in self.body.words:
            row = self.sheet.grid[number]
            if not any(kind_of_text(cell)[0] == NOTE for cell in row if isinstance(cell, str)):
                self._say("READ_ROW_HEADING", number, row)
        self.body.words.clear()

    def _say(self, code: str, number: int, row: list[Cell]) -> None:
        """Tell of a row by its first cell."""
        column = next(column for column, cell in enumerate(row) if is_filled(cell))
        findings = self.draft.findings
        tell = findings.ask if code == "READ_ROW_HEADING" else findings.add
        tell(code, At(number, column), row[column], row=str(number + 1))


@lru_cache(maxsize=LAYOUTS)
def _words(block: Block) -> dict[int, set[str]]:
    """Give a header's words by column, to know them again after a page break."""
    return {cell.column: {plain(text) for text in cell.texts} for cell in block.cells}
