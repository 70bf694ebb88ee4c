"""Workbooks of the zip kind (.xlsx, .xlsm): calamine for the values, a side-car for what it loses.

Calamine gives error cells and formulas without a cached result as blanks, and knows no hidden rows;
one pass over the sheet's XML finds them. Macros are never run. Not here: any other format.
"""

import html
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from io import BytesIO
from typing import NamedTuple
from zipfile import ZipFile, ZipInfo

from python_calamine import CalamineWorkbook

from dagster_project.reading.calamine import bounded, load_sheet, open_workbook, worksheet_names
from dagster_project.reading.model import Unreadable
from dagster_project.reading.sheets import MAX_GRID_CELLS, Sheet, SheetError, check_size
from dagster_project.reading.text import column_index

MAX_UNPACKED_BYTES = 512 << 20
"""XML of 8 M cells, the largest sheet we lay out, is about 400 MB."""

MAX_RATIO = 400
"""Real workbooks unpack to 5-60 times their size, blank formatted ones to 200; bombs to 1,000."""

DEFLATE_LIMIT = 1032
"""No deflate stream unpacks to more than this many times its size, whatever the directory says."""

_SHEET = re.compile(rb"<(?:\w+:)?sheet\s[^>]*>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s[^>]*>")
_ATTRIBUTE = re.compile(r"([\w:]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_ROOT = re.compile(rb"<((?:\w+:)?)worksheet[\s>]")
_REFERENCE = re.compile(rb"\sr=[\"']([A-Z]{1,3})(\d{1,7})[\"']")
_ROW_NUMBER = re.compile(rb"\sr=[\"'](\d{1,7})[\"']")
_TYPE = re.compile(rb"\st=[\"'](\w+)[\"']")
_HIDDEN = re.compile(rb"\shidden=[\"'](?:1|true)[\"']")
_FAR_COLUMN = re.compile(rb"\sr=[\"']([A-Z]{3})\d")
WIDEST_NEAR_COLUMN, WIDEST_COLUMN = 702, 16_384
"""Columns up to ZZ, and all that Excel has; widths beyond ZZ are looked up cell by cell."""


class Tags(NamedTuple):
    """The patterns of one sheet's XML; some writers put a prefix before every tag."""

    cell: bytes
    cell_end: bytes
    row: bytes
    formula: re.Pattern[bytes]
    value: re.Pattern[bytes]
    error: re.Pattern[bytes]


def open_xlsx(data: bytes) -> list[Sheet]:
    """Open a workbook of the zip kind, raising SheetError for what is none or is unsafe."""
    with bounded(), ZipFile(BytesIO(data)) as archive:
        members = {_path(info.filename): info for info in archive.infolist()}
        _check_kind(members)
        _check_sizes(archive, len(data))
        parts = _sheet_parts(archive, members)
        with open_workbook(data) as workbook:
            return [
                _sheet(workbook, entry, archive, members.get(parts.get(entry[1], "")))
                for entry in worksheet_names(workbook)
            ]


def _sheet(
    workbook: CalamineWorkbook,
    entry: tuple[int, str, bool],
    archive: ZipFile,
    part: ZipInfo | None,
) -> Sheet:
    """Read one sheet; the XML is looked at first, before anything is laid out in memory."""
    index, name, hidden = entry
    xml = archive.read(part) if part else b""
    try:
        check_size(*extent(xml))
        sheet = load_sheet(workbook, index, name, hidden=hidden)
        add_side_car(sheet, xml)
    except SheetError as problem:
        return Sheet(name, [], hidden=hidden, problem=problem)
    return sheet


def add_side_car(sheet: Sheet, xml: bytes) -> None:
    """Add to a sheet what its XML says and its values do not."""
    root = _ROOT.search(xml, 0, 4096)
    if root is None:
        sheet.verified = sheet.is_empty
        return
    tags = tags_of(root[1])
    found = dict(_errors(xml, tags)) | dict(_uncached(xml, tags))
    sheet.verified = None not in found
    sheet.mark({place: cell for place, cell in found.items() if place})
    sheet.hidden_rows = _hidden_rows(xml, tags)


@lru_cache(maxsize=8)
def tags_of(prefix: bytes) -> Tags:
    """Give the patterns for a tag prefix (``b""`` or such as ``b"x:"``)."""
    opening = b"<" + prefix
    return Tags(
        cell=opening + b"c ",
        cell_end=b"</" + prefix + b"c>",
        row=opening + b"row ",
        formula=re.compile(opening + rb"f(?:\s[^>]*?)?(?:/>|>([^<]*))"),
        value=re.compile(opening + rb"(?:v(?:\s[^>]*)?>(?:<!\[CDATA\[)?([^<]+)|is>)"),
        error=re.compile(opening + rb"c\s(?=[^>]*\bt=[\"']e[\"'])[^>]*>"),
    )


Marked = Iterator[tuple[tuple[int, int] | None, Unreadable]]


def _errors(xml: bytes, tags: Tags) -> Marked:
    """Give the cells that show an error; a place of None is a cell without an address."""
    if b't="e"' not in xml and b"t='e'" not in xml:
        return
    for match in tags.error.finditer(xml):
        value = tags.value.search(xml, match.end(), xml.find(tags.cell_end, match.end()))
        yield (
            _place(match[0]),
            Unreadable("error", _text(value[1]) if value and value[1] else "#ERROR!"),
        )


def _uncached(xml: bytes, tags: Tags) -> Marked:
    """Give the formulas that were saved without a result; an empty text is a result."""
    for match in tags.formula.finditer(xml):
        start = xml.rfind(tags.cell, 0, match.start())
        opening = xml[start : xml.find(b">", start)]
        end = xml.find(tags.cell_end, match.end())
        if start < 0 or tags.value.search(xml, match.end(), end):
            continue
        kind = _TYPE.search(opening)
        if kind is None or kind[1] != b"str":
            yield _place(opening), Unreadable("formula", "=" + _text(match[1] or b""))


def _hidden_rows(xml: bytes, tags: Tags) -> frozenset[int]:
    if b"hidden=" not in xml:
        return frozenset()
    rows = re.finditer(tags.row + rb"[^>]*>", xml)
    numbers = (_ROW_NUMBER.search(row[0]) for row in rows if _HIDDEN.search(row[0]))
    return frozenset(int(number[1]) - 1 for number in numbers if number)


def extent(xml: bytes) -> tuple[int, int]:
    """Give an upper bound of a sheet's height and width from its XML, without laying it out.

    >>> extent(b'<row r="9000"><c r="C9000"><v>1</v></c></row>')
    (9000, 702)
    """
    last = max(xml.rfind(b"<row "), xml.rfind(b":row "))
    number = _ROW_NUMBER.search(xml, last, last + 200) if last >= 0 else None
    height = int(number[1]) if number else 1
    if height * WIDEST_COLUMN <= MAX_GRID_CELLS:
        return height, 1
    far = {column_index(letters.decode()) for letters in _FAR_COLUMN.findall(xml)}
    return height, max(far, default=WIDEST_NEAR_COLUMN - 1) + 1


def _place(opening: bytes) -> tuple[int, int] | None:
    match = _REFERENCE.search(opening)
    return (int(match[2]) - 1, column_index(match[1].decode())) if match else None


def _text(raw: bytes) -> str:
    return html.unescape(raw.decode("utf-8", "replace"))


def _path(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def _check_kind(members: Mapping[str, ZipInfo]) -> None:
    """Name what a zip file is when it is no workbook with XML sheets."""
    if "xl/workbook.xml" in members:
        if any(info.flag_bits & 1 for info in members.values()):
            raise SheetError("READ_FILE_ENCRYPTED")
        return
    kinds = {"xl/workbook.bin": ".xlsb", "content.xml": ".ods", "word/document.xml": ".docx"}
    kind = next((kind for path, kind in kinds.items() if path in members), ".zip")
    raise SheetError("READ_FILE_FORMAT", kind=kind)


def _check_sizes(archive: ZipFile, size: int) -> None:
    """Refuse a zip bomb, also one whose directory lies about the sizes."""
    unpacked = sum(info.file_size for info in archive.infolist())
    if unpacked > MAX_UNPACKED_BYTES or unpacked > max(size, 4096) * MAX_RATIO:
        raise SheetError("READ_FILE_UNPACKS_TOO_LARGE", size=str(unpacked >> 20))
    if size * DEFLATE_LIMIT > MAX_UNPACKED_BYTES and archive.testzip():
        raise SheetError("READ_FILE_BROKEN", problem="checksum")


def _sheet_parts(archive: ZipFile, members: Mapping[str, ZipInfo]) -> dict[str, str]:
    """Map sheet names to the paths of their XML."""
    relations = {}
    if rels := members.get("xl/_rels/workbook.xml.rels"):
        for relation in _tags(_RELATION, archive.read(rels)):
            target = relation.get("Target", "")
            relations[relation.get("Id", "")] = _path(
                target if target.startswith("/") else f"xl/{target}"
            )
    sheets = _tags(_SHEET, archive.read(members["xl/workbook.xml"]))
    return {sheet.get("name", ""): relations.get(sheet.get("id", ""), "") for sheet in sheets}


def _tags(pattern: re.Pattern[bytes], xml: bytes) -> Iterator[dict[str, str]]:
    """Give the attributes of each matching tag, by name without prefix."""
    for match in pattern.finditer(xml):
        pairs = _ATTRIBUTE.findall(match[0].decode("utf-8", "replace"))
        yield {
            name.split(":")[-1]: html.unescape(double or single) for name, double, single in pairs
        }
