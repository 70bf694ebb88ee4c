"""What a cell is when it is no plain value: marked, estimated, written otherwise, or a problem.

Not here: how each type of column reads a cell (see ``numbers``, ``codes``, ``plain_values``).
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from dagster_project.programme.model import Column
from dagster_project.reading.model import Cell, Unreadable, Value
from dagster_project.reading.personal_data import MASK, has_personal_number
from dagster_project.reading.text import cell_text, plain
from dagster_project.reading.vocabulary import vocabulary

ESTIMATED = "E"
NOT_REPORTED = "L"
NOT_APPLICABLE = "M"
PROVISIONAL = "P"
WITHHELD = "Q"


@dataclass(frozen=True, slots=True)
class Odd:
    """A cell that needs a word beside its value: a status, its raw text, or what is wrong."""

    value: Value = None
    status: str | None = None
    raw_text: str = ""
    problem: str | None = None
    params: dict[str, str] = field(default_factory=dict)


Parser = Callable[[Cell], Value | Odd]
"""Reads one cell of a column: the plain value, or an ``Odd`` for everything else."""


def wrong(cell: Cell, problem: str, **params: str) -> Odd:
    """Give a cell that is not understood; its text is kept, its value is not guessed."""
    text = cell_text(cell)
    return personal() if has_personal_number(text) else Odd(None, None, text, problem, params)


def personal() -> Odd:
    """Give a cell that holds a number of a person: nothing of it is kept."""
    return Odd(raw_text=MASK, problem="READ_CELL_PERSONAL")


def kept(value: Value, cell: Cell, plain_form: str, status: str | None = None) -> Value | Odd:
    """Give a value, with its raw text where that is not the plain form of the value."""
    text = cell_text(cell)
    return value if text == plain_form and status is None else Odd(value, status, text)


def careful(column: Column, read: Parser) -> Parser:
    """Wrap the slow part of a column's parser in what holds for every type.

    Errors and formulas without a result are problems, blanks are null (not reported where the
    column is obligatory), and marks become a status.
    """
    blank = None if column.nullable else Odd(status=NOT_REPORTED)
    marks = vocabulary().marks

    def parse(cell: Cell) -> Value | Odd:
        if isinstance(cell, str):
            key = plain(cell)
            if not key:
                return blank
            if key in marks and not (column.type == "boolean" and key == "x"):
                return Odd(status=marks[key], raw_text=cell)
        elif isinstance(cell, Unreadable):
            return wrong(cell, f"READ_CELL_{cell.kind.upper()}")
        return read(cell)

    return parse
