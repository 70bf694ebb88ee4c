"""Where the cells of a sheet's XML are, and the edits that give some of them another style.

One pass; only rows with cells to be marked are remembered. Not here: which style (see ``styles``),
comments (see ``comments``).
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from dagster_project.feedback.model import Cell
from dagster_project.feedback.xml_edits import (
    Edit,
    NotPatchableError,
    Tag,
    end_of_opening,
    inserted,
    number_of,
    parse,
    parser_of,
    with_attribute,
)
from dagster_project.reading.text import address, column_index

AFTER_COMMENTS = frozenset({
    "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems",
    "tableParts", "extLst", "AlternateContent",
})  # fmt: skip
"""Children of a worksheet that come after the one that leads to the comments' shapes."""

CHILD_DEPTH = 1
_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})")
Style = Callable[[int], int]
"""From a cell's style to the one it is to have."""


class Found(NamedTuple):
    """A cell that has an element: its column, where it begins, its style."""

    column: int
    start: int
    style: int


@dataclass(slots=True)
class Row:
    """A row that has an element: where it begins and its closing tag is, its style, its cells."""

    start: int
    style: int | None
    cells: list[Found] = field(default_factory=list)
    inside_end: int = -1


class Columns(NamedTuple):
    """Columns with a style of their own, first to last from 0."""

    first: int
    last: int
    style: int


class Merge(NamedTuple):
    """A merged range, its corners counted from 0."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int

    def holds(self, cell: Cell) -> bool:
        """Say whether a cell lies in the range."""
        row, column = cell
        return (
            self.first_row <= row <= self.last_row
            and self.first_column <= column <= self.last_column
        )


@dataclass(slots=True)
class SheetMap:
    """What must be known of a sheet to mark cells in it; rows are counted from 0."""

    xml: bytes
    root: Tag
    data: Tag
    rows: dict[int, Row] = field(default_factory=dict)
    starts: list[tuple[int, int]] = field(default_factory=list)
    """Number and position of every row, in the order of the sheet."""
    columns: list[Columns] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)
    children: list[Tag] = field(default_factory=list)
    selected: list[int] = field(default_factory=list)
    """Where the views begin that show the sheet as selected."""

    def shown(self, cell: Cell) -> Cell:
        """Give the cell that is seen at a place: of merged cells the first."""
        merge = next((merge for merge in self.merges if merge.holds(cell)), None)
        return (merge.first_row, merge.first_column) if merge else cell

    def child(self, name: str) -> Tag | None:
        """Give the child of the worksheet of that name."""
        return next((tag for tag in self.children if tag.name == name), None)


def map_sheet(xml: bytes, wanted: Collection[int]) -> SheetMap:
    """Find rows and cells; ``wanted`` are the rows, from 0, whose cells must be found.

    Raises:
        NotPatchableError: where this is no worksheet.
    """
    return _Mapper(xml, wanted).mapped()


class _Mapper:
    """One pass over a sheet; the handlers are called for every element, so they do little."""

    def __init__(self, xml: bytes, wanted: Collection[int]) -> None:
        self.xml, self.wanted = xml, wanted
        self.parser = parser_of()
        self.depth = 0
        self.number, self.column = -1, -1
        self.row: Row | None = None
        nowhere = Tag("", "", {}, 0, 0, 0)
        self.map = SheetMap(xml, nowhere, nowhere)
        self.opened: Tag | None = None
        self.cell = ""

    def mapped(self) -> SheetMap:
        self.parser.StartElementHandler = self._begin
        self.parser.EndElementHandler = self._finish
        parse(self.parser, self.xml)
        if self.map.data.name != "sheetData":
            raise NotPatchableError("sheetData")
        return self.map

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        if self.row is not None and name == self.cell and self.depth == CHILD_DEPTH + 2:
            self._begin_cell(attributes)
        elif self.depth <= CHILD_DEPTH + 1:
            local = name.rpartition(":")[2]
            if self.depth <= CHILD_DEPTH:
                self._begin_child(name, local, attributes)
            elif local == "row":
                self._begin_row(attributes)
            else:
                self._note(local, attributes)
        self.depth += 1

    def _finish(self, _: str) -> None:
        self.depth -= 1
        if self.depth == CHILD_DEPTH + 1 and self.row is not None:
            self.row.inside_end = self.parser.CurrentByteIndex
            self.row = None
        elif self.depth <= CHILD_DEPTH:
            self._finish_child()

    def _begin_child(self, name: str, local: str, attributes: dict[str, str]) -> None:
        start = self.parser.CurrentByteIndex
        prefix = name[: -len(local)]
        tag = Tag(local, prefix, attributes, self.depth, start, end_of_opening(self.xml, start))
        if not self.depth:
            if local != "worksheet":
                raise NotPatchableError(local)
            self.map.root, self.cell = tag, f"{prefix}c"
            return
        self.opened = tag
        self.map.children.append(tag)
        if local == "sheetData":
            self.map.data = tag

    def _finish_child(self) -> None:
        tag = self.opened if self.depth else self.map.root
        if tag:
            is_single = self.xml[tag.inside - 2 : tag.inside] == b"/>"
            tag.inside_end = tag.inside if is_single else self.parser.CurrentByteIndex
            tag.end = tag.inside if is_single else self.xml.index(b">", tag.inside_end) + 1

    def _begin_row(self, attributes: dict[str, str]) -> None:
        self.number = number_of(attributes["r"]) - 1 if "r" in attributes else self.number + 1
        self.column = -1
        start = self.parser.CurrentByteIndex
        self.map.starts.append((self.number, start))
        if self.number in self.wanted:
            has_style = attributes.get("customFormat") in ("1", "true")
            self.row = Row(start, number_of(attributes.get("s")) if has_style else None)
            self.map.rows[self.number] = self.row

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        self.column = cell_of(reference)[1] if reference else self.column + 1
        found = Found(self.column, self.parser.CurrentByteIndex, number_of(attributes.get("s")))
        if self.row is not None:
            self.row.cells.append(found)

    def _note(self, local: str, of: dict[str, str]) -> None:
        if local == "col" and "style" in of:
            first, last = number_of(of.get("min")) - 1, number_of(of.get("max")) - 1
            self.map.columns.append(Columns(first, last, number_of(of["style"])))
        elif local == "mergeCell":
            corner, _, other = of["ref"].partition(":")
            self.map.merges.append(Merge(*cell_of(corner), *cell_of(other or corner)))
        elif local == "sheetView" and of.get("tabSelected") in ("1", "true"):
            self.map.selected.append(self.parser.CurrentByteIndex)


def cell_of(reference: str) -> Cell:
    """Give row and column of an address.

    >>> cell_of("B7"), cell_of("$AA$1")
    ((6, 1), (0, 26))
    """
    match = _REFERENCE.match(reference)
    if match is None:
        raise NotPatchableError(reference)
    return int(match[2]) - 1, column_index(match[1].upper())


def style_edits(sheet: SheetMap, cells: dict[Cell, Style]) -> Iterator[Edit]:
    """Give the edits that restyle cells; those without an element get one, in the sheet's order."""
    by_row: dict[int, list[tuple[int, Style]]] = {}
    for (row, column), style in sorted(cells.items(), key=lambda item: item[0]):
        by_row.setdefault(row, []).append((column, style))
    new_rows = []
    for number, columns in by_row.items():
        if known := sheet.rows.get(number):
            yield from _in_row(sheet, number, known, columns)
        else:
            new_rows.append((number, columns))
    yield from _new_rows(sheet, new_rows)


def _in_row(
    sheet: SheetMap, number: int, row: Row, columns: list[tuple[int, Style]]
) -> Iterator[Edit]:
    known = [found.column for found in row.cells]
    opening = sheet.xml[row.start : end_of_opening(sheet.xml, row.start)]
    missing = b""
    for column, style in columns:
        place = bisect_left(known, column)
        if place < len(known) and known[place] == column:
            found = row.cells[place]
            end = end_of_opening(sheet.xml, found.start)
            tag = with_attribute(sheet.xml[found.start : end], "s", style(found.style))
            yield Edit(found.start, end, tag)
            continue
        cell = _blank(sheet, number, column, style, row.style)
        if opening.endswith(b"/>"):
            missing += cell
        else:
            at = row.cells[place].start if place < len(known) else row.inside_end
            yield Edit(at, at, cell)
    if missing:
        closing = f"</{sheet.root.prefix}row>".encode()
        whole = opening[:-2].rstrip() + b">" + missing + closing
        yield Edit(row.start, row.start + len(opening), whole)


def _new_rows(sheet: SheetMap, rows: list[tuple[int, list[tuple[int, Style]]]]) -> Iterator[Edit]:
    """Write rows that have no element before the first that comes after them."""
    at_the_end = b""
    prefix = sheet.root.prefix
    for number, columns in rows:
        cells = b"".join(_blank(sheet, number, column, style, None) for column, style in columns)
        row = f'<{prefix}row r="{number + 1}">'.encode() + cells + f"</{prefix}row>".encode()
        after = next((start for known, start in sheet.starts if known > number), None)
        if after is None:
            at_the_end += row
        else:
            yield Edit(after, after, row)
    if at_the_end:
        yield inserted(sheet.xml, sheet.data, at_the_end)


def _blank(sheet: SheetMap, row: int, column: int, style: Style, of_row: int | None) -> bytes:
    """Give a blank cell, which looks as its row and column make it look, but for the mark."""
    of_column = (one.style for one in sheet.columns if one.first <= column <= one.last)
    own = of_row if of_row is not None else next(of_column, 0)
    return f'<{sheet.root.prefix}c r="{address(row, column)}" s="{style(own)}"/>'.encode()


def unselected(sheet: SheetMap) -> Iterator[Edit]:
    """Give the edits that leave a sheet out of the selection, which the first sheet now has."""
    for start in sheet.selected:
        end = end_of_opening(sheet.xml, start)
        opening = re.sub(rb"\stabSelected\s*=\s*(?:\"[^\"]*\"|'[^']*')", b"", sheet.xml[start:end])
        yield Edit(start, end, opening)


def drawing_edit(sheet: SheetMap, relation: str, namespace: str) -> Edit:
    """Give the edit that leads a sheet to the shapes of its comments."""
    after = (
        tag.start
        for tag in sheet.children
        if tag.name in AFTER_COMMENTS and tag.start > sheet.data.start
    )
    at = next(after, sheet.root.inside_end)
    line = f'<{sheet.root.prefix}legacyDrawing xmlns:jr="{namespace}" jr:id="{relation}"/>'
    return Edit(at, at, line.encode())
