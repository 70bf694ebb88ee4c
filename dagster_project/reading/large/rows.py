"""Which rows of a large table are details beyond doubt: a code, and no word of any other row.

The test is narrower than the sorter's own: what it lets through is a detail to the sorter as well,
and all else is shown to it row by row. Not here: that sorter (see ``reading.rows``).
"""

import re
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache

import pyarrow as pa
from pyarrow import compute as pc

from dagster_project.reading.draft import Draft
from dagster_project.reading.header_index import HeaderIndex
from dagster_project.reading.large.blocks import THREADS, Block
from dagster_project.reading.model import Cell
from dagster_project.reading.row_kinds import kind_of_text
from dagster_project.reading.rows import Body, Roles, RowSorter
from dagster_project.reading.script import simplified
from dagster_project.reading.text import plain
from dagster_project.reading.vocabulary import vocabulary

KEY = r"^[A-Za-z0-9][A-Za-z0-9_-]{8,}$"
"""As a code is written; no header and no word of a total is."""

DIGIT = "[0-9]"
OF_PAGES = "第页共续接表上前下转其中全"
"""Characters of page numbers, of continued tables and of 其中."""


Teller = Callable[[list[str]], Iterator[bool]]
"""Says of texts whether rows that hold them can be details beyond doubt."""


class IrregularTableError(Exception):
    """A table that is more than a header, details and one total: only row by row can it be read."""


@dataclass(slots=True)
class OrdinaryRows:
    """Tells the rows of one table that are details beyond doubt."""

    draft: Draft
    index: HeaderIndex
    roles: Roles
    key: int = field(init=False)
    partner: int = field(init=False)

    def __post_init__(self) -> None:
        """Make sure that nothing else in this table looks like a key."""
        header, grid = self.draft.header, self.draft.sheet.grid
        self.key = self.roles.keys[0] if self.roles.keys else -1
        texts = [text for cell in header.block.cells for text in cell.texts]
        above = [str(row[self.key]) for row in grid[: header.last_row + 1]]
        known = self.index.known
        if self.key < 0 or any(re.match(KEY, text) for text in (*texts, *above, *known)):
            raise IrregularTableError
        columns = header.block.values.items()
        others = (cell.column for name, cell in columns if not header.form.column(name).nullable)
        self.partner = next((column for column in others if column != self.key), -1)
        if self.partner < 0:
            raise IrregularTableError

    def of(self, block: Block) -> pa.Array:
        """Say of each row of a block whether it is one."""
        key = block.columns[self.key]
        found = pc.and_(pc.match_substring_regex(key, KEY), pc.match_substring_regex(key, DIGIT))
        found = pc.and_(found, pc.greater(pc.binary_length(block.columns[self.partner]), 0))
        columns = sorted({*range(self.key), *self.roles.labels, *self.roles.words})
        tellers = [self._begins_nothing if c < self.key else _is_wordless for c in columns]
        with ThreadPoolExecutor(THREADS) as pool:
            for told in pool.map(_by_text, [block.columns[c] for c in columns], tellers):
                found = pc.and_(found, told)
        return found

    def _begins_nothing(self, texts: list[str]) -> Iterator[bool]:
        """Say which texts left of the key may begin a detail."""
        own = {text for cell in self.draft.header.block.cells for text in cell.texts}
        for text, wordless in zip(texts, _is_wordless(texts), strict=True):
            is_header = text in own or plain(text) in vocabulary().row_number_headers
            yield wordless and not is_header and not self.index.count_known((text,))

    def check(self, row: list[Cell]) -> None:
        """Refuse a row that may be a header again."""
        first = next((cell for cell in row if isinstance(cell, str) and cell), "")
        if first and not first.isdigit() and not next(self._begins_nothing([first])):
            known = [cell for cell in row if isinstance(cell, str) and cell]
            if self.index.count_known(known):
                raise IrregularTableError


def _by_text(column: pa.Array, tell: Teller) -> pa.Array:
    """Judge a column by its different texts, those of usual characters at a glance."""
    encoded = column.dictionary_encode()
    texts = encoded.dictionary
    usual = pc.match_substring_regex(texts, _usual())
    if tell is not _is_wordless:
        usual = pc.equal(texts, "")
    others = pc.invert(usual)
    told = pa.array(tell(texts.filter(others).to_pylist()), pa.bool_())
    return pc.replace_with_mask(usual, others, told).take(encoded.indices)


def _is_wordless(texts: Iterable[str]) -> Iterator[bool]:
    for text in texts:
        yield text == "" or kind_of_text(text)[0] == ""


@cache
def _usual() -> str:
    """Match texts in which no word of a total, a note, a signature or a page can be."""
    words = vocabulary()
    special = {*OF_PAGES, *"".join((*words.totals, *words.subtotals, *words.whole))}
    special |= {*"".join((*words.signing, *words.notes))}
    letters = [chr(code) for code in (*range(0x30, 0x3A), *range(0x41, 0x5B), *range(0x61, 0x7B))]
    han = map(chr, range(0x4E00, 0xA000))
    special -= {*"0123456789"}  # no word is made of figures alone
    usual = [c for c in (*letters, *han) if simplified(c).lower() not in special]
    return f"^(?:[{''.join(_ranges(usual))}][{''.join(_ranges(usual))}_()（）-]*)?$"


def _ranges(characters: list[str]) -> Iterator[str]:
    """Give characters in ascending order as ranges of an expression."""
    start = last = ord(characters[0])
    for code in (*map(ord, characters[1:]), -1):
        if code != last + 1:
            yield f"\\x{{{start:x}}}-\\x{{{last:x}}}"
            start = code
        last = code


@dataclass
class LargeSorter(RowSorter):
    """Sorts the rows of a large table block by block; only doubtful ones are looked at."""

    at: int = 0
    """The row up to which all are sorted."""

    def begin(self) -> None:
        """Pass what stands right under the header."""
        self.at = self.below_header()

    def take(self, first: int, ordinary: pa.Array) -> None:
        """Sort the rows of a block, the first of which is row ``first`` of the sheet."""
        end = first + len(ordinary)
        for place in pc.indices_nonzero(pc.invert(ordinary)).to_pylist():
            self._take_details(first + place)
            if self.at <= first + place:
                self._take_row(first + place)
                self.at = first + place + 1
        self._take_details(end)

    def _take_details(self, end: int) -> None:
        """Take all rows up to one for details."""
        if self.at < end:
            self._say_headings()
            self.body.details.extend(range(self.at, end))
            self.at = end

    def _take_row(self, number: int) -> None:
        if not self.sort_row(number):
            raise IrregularTableError

    def end(self) -> Body:
        """Give the rows; sums of groups and the like need every row at hand."""
        body = self.body
        if len(body.sums) > 1 or body.parts or body.unnamed:
            raise IrregularTableError
        self.choose_total()
        if body.sums:
            raise IrregularTableError
        return body
