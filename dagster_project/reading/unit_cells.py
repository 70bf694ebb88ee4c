"""Cells of units: region codes, codes they bore before, and names below the respondent.

A name counts only where it means one unit; the likest others are suggestions, never taken. Not
here: the register and its history (see ``register``).
"""

import re
from dataclasses import dataclass
from datetime import date

from dagster_project.programme.model import Column
from dagster_project.reading.codes import POWER, Remembered
from dagster_project.reading.model import Cell, Value
from dagster_project.reading.odd import Odd, Parser, careful, kept, wrong
from dagster_project.reading.register import Units, unit_code
from dagster_project.reading.text import cell_text, narrow, plain
from dagster_project.reading.vocabulary import vocabulary

DIGITS = 12
_CODE_AND_NAME = re.compile(r"(\d{12}|\d{9})\s*[-—:、]?\s*\(?(\D[^()]*)\)?", re.ASCII)
_NAME_AND_CODE = re.compile(r"(\D[^()]*?)\s*[-—:、(]?\s*(\d{12}|\d{9})\)?", re.ASCII)


def region_parser(column: Column, units: Units, respondent: str | None, on: date) -> Parser:
    """Give the parser of a column of units: codes, or names below the respondent."""
    read = careful(column, UnitReader(units, respondent, on).read)

    def parse(cell: Cell) -> Value | Odd:
        if isinstance(cell, str) and len(cell) == DIGITS and units.is_code(cell, on):
            return cell
        return read(cell)

    return Remembered(parse)


@dataclass(frozen=True, slots=True)
class UnitReader:
    """Reads cells of units below one respondent on one date."""

    units: Units
    respondent: str | None
    on: date

    def read(self, cell: Cell) -> Value | Odd:
        """Read one cell: a code, a name, or one beside the other."""
        text = narrow(cell_text(cell)).lstrip("'")
        if code := unit_code(text):
            now = self.units.code_on(code, self.on)
            return kept(now, cell, now)
        if POWER.fullmatch(text) or not isinstance(cell, str) or text.isdigit():
            return wrong(cell, "READ_CELL_REGION_CODE")
        if self.respondent and plain(text) in vocabulary().respondent_itself:
            return Odd(self.respondent, raw_text=cell)
        match = _CODE_AND_NAME.fullmatch(text) or _NAME_AND_CODE.fullmatch(text)
        return self._coded(cell, *sorted(match.groups())) if match else self._named(cell, text)

    def _codes_named(self, name: str) -> tuple[str, ...]:
        respondent = self.respondent
        return self.units.communities_named(name, respondent, self.on) if respondent else ()

    def _named(self, cell: str, name: str) -> Odd:
        codes = self._codes_named(name)
        if len(codes) == 1:
            return Odd(codes[0], raw_text=cell)
        if codes:
            return wrong(cell, "READ_CELL_UNIT_AMBIGUOUS", said=", ".join(codes))
        near = self.units.nearest(name, self.respondent, self.on) if self.respondent else ()
        return wrong(cell, "READ_CELL_UNIT_UNKNOWN", suggestions="、".join(near) or "—")

    def _coded(self, cell: str, digits: str, name: str) -> Odd:
        """Read a code with its name beside it; the two must mean the same unit."""
        code = self.units.code_on(unit_code(digits) or "", self.on)
        codes = self._codes_named(name)
        if codes == (code,):
            return Odd(code, raw_text=cell)
        return wrong(cell, "READ_CELL_UNIT_AMBIGUOUS", said=", ".join([code, *codes]))
