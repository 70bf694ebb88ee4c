"""The block above the table: 表号, respondent, period, submission number, unit row.

What each cell says is taken apart here; persons' names and telephone numbers are dropped at once.
Not here: which form, unit and period follow from it (see ``identity``).
"""

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache, lru_cache

from dagster_project.reading.model import Cell
from dagster_project.reading.script import simplified
from dagster_project.reading.text import cell_text, narrow, plain
from dagster_project.reading.vocabulary import Unit, vocabulary

SIGNING = "signing"
FREE = ""
"""The part of a cell before its first label, or a cell without any."""

_WORDS_BETWEEN_UNITS = re.compile(r"[、,;/和及\s]+")


@dataclass(frozen=True, slots=True)
class Labelled:
    """What stood behind a label, and where: row and column from 0, None on another sheet."""

    text: str
    row: int | None
    column: int | None


@dataclass(slots=True)
class Cover:
    """What the block above a table says.

    ``fields`` are by the groups of ``vocabulary.yml``; ``free`` are the other texts (titles);
    ``units`` is the unit row by dimension, None where it names two of one dimension. Fields that
    are ``inherited`` stand further up in the sheet, and a title right above the table goes before.
    """

    fields: dict[str, Labelled] = field(default_factory=dict)
    free: list[Labelled] = field(default_factory=list)
    units: dict[str, Unit | None] = field(default_factory=dict)
    inherited: frozenset[str] = frozenset()

    def text(self, name: str) -> str:
        """Give what stands behind a label, empty where it is absent or blank."""
        found = self.fields.get(name)
        return found.text if found else ""

    def over(self, wider: "Cover", *, same_form: bool) -> "Cover":
        """Give this block with what only the block of the whole sheet says.

        Titles, units and stamps of another form's table are not this one's.
        """
        shared = (
            wider.fields
            if same_form
            else {n: wider.fields[n] for n in _OF_ALL & wider.fields.keys()}
        )
        if self.fields.keys() & RESPONDENT:  # a code of one unit must not meet another's name
            shared = {name: found for name, found in shared.items() if name not in RESPONDENT}
        free, units = self.free, self.units
        is_named = "period" in self.fields and self.fields.keys() & RESPONDENT
        if same_form:
            free, units = self.free or wider.free, self.units or wider.units
        if is_named:  # a title further up may name another unit and period
            free = self.free
        inherited = frozenset(shared.keys() - self.fields.keys())
        return Cover(shared | self.fields, free, units, inherited)

    def without(self, names: AbstractSet[str]) -> "Cover":
        """Give the same block without some fields."""
        fields = {name: found for name, found in self.fields.items() if name not in names}
        return replace(self, fields=fields)


RESPONDENT = {"respondent_code", "respondent_name"}
_OF_ALL = {*RESPONDENT, "period", "period_type"}
"""What a block says of every table of its sheet, whatever their forms."""


def read_cover(rows: list[list[Cell]], first: int = 0) -> Cover:
    """Read the rows above a header, the first of them counted ``first``."""
    cover = Cover()
    for number, row in enumerate(rows, first):
        taken = -1
        for column, cell in enumerate(row):
            if cell != "" and column > taken:
                taken = _read_cell(cover, row, number, column)
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


def _read_cell(cover: Cover, row: list[Cell], number: int, column: int) -> int:
    """Take a cell apart; gives the last column that belongs to it: its own, or its value's."""
    last = column
    for name, text in labelled_parts(_text(row[column])):
        if name == FREE:
            cover.free.append(Labelled(text, number, column))
            continue
        value = text
        if not text:
            value, last = _neighbour(row, column)
        if name != SIGNING and name not in cover.fields:
            cover.fields[name] = Labelled(value, number, column)
    return last


def _neighbour(row: list[Cell], column: int) -> tuple[str, int]:
    """Give the next cell to the right, where a label's value stands when it has its own cell."""
    beside = next((place for place in range(column + 1, len(row)) if row[place] != ""), column)
    text = _text(row[beside]) if beside > column else ""
    is_value = all(name == FREE for name, _ in labelled_parts(text))
    return (text, beside) if is_value else ("", column)


@lru_cache(maxsize=1 << 12)
def labelled_parts(text: str) -> tuple[tuple[str, str], ...]:
    """Split a cell at its labels; the part before the first is free.

    >>> labelled_parts("填报单位：石碁镇  2015年四季度   填表人：某某")
    (('respondent_name', '石碁镇  2015年四季度'), ('signing', '某某'))
    >>> labelled_parts("社区服务队伍季报"), labelled_parts("報告期  2015年12月")
    ((('', '社区服务队伍季报'),), (('period', '2015年12月'),))
    """
    return tuple(_parts(narrow(text)))


def _parts(text: str) -> Iterator[tuple[str, str]]:
    """Find labels in simplified characters; what is given stands as it was written."""
    folded = simplified(text)
    if label := _bare_label().fullmatch(folded):
        yield _group_of(label["label"]), text[slice(*label.span("rest"))].strip()
        return
    matches = list(_labels().finditer(folded))
    ends = [match.start() for match in matches[1:]] + [len(text)]
    before = text[: matches[0].start()].strip() if matches else text
    if before:
        yield FREE, before
    for match, end in zip(matches, ends, strict=False):
        yield _group_of(match["label"]), text[match.end() : end].strip()


@cache
def _labels() -> re.Pattern[str]:
    """Match any label with its colon, blanks between its characters or not."""
    return re.compile(rf"(?P<label>{_words()})\s*(?:\([^)]*\)\s*)?:")


@cache
def _bare_label() -> re.Pattern[str]:
    """Match a label without a colon: alone in its cell, or with blanks before its value."""
    value = r"(?:\s+(?P<rest>[^\s:][^:]*))?"
    return re.compile(rf"(?P<label>{_words()})\s*(?:\([^)]*\))?{value}")


def _words() -> str:
    """Give an expression for all labels, in either script and with blanks inside."""
    words = sorted({*vocabulary().cover, *vocabulary().signing}, key=len, reverse=True)
    return "|".join(r"\s*".join(map(re.escape, word)) for word in words)


def _group_of(label: str) -> str:
    return vocabulary().cover.get(plain(label), SIGNING)


def _text(cell: Cell) -> str:
    """Give a cell's text; a date that only means its month reads as one."""
    if isinstance(cell, date | datetime) and cell.day == 1:
        return f"{cell.year}年{cell.month}月"
    return cell_text(cell)
