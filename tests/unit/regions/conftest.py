"""Small region data of real shape: a folder as the programme holds it, and code books as CSV."""

import csv
import os
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

import pytest

from dagster_project.regions.books import Books, Edition, Entry
from dagster_project.regions.model import BoundaryEvent

REPOSITORY = Path(__file__).parents[3]
REAL_DATA = REPOSITORY / os.environ.get("JICENG_REAL_DATA", "../shared/data")
REAL_BOOKS = REAL_DATA / "1_divisions" / "china-division"

E19, E20, E21 = date(2019, 10, 31), date(2020, 6, 30), date(2021, 10, 31)
HEADERS = {
    "provinces": "code,name",
    "cities": "code,name,provinceCode",
    "areas": "code,name,cityCode,provinceCode",
    "streets": "code,name,areaCode,provinceCode,cityCode",
    "villages": "code,name,streetCode,provinceCode,cityCode,areaCode",
}
PARENT_DIGITS = {"streetCode": 9, "areaCode": 6, "cityCode": 4, "provinceCode": 2}


@pytest.fixture
def books() -> Callable[..., Books]:
    """Build region data from ``(level, code, name, kind, editions)`` and events."""

    def build(
        entries: Iterable[tuple[str, str, str, str, Iterable[date]]],
        events: Iterable[BoundaryEvent] = (),
        editions: Iterable[date] = (E19, E20, E21),
    ) -> Books:
        return Books(
            tuple(Edition(day, f"book {day}") for day in editions),
            tuple(Entry(*parts, frozenset(days)) for *parts, days in entries),
            tuple(sorted(events, key=lambda one: one.happened_on)),
        )

    return build


def event(event_type: str, day: date, old: tuple[str, str], new: tuple[str, str]) -> BoundaryEvent:
    """Make a street's event from codes and names."""
    basis = "edition" if day in {E19, E20, E21} else "decree"
    name = f"{event_type} {old[0]}"
    return BoundaryEvent(
        name, event_type, day, basis, "street", old[0], new[0], old[1], new[1], "s"
    )


def write_code_book(folder: Path, **levels: dict[str, str]) -> list[Path]:
    """Write CSV files as a national code book has them, from code to name by file name."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for file, regions in levels.items():
        path = folder / f"{file}.csv"
        columns = HEADERS[file].split(",")
        with path.open("w", encoding="utf-8", newline="") as lines:
            writer = csv.writer(lines, lineterminator="\n")
            writer.writerow(columns)
            for code, name in regions.items():
                above = [code[: PARENT_DIGITS[column]] for column in columns[2:]]
                writer.writerow([code, name, *above])
        paths.append(path)
    return paths
