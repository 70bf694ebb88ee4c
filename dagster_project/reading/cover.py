"""The block above the table: 表号, respondent, period, submission number, unit row.

What each cell says is taken apart here; persons' names and telephone numbers are dropped at once.
Not here: which form, unit and period follow from it (see ``identity``).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache, lru_cache

from dagster_project.reading.model import Cell
from dagster_project.reading.text import cell_text, narrow, plain
from dagster_project.reading.vocabulary import Unit, vocabulary

SIGNING = "signing"
FREE = ""
"""The part of a cell before its first label, or a cell without any."""

_WORDS_BETWEEN_UNITS = re.compile(r"[、,;/和及\s]+")


@dataclass(frozen=True, slots=True)
class Labelled:
    """What stood behind a label, and where: row and column from 0."""

    text: str
    row: int
    column: int


@dataclass(slots=True)
class Cover:
    """What the block above a table says.

    ``fields`` are by the groups of ``vocabulary.yml``; ``free`` are the other texts (titles);
    ``units`` is the unit row by dimension, None where it names two of one dimension.
    """

    fields: dict[str, Labelled] = field(default_factory=dict)
    free: list[Labelled] = field(default_factory=list)
    units: dict[str, Unit | None] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Give what stands behind a label, empty where it is absent or blank."""
        found = self.fields.get(name)
        return found.text if found else ""


def read_cover(rows: list[list[Cell]]) -> Cover:
    """Read the rows above a header."""
    cover = Cover()
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            if cell != "":
                _read_cell(cover, row, Labelled(_text(cell), number, column))
    cover.units = units_in(cover.text("unit"))
    return cover


def units_in(text: str) -> dict[str, Unit | None]:
    """Give the units of a unit row by dimension, None where there are two of one dimension.

    >>> [unit and unit.factor for unit in units_in("人、户、万元").values()]
    [1, 10000]
    >>> units_in("元、万元")
    {'money': None}
    """
    units: dict[str, Unit | None] = {}
    for word in _WORDS_BETWEEN_UNITS.split(text):
        unit = vocabulary().units.get(plain(word))
        if unit:
            same = units.get(unit.dimension, unit) == unit
            units[unit.dimension] = unit if same else None
    return units


def _read_cell(cover: Cover, row: list[Cell], cell: Labelled) -> None:
    for name, text in labelled_parts(cell.text):
        if name == FREE:
            cover.free.append(Labelled(text, cell.row, cell.column))
        elif name != SIGNING and name not in cover.fields:
            value = text or _neighbour(row, cell.column)
            cover.fields[name] = Labelled(value, cell.row, cell.column)


def _neighbour(row: list[Cell], column: int) -> str:
    """Give the next cell to the right, where a label's value stands when it has its own cell."""
    beside = next((cell for cell in row[column + 1 :] if cell != ""), "")
    text = _text(beside)
    return "" if _labels().search(narrow(text)) else text


@lru_cache(maxsize=1 << 12)
def labelled_parts(text: str) -> tuple[tuple[str, str], ...]:
    """Split a cell at its labels; the part before the first is free.

    >>> labelled_parts("填报单位：石碁镇  2015年四季度   填表人：某某")
    (('respondent_name', '石碁镇  2015年四季度'), ('signing', '某某'))
    >>> labelled_parts("社区服务队伍季报")
    (('', '社区服务队伍季报'),)
    """
    return tuple(_parts(narrow(text)))


def _parts(text: str) -> Iterator[tuple[str, str]]:
    matches = list(_labels().finditer(text))
    ends = [match.start() for match in matches[1:]] + [len(text)]
    before = text[: matches[0].start()].strip() if matches else text
    if before:
        yield FREE, before
    for match, end in zip(matches, ends, strict=False):
        yield _group_of(match["label"]), text[match.end() : end].strip()


@cache
def _labels() -> re.Pattern[str]:
    """Match any label with its colon, blanks between its characters or not."""
    words = sorted({*vocabulary().cover, *vocabulary().signing}, key=len, reverse=True)
    spaced = (r"\s*".join(map(re.escape, word)) for word in words)
    return re.compile(rf"(?P<label>{'|'.join(spaced)})\s*(?:\([^)]*\)\s*)?:")


def _group_of(label: str) -> str:
    return vocabulary().cover.get(plain(label), SIGNING)


def _text(cell: Cell) -> str:
    """Give a cell's text; a date that only means its month reads as one."""
    if isinstance(cell, date | datetime) and cell.day == 1:
        return f"{cell.year}年{cell.month}月"
    return cell_text(cell)
