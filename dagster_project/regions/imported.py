"""National code books that were imported: hundreds of thousands of regions, kept in Arrow.

Their intervals are found in one SQL pass over all editions (``imported.sql``), without the regions
that the programme holds itself; only what is asked for becomes an object. Not here: importing.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from dagster_project.regions.codes import DIGITS, WIDTH, is_code, range_below
from dagster_project.regions.model import LEVELS, BoundaryEvent, Region, RegionError
from dagster_project.regions.objects import in_lists, rows_sql

if TYPE_CHECKING:
    import pyarrow as pa

Key = tuple[str, str]
LIFE = ("level", "code", "begun", "ended")
PATTERN = "regions-*.parquet"
BEYOND_ALL = "~"

MANY = 16
"""From so many counties on, reading the country once (1.2 s) is faster than one by one."""

PARENT_STEPS = [10**WIDTH, *(10 ** (WIDTH - DIGITS[level]) for level in LEVELS[:-1])]
"""How far apart the codes of a level's parents lie, from the top down."""


class NoImports:
    """Stands for the imported code books where there are none."""

    def history(self, _level: str, _code: str) -> list[Region]:
        """Give nothing."""
        return []

    def below(self, _level: str, _code: str) -> list[Region]:
        """Give nothing."""
        return []

    def roots(self) -> list[Key]:
        """Give nothing."""
        return []


@dataclass(frozen=True, slots=True)
class Shelf:
    """The rows of one level, with their code numbers in order for searching."""

    rows: "pa.Table"
    numbers: Sequence[int]

    def between(self, first: int, beyond: int) -> list[Region]:
        """Give the regions whose code number lies in a range, by code, then by time."""
        start = bisect_left(self.numbers, first)
        end = bisect_left(self.numbers, beyond, lo=start)
        return [Region(**row) for row in self.rows.slice(start, end - start).to_pylist()]


Shelves = dict[str, Shelf]


class ImportedRegions:
    """The regions of imported editions that the programme does not hold itself."""

    def __init__(
        self, files: Sequence[Path], own: Iterable[Region], events: Iterable[BoundaryEvent] = ()
    ) -> None:
        """Take the imported files and what the programme says itself; nothing is read yet."""
        self._files = [str(file) for file in files]
        self._own = tuple(own)
        self._events = tuple(events)
        self._counties: dict[str, Shelves] = {}

    @cached_property
    def table(self) -> "pa.Table":
        """Give all imported regions as Arrow: the fields of ``Region``, by level, code and time."""
        return self._rows("", BEYOND_ALL)

    def history(self, level: str, code: str) -> list[Region]:
        """Give all intervals of a code, the oldest first."""
        number = int(code) if is_code(level, code) else 0
        return self._shelves(code)[level].between(number, number + 1)

    def below(self, level: str, code: str) -> list[Region]:
        """Give all intervals of the regions directly below one."""
        if level == LEVELS[-1] or not is_code(level, code):
            return []
        lower = LEVELS[LEVELS.index(level) + 1]
        return self._shelves(code)[lower].between(*range_below(level, code))

    def roots(self) -> list[Key]:
        """Give the keys of all provinces."""
        provinces = self._country[LEVELS[0]].between(0, 10**WIDTH)
        return [(region.level, region.code) for region in provinces]

    def _shelves(self, code: str) -> Shelves:
        """Read a code's county alone, 70 ms, unless many are asked for."""
        county = code[: DIGITS["district"]]
        if county in self._counties:
            return self._counties[county]
        if county.endswith("00") or "table" in self.__dict__ or len(self._counties) == MANY:
            return self._country
        self._counties[county] = _shelve(self._rows(county, f"{county}~"))
        return self._counties[county]

    @cached_property
    def _country(self) -> Shelves:
        return _shelve(self.table)

    def _rows(self, first: str, beyond: str) -> "pa.Table":
        import duckdb

        sql = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
        values = {"files": self._files, "levels": list(LEVELS), "steps": PARENT_STEPS}
        lives = in_lists(LIFE, _lives(self._own, self._events))
        with duckdb.connect() as connection:
            connection.execute(f"create temp table lives as {rows_sql(LIFE)}", lives)
            try:
                rows = connection.sql(sql, params={**values, "first": first, "beyond": beyond})
                return rows.to_arrow_table()
            except duckdb.Error as error:
                place = ", ".join(self._files)
                raise RegionError("REGION_IMPORT_BROKEN", path=place, problem=error) from error


def _shelve(table: "pa.Table") -> Shelves:
    """Cut a table, which is in order of levels, into one part for each."""
    counts = {one["values"]: one["counts"] for one in table["level"].value_counts().to_pylist()}
    shelves, start = {}, 0
    for level in LEVELS:
        rows = table.slice(start, counts.get(level, 0))
        shelves[level] = Shelf(rows, _numbers(rows))
        start += rows.num_rows
    return shelves


def imported_files(folder: Path) -> list[Path]:
    """List the imported code books of a folder, by edition."""
    return sorted(folder.glob(PATTERN))


def _numbers(rows: "pa.Table") -> Sequence[int]:
    """Give the codes as numbers that can be searched without making an object of each."""
    import pyarrow as pa

    if not rows.num_rows:  # pyarrow would make an empty array, and for that import pandas
        return []
    numbers = rows["code"].cast(pa.int64()).combine_chunks()
    return memoryview(numbers.buffers()[1]).cast("q")[: len(numbers)]


def _lives(
    regions: Iterable[Region], events: Iterable[BoundaryEvent]
) -> list[dict[str, str | date | None]]:
    """Give for each code of the programme when it began, or last grew, and when it ended."""
    intervals: dict[Key, list[Region]] = defaultdict(list)
    for region in regions:
        intervals[region.level, region.code].append(region)
    grown = {(event.level, event.new_code): event.happened_on for event in events if _grows(event)}
    return [
        dict(
            zip(
                LIFE, (*key, spans[0].valid_from or grown.get(key), spans[-1].valid_to), strict=True
            )
        )
        for key, spans in intervals.items()
    ]


def _grows(event: BoundaryEvent) -> bool:
    """An event that brings the land of another code."""
    return event.old_code != event.new_code
