"""Reads the programme's region data: which regions each code book lists, and the boundary events.

Files of ``programme/regions/``: ``editions.csv``, ``regions.csv``, ``events.csv`` (its README says
how to edit them). A mistake is named with file and line. Not here: what follows from the data
(``history``), national code books (``importing``).
"""

import csv
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

from dagster_project.regions.codes import DIGITS, WIDTH, is_code
from dagster_project.regions.model import (
    DATE_BASES,
    EVENT_TYPES,
    LEVELS,
    BoundaryEvent,
    RegionError,
)

HOME = Path(__file__).parents[1] / "programme" / "regions"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition of the national code book, by the day it shows."""

    day: date
    source: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A region under one name, and the editions that list it so."""

    level: str
    code: str
    name: str
    kind: str
    editions: frozenset[date]


@dataclass(frozen=True, slots=True)
class Books:
    """All that the programme holds about regions, as declared."""

    editions: tuple[Edition, ...]
    entries: tuple[Entry, ...]
    events: tuple[BoundaryEvent, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a CSV file that can say where it stands."""

    path: Path
    line: int
    values: dict[str, str]

    def text(self, column: str) -> str:
        """Give an obligatory text."""
        return self._read(column, "…", str.strip)

    def day(self, column: str) -> date:
        """Give a date."""
        return self._read(column, "2021-10-31", date.fromisoformat)

    def choice(self, column: str, choices: Collection[str]) -> str:
        """Give one of some words."""
        return self._read(column, ", ".join(choices), lambda text: text if text in choices else "")

    def code(self, column: str, level: str) -> str:
        """Give a 12-digit code that can be of a level."""
        expected = f"{DIGITS[level]} → {WIDTH} (0-9)"
        return self._read(column, expected, lambda text: text if is_code(level, text) else "")

    def _read(self, column: str, expected: str, read: Callable[[str], T]) -> T:
        text = self.values[column] or ""
        try:
            value = read(text)
        except ValueError:
            value = None
        if not value:
            raise RegionError(
                "REGION_VALUE_BAD",
                path=self.path,
                line=self.line,
                column=column,
                value=text,
                expected=expected,
            )
        return value


def read_books(folder: Path | None = None) -> Books:
    """Read a folder of region data, the programme's own by default, or raise RegionError."""
    folder = folder or HOME
    editions = tuple(
        Edition(row.day("edition"), row.text("source"))
        for row in _rows(folder / "editions.csv", ("edition", "source"))
    )
    days = {edition.day.isoformat(): edition.day for edition in editions}
    entries = tuple(_entries(folder / "regions.csv", days))
    events = tuple(map(_event, _rows(folder / "events.csv", BoundaryEvent.__slots__)))
    ordered = tuple(sorted(editions, key=lambda edition: edition.day))
    return Books(ordered, entries, tuple(sorted(events, key=lambda event: event.happened_on)))


def _entries(path: Path, days: dict[str, date]) -> Iterator[Entry]:
    seen: set[tuple[str, str, date]] = set()
    for row in _rows(path, ("level", "code", "name", "kind", *days)):
        level = row.choice("level", LEVELS)
        listed = frozenset(day for column, day in days.items() if row.values[column] == "1")
        entry = Entry(level, row.code("code", level), row.text("name"), row.text("kind"), listed)
        keys = {(level, entry.code, day) for day in listed}
        if keys & seen:
            raise RegionError("REGION_TWICE", path=path, line=row.line, region=entry.code)
        seen |= keys
        yield entry


def _event(row: Row) -> BoundaryEvent:
    level = row.choice("level", LEVELS)
    return BoundaryEvent(
        event_id=row.text("event_id"),
        event_type=row.choice("event_type", EVENT_TYPES),
        happened_on=row.day("happened_on"),
        date_basis=row.choice("date_basis", DATE_BASES),
        level=level,
        old_code=row.code("old_code", level),
        new_code=row.code("new_code", level),
        old_name=row.text("old_name"),
        new_name=row.text("new_name"),
        source=row.text("source"),
    )


def _rows(path: Path, columns: Collection[str]) -> list[Row]:
    if not path.is_file():
        raise RegionError("REGION_FILE_MISSING", path=path)
    with path.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        for column in columns:
            if column not in (reader.fieldnames or ()):
                raise RegionError("REGION_COLUMN_MISSING", path=path, column=column)
        return [Row(path, reader.line_num, values) for values in reader]
