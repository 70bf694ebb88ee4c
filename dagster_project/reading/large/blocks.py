"""A large table of text as blocks of columns, each cell as the csv module gives it.

Blocks without quotes go to Arrow's parser, all others through the csv module itself. Not here: the
encoding (see ``encodings``), what the cells mean (see ``cells``).
"""

import csv
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from io import StringIO
from itertools import chain

import pyarrow as pa
from pyarrow import compute as pc
from pyarrow import csv as arrow_csv

from dagster_project.reading.sheets import SheetError
from dagster_project.reading.text_table import LONGEST_FIELD, are_padded, unwrapped

THREADS = 2
"""Columns read and parts hashed at a time: most of the work is Arrow's, which threads can share."""

HEAD_BYTES = 1 << 18
"""The first block: every row of it is looked at by itself."""

BLOCK_BYTES = 4 << 20
"""Large enough that nothing is spent on blocks, small enough that a few fit into any memory."""

AT_ONCE = 1 << 20
"""Bytes that one thread parses."""

TAIL_BYTES = 1 << 16
"""The last block: notes and signatures are no rows for a parser of columns."""


@dataclass(slots=True)
class TextStream:
    """The text of a file in pieces of whole lines, decoded strictly."""

    data: bytes
    encoding: str
    at: int = 0

    def take(self, size: int) -> str:
        """Give about so many bytes of whole lines, nothing at the end."""
        end = self.data.rfind(b"\n", self.at, self.at + size) + 1
        return self._decoded(end) if end else self.line()

    def line(self) -> str:
        """Give one line."""
        return self._decoded(self.data.find(b"\n", self.at) + 1 or len(self.data))

    @property
    def left(self) -> int:
        """Give how many bytes are left."""
        return len(self.data) - self.at

    def _decoded(self, end: int) -> str:
        encoding = self.encoding if self.at == 0 else self.encoding.removesuffix("-sig")
        piece, self.at = self.data[self.at : end], end
        try:
            return piece.decode(encoding)
        except UnicodeDecodeError as error:
            raise SheetError("READ_TEXT_ENCODING") from error


@dataclass(slots=True)
class Block:
    """Some rows as columns of strings; ``wide`` are those, by place, with cells beyond them.

    ``counts`` has the number of cells of each line, where not all have ``width``; ``is_padded``
    says whether some line ends in a blank cell.
    """

    columns: list[pa.Array]
    wide: dict[int, list[str]] = field(default_factory=dict)
    counts: list[int] = field(default_factory=list)
    is_padded: bool = False

    @property
    def height(self) -> int:
        """Give the number of rows."""
        return len(self.columns[0])

    def row(self, place: int) -> list[str]:
        """Give one row."""
        return self.wide.get(place) or [column[place].as_py() for column in self.columns]


def head_rows(stream: TextStream, delimiter: str) -> list[list[str]]:
    """Give the rows of the first block."""
    return _rows(stream.take(HEAD_BYTES), stream, delimiter)


def read_ahead(found: Iterator[Block]) -> Iterator[Block]:
    """Give blocks, of which the next is made while one is looked at."""
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(next, found, None)
        while block := coming.result():
            coming = pool.submit(next, found, None)
            yield block


def blocks(stream: TextStream, delimiter: str, width: int) -> Iterator[Block]:
    """Give what follows the head, in columns."""
    while stream.left:
        is_tail = stream.left <= TAIL_BYTES
        size = stream.left if is_tail else min(BLOCK_BYTES, stream.left - TAIL_BYTES)
        text = stream.take(size)
        yield _by_arrow(text, delimiter, width) or in_columns(_rows(text, stream, delimiter), width)


def _by_arrow(text: str, delimiter: str, width: int) -> Block | None:
    """Parse what has no quotes and in every line as many cells; None for anything else.

    Arrow ends a line at a carriage return alone as well, and so has more rows than there are lines.
    """
    content = text.encode()
    if b'"' in content:
        return None
    names = [str(column) for column in range(width)]
    try:
        table = arrow_csv.read_csv(
            pa.py_buffer(content),
            arrow_csv.ReadOptions(column_names=names, block_size=AT_ONCE),
            arrow_csv.ParseOptions(delimiter=delimiter, quote_char=False, ignore_empty_lines=False),
            arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False,
                check_utf8=False,
            ),
        )  # fmt: skip
    except pa.ArrowInvalid:
        return None
    lines = content.count(b"\n") + (not content.endswith(b"\n"))
    columns = [column.combine_chunks() for column in table.columns]
    is_right = table.num_rows == lines and not any(map(_has_endless_field, columns))
    if not is_right:
        return None
    is_padded = width > 1 and pc.any(pc.equal(columns[-1], "")).as_py() is True
    return Block(columns, is_padded=is_padded)


def _has_endless_field(column: pa.Array) -> bool:
    """Say whether some cell is longer than the csv module allows."""
    if column.nbytes < LONGEST_FIELD:
        return False
    return bool(pc.max(pc.binary_length(column)).as_py() >= LONGEST_FIELD)


def _rows(text: str, stream: TextStream, delimiter: str) -> list[list[str]]:
    """Give the rows that begin in a text; the last may go on in the lines that follow it."""
    csv.field_size_limit(LONGEST_FIELD)
    lines = list(StringIO(text, newline=""))
    following = iter(stream.line, "")
    reader = csv.reader(chain(lines, following), delimiter=delimiter)
    rows = []
    try:
        while reader.line_num < len(lines):
            rows.append(unwrapped(next(reader)))
    except csv.Error as error:
        raise SheetError("READ_FILE_BROKEN", problem=str(error)) from error
    return rows


def in_columns(rows: list[list[str]], width: int) -> Block:
    """Give rows as columns, all equally long."""
    wide = {place: row for place, row in enumerate(rows) if len(row) > width and any(row[width:])}
    padded = [row[:width] + [""] * (width - len(row)) for row in rows]
    columns = zip(*padded, strict=True) if padded else [()] * width
    counts = [len(row) for row in rows]
    uneven = [] if set(counts) == {width} else counts
    return Block(
        [pa.array(column, pa.string()) for column in columns], wide, uneven, are_padded(rows)
    )
