"""Tables in HTML that is called a workbook (.xls, .htm), as Excel and many systems export them.

All tables of a page are laid one under another, as Excel shows them. Not here: markup that is a
workbook itself (see ``spreadsheet_xml``).
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from html.parser import HTMLParser

from dagster_project.reading import struck_out
from dagster_project.reading.encodings import encoding_of
from dagster_project.reading.limits import MAX_GRID_CELLS
from dagster_project.reading.model import PERCENT, Cell, Shown, Unreadable
from dagster_project.reading.sheets import Merge, Place, Sheet, SheetError, check_size

WORKBOOK_XML = b"urn:schemas-microsoft-com:office:spreadsheet"
DOCUMENT_XML = b"urn:oasis:names:tc:opendocument:xmlns:office"
HEAD_BYTES = 4096
WIDEST_SPAN = 16_384
SKIPPED = frozenset({"script", "style", "title", "template"})
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([\w-]{3,20})", re.IGNORECASE)
_CHINESE = frozenset({"gb2312", "gbk", "gb18030", "x-gbk", "cp936"})
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_COUNT = re.compile(r"[0-9]{1,6}")
_HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all", re.IGNORECASE)

Attributes = dict[str, str]


def open_markup(data: bytes, words: Collection[str] = ()) -> list[Sheet]:
    """Open a text in markup as sheets, raising SheetError for markup without a table.

    >>> open_markup(b"<table><tr><td>a<td>b<tr><td colspan=2>c</table>")[0].grid
    [['a', 'b'], ['c', '']]
    """
    head = data[:HEAD_BYTES].replace(b"\0", b"")
    if WORKBOOK_XML in head and b"<html" not in head.lower():
        from dagster_project.reading.spreadsheet_xml import open_spreadsheet_xml

        return open_spreadsheet_xml(data)
    if DOCUMENT_XML in head:
        from dagster_project.reading.workbook_ods import open_flat

        return open_flat(data)
    page = Page()
    page.feed(_text(data, words))
    page.close()
    if not page.rows:
        raise SheetError("READ_FILE_FORMAT", kind="XML" if b"<?xml" in head else "HTML")
    return [page.sheet()]


def _text(data: bytes, words: Collection[str]) -> str:
    """Give the text of a page; what it says of its encoding counts where the bytes agree."""
    said = _CHARSET.search(data, 0, HEAD_BYTES)
    name = said[1].decode().lower() if said else ""
    for encoding in ("gb18030",) if name in _CHINESE else ("cp950",) if name == "big5" else ():
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            break
    encoding = encoding_of(data, words)
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise SheetError("READ_TEXT_ENCODING") from error


@dataclass(slots=True)
class Box:
    """A cell while it is read."""

    place: Place
    attributes: Attributes
    texts: list[str] = field(default_factory=list)

    def cell(self) -> Cell:
        """Give what the cell holds: the number behind the text where Excel wrote it."""
        text = "".join(self.texts).replace("\xa0", " ").strip(" ")
        if "x:err" in self.attributes or text in {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!",
                                                  "#REF!", "#VALUE!"}:  # fmt: skip
            return Unreadable("error", text or "#ERROR!")
        held = self.attributes.get("x:num", "")
        if not _NUMBER.fullmatch(held):
            return text
        return Shown(float(held), PERCENT) if text.endswith("%") else float(held)


class Page(HTMLParser):
    """A page's tables, tag by tag; a table inside a cell belongs to the text of that cell."""

    def __init__(self) -> None:
        """Begin with nothing."""
        super().__init__(convert_charrefs=True)
        self.rows: dict[int, dict[int, Cell]] = {}
        self.taken: dict[int, set[int]] = {}
        self.merged: list[Merge] = []
        self.hidden_rows: set[int] = set()
        self.row, self.width, self.cells = -1, 0, 0
        self.depth = self.skipped = 0
        self.box: Box | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take in the beginning of an element; rows and cells end where the next begins."""
        attributes = {name: value or "" for name, value in attrs}
        if tag in SKIPPED:
            self.skipped += 1
        elif tag in struck_out.ELEMENTS and self.box:
            self.box.texts.append(struck_out.BEGINS)
        elif tag == "table":
            self.depth += 1
        elif tag == "br" and self.box:
            self.box.texts.append("\n")
        elif self.depth != 1:
            return
        elif tag == "tr":
            self._start_row(attributes)
        elif tag in ("td", "th"):
            self._end_cell()
            self._start_cell(attributes)

    def handle_endtag(self, tag: str) -> None:
        """Take in the end of an element."""
        if tag in SKIPPED:
            self.skipped = max(0, self.skipped - 1)
        elif tag in struck_out.ELEMENTS and self.box:
            self.box.texts.append(struck_out.ENDS)
        elif tag == "table" and self.depth:
            self.depth -= 1
            if not self.depth:
                self._end_cell()
        elif tag in ("td", "th", "tr") and self.depth == 1:
            self._end_cell()

    def handle_data(self, data: str) -> None:
        """Take in text, as far as it is the content of a cell; line ends are mere blanks."""
        if self.box and not self.skipped:
            self.box.texts.append(_BLANKS.sub(" ", data))

    def sheet(self) -> Sheet:
        """Lay the tables out as one sheet without a name."""
        self._end_cell()
        height = max(self.rows, default=-1) + 1
        check_size(height, self.width)
        grid: list[list[Cell]] = [[""] * self.width for _ in range(height)]
        sheet = Sheet("", grid, self.merged, hidden_rows=frozenset(self.hidden_rows))
        sheet.is_text = True
        for row, cells in self.rows.items():
            for column, cell in cells.items():
                grid[row][column] = cell
                sheet.is_text &= isinstance(cell, str)
                if isinstance(cell, Unreadable):
                    sheet.unreadable[row, column] = cell
        return sheet

    def _start_row(self, attributes: Attributes) -> None:
        self._end_cell()
        self.taken.pop(self.row, None)
        self.row += 1
        self.rows[self.row] = {}
        if _HIDDEN.search(attributes.get("style", "")):
            self.hidden_rows.add(self.row)

    def _start_cell(self, attributes: Attributes) -> None:
        """Find the place of a cell beside those that reach over from earlier rows."""
        if self.row < 0:
            self._start_row({})
        taken = self.taken.setdefault(self.row, set())
        column = next(c for c in range(len(taken) + len(self.rows[self.row]) + 1) if c not in taken)
        across = min(_count(attributes.get("colspan")), WIDEST_SPAN)
        down = min(_count(attributes.get("rowspan")), WIDEST_SPAN)
        self.cells += across * down
        if self.cells > MAX_GRID_CELLS:
            check_size(self.cells, 1)
        for row in range(self.row, self.row + down):
            self.taken.setdefault(row, set()).update(range(column, column + across))
        if across * down > 1:
            self.merged.append((self.row, column, self.row + down - 1, column + across - 1))
        self.width = max(self.width, column + across)
        self.box = Box((self.row, column), attributes)

    def _end_cell(self) -> None:
        if self.box is None:
            return
        cell = self.box.cell()
        if cell != "":
            row, column = self.box.place
            self.rows[row][column] = cell
        self.box = None


def _count(text: str | None) -> int:
    """Give how many cells a cell spans; one where that is not said or is nonsense."""
    return max(1, int(text)) if text and _COUNT.fullmatch(text) else 1
