"""Cells of codes: a code of the list or its Chinese label, and region codes or names of units.

A code that is in no list passes as it is written: the edit rule ALL-R05 judges it. Not here:
other types of cells (see ``numbers`` and ``plain_values``).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from dagster_project.programme.model import CodeList, Column
from dagster_project.reading.model import Cell, Value
from dagster_project.reading.odd import Odd, Parser, careful, kept, wrong
from dagster_project.reading.register import Units, unit_code
from dagster_project.reading.text import cell_text, narrow, plain
from dagster_project.reading.vocabulary import vocabulary

MOST_REMEMBERED = 10_000
"""Different texts of one column kept with their result, 1-2 MB; then it begins anew."""

_CODE_SHAPE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-]*")
_SEPARATORS = re.compile(r"[;,、/|\s]+")
_POWER = re.compile(r"\d(?:\.\d+)?[eE]\+?\d+")
DIGITS = 12
LOST_DIGITS = 10**15
"""A spreadsheet keeps 15 digits of a number; a longer code in a number cell has lost its end."""


def remembered(parse: Parser) -> Parser:
    """Read each different text once; texts repeat in columns of codes.

    Only texts are remembered: among other cells 1, 1.0 and True would count as one.
    """
    seen: dict[str, Value | Odd] = {}

    def look_up(cell: Cell) -> Value | Odd:
        if not isinstance(cell, str):
            return parse(cell)
        if cell not in seen:
            if len(seen) > MOST_REMEMBERED:
                seen.clear()
            seen[cell] = parse(cell)
        return seen[cell]

    return look_up


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
            key = plain(code.name_zh)
            labels[key] = None if labels.get(key, code.code) != code.code else code.code
        codes = {plain(code.code): code.code for code in codelist.codes}
        known = {text: code for text, code in labels.items() if code} | codes
        return cls(known, {code.code: place for place, code in enumerate(codelist.codes)})

    def code_of(self, text: str) -> str | None:
        """Give the code that a text stands for: code, label, or both in either order.

        >>> Codes({"rc": "RC", "居委会": "RC"}, {"RC": 0}).code_of("RC 居委会")
        'RC'
        """
        if found := self.by_text.get(plain(text)):
            return found
        parts = re.split(r"[\s\-—:()]+", narrow(text).strip("()"))
        found_parts = {self.by_text.get(plain(part)) for part in parts if part}
        return found_parts.pop() if len(found_parts) == 1 and len(parts) > 1 else None

    def labels(self) -> str:
        """Give what may be written, for a message."""
        return "、".join(text for text, code in self.by_text.items() if text != code.lower())


def code_parser(column: Column, codelist: CodeList | None) -> Parser:
    """Give the parser of a column of codes."""
    if codelist is None:
        return remembered(careful(column, _read_free_code))
    codes = Codes.of(codelist)

    def read(cell: Cell) -> Value | Odd:
        text = "" if isinstance(cell, bool) else cell_text(cell)
        if code := codes.code_of(text):
            return kept(code, cell, code)
        if isinstance(cell, str | float) and _CODE_SHAPE.fullmatch(narrow(text)):
            return kept(narrow(text), cell, narrow(text))
        return wrong(cell, "READ_CELL_LABEL", labels=codes.labels())

    return remembered(careful(column, _read_several(codes) if column.multiple else read))


def _read_several(codes: Codes) -> Parser:
    """Read several codes in one cell; they are kept in the list's order, joined by semicolons."""

    def read(cell: Cell) -> Value | Odd:
        parts = [part for part in _SEPARATORS.split(narrow(cell_text(cell))) if part]
        found = {codes.code_of(part) for part in parts}
        known = sorted((code for code in found if code), key=codes.order.__getitem__)
        if None in found or not known:
            return wrong(cell, "READ_CELL_LABEL", labels=codes.labels())
        value = ";".join(known)
        return kept(value, cell, value)

    return read


def _read_free_code(cell: Cell) -> Value | Odd:
    """Read a code of no list, such as a facility's."""
    text = narrow(cell_text(cell))
    if (isinstance(cell, float) and abs(cell) >= LOST_DIGITS) or _POWER.fullmatch(text):
        return wrong(cell, "READ_CELL_CODE_DIGITS")
    if not isinstance(cell, str | int | float) or isinstance(cell, bool):
        return wrong(cell, "READ_CELL_CODE")
    return kept(text, cell, text)


def region_parser(column: Column, units: Units, respondent: str | None, on: date) -> Parser:
    """Give the parser of a column of units: codes, or names below the respondent."""
    itself = vocabulary().respondent_itself

    def read(cell: Cell) -> Value | Odd:
        text = narrow(cell_text(cell))
        if code := unit_code(text):
            return kept(code, cell, code)
        if _POWER.fullmatch(text) or not isinstance(cell, str) or text.isdigit():
            return wrong(cell, "READ_CELL_REGION_CODE")
        if respondent and plain(text) in itself:
            return Odd(respondent, raw_text=cell)
        return _named(cell, text)

    def _named(cell: str, text: str) -> Odd:
        codes = units.communities_named(text, respondent, on) if respondent else ()
        if len(codes) == 1:
            return Odd(codes[0], raw_text=cell)
        problem = "READ_CELL_UNIT_AMBIGUOUS" if codes else "READ_CELL_UNIT_UNKNOWN"
        return wrong(cell, problem, said=", ".join(codes))

    return remembered(_plain_codes(careful(column, read)))


def _plain_codes(slow: Parser) -> Parser:
    """Let a text of 12 digits pass at once."""

    def parse(cell: Cell) -> Value | Odd:
        if isinstance(cell, str) and len(cell) == DIGITS and cell.isascii() and cell.isdigit():
            return cell
        return slow(cell)

    return parse
