"""Cells of codes: a code of the list, its Chinese label, or both.

A code that is in no list passes as it is written: the edit rule ALL-R05 judges it. Not here:
codes and names of units (see ``unit_cells``), other types of cells (see ``numbers``).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from dagster_project.programme.model import CodeList, Column
from dagster_project.reading.model import Cell, Value
from dagster_project.reading.odd import Odd, Parser, careful, kept, personal, wrong
from dagster_project.reading.personal_data import is_personal_value
from dagster_project.reading.text import cell_text, narrow, plain, without_quotes

MOST_REMEMBERED = 10_000
"""Different texts of one column kept with their result, 1-2 MB; then it begins anew."""

LONGEST_REMEMBERED = 100
"""Characters of a text that may come again; longer ones are remarks."""

_CODE_SHAPE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-]*")
_SEPARATORS = re.compile(r"[;,、/|\s]+")
_BETWEEN = re.compile(r"[\s\-—:().、]+")
_AROUND = "-—:、.,/"
LONGEST_NUMBERING = 2
SHORTEST_FORM = 2
POWER = re.compile(r"\d(?:\.\d+)?[eE]\+?\d+")
"""What a spreadsheet makes of a long code when it saves text: 4.40113E+11."""

LOST_DIGITS = 10**15
"""A spreadsheet keeps 15 digits of a number; a longer code in a number cell has lost its end."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """Reads each different text once; codes, names and their like repeat.

    Only texts are remembered: among other cells 1, 1.0 and True would count as one.
    """

    parse: Parser
    seen: dict[Cell, Value | Odd] = field(default_factory=dict, repr=False)

    def __call__(self, cell: Cell) -> Value | Odd:
        """Read one cell."""
        if not isinstance(cell, str) or len(cell) > LONGEST_REMEMBERED:
            return self.parse(cell)
        if cell not in self.seen:
            if len(self.seen) > MOST_REMEMBERED:
                self.seen.clear()
            self.seen[cell] = self.parse(cell)
        return self.seen[cell]

    def read_all(self, cells: list[Cell]) -> list[Value | Odd]:
        """Read the cells of a column; mostly all of them were seen before."""
        try:
            return list(map(self.seen.__getitem__, cells))
        except KeyError:
            return list(map(self, cells))


@dataclass(frozen=True, slots=True)
class Codes:
    """The codes of a list by what a file may write for them, in comparable form."""

    by_text: Mapping[str, str]
    order: Mapping[str, int]

    @classmethod
    def of(cls, codelist: CodeList) -> "Codes":
        """Index a list; a label that two codes share stands for neither."""
        labels: dict[str, str | None] = {}
        for code in codelist.codes:
            key = _key(code.name_zh)
            labels[key] = None if labels.get(key, code.code) != code.code else code.code
        codes = {_key(code.code): code.code for code in codelist.codes}
        known = {text: code for text, code in labels.items() if code} | codes
        return cls(known, {code.code: place for place, code in enumerate(codelist.codes)})

    def code_of(self, text: str) -> str | None:
        """Give the code that a text stands for: code, label, or both in either order.

        >>> codes = Codes({"rc": "RC", "居民委员会": "RC"}, {"RC": 0})
        >>> codes.code_of("RC 居委会"), codes.code_of("01-居民委员会"), codes.code_of("居委会")
        ('RC', 'RC', None)
        """
        if found := self.by_text.get(_key(text)) or self._code_and_label(_key(text)):
            return found
        parts = [_key(part) for part in _BETWEEN.split(narrow(text).strip("()")) if part]
        known = {code for part in parts if (code := self.by_text.get(part))}
        others = [part for part in parts if part not in self.by_text]
        if len(known) != 1 or len(parts) == 1:
            return None
        code = known.pop()
        return code if all(self._says_nothing_else(part, code) for part in others) else None

    def _code_and_label(self, key: str) -> str | None:
        """Read a code right before or behind its own label, whatever stands in the label.

        >>> Codes({"rc": "RC", "居委会(城市)": "RC"}, {"RC": 0}).code_of("居委会(城市)(RC)")
        'RC'
        """
        for known, code in self.by_text.items():
            for rest in (key.removeprefix(known), key.removesuffix(known)):
                bare = rest.strip(_AROUND)
                if rest != key and code in {self.by_text.get(bare), self.by_text.get(bare[1:-1])}:
                    return code
        return None

    def codes_of(self, text: str) -> list[str]:
        """Give the codes that a list of codes or labels stands for, in the list's own order.

        >>> Codes({"a": "A", "b": "B", "全日": "B"}, {"A": 0, "B": 1}).codes_of("全日、A")
        ['A', 'B']
        """
        whole = self.code_of(text)
        parts = [part for part in _SEPARATORS.split(narrow(text)) if part]
        found = {self.code_of(part) for part in parts} if whole is None else {whole}
        known = sorted((code for code in found if code), key=self.order.__getitem__)
        return [] if None in found else known

    def _says_nothing_else(self, part: str, code: str) -> bool:
        """Tell a number before a label, or a short form of the code's own label.

        A short form has characters of this label in their order, and of no other label.
        """
        if part.isdigit():
            return len(part) <= LONGEST_NUMBERING and not any(map(str.isdigit, self.order))
        return {self.by_text[label] for label in self.by_text if _is_short_for(part, label)} == {
            code
        }

    def labels(self, text: str) -> str:
        """Give what may be written instead of a text, the likeliest first, for a message."""
        known = [label for label, code in self.by_text.items() if label != code.lower()]
        key = plain(text)
        return "、".join(
            sorted(known, key=lambda label: -SequenceMatcher(None, key, label).ratio())
        )


def _key(text: str) -> str:
    """Give a code or label as they are compared, without the quotes that writers set at will."""
    return without_quotes(plain(text))


def _is_short_for(part: str, label: str) -> bool:
    rest = iter(label)
    return len(part) >= SHORTEST_FORM and all(character in rest for character in part)


def code_parser(column: Column, codelist: CodeList | None) -> Parser:
    """Give the parser of a column of codes."""
    if codelist is None:
        return Remembered(careful(column, _read_free_code))
    codes = Codes.of(codelist)

    def read(cell: Cell) -> Value | Odd:
        text = "" if isinstance(cell, bool) else cell_text(cell)
        if code := codes.code_of(text):
            return kept(code, cell, code)
        if isinstance(cell, str | float) and _CODE_SHAPE.fullmatch(narrow(text)):
            return _unless_personal(narrow(text), cell)
        return wrong(cell, "READ_CELL_LABEL", labels=codes.labels(text))

    return Remembered(careful(column, _read_several(codes) if column.multiple else read))


def _read_several(codes: Codes) -> Parser:
    """Read several codes in one cell; they are kept in the list's order, joined by semicolons."""

    def read(cell: Cell) -> Value | Odd:
        text = "" if isinstance(cell, bool) else cell_text(cell)
        found = codes.codes_of(text)
        if not found:
            return wrong(cell, "READ_CELL_LABEL", labels=codes.labels(text))
        value = ";".join(found)
        return kept(value, cell, value)

    return read


def _read_free_code(cell: Cell) -> Value | Odd:
    """Read a code of no list, such as a facility's."""
    text = narrow(cell_text(cell)).lstrip("'")
    if (isinstance(cell, float) and abs(cell) >= LOST_DIGITS) or POWER.fullmatch(text):
        return wrong(cell, "READ_CELL_CODE_DIGITS")
    if not isinstance(cell, str | int | float) or isinstance(cell, bool):
        return wrong(cell, "READ_CELL_CODE")
    return _unless_personal(text, cell)


def _unless_personal(text: str, cell: Cell) -> Value | Odd:
    """Give a code as it is written, unless it is an identity or telephone number."""
    return personal() if is_personal_value(text) else kept(text, cell, text)
