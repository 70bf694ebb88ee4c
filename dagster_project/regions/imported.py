"""National code books that were imported: hundreds of thousands of regions, kept in Arrow.

Their intervals are found in one SQL pass over all editions, without the regions that the programme
holds itself; only what is asked for becomes an object. Not here: importing (see ``importing``).
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from dagster_project.regions.codes import DIGITS, PARENT_LEVEL, WIDTH, range_below
from dagster_project.regions.model import LEVELS, BoundaryEvent, Region, RegionError

if TYPE_CHECKING:
    import pyarrow as pa

Key = tuple[str, str]
LIFE = ("level", "code", "begun", "ended")
PARENT_STEPS = [10**WIDTH, *(10 ** (WIDTH - DIGITS[level]) for level in LEVELS[:-1])]
"""How far apart the codes of a level's parents lie, from the top down."""

PATTERN = "regions-*.parquet"

INTERVALS = """
with books as (
    select level, edition, cast(code as bigint) as number, name, kind
    from read_parquet($files)
    anti join held using (level, code)
),
editions as (
    select
        level,
        list_position($levels, level) as depth,
        edition,
        source,
        row_number() over in_time as place,
        lag(edition, 1, date '0001-01-01') over in_time as before,
        lead(edition, 1, date '9999-12-31') over in_time as after
    from (select distinct level, edition, source from read_parquet($files))
    window in_time as (partition by level order by edition)
),
listed as (
    select
        depth,
        number,
        name,
        kind,
        place,
        place - row_number() over (partition by depth, number, name order by place) as island
    from books
    inner join editions using (level, edition)
),
spans as (
    select
        depth,
        number,
        name,
        max(kind) as kind,
        min(place) as first_place,
        max(place) as last_place
    from listed
    group by depth, number, name, island
),
placed as (
    select *, number - number % $steps[depth] as parent_number from spans
)
select
    $levels[placed.depth] as level,
    cast(number as varchar) as code,
    name,
    kind,
    $levels[placed.depth - 1] as parent_level,
    if(placed.depth > 1, cast(parent_number as varchar), null) as parent_code,
    case
        when begun > earliest.before and begun <= earliest.edition then begun
        when first_place > 1 then earliest.edition
    end as valid_from,
    case
        when ended > latest.edition and ended <= latest.after then ended
        when latest.after < date '9999-12-31' then latest.after
    end as valid_to,
    earliest.source
from placed
inner join editions as earliest
    on earliest.depth = placed.depth
    and earliest.place = first_place
inner join editions as latest
    on latest.depth = placed.depth
    and latest.place = last_place
left join lives
    on list_position($levels, lives.level) = placed.depth - 1
    and cast(lives.code as bigint) = parent_number
order by number, placed.depth, first_place
"""
"""An edition that lists a code for the first time dates its beginning, except the first edition
held at that level. Where an event says that the parent ended or grew between two editions, what
lies below it went or came on the same day. Codes are numbers on the way, and only names that come
and go pass the window: it takes a third of the time."""


class NoImports:
    """Stands for the imported code books where there are none."""

    def history(self, _level: str, _code: str) -> list[Region]:
        """Give nothing."""
        return []

    def below(self, _level: str, _code: str) -> list[Region]:
        """Give nothing."""
        return []

    def roots(self) -> list[tuple[str, str]]:
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


class ImportedRegions:
    """The regions of imported editions that the programme does not hold itself."""

    def __init__(
        self, files: Sequence[Path], own: Iterable[Region], events: Iterable[BoundaryEvent] = ()
    ) -> None:
        """Take the imported files and what the programme says itself; nothing is read yet."""
        self._files = [str(file) for file in files]
        self._own = tuple(own)
        self._events = tuple(events)

    @cached_property
    def table(self) -> "pa.Table":
        """Give all imported regions as Arrow: the fields of ``Region``, by code, level and time."""
        import duckdb
        import pyarrow as pa

        lives = _lives(self._own, self._events)
        days = {"begun": pa.date32(), "ended": pa.date32()}
        schema = pa.schema([(name, days.get(name, pa.string())) for name in LIFE])
        with duckdb.connect() as connection:
            connection.register("lives", pa.Table.from_pylist(lives, schema))
            connection.execute("create temp table held as select level, code from lives")
            values = {"files": self._files, "levels": list(LEVELS), "steps": PARENT_STEPS}
            try:
                return connection.sql(INTERVALS, params=values).to_arrow_table()
            except duckdb.Error as error:
                place = ", ".join(self._files)
                raise RegionError("REGION_IMPORT_BROKEN", path=place, problem=error) from error

    def history(self, level: str, code: str) -> list[Region]:
        """Give all intervals of a code, the oldest first."""
        number = int(code)
        return self._shelves[level].between(number, number + 1) if level in self._shelves else []

    def below(self, level: str, code: str) -> list[Region]:
        """Give all intervals of the regions directly below one."""
        lower = next((below for below, above in PARENT_LEVEL.items() if above == level), None)
        if lower is None or lower not in self._shelves:
            return []
        return self._shelves[lower].between(*range_below(level, code))

    def roots(self) -> list[tuple[str, str]]:
        """Give the keys of all provinces."""
        provinces = self._shelves["province"].between(0, 10**12) if self._shelves else []
        return [(region.level, region.code) for region in provinces]

    @cached_property
    def _shelves(self) -> dict[str, Shelf]:
        import pyarrow.compute as pc

        return {
            level: Shelf(rows, _numbers(rows))
            for level in LEVELS
            for rows in (self.table.filter(pc.equal(self.table["level"], level)),)
        }


def imported_files(folder: Path) -> list[Path]:
    """List the imported code books of a folder, by edition."""
    return sorted(folder.glob(PATTERN))


def _numbers(rows: "pa.Table") -> Sequence[int]:
    """Give the codes as numbers that can be searched without making an object of each."""
    import pyarrow as pa

    numbers = rows["code"].cast(pa.int64()).combine_chunks()
    buffer = numbers.buffers()[1]
    return memoryview(buffer).cast("q")[: len(numbers)] if buffer else []


def _lives(
    regions: Iterable[Region], events: Iterable[BoundaryEvent]
) -> list[dict[str, str | date | None]]:
    """Give for each code of the programme when it began, or last grew, and when it ended."""
    intervals: dict[Key, list[Region]] = defaultdict(list)
    for region in regions:
        intervals[region.level, region.code].append(region)
    grown = {(event.level, event.new_code): event.happened_on for event in events if _grows(event)}
    return [
        dict(zip(LIFE, (*key, spans[0].valid_from or grown.get(key), spans[-1].valid_to), strict=True))
        for key, spans in intervals.items()
    ]


def _grows(event: BoundaryEvent) -> bool:
    """An event that brings the land of another code."""
    return event.old_code != event.new_code
