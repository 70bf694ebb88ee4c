"""How large an area a sheet's XML spans, told before a parser lays it out.

Not here: what the cells hold (see ``side_car_xlsx``), limits (see ``limits``).
"""

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE

from dagster_project.reading.limits import MAX_GRID_CELLS
from dagster_project.reading.sheets import check_size
from dagster_project.reading.side_car_xlsx import COLUMNS, ROW_NUMBER, place_of
from dagster_project.reading.text import column_index

NEAR_ROWS, NEAR_COLUMNS = 9_999, 702
"""Rows of four digits and columns up to ZZ: 7 M cells at most."""

HEAD_BYTES = 4096
"""A program writes all its tags alike: how is seen in the first."""

_FAR = re.compile(rb"r\s*=\s*[\"'](?:[A-Za-z]{0,2}\d{5}|[A-Za-z]{3}\d)")
_UNPLACED = re.compile(rb"<c(?:[^ ]| (?!r=[\"']))")
_FAR_COLUMN = re.compile(rb"\br=[\"']([A-Za-z]{3})\d")
_CELL = re.compile(rb"<(?:\w+:)?(row|c)(?=[\s/>])([^<>]*)>(<(?:\w+:)?(?:v|is|f)[\s>/])?")
_TAG = re.compile(rb"<[^<>]*>")
_BLANKS = re.compile(rb"\s*=\s*(?=[\"'])")
_WIDE_ENCODING = re.compile(rb"encoding=[\"'][Uu][Tt][Ff]-16[\"']")


def as_utf8(xml: bytes) -> bytes:
    """Give XML in UTF-8, whatever encoding of Unicode it comes in."""
    if not xml.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return xml
    known = xml.decode("utf-16", "replace").encode()
    return _WIDE_ENCODING.sub(b'encoding="UTF-8"', known, count=1)


def in_usual_form(xml: bytes) -> bytes:
    """Give a sheet's XML without blanks around equals signs, as all patterns expect it.

    >>> in_usual_form(b'<row r = "9"><c r="C9"><v>a = "b"</v></c></row>')
    b'<row r="9"><c r="C9"><v>a = "b"</v></c></row>'
    """
    begin = max(xml.find(b"sheetData"), 0)
    head = xml[begin : begin + HEAD_BYTES]
    if b" =" in head or b"= " in head:
        return _TAG.sub(lambda tag: _BLANKS.sub(b"=", tag[0]), xml)
    return xml


def check_extent(xml: bytes) -> None:
    """Refuse a sheet whose cells span too large an area.

    The last row is taken for the lowest, as every program writes it. See ``is_near`` for files that
    may have been made to deceive.

    >>> check_extent(b'<row r="9000"><c r="C9000"><v>1</v></c></row>')
    """
    last = max(xml.rfind(b"<row "), xml.rfind(b":row "))
    number = ROW_NUMBER.search(xml, last, last + 200) if last >= 0 else None
    height = int(number[1]) if number else xml.count(b"row")
    if height * COLUMNS <= MAX_GRID_CELLS:
        return
    far = {column_index(letters.decode().upper()) for letters in _FAR_COLUMN.findall(xml)}
    if height * (max(far, default=NEAR_COLUMNS - 1) + 1) > MAX_GRID_CELLS:
        check_size(*extent(xml))


def extent(xml: bytes) -> tuple[int, int]:
    """Give a sheet's height and width by its cells with content, one by one.

    >>> extent(b'<row r="9"><c r="B9"><v>1</v></c><c><v>2</v></c><c r="XFD9" s="1"/></row>')
    (9, 3)
    """
    row = column = -1
    height = width = 0
    for match in _CELL.finditer(xml):
        if match[1] == b"row":
            number = ROW_NUMBER.search(match[2])
            row, column = int(number[1]) - 1 if number else row + 1, -1
            continue
        row, column = place_of(match[2]) or (row, column + 1)
        if match[3]:
            height, width = max(height, row + 1), max(width, column + 1)
    return height, width


def is_near(xml: bytes) -> bool:
    """Say whether no cell can lie far away, whatever the XML was made for.

    Every cell must have its address first, and none, in whatever order, beyond near rows and
    columns; rows that name no number are counted.

    >>> is_near(b'<row r="1"><c r="A1"/></row>'), is_near(b'<row r="1"><c r="A99999"/></row>')
    (True, False)
    """
    begin, end = max(xml.find(b"sheetData"), 0), xml.rfind(b"sheetData")
    end = end if end > begin else len(xml)
    return (
        _FAR.search(xml, begin, end) is None
        and _UNPLACED.search(xml, begin, end) is None
        and xml.find(b":c", begin, end) < 0
        and xml.count(b"<row", begin, end) <= NEAR_ROWS
    )
