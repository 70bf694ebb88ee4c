"""The cells of a column all at once: each different text is read once, plain ones by Arrow.

What is plain here is what the parser of the column takes as it stands; every other text goes to
that parser, so that nothing is read in two ways. Not here: the parsers (see ``parsers``).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import pyarrow as pa
from pyarrow import compute as pc

from dagster_project.programme.model import REGION_LIST, Column
from dagster_project.reading.arrow_tables import TYPES
from dagster_project.reading.column_plans import Planned
from dagster_project.reading.model import Value
from dagster_project.reading.odd import Odd
from dagster_project.reading.vocabulary import vocabulary

FEW = 1_000
"""Different texts of a block that are looked up one by one."""

MOST_REMEMBERED = 100_000
"""Texts of a column kept with their result, some 10 MB; then it begins anew."""

INTEGER = r"^(?:0|[1-9][0-9]{0,9})$"
AMOUNT = r"^(?:0|[1-9][0-9]{0,10})(?:\.[0-9]{1,6})?$"
CODE = r"^[A-Za-z0-9][A-Za-z0-9_-]{%d,}$"
NO_CODE = (
    r"[0-9][eE][0-9]|^(?:86-?)?1[3-9][0-9]-?[0-9]{4}-?[0-9]{4}$|^[0-9]{15}$|^[0-9]{17}[0-9Xx]$"
)
"""Powers of ten, and what may be the number of a telephone or of a person."""

TEXT = r"^[!-~\x{4e00}-\x{9fff}（）、，。]{%d,}$"
NO_TEXT = r"[0-9]{4}"
"""Every number of a person has four digits in a row."""

Odds = dict[int, Odd]


@dataclass(slots=True)
class Cells:
    """What some cells of a column are: their values, and the odd ones by their place."""

    values: pa.Array
    places: pa.Array
    """Where odd cells stand, in ascending order."""
    codes: pa.Array
    """Which of ``odds`` stands there."""
    odds: Odds


@dataclass(slots=True)
class ColumnCells:
    """Reads the cells of one column of a form, block by block."""

    column: Column
    planned: Planned
    _remembered: dict[str, Value | Odd] = field(default_factory=dict)

    def read(self, cells: pa.Array) -> Cells:
        """Read some cells."""
        encoded = cells.dictionary_encode()
        texts, codes = encoded.dictionary, encoded.indices
        values, odds = self._texts(texts)
        taken = values.take(codes)
        if not odds:
            return Cells(taken, _NONE, _NONE, odds)
        is_odd = pc.is_in(codes, pa.array(odds, codes.type))
        places = pc.indices_nonzero(is_odd)
        return Cells(taken, places, codes.take(places), odds)

    def _texts(self, texts: pa.Array) -> tuple[pa.Array, Odds]:
        """Read different texts: the plain ones together, the others one by one."""
        kind = TYPES[self.column.type]
        is_plain = self._is_plain(texts) if len(texts) > FEW else None
        if is_plain is None:
            read = self._one_by_one(texts.to_pylist())
            return pa.array(map(_value, read), kind), _odds(read, range(len(read)))
        others = pc.invert(is_plain)
        read = self._one_by_one(texts.filter(others).to_pylist())
        places = pc.indices_nonzero(others).to_pylist()
        plain = pc.if_else(is_plain, texts, pa.scalar(None, pa.string())).cast(kind)
        rest = pa.array(map(_value, read), kind)
        return pc.replace_with_mask(plain, others, rest), _odds(read, places)

    def _one_by_one(self, texts: list[str]) -> list[Value | Odd]:
        remembered, parse = self._remembered, self.planned.parse
        if len(remembered) > MOST_REMEMBERED:
            remembered.clear()
        for text in texts:
            if text not in remembered:
                remembered[text] = parse(text)
        return [remembered[text] for text in texts]

    def _is_plain(self, texts: pa.Array) -> pa.Array | None:
        """Say which texts are values as they stand; None for a type where only parsers can tell."""
        column, least = self.column, max(map(len, vocabulary().marks))
        if column.is_number:
            pattern = INTEGER if column.type == "integer" else AMOUNT
            return pc.match_substring_regex(texts, pattern) if self._is_unscaled else None
        if column.type == "code" and column.code_list is None:
            return _matches(texts, CODE % least, NO_CODE)
        if column.type in ("string", "text") and column.code_list is None:
            return _matches(texts, TEXT % (least + 1), NO_TEXT)
        return None

    @property
    def _is_unscaled(self) -> bool:
        return self.planned.note.unit_factor == 1


def is_by_itself(column: Column) -> bool:
    """Say whether a column's cells can be read without those beside them."""
    return column.within is None or column.code_list != REGION_LIST


def _matches(texts: pa.Array, pattern: str, but_for: str) -> pa.Array:
    """Say which texts match one pattern and hold nothing of another."""
    found = pc.match_substring_regex(texts, pattern)
    return pc.and_not(found, pc.match_substring_regex(texts, but_for))


def _value(read: Value | Odd) -> Value:
    return read.value if isinstance(read, Odd) else read


def _odds(read: list[Value | Odd], places: Iterable[int]) -> Odds:
    pairs = zip(places, read, strict=True)
    return {place: one for place, one in pairs if isinstance(one, Odd)}


_NONE = pa.array([], pa.int32())
