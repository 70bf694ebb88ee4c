"""Tables of text (.csv, .tsv): UTF-8 first, then GB18030, both strictly.

Every cell is a text; a line of the file is a row of the sheet. Not here: what the cells mean.
"""

import csv
from io import StringIO

from dagster_project.reading.model import Cell
from dagster_project.reading.sheets import Sheet, SheetError, check_size

ENCODINGS = ("utf-8-sig", "gb18030")
"""UTF-8 refuses nearly all GB18030 text, while GB18030 takes nearly any bytes: hence the order."""

DELIMITERS = ",\t;|"
SAMPLE_LINES = 50
LONGEST_FIELD = 1 << 20
"""A field of a megabyte is an unclosed quote, not a cell."""

_MARKUP = ("<html", "<!doctype", "<?xml", "<table", "{\\rtf")


def open_text(data: bytes) -> list[Sheet]:
    r"""Open a text table as one sheet without a name, raising SheetError for what is none.

    >>> open_text("代码,人数\n001,5\n".encode("gb18030"))[0].grid
    [['代码', '人数'], ['001', '5']]
    """
    text = decoded(data)
    if text.lstrip()[:200].lower().startswith(_MARKUP):
        raise SheetError("READ_FILE_FORMAT", kind=text.lstrip()[:9])
    return [Sheet("", _grid(text))]


def decoded(data: bytes) -> str:
    """Give the text of a file, raising SheetError where no encoding fits all its bytes."""
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ENCODINGS:
        text = _decoded(data, encoding)
        if text is not None and "\0" not in text:
            return text
    raise SheetError("READ_FILE_FORMAT", kind="?")


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def delimiter_of(text: str) -> str:
    r"""Give the character that stands most often between cells in the first lines.

    >>> delimiter_of("a\tb,c\td")
    '\t'
    """
    sample = "\n".join(text.splitlines()[:SAMPLE_LINES])
    return max(DELIMITERS, key=sample.count)


def _grid(text: str) -> list[list[Cell]]:
    csv.field_size_limit(LONGEST_FIELD)
    try:
        rows: list[list[Cell]] = [*csv.reader(StringIO(text), delimiter=delimiter_of(text))]
    except csv.Error as error:
        raise SheetError("READ_FILE_BROKEN", problem=str(error)) from error
    width = max(map(len, rows), default=0)
    check_size(len(rows), width)
    for row in rows:
        row.extend([""] * (width - len(row)))
    return rows
