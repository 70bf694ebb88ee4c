"""How the columns under a header are read: worked out once for all files with the same header.

Not here: how a cell is read (see ``parsers``), reading the columns (see ``table``).
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from dagster_project.programme.model import Column
from dagster_project.reading.codes import Remembered
from dagster_project.reading.header_index import Block, HeaderCell
from dagster_project.reading.model import Cell, SubmissionColumn, Value
from dagster_project.reading.numbers import plain_integers
from dagster_project.reading.odd import Odd, Parser
from dagster_project.reading.text import column_letters
from dagster_project.reading.vocabulary import Unit

MOST_KEPT = 2_000
"""Headers of one process, each with some 30 columns; a programme has a few, senders vary them."""

TEXTS, BLANK = {str}, {""}
ColumnParser = Callable[[list[Cell]], list[Value | Odd]]
"""Reads the cells of a column at once, as its parser would one by one."""

PlainColumn = Callable[[list[Cell]], list[Value] | None]
"""Reads a column in which every cell is a plain value, and gives None for any other."""

Units = tuple[tuple[object, Unit | None], ...]


@dataclass(frozen=True, slots=True)
class Planned:
    """How one column is read, and what the submission notes of it."""

    note: SubmissionColumn
    parse: Parser
    plain: PlainColumn
    read_all: ColumnParser
    is_number: bool


def planned_column(column: Column, cell: HeaderCell, factor: int, parse: Parser) -> Planned:
    """Plan a column whose cells are in units of ``factor``."""
    how = "name" if cell.matched_by == "name" else "alias"
    note = SubmissionColumn(column.name, column_letters(cell.column), cell.text, how, factor)
    is_count = column.type == "integer" and factor == 1
    plain = plain_integers if is_count else _never_plain
    read_all = parse.read_all if isinstance(parse, Remembered) else _cells(parse)
    return Planned(note, parse, plain, read_all, column.is_number)


@dataclass(slots=True)
class Plans:
    """The plans of the headers met so far, by header and the units stated around it."""

    _kept: dict[tuple[int, Units], tuple[Block, dict[str, Planned]]] = field(default_factory=dict)

    def of(self, block: Block, units: Units) -> dict[str, Planned]:
        """Give the columns planned so far under a header, by name; new ones are put in.

        The header index gives the same object for the same header, which is quicker to look up
        than its texts; it is kept here, so that no other object takes its place.
        """
        key = (id(block), units)
        if key not in self._kept:
            if len(self._kept) > MOST_KEPT:
                self._kept.clear()
            self._kept[key] = (block, {})
        return self._kept[key][1]


def _cells(parse: Parser) -> ColumnParser:
    """Read a column cell by cell, one that is blank throughout at once."""

    def read(cells: list[Cell]) -> list[Value | Odd]:
        if set(map(type, cells)) == TEXTS and set(cells) == BLANK:
            return [parse("")] * len(cells)
        return list(map(parse, cells))

    return read


def _never_plain(cells: list[Cell]) -> None:
    """Leave a column to its parser."""
    del cells
