"""Cells of yes and no, and of free text.

Not here: counts and amounts (see ``numbers``), codes and units (see ``codes``), ``dates``.
"""

from dagster_project.programme.model import Column
from dagster_project.reading.codes import Remembered
from dagster_project.reading.model import Cell, Value
from dagster_project.reading.odd import Odd, Parser, careful, kept, personal, wrong
from dagster_project.reading.personal_data import has_personal_number
from dagster_project.reading.text import cell_text, narrow, plain
from dagster_project.reading.vocabulary import vocabulary


def boolean_parser(column: Column) -> Parser:
    """Give the parser of a column of yes and no; the codes 1 and 0 are the plain form."""
    truths = {**vocabulary().truths, "1": True, "0": False}

    def read(cell: Cell) -> Value | Odd:
        value = truths.get(plain(cell_text(cell)))
        if value is None:
            return wrong(cell, "READ_CELL_YESNO")
        return kept(value, cell, "1" if value else "0")

    return Remembered(careful(column, read))


def text_parser(column: Column) -> Parser:
    """Give the parser of a column of free text; numbers of persons in it are refused."""

    def read(cell: Cell) -> Value | Odd:
        text = cell_text(cell)
        if has_personal_number(narrow(text)):
            return personal()
        value = text.strip()
        return kept(value, cell, value) if isinstance(cell, str) else value

    return Remembered(careful(column, read))
