"""Cells that name the street or town within which another cell of the row names a community.

Not here: communities of one respondent (see ``codes``).
"""

from datetime import date

from dagster_project.programme.model import Column
from dagster_project.reading.codes import Remembered
from dagster_project.reading.model import Cell, Value
from dagster_project.reading.odd import Odd, Parser, careful, kept, wrong
from dagster_project.reading.register import Units, unit_code
from dagster_project.reading.text import cell_text, narrow, plain


def street_parser(column: Column, units: Units, respondent: str | None, on: date) -> Parser:
    """Give the parser of a column of streets and towns: by code, or by a name that is one's."""

    def read(cell: Cell) -> Value | Odd:
        text = narrow(cell_text(cell))
        if code := unit_code(text):
            return kept(code, cell, code)
        if not isinstance(cell, str) or text.isdigit():
            return wrong(cell, "READ_CELL_REGION_CODE")
        found = units.streets_named(text, on) or units.streets_named(plain(text), on)
        if len(found) == 1:
            return Odd(found[0], raw_text=cell)
        problem = "READ_CELL_TOWN_AMBIGUOUS" if found else "READ_CELL_TOWN_UNKNOWN"
        return wrong(cell, problem, said=", ".join(found) or respondent or "")

    return Remembered(careful(column, read))
