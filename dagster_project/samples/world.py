"""The towns and communities that report, and the rows that a town would report.

Plain tables: no layout, no file, no delivery. Units come from the region register.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from dagster_project.programme.model import Collection, Programme
from dagster_project.programme.period import Period, add_months
from dagster_project.programme.periods import between
from dagster_project.regions.model import Region
from dagster_project.regions.register import Register
from dagster_project.samples.calibration import SampleError, Targets
from dagster_project.samples.data import declared
from dagster_project.samples.dice import Dice

DEMO = "panyu"
"""The place of the demo, whose figures are calibrated to its plan's."""
Value = int | Decimal | str | bool | date | None
Row = dict[str, Value]
Table = list[Row]


@dataclass(frozen=True, slots=True)
class Unit:
    """A community, a village, or a street or town itself; ``size`` weighs what is drawn."""

    code: str
    name: str
    kind: str
    size: int

    @property
    def short_name(self) -> str:
        """Give the name as people say it, without 居民委员会 or 村民委员会."""
        for ending, instead in declared("texts")["name_endings"].items():
            if self.name.endswith(ending):
                return self.name.removesuffix(ending) + str(instead)
        return self.name


@dataclass(frozen=True, slots=True)
class Town:
    """A street or town with the communities and villages it reports for."""

    itself: Unit
    communities: tuple[Unit, ...]

    @property
    def code(self) -> str:
        """Give the 12-digit code."""
        return self.itself.code

    @property
    def name(self) -> str:
        """Give the name."""
        return self.itself.name


@dataclass(frozen=True, slots=True)
class World:
    """Everything that the drawn rows depend on."""

    seed: int
    towns: tuple[Town, ...]
    district: Unit
    targets: Targets
    periods: dict[str, list[str]]
    place: dict[str, Any]
    collection: Collection

    def often(self, percent: int) -> int:
        """Give how seldom something is here: in a small place less seldom than in a large one."""
        return percent * int(self.place["often"])

    @property
    def anchor(self) -> str:
        """Give the quarter from which years and quarters of the parameters count."""
        return str(self.place["anchor"])

    @property
    def year(self) -> int:
        """Give the anchor's year."""
        return Period.parse(self.anchor).start.year

    def quarter(self, number: int) -> str:
        """Give the quarter so many after the anchor, or before it where negative."""
        start = add_months(Period.parse(self.anchor).start, 3 * number)
        return Period.of("Q", start.year, start.month).label

    @property
    def respondents(self) -> dict[str, Town]:
        """Give who reports, by code: the towns, and the district for its departments."""
        district = Town(self.district, ())
        return {town.code: town for town in (*self.towns, district)}

    @property
    def communities(self) -> list[Unit]:
        """Give all communities and villages, in the order of their codes."""
        return [unit for town in self.towns for unit in town.communities]

    def dice(self, *key: object) -> Dice:
        """Give the draws for one thing."""
        return Dice(self.seed, *key)


def make_worlds(
    programme: Programme, register: Register, seed: int, *, everything: bool = False
) -> list[World]:
    """Give the demo's place, and with ``everything`` all others."""
    others = [place for place in declared("places") if place not in (DEMO, "usual")]
    worlds = [make_world(programme, register, seed, DEMO, everything=everything)]
    return worlds + [make_world(programme, register, seed, place) for place in others if everything]


def make_world(
    programme: Programme,
    register: Register,
    seed: int,
    place_id: str = DEMO,
    *,
    everything: bool = False,
) -> World:
    """Look up who reports, for which periods, and what the rows are to add up to."""
    place = declared("places")[place_id]
    collection = next(one for one in programme.collections if one.collection_id == place_id)
    on = place["units_on"]
    towns = tuple(_town(code, register, on, seed) for code in sorted(collection.units))
    district = register.get("district", collection.region_code, on)
    if district is None:
        raise SampleError("SAMPLES_UNIT_UNKNOWN", unit=collection.region_code, day=on)
    size = sum(town.itself.size for town in towns)
    itself = Unit(district.code, district.name, district.kind or "", size)
    periods = _periods(place, collection, everything=everything)
    return World(seed, towns, itself, _targets(programme, place, towns), periods, place, collection)


def _targets(programme: Programme, place: dict[str, Any], towns: tuple[Town, ...]) -> Targets:
    if "plan" in place:
        return Targets.from_programme(programme, place["plan"])
    return Targets.usual(unit.kind for town in towns for unit in (*town.communities, town.itself))


def _periods(
    place: dict[str, Any], collection: Collection, *, everything: bool
) -> dict[str, list[str]]:
    """Give the periods of each form: the place's own, else all that its collection asks for."""
    if "periods" not in place:
        return {
            one.form: [*between(one.from_period, one.to_period or one.from_period)]
            for one in collection.entries
        }
    return {
        form_id: [*first, *_later(first[-1], place["until"])] if everything else first
        for form_id, first in place["periods"].items()
    }


def _later(last: str, until: dict[str, str]) -> list[str]:
    """Give the periods after one until the last of all."""
    return [*between(last, until[Period.parse(last).period_type])][1:]


def _town(code: str, register: Register, on: date, seed: int) -> Town:
    region = register.get("street", code, on)
    if region is None:
        raise SampleError("SAMPLES_UNIT_UNKNOWN", unit=code, day=on)
    children = sorted(register.children("street", code, on), key=lambda child: child.code)
    communities = tuple(_unit(child, seed) for child in children)
    size = sum(unit.size for unit in communities)
    return Town(Unit(code, region.name, region.kind or "", size), communities)


def _unit(region: Region, seed: int) -> Unit:
    kind = region.kind or ""
    low, high = declared("parameters")["size"][kind]
    return Unit(region.code, region.name, kind, Dice(seed, "size", region.code).between(low, high))
