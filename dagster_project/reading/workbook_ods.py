"""OpenDocument spreadsheets (.ods), read from their XML: values, errors, merges and what is hidden.

Not here: any other format. Elements: OASIS OpenDocument 1.3 part 3, chapter 9.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from dagster_project.reading.limits import MAX_GRID_CELLS, MAX_SHEETS
from dagster_project.reading.model import PERCENT, Cell, Shown, Unreadable
from dagster_project.reading.number_formats import MIDNIGHT
from dagster_project.reading.package import Package
from dagster_project.reading.sheets import Merge, Place, Sheet, SheetError, check_size
from dagster_project.reading.xml_events import Attributes, Events

PREFIXES = {
    f"urn:oasis:names:tc:opendocument:xmlns:{uri}:1.0": prefix
    for uri, prefix in {
        "office": "office", "table": "table", "text": "text", "style": "style",
        "datastyle": "number", "meta": "meta",
    }.items()
} | {"urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0": "calcext"}  # fmt: skip

ROW, COLUMN = "table:table-row", "table:table-column"
CELLS = frozenset({"table:table-cell", "table:covered-table-cell"})
ASIDE = frozenset({"office:annotation", "table:shapes", "text:ruby-text", "text:note", "frame"})
"""Text that stands in a cell's element and is not the cell's."""

HIDDEN = frozenset({"collapse", "filter"})
NUMBERS = frozenset({"float", "currency", "percentage"})
_ERROR = re.compile(r"#[A-Z0-9/?!]+[!?A]|Err:\d{3}")
_COUNT = re.compile(r"[0-9]{1,9}")
_LENGTH = re.compile(
    r"(?P<sign>-?)P(?:(?P<days>\d{1,5})D)?T?(?:(?P<hours>\d{1,6})H)?(?:(?P<minutes>\d{1,7})M)?"
    r"(?:(?P<seconds>\d{1,9}(?:[.,]\d+)?)S)?"
)


def open_ods(package: Package) -> list[Sheet]:
    """Open an OpenDocument spreadsheet, raising SheetError for what is locked or damaged."""
    if b"encryption-data" in package.get("meta-inf/manifest.xml"):
        raise SheetError("READ_FILE_ENCRYPTED")
    return open_flat(package.read("content.xml"))


def open_flat(xml: bytes) -> list[Sheet]:
    """Open a spreadsheet that is one XML text (.fods), or the content of one in a zip."""
    document = Document()
    document.read(xml)
    return [table.sheet() for table in document.tables]


@dataclass(slots=True)
class Table:
    """One table while it is read: rows with content only, each as its cells by column."""

    name: str
    hidden: bool = False
    rows: dict[int, dict[int, Cell]] = field(default_factory=dict)
    merged: list[Merge] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    styles: list[tuple[int, str]] = field(default_factory=list)
    row: int = 0
    column: int = 0
    columns_declared: int = 0
    cells: int = 0
    width: int = 0
    problem: SheetError | None = None

    def add_row(self, cells: dict[int, Cell], repeated: int, *, hidden: bool) -> None:
        """Add a row as often as it is repeated; blank ones are only counted."""
        if cells and self.has_room(self.row + repeated, max(cells) + 1):
            self.cells += len(cells) * repeated
            for number in range(self.row, self.row + repeated):
                self.rows[number] = cells
                if hidden:
                    self.hidden_rows.add(number)
            self.width = max(self.width, max(cells) + 1)
        self.row += repeated

    def has_room(self, height: int, width: int) -> bool:
        """Say whether cells up to there can be kept; once they cannot, the table is given up."""
        try:
            check_size(height, width)
        except SheetError as problem:
            self.problem = self.problem or problem
            self.rows.clear()
        return self.problem is None and self.cells <= MAX_GRID_CELLS

    def style_of(self, column: int) -> str:
        """Give the style of the cells of a column that have none of their own."""
        return next((style for end, style in self.styles if column < end), "")

    def sheet(self) -> Sheet:
        """Lay the table out."""
        height = max(self.rows, default=-1) + 1
        if not self.has_room(height, self.width):
            return Sheet(self.name, [], hidden=self.hidden, problem=self.problem)
        grid: list[list[Cell]] = [[""] * self.width for _ in range(height)]
        sheet = Sheet(self.name, grid, self.merged, self.hidden, frozenset(self.hidden_rows))
        for number, cells in self.rows.items():
            for column, cell in cells.items():
                grid[number][column] = cell
                if isinstance(cell, Unreadable):
                    sheet.unreadable[number, column] = cell
        sheet.hidden_columns = frozenset(
            column
            for start, end in self.hidden_columns
            for column in range(start, min(end, self.width))
        )
        return sheet


@dataclass(slots=True)
class Document:
    """The content of a spreadsheet, element by element."""

    tables: list[Table] = field(default_factory=list)
    hidden_styles: set[str] = field(default_factory=set)
    powers: dict[str, int] = field(default_factory=dict)
    data_styles: dict[str, str] = field(default_factory=dict)
    style: str = ""
    depth: int = 0
    aside: int = 0
    row: dict[int, Cell] = field(default_factory=dict)
    row_attributes: Attributes = field(default_factory=dict)
    cell: Attributes | None = None
    texts: list[str] = field(default_factory=list)
    paragraphs: int = 0

    def read(self, xml: bytes) -> None:
        """Read the XML of the content."""
        Events(PREFIXES, self.start, self.end, self.text).read(xml)

    def start(self, name: str, attributes: Attributes) -> None:
        """Take in the beginning of an element."""
        if name in ASIDE or self.aside:
            self.aside += 1
        elif name == "table:table":
            self._start_table(attributes)
        elif not self.depth:
            self._start_style(name, attributes)
        elif self.depth > 1:
            return
        elif name == ROW:
            self.row, self.row_attributes = {}, attributes
            self.tables[-1].column = 0
        elif name in CELLS:
            self.cell, self.texts, self.paragraphs = attributes, [], 0
        elif name == COLUMN:
            self._add_column(attributes)
        elif self.cell is not None:
            self._start_text(name, attributes)

    def end(self, name: str) -> None:
        """Take in the end of an element."""
        if self.aside:
            self.aside -= 1
        elif name == "table:table":
            self.depth -= 1
        elif self.depth != 1:
            return
        elif name == ROW:
            repeated = count_of(self.row_attributes, "table:number-rows-repeated")
            hidden = self.row_attributes.get("table:visibility") in HIDDEN
            self.tables[-1].add_row(self.row, repeated, hidden=hidden)
        elif name in CELLS and self.cell is not None:
            self._add_cell(self.cell)
            self.cell = None

    def text(self, text: str) -> None:
        """Take in text, as far as it is the content of a cell."""
        if self.cell is not None and self.paragraphs and not self.aside and self.depth == 1:
            self.texts.append(text)

    def _start_table(self, attributes: Attributes) -> None:
        """Begin a sheet; a table inside a cell belongs to that cell and is passed over."""
        self.depth += 1
        if self.depth == 1:
            hidden = attributes.get("table:style-name") in self.hidden_styles
            self.tables.append(Table(attributes.get("table:name", ""), hidden))
            if len(self.tables) > MAX_SHEETS:
                raise SheetError(
                    "READ_FILE_TOO_MANY_SHEETS", count=f"> {MAX_SHEETS}", limit=str(MAX_SHEETS)
                )

    def _start_style(self, name: str, attributes: Attributes) -> None:
        """Take in what hides tables and what shows numbers on another scale."""
        if name == "style:style" or (name.startswith("number:") and "style:name" in attributes):
            self.style = attributes.get("style:name", "")
            self.data_styles[self.style] = attributes.get("style:data-style-name", "")
        elif name == "style:table-properties" and attributes.get("table:display") == "false":
            self.hidden_styles.add(self.style)
        elif factor := number_of(attributes.get("number:display-factor")):
            self.powers[self.style] = -round(math.log10(factor)) if factor > 0 else 0

    def _start_text(self, name: str, attributes: Attributes) -> None:
        if name in ("text:p", "text:h"):
            self.texts += ["\n"] if self.paragraphs else []
            self.paragraphs += 1
        elif name == "text:s":
            self.texts.append(" " * min(count_of(attributes, "text:c"), 1000))
        elif name in ("text:tab", "text:line-break"):
            self.texts.append("\t" if name == "text:tab" else "\n")

    def _add_column(self, attributes: Attributes) -> None:
        table, repeated = self.tables[-1], count_of(attributes, "table:number-columns-repeated")
        start = table.columns_declared
        table.columns_declared += repeated
        table.styles.append(
            (table.columns_declared, attributes.get("table:default-cell-style-name", ""))
        )
        if attributes.get("table:visibility") in HIDDEN:
            table.hidden_columns.append((start, table.columns_declared))

    def _add_cell(self, attributes: Attributes) -> None:
        """Put a cell into the row as often as it is repeated."""
        table, repeated = self.tables[-1], count_of(attributes, "table:number-columns-repeated")
        cell = cell_of(attributes, "".join(self.texts))
        self._note_merge(table, attributes)
        if cell != "" and table.has_room(1, table.column + repeated):
            for column in range(table.column, table.column + repeated):
                self.row[column] = self._shown(cell, attributes, column)
        table.column += repeated

    def _note_merge(self, table: Table, attributes: Attributes) -> None:
        down = count_of(attributes, "table:number-rows-spanned")
        across = count_of(attributes, "table:number-columns-spanned")
        if down * across > 1:
            first: Place = (table.row, table.column)
            table.merged.append((*first, first[0] + down - 1, first[1] + across - 1))

    def _shown(self, cell: Cell, attributes: Attributes, column: int) -> Cell:
        """Give a number with the power of its format, where its format scales it."""
        if not self.powers or not isinstance(cell, float) or isinstance(cell, Shown):
            return cell
        table = self.tables[-1]
        style = attributes.get("table:style-name") or table.style_of(column)
        power = self.powers.get(self.data_styles.get(style, ""))
        return Shown(cell, power) if power else cell


def cell_of(attributes: Mapping[str, str], text: str) -> Cell:
    """Give the cell that an element's attributes and text mean.

    >>> cell_of({"office:value-type": "percentage", "office:value": "0.12"}, "12%").power
    2
    >>> cell_of({"calcext:value-type": "error", "office:value-type": "string"}, "#DIV/0!")
    Unreadable(kind='error', text='#DIV/0!')
    """
    kind, formula = attributes.get("office:value-type"), attributes.get("table:formula")
    if attributes.get("calcext:value-type") == "error" or (formula and _ERROR.fullmatch(text)):
        return Unreadable("error", text or "#ERROR!")
    if formula is not None and kind is None and not text:
        return Unreadable("formula", formula.removeprefix("of:"))
    if kind in NUMBERS:
        number = number_of(attributes.get("office:value"))
        return (
            text if number is None else Shown(number, PERCENT) if kind == "percentage" else number
        )
    value = attributes.get(f"office:{kind}-value", "")
    if kind == "boolean":
        return value == "true"
    return _MOMENTS[kind](value, text) if kind in _MOMENTS else text or value


def count_of(attributes: Mapping[str, str], name: str) -> int:
    """Give how often something is repeated; once where that is not said or is nonsense."""
    text = attributes.get(name, "1")
    return max(1, int(text)) if _COUNT.fullmatch(text) else 1


def number_of(text: str | None) -> float | None:
    """Give a finite number, None where there is none."""
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _day(written: str, text: str) -> Cell:
    try:
        found = datetime.fromisoformat(written)
    except ValueError:
        return text
    found = found.replace(tzinfo=None)
    return found if "T" in written and found.time() != found.min.time() else found.date()


def _length(written: str, text: str) -> Cell:
    """Give a time of the day, or a length of time where it is longer than a day or negative."""
    match = _LENGTH.fullmatch(written)
    if match is None or not any(match.group("days", "hours", "minutes", "seconds")):
        return text
    seconds = float((match["seconds"] or "0").replace(",", "."))
    days, hours, minutes = (int(match[name] or 0) for name in ("days", "hours", "minutes"))
    length = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    if match["sign"] or length >= timedelta(days=1):
        return -length if match["sign"] else length
    return (MIDNIGHT + length).time()


_MOMENTS = {"date": _day, "time": _length}
