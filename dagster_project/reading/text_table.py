"""Tables of text (.csv, .tsv, .txt): every cell is a text, a line of the file a row of the sheet.

Not here: which encoding a text is in (see ``encodings``), what the cells mean.
"""

import csv
import re
from collections.abc import Collection, Iterable, Sequence
from io import BytesIO, TextIOWrapper
from itertools import islice

from dagster_project.reading.encodings import SAMPLE_BYTES, encoding_of
from dagster_project.reading.model import Cell
from dagster_project.reading.sheets import Fields, Sheet, SheetError, check_size

DELIMITERS = ",\t;|"
SAMPLE_LINES = 50
LONGEST_FIELD = 1 << 20
"""A field of a megabyte is an unclosed quote, not a cell."""

_AS_TEXT = re.compile(r'="[^"]*"')

ROWS_AT_ONCE = 10_000
"""Rows after which the size is looked at again."""


def open_text(data: bytes, words: Collection[str] = ()) -> list[Sheet]:
    r"""Open a text table as one sheet without a name, raising SheetError for what is none.

    >>> open_text("代码,人数\n001,5\n".encode("gb18030"))[0].grid
    [['代码', '人数'], ['001', '5']]
    """
    rows = _rows(data, encoding_of(data, words))
    fields = Fields([len(row) for row in rows], are_padded(rows))
    width = max(fields.counts, default=0)
    for row, count in zip(rows, fields.counts, strict=True):
        if count < width:
            row.extend([""] * (width - count))
    return [Sheet("", rows, is_text=True, fields=fields)]


def are_padded(rows: Iterable[Sequence[Cell]]) -> bool:
    """Say whether some line of several cells ends in a blank one."""
    return any(len(row) > 1 and row[-1] == "" for row in rows)


def delimiter_of(text: str) -> str:
    r"""Give the character that stands most often between cells in the first lines.

    >>> delimiter_of("a\tb,c\td")
    '\t'
    """
    sample = "\n".join(text.splitlines()[:SAMPLE_LINES])
    return max(DELIMITERS, key=sample.count)


def _rows(data: bytes, encoding: str) -> list[list[Cell]]:
    """Give the rows of a text, each as long as its line."""
    csv.field_size_limit(LONGEST_FIELD)
    lines = TextIOWrapper(BytesIO(data), encoding, newline="")
    rows: list[list[Cell]] = []
    width = 0
    try:
        delimiter = delimiter_of(lines.read(SAMPLE_BYTES))
        lines.seek(0)
        reader = csv.reader(lines, delimiter=delimiter)
        while more := [list[Cell](unwrapped(row)) for row in islice(reader, ROWS_AT_ONCE)]:
            rows += more
            width = max(width, *map(len, more))
            check_size(len(rows), width)
    except UnicodeDecodeError as error:
        raise SheetError("READ_TEXT_ENCODING") from error
    except csv.Error as error:
        raise SheetError("READ_FILE_BROKEN", problem=str(error)) from error
    return rows


def unwrapped(fields: list[str]) -> list[str]:
    """Give the cells of a line; codes written as ="001", lest Excel cut them, are plain texts.

    >>> unwrapped(['="001"', "=1+1", "5"])
    ['001', '=1+1', '5']
    """
    return [
        field[2:-1] if field.startswith('="') and _AS_TEXT.fullmatch(field) else field
        for field in fields
    ]
