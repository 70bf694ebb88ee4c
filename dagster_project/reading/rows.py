"""Sorts the rows below a header: details, totals, and what is neither.

Nothing with a figure in it is passed over: such a row is a detail, a total, or a finding. Not
here: reading the cells of a row (see ``table``).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, lru_cache

from dagster_project.reading.draft import Draft
from dagster_project.reading.findings import At
from dagster_project.reading.header_index import HeaderIndex
from dagster_project.reading.headers import Header
from dagster_project.reading.model import Cell
from dagster_project.reading.sheets import Sheet
from dagster_project.reading.text import cell_text, plain
from dagster_project.reading.vocabulary import Unit, vocabulary

TOTAL, SUBTOTAL, SIGNING, NOTE, OTHER = "total", "subtotal", "signing", "note", ""
FEWEST_LINE_CODES = 3
"""A row 甲 乙 1 2 3 names the columns; two such cells may be anything."""

LONGEST_LINE_CODE = 3

FEWEST_DATA_CELLS = 3
"""Cells of text under the header that make a row more than a remark."""

FEWEST_KNOWN_HEADERS = 3
"""A row below the header with so many texts that are headers begins another table."""


@dataclass(slots=True)
class Body:
    """The rows of a table, counted from 0: details, the grand total, and units by column."""

    details: list[int] = field(default_factory=list)
    total: int | None = None
    units: dict[int, Unit] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Roles:
    """Which sheet columns of a header tell what a row is."""

    keys: tuple[int, ...]
    labels: tuple[int, ...]
    numbers: tuple[int, ...]

    @classmethod
    def of(cls, header: Header) -> "Roles":
        """Give the columns of keys, of words that name a row, and of numbers."""
        block, form = header.block, header.form
        places = {name: cell.column for name, cell in block.values.items()}
        naming = {*form.keys, form.unit_column}
        named = (c.name for c in form.columns if c.name in naming or c.type == "string")
        words = [cell.column for cell in block.labels.values()]
        keys = [places[name] for name in form.keys if name in places]
        return cls(
            keys=(
                *keys,
                *(block.labels[name].column for name in form.keys if name in block.labels),
            ),
            labels=(*(places[n] for n in named if n in places), *words, *block.row_number_columns),
            numbers=tuple(places[c.name] for c in form.columns if c.is_number and c.name in places),
        )


@lru_cache(maxsize=1 << 13)
def kind_of_text(text: str) -> tuple[str, str]:
    """Give what a row is whose first text this is, and the words before 合计.

    >>> kind_of_text("合  计"), kind_of_text("石碁镇合计"), kind_of_text("官涌村小计")
    (('total', ''), ('total', '石碁镇'), ('subtotal', '官涌村'))
    >>> [kind_of_text(text)[0] for text in ("注：不含兼职", "填表人：某某", "备注")]
    ['note', 'signing', '']
    """
    words, key = vocabulary(), plain(text).strip(":()")
    for kind, endings in ((TOTAL, words.totals), (SUBTOTAL, words.subtotals)):
        for ending in endings:
            if key.endswith(ending):
                return kind, key.removesuffix(ending).strip("()-、")
    if _signing().match(plain(text)):
        return SIGNING, ""
    return (NOTE if _note().match(plain(text)) else OTHER), ""


@cache
def _signing() -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(map(re.escape, vocabulary().signing))})(?:\([^)]*\))?(?::|$)")


@cache
def _note() -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(map(re.escape, vocabulary().notes))})\d*[:.、]")


@dataclass(slots=True)
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
    _words: dict[int, set[str]] = field(default_factory=dict)
    _texts: list[int] = field(default_factory=list)
    _line_codes: list[list[Cell]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Note the header's words, to know them again after a page break."""
        self.sheet, self.header = self.draft.sheet, self.draft.header
        self.roles = Roles.of(self.header)
        for cell in self.header.block.cells:
            self._words[cell.column] = {plain(text) for text in cell.texts}

    def sort(self) -> Body:
        """Give the rows below the header, each in its place."""
        start = self._below_header()
        for number in range(start, len(self.sheet.grid)):
            row = self.sheet.grid[number]
            if row.count("") == len(row) or not any(map(_is_filled, row)):
                continue
            if self._begins_another_table(row):
                self._say("READ_TABLE_SECOND", number, row)
                break
            self._place(number, row)
        return self.body

    def _below_header(self) -> int:
        """Pass the rows of units and of line codes under the header."""
        number = self.header.last_row + 1
        while number < len(self.sheet.grid):
            row = self.sheet.grid[number]
            units = units_by_column(row)
            if is_line_codes(row):
                self._line_codes.append(row)
            elif not units:
                break
            self.body.units |= units
            number += 1
        return number

    def _place(self, number: int, row: list[Cell]) -> None:
        kind = self._kind(row)
        if kind == SIGNING or self._repeats_header(row):
            return
        if kind == TOTAL:
            self._take_total(number, row)
        elif kind == NOTE:
            self._take_text(number, row)
        elif kind == OTHER and self._is_detail(row):
            self._say_headings()
            self.body.details.append(number)
        elif kind == OTHER:
            self._take_text(number, row)

    def _kind(self, row: list[Cell]) -> str:
        """Tell a row by its first text, or by a total's words where rows are named."""
        first = next(cell for cell in row if _is_filled(cell))
        kind, before = kind_of_text(first) if isinstance(first, str) else (OTHER, "")
        if not kind:
            for column in self.roles.labels:
                cell = row[column]
                if isinstance(cell, str) and cell:
                    kind, before = kind_of_text(cell)
                    if kind in (TOTAL, SUBTOTAL):
                        break
                    kind = OTHER
        if kind == TOTAL and before and before not in vocabulary().whole | self.own_names:
            return SUBTOTAL
        return kind

    def _is_detail(self, row: list[Cell]) -> bool:
        keys = [row[column] for column in self.roles.keys if _is_filled(row[column])]
        if not keys:
            return False
        return len(row) - row.count("") > 1 or self.names_a_row(keys[0])

    def _repeats_header(self, row: list[Cell]) -> bool:
        """Tell the header once more after a page break: every text is its column's own."""
        for column, cell in enumerate(row):
            if cell == "":
                continue
            if not isinstance(cell, str) or plain(cell) not in self._words.get(column, ()):
                return row in self._line_codes
        return True

    def _begins_another_table(self, row: list[Cell]) -> bool:
        texts = [cell for cell in row if isinstance(cell, str) and cell]
        if len(texts) < FEWEST_KNOWN_HEADERS or self.index.count_known(texts[:1]) == 0:
            return False
        return self.index.count_known(texts) >= FEWEST_KNOWN_HEADERS and not self._repeats_header(
            row
        )

    def _take_total(self, number: int, row: list[Cell]) -> None:
        if self.body.total is None:
            self.body.total = number
        elif self._figures(row) != self._figures(self.sheet.grid[self.body.total]):
            self._say("READ_TOTAL_TWICE", number, row)

    def _figures(self, row: list[Cell]) -> list[Cell]:
        return [row[column] for column in self.roles.numbers]

    def _take_text(self, number: int, row: list[Cell]) -> None:
        """Pass over a row of words; one with figures that belongs to nothing is a finding."""
        filled = [cell for cell in row if _is_filled(cell)]
        if not _is_sentence(filled) and self._holds_data(row):
            self._say("READ_ROW_UNKNOWN", number, row)
        elif not self._stands_above(row):
            self._texts.append(number)

    def _holds_data(self, row: list[Cell]) -> bool:
        """Say whether a row has figures, or so much text that it may be a detail without a key."""
        filled = sum(_is_filled(row[cell.column]) for cell in self.header.block.values.values())
        return filled >= FEWEST_DATA_CELLS or any(map(_is_filled, self._figures(row)))

    def _stands_above(self, row: list[Cell]) -> bool:
        """Tell a title repeated after a page break."""
        filled = [cell for cell in row if cell != ""]
        above = self.sheet.grid[: self.header.first_row]
        return any(filled == [cell for cell in other if cell != ""] for other in above)

    def _say_headings(self) -> None:
        """Ask about rows of words between details: they may group what follows."""
        for number in self._texts:
            row = self.sheet.grid[number]
            if not any(kind_of_text(cell)[0] == NOTE for cell in row if isinstance(cell, str)):
                self._say("READ_ROW_HEADING", number, row)
        self._texts.clear()

    def _say(self, code: str, number: int, row: list[Cell]) -> None:
        """Tell of a row by its first cell."""
        column = next(column for column, cell in enumerate(row) if _is_filled(cell))
        findings = self.draft.findings
        tell = findings.ask if code == "READ_ROW_HEADING" else findings.add
        tell(code, At(number, column), row[column], row=str(number + 1))


def _is_filled(cell: Cell) -> bool:
    return cell != "" and not (isinstance(cell, str) and not cell.strip())


def _is_sentence(filled: list[Cell]) -> bool:
    """Tell a single text that is no number, wherever it stands."""
    return len(filled) == 1 and isinstance(filled[0], str) and not plain(filled[0]).isdigit()


def is_line_codes(row: list[Cell]) -> bool:
    """Tell the row under a header that numbers its columns: 甲 乙 1 2 3.

    >>> is_line_codes(["甲", "乙", 1.0, 2.0, "3"]), is_line_codes(["440113", 5.0, 7.0])
    (True, False)
    """
    texts = [plain(cell_text(cell)).strip("()") for cell in row if _is_filled(cell)]
    if len(texts) < FEWEST_LINE_CODES or max(map(len, texts)) > LONGEST_LINE_CODE:
        return False
    numbers = [int(text) for text in texts if text.isascii() and text.isdigit()]
    letters = [text for text in texts if _is_line_letter(text)]
    ascending = not numbers or numbers == [*range(numbers[0], numbers[0] + len(numbers))]
    return ascending and len(numbers) + len(letters) == len(texts)


def _is_line_letter(text: str) -> bool:
    is_latin = text.isascii() and text.isalpha() and len(text) == 1
    return is_latin or text in vocabulary().line_codes


def units_by_column(row: list[Cell]) -> dict[int, Unit]:
    """Give the units of a row that holds nothing else, empty for any other row."""
    filled = {column: cell for column, cell in enumerate(row) if _is_filled(cell)}
    units: dict[int, Unit] = {}
    for column, cell in filled.items():
        unit = vocabulary().units.get(plain(cell).strip("()")) if isinstance(cell, str) else None
        if unit is None:
            return {}
        units[column] = unit
    return units
