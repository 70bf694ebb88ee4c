"""Tables of text (.csv, .tsv, .txt): every cell is a text, a line of the file a row of the sheet.

Not here: which encoding a text is in (see ``encodings``), what the cells mean.
"""

import csv
from collections.abc import Collection
from io import BytesIO, TextIOWrapper
from itertools import islice

from dagster_project.reading.encodings import SAMPLE_BYTES, encoding_of
from dagster_project.reading.model import Cell
from dagster_project.reading.sheets import Sheet, SheetError, check_size

DELIMITERS = ",\t;|"
SAMPLE_LINES = 50
LONGEST_FIELD = 1 << 20
"""A field of a megabyte is an unclosed quote, not a cell."""

ROWS_AT_ONCE = 10_000
"""Rows after which the size is looked at again."""


def open_text(data: bytes, words: Collection[str] = ()) -> list[Sheet]:
    r"""Open a text table as one sheet without a name, raising SheetError for what is none.

    >>> open_text("代码,人数\n001,5\n".encode("gb18030"))[0].grid
    [['代码', '人数'], ['001', '5']]
    """
    return [Sheet("", _grid(data, encoding_of(data, words)), is_text=True)]


def delimiter_of(text: str) -> str:
    r"""Give the character that stands most often between cells in the first lines.

    >>> delimiter_of("a\tb,c\td")
    '\t'
    """
    sample = "\n".join(text.splitlines()[:SAMPLE_LINES])
    return max(DELIMITERS, key=sample.count)


def _grid(data: bytes, encoding: str) -> list[list[Cell]]:
    """Give the rows of a text, all equally long."""
    csv.field_size_limit(LONGEST_FIELD)
    lines = TextIOWrapper(BytesIO(data), encoding, newline="")
    rows: list[list[Cell]] = []
    width = 0
    try:
        delimiter = delimiter_of(lines.read(SAMPLE_BYTES))
        lines.seek(0)
        reader = csv.reader(lines, delimiter=delimiter)
        while more := [list[Cell](row) for row in islice(reader, ROWS_AT_ONCE)]:
            rows += more
            width = max(width, *map(len, more))
            check_size(len(rows), width)
    except UnicodeDecodeError as error:
        raise SheetError("READ_TEXT_ENCODING") from error
    except csv.Error as error:
        raise SheetError("READ_FILE_BROKEN", problem=str(error)) from error
    for row in rows:
        if len(row) < width:
            row.extend([""] * (width - len(row)))
    return rows
