"""What calamine loses of a sheet's XML: errors, formulas without a result, hiding, percentages.

One pass over the bytes with patterns that take time in proportion to them, whatever they hold; XML
is never expanded. Not here: how the XML is found and unpacked (see ``workbook_xlsx``).
"""

import html
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from dagster_project.reading.model import PERCENT, Unreadable
from dagster_project.reading.number_formats import PERCENT_IDS, power_of
from dagster_project.reading.sheets import Place, Sheet
from dagster_project.reading.text import column_index

_ROOT = re.compile(rb"<((?:\w+:)?)worksheet[\s>]")
_REFERENCE = re.compile(rb"\sr=[\"']([A-Za-z]{1,3})(\d{1,7})[\"']")
ROW_NUMBER = re.compile(rb"\sr=[\"'](\d{1,7})[\"']")
_TYPE = re.compile(rb"\st=[\"'](\w+)[\"']")
_STYLE = re.compile(rb"\ss=[\"'](\d+)[\"']")
_HIDDEN = re.compile(rb"\s(?:hidden=[\"'](?:1|true)|(?:ht|width)=[\"']0(?:\.0+)?)[\"']")
_SPAN = re.compile(rb"\s(min|max)=[\"'](\d{1,5})[\"']")
_FORMAT = re.compile(rb"<(?:\w+:)?numFmt\s[^<>]*>")
_FORMAT_CODE = re.compile(rb"\sformatCode=(?:\"([^\"]*)\"|'([^']*)')")
_FORMAT_ID = re.compile(rb"\snumFmtId=[\"'](\d+)[\"']")
_CELL_STYLES = re.compile(rb"<(?:\w+:)?cellXfs[\s>].*?</(?:\w+:)?cellXfs>", re.DOTALL)
_CELL_STYLE = re.compile(rb"<(?:\w+:)?xf\s[^<>]*>")

HIDING = (b"hidden=", b'ht="0', b'width="0')
"""One of them stands in the XML of every sheet that hides rows or columns, or gives no size."""

ZEROES = {b"0"}
COLUMNS = 16_384
"""All columns that Excel has."""


class Tags(NamedTuple):
    """The patterns of one sheet's XML; some writers put a prefix before every tag."""

    cell: bytes
    cell_end: bytes
    opening_formula: re.Pattern[bytes]
    row: re.Pattern[bytes]
    column: re.Pattern[bytes]
    any_cell: re.Pattern[bytes]
    formula: re.Pattern[bytes]
    calculated: re.Pattern[bytes]
    value: re.Pattern[bytes]
    error: re.Pattern[bytes]


@dataclass(slots=True)
class Formulas:
    """The results of a workbook's formulas, as long as all of them are zero."""

    zeroes: list[tuple[Sheet, Place, Unreadable]] = field(default_factory=list)
    has_results: bool = False

    def doubt(self) -> None:
        """Take zeroes for no results where the workbook asks to be calculated when opened.

        Programs that write workbooks without calculating put 0 as every formula's result.
        """
        for sheet, (row, column), formula in [] if self.has_results else self.zeroes:
            sheet.grid[row][column] = formula
            sheet.unreadable[row, column] = formula


def add_side_car(
    sheet: Sheet,
    xml: bytes,
    styles: Mapping[int, int],
    formulas: Formulas | None = None,
    struck: Collection[int] = (),
) -> None:
    """Add to a sheet what its XML says and its values do not.

    Args:
        sheet: as calamine gives it.
        xml: the sheet's part in UTF-8.
        styles: the cell styles that show a number on another scale, with the power of each.
        formulas: takes in the results of formulas.
        struck: the cell styles whose font is crossed out.
    """
    root = _ROOT.search(xml, 0, 4096)
    if root is None:
        sheet.verified = sheet.is_empty
        return
    tags = tags_of(root[1])
    found = dict(_errors(xml, tags)) | dict(_uncached(sheet, xml, tags, formulas or Formulas()))
    sheet.verified = None not in found
    sheet.mark({place: cell for place, cell in found.items() if place})
    if any(sign in xml for sign in HIDING):
        sheet.hidden_rows = _hidden_rows(xml, tags)
        sheet.hidden_columns = _hidden_columns(sheet, xml, tags)
    if styles:
        for place, style in _of_styles(xml, tags, styles):
            sheet.show(place, styles[style])
    if struck:
        sheet.struck_out = frozenset(place for place, _ in _of_styles(xml, tags, struck))


@lru_cache(maxsize=8)
def tags_of(prefix: bytes) -> Tags:
    """Give the patterns for a tag prefix (``b""`` or such as ``b"x:"``)."""
    opening = b"<" + prefix
    return Tags(
        cell=opening + b"c ",
        cell_end=b"</" + prefix + b"c>",
        opening_formula=re.compile(opening + rb"f[\s/>]"),
        row=re.compile(opening + rb"row\s[^<>]*>"),
        column=re.compile(opening + rb"col\s[^<>]*>"),
        any_cell=re.compile(opening + rb"c\s[^<>]*>"),
        formula=re.compile(opening + rb"f(?:\s[^<>]*?)?(?:/>|>([^<]*))"),
        calculated=re.compile(
            opening
            + rb"c [^<>]*>"
            + opening
            + rb"f(?:\s[^<>]*)?>[^<]*</"
            + prefix
            + rb"f>"
            + opening
            + rb"v>([^<]+)"
        ),
        value=re.compile(opening + rb"(?:v(?:\s[^<>]*)?>(?:<!\[CDATA\[)?([^<]+)|is>)"),
        error=re.compile(opening + rb"c\s(?=[^<>]*\bt=[\"']e[\"'])[^<>]*>"),
    )


Marked = Iterator[tuple[Place | None, Unreadable]]


def _errors(xml: bytes, tags: Tags) -> Marked:
    """Give the cells that show an error; a place of None is a cell without an address."""
    if b't="e"' not in xml and (b"'" not in xml or b"t='e'" not in xml):
        return
    for match in tags.error.finditer(xml):
        value = tags.value.search(xml, match.end(), _end_of_cell(xml, match.end(), tags))
        yield (
            place_of(match[0]),
            Unreadable("error", _text(value[1]) if value and value[1] else "#ERROR!"),
        )


def _end_of_cell(xml: bytes, start: int, tags: Tags) -> int:
    """Give where a cell ends; where it never does, nothing of it is looked at."""
    end = xml.find(tags.cell_end, start)
    return end if end >= 0 else start


def _uncached(sheet: Sheet, xml: bytes, tags: Tags, formulas: Formulas) -> Marked:
    """Give the formulas that were saved without a result; an empty text is a result."""
    opened, count = 0, len(tags.opening_formula.findall(xml))
    results = tags.calculated.findall(xml) if count else []
    if len(results) == count and set(results) != ZEROES:
        formulas.has_results |= count > 0
        return
    for match in tags.formula.finditer(xml):
        start = xml.rfind(tags.cell, opened, match.start())
        opened = match.start()
        opening = xml[start : xml.find(b">", start, match.start()) + 1]
        value = tags.value.search(xml, match.end(), _end_of_cell(xml, match.end(), tags))
        formula = Unreadable("formula", "=" + _text(match[1] or b""))
        if start < 0:
            yield None, formula
        elif value:
            _take_result(sheet, opening, value[1], formula, formulas)
        else:
            kind = _TYPE.search(opening)
            if kind is None or kind[1] != b"str":
                yield place_of(opening), formula


def _take_result(
    sheet: Sheet, opening: bytes, result: bytes | None, formula: Unreadable, formulas: Formulas
) -> None:
    """Note a formula's result, for a workbook that may not have been calculated."""
    place = None if formulas.has_results or result != b"0" else place_of(opening)
    if place is None or place[0] >= len(sheet.grid) or place[1] >= len(sheet.grid[0]):
        formulas.has_results = True
    else:
        formulas.zeroes.append((sheet, place, formula))


def _hidden_rows(xml: bytes, tags: Tags) -> frozenset[int]:
    rows = (row[0] for row in tags.row.finditer(xml) if _HIDDEN.search(row[0]))
    numbers = (ROW_NUMBER.search(row) for row in rows)
    return frozenset(int(number[1]) - 1 for number in numbers if number)


def _hidden_columns(sheet: Sheet, xml: bytes, tags: Tags) -> frozenset[int]:
    """Give the hidden columns, as far as the sheet has cells."""
    width = len(sheet.grid[0]) if sheet.grid else 0
    hidden: set[int] = set()
    for column in tags.column.finditer(xml):
        if _HIDDEN.search(column[0]):
            span = {name: int(number) for name, number in _SPAN.findall(column[0])}
            first = span.get(b"min", COLUMNS)
            hidden.update(range(first - 1, min(span.get(b"max", first), width)))
    return frozenset(hidden)


def _of_styles(xml: bytes, tags: Tags, styles: Collection[int]) -> Iterator[tuple[Place, int]]:
    """Give the places of the cells that have one of some styles, and which."""
    for match in tags.any_cell.finditer(xml):
        style = _STYLE.search(match[0])
        number = int(style[1]) if style else -1
        if number in styles and (place := place_of(match[0])):
            yield place, number


@lru_cache(maxsize=64)
def shown_styles(xml: bytes) -> Mapping[int, int]:
    """Give the cell styles whose format shows a number on another scale, with its power of ten.

    >>> shown_styles(b'<cellXfs><xf numFmtId="0"/><xf numFmtId="9"/></cellXfs>')
    {1: 2}
    """
    powers = dict.fromkeys(PERCENT_IDS, PERCENT)
    for match in _FORMAT.finditer(xml):
        number, code = _FORMAT_ID.search(match[0]), _FORMAT_CODE.search(match[0])
        if number and code:
            powers[int(number[1])] = power_of(_text(code[1] or code[2] or b""))
    found = _CELL_STYLES.search(xml)
    styles = _CELL_STYLE.findall(found[0]) if found else []
    numbers = [_FORMAT_ID.search(style) for style in styles]
    shown = {index: powers.get(int(number[1]), 0) for index, number in enumerate(numbers) if number}
    return {index: power for index, power in shown.items() if power}


def place_of(opening: bytes) -> Place | None:
    """Give the place that a cell's opening tag names, None where it names none."""
    match = _REFERENCE.search(opening)
    return (int(match[2]) - 1, column_index(match[1].decode().upper())) if match else None


def _text(raw: bytes) -> str:
    return html.unescape(raw.decode("utf-8", "replace"))
