"""Workbooks in one XML text (SpreadsheetML of Excel 2003), often called .xls or .xml.

Not here: newer workbooks of XML in a zip (see ``workbook_xlsx``), HTML (see ``html_table``).
"""

import re
from dataclasses import dataclass, field
from datetime import datetime

from dagster_project.reading.model import Cell, Shown, Unreadable
from dagster_project.reading.number_formats import power_of
from dagster_project.reading.sheets import Merge, Sheet, SheetError, check_size
from dagster_project.reading.workbook_ods import count_of, number_of
from dagster_project.reading.xml_events import Attributes, Events

PREFIXES = {
    "urn:schemas-microsoft-com:office:spreadsheet": "ss",
    "urn:schemas-microsoft-com:office:excel": "x",
}
NAMED_FORMATS = {"Percent": "0%"}
_DECLARED = re.compile(rb"^\s*<\?xml[^>]*?encoding=[\"']([\w-]+)[\"'][^>]*\?>")


@dataclass(slots=True)
class Page:
    """One worksheet while it is read; rows and columns counted from 0."""

    name: str
    hidden: bool = False
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    merged: list[Merge] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    row: int = -1
    column: int = -1
    column_declared: int = -1

    def sheet(self) -> Sheet:
        """Lay the worksheet out."""
        height = max((row for row, _ in self.cells), default=-1) + 1
        width = max((column for _, column in self.cells), default=-1) + 1
        try:
            check_size(height, width)
        except SheetError as problem:
            return Sheet(self.name, [], hidden=self.hidden, problem=problem)
        grid: list[list[Cell]] = [[""] * width for _ in range(height)]
        sheet = Sheet(self.name, grid, self.merged, self.hidden, frozenset(self.hidden_rows))
        sheet.hidden_columns = frozenset(c for c in self.hidden_columns if c < width)
        for (row, column), cell in self.cells.items():
            grid[row][column] = cell
            if isinstance(cell, Unreadable):
                sheet.unreadable[row, column] = cell
        return sheet


def open_spreadsheet_xml(data: bytes) -> list[Sheet]:
    """Open a workbook in one XML text, raising SheetError where it is damaged or unsafe."""
    book = Book()
    Events(PREFIXES, book.start, book.end, book.text).read(as_unicode(data))
    return [page.sheet() for page in book.pages]


def as_unicode(data: bytes) -> bytes:
    """Give XML in UTF-8 where it says it is in an encoding that the parser does not know."""
    declared = _DECLARED.match(data)
    if declared is None or declared[1].lower() in {b"utf-8", b"utf-16", b"us-ascii"}:
        return data
    name = declared[1].decode().lower()
    encoding = "gb18030" if name.startswith("gb") else name
    try:
        return data[declared.end() :].decode(encoding).encode()
    except (UnicodeDecodeError, LookupError) as error:
        raise SheetError("READ_TEXT_ENCODING") from error


@dataclass(slots=True)
class Book:
    """The workbook, element by element."""

    pages: list[Page] = field(default_factory=list)
    powers: dict[str, int] = field(default_factory=dict)
    style: str = ""
    cell: Attributes | None = None
    data: Attributes | None = None
    reading: bool = False
    texts: list[str] = field(default_factory=list)

    def start(self, name: str, attributes: Attributes) -> None:
        """Take in the beginning of an element."""
        if name == "ss:Style":
            self.style = attributes.get("ss:ID", "")
        elif name == "ss:NumberFormat":
            code = attributes.get("ss:Format", "")
            self.powers[self.style] = power_of(NAMED_FORMATS.get(code, code))
        elif name == "ss:Worksheet":
            self.pages.append(Page(attributes.get("ss:Name", "")))
        elif not self.pages:
            return
        elif name == "ss:Row":
            self._start_row(self.pages[-1], attributes)
        elif name == "ss:Column":
            self._start_column(self.pages[-1], attributes)
        elif name == "ss:Cell":
            self._start_cell(self.pages[-1], attributes)
        elif name == "ss:Data" and self.cell is not None:
            self.data, self.texts, self.reading = attributes, [], True
        elif name == "x:Visible":
            self.texts, self.reading = [], True

    def end(self, name: str) -> None:
        """Take in the end of an element."""
        if name == "ss:Data":
            self.reading = False
        elif name == "x:Visible" and self.pages:
            self.reading = False
            self.pages[-1].hidden = "".join(self.texts) in {"SheetHidden", "SheetVeryHidden"}
        elif name == "ss:Cell" and self.cell is not None:
            page, cell = self.pages[-1], self._value(self.cell)
            if cell != "":
                page.cells[page.row, page.column] = cell
            page.column += _number(self.cell, "ss:MergeAcross")
            self.cell = self.data = None

    def text(self, text: str) -> None:
        """Take in text, as far as it is data."""
        if self.reading:
            self.texts.append(text)

    def _start_row(self, page: Page, attributes: Attributes) -> None:
        page.row = _number(attributes, "ss:Index", page.row + 2) - 1
        page.column = -1
        if attributes.get("ss:Hidden") == "1":
            page.hidden_rows.update(range(page.row, page.row + 1 + _number(attributes, "ss:Span")))

    def _start_column(self, page: Page, attributes: Attributes) -> None:
        first = _number(attributes, "ss:Index", page.column_declared + 2) - 1
        page.column_declared = first + min(_number(attributes, "ss:Span"), 16_384)
        if attributes.get("ss:Hidden") == "1":
            page.hidden_columns.update(range(first, page.column_declared + 1))

    def _start_cell(self, page: Page, attributes: Attributes) -> None:
        self.cell, self.data, self.texts = attributes, None, []
        page.column = _number(attributes, "ss:Index", page.column + 2) - 1
        down, across = (_number(attributes, f"ss:Merge{way}") for way in ("Down", "Across"))
        if down or across:
            page.merged.append((page.row, page.column, page.row + down, page.column + across))

    def _value(self, attributes: Attributes) -> Cell:
        """Give a cell's value by the type that its data names."""
        text = "".join(self.texts) if self.data is not None else ""
        kind = (self.data or {}).get("ss:Type", "String")
        if self.data is None or (not text and kind != "String"):
            formula = attributes.get("ss:Formula")
            return Unreadable("formula", formula) if formula else ""
        if kind == "Error":
            return Unreadable("error", text)
        if kind == "Boolean":
            return text == "1"
        if kind == "DateTime":
            return _moment(text)
        number = number_of(text) if kind == "Number" else None
        if number is None:
            return text
        power = self.powers.get(attributes.get("ss:StyleID", ""), 0)
        return Shown(number, power) if power else number


def _number(attributes: Attributes, name: str, missing: int = 0) -> int:
    return count_of(attributes, name) if attributes.get(name, "0") != "0" else missing


def _moment(text: str) -> Cell:
    """Give a day or a moment; before the first day of the calendar it is a time."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return text
    if (found.year, found.month, found.day) == (1899, 12, 31):
        return found.time()
    return found if found.time() != found.min.time() else found.date()
