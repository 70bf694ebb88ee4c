"""What a town would report on ``facilities`` (SG-104): a register that changes little by little.

What a facility is depends on its code alone, so a code means the same in every period. Not here:
layouts.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from dagster_project.programme.period import Period
from dagster_project.samples.data import declared
from dagster_project.samples.dice import share
from dagster_project.samples.world import Row, Table, Town, Unit, World

STATION = "SERVICE_STATION"
OFFICE = "RC_OFFICE"
TOWN_ENDING = "000"
BUILT = "built"
CONVERTED = 40
"""Percent of the facilities built within the samples that were idle property before."""


@dataclass(frozen=True, slots=True)
class Facility:
    """One facility: where, of what type, and its status by quarter where that is not OPEN."""

    code: str
    kind: str
    unit: Unit
    life: str
    stages: dict[str, str]
    spec: dict[str, Any]

    def status(self, period: str) -> str:
        """Give the status at the end of a period."""
        if self.closed_in and period >= self.closed_in:
            return "CLOSED"
        return self.stages.get(period, "OPEN")

    @property
    def closed_in(self) -> str | None:
        """Give the quarter in which it closed for good."""
        return next((label for label, name in self.stages.items() if name == "CLOSED"), None)


class FacilityFacts:
    """The facility registers of all towns."""

    def __init__(self, world: World) -> None:
        """Choose which communities have a station and which facilities there are."""
        self.world = world
        self.parameters: dict[str, Any] = declared("parameters")["facilities"]
        self.types: dict[str, Any] = self.parameters["types"]
        self.built_in = world.quarter(self.parameters["built_in"])
        self.stages = {
            life: {world.quarter(number): status for number, status in stages.items()}
            for life, stages in self.parameters["lives"].items()
        }
        self.lives = self._station_lives()
        self.late_unified = self._late_unified()
        units = [*world.communities, *(town.itself for town in world.towns)]
        self.register = {unit.code: tuple(self._of(unit)) for unit in units}

    def table(self, town: Town, period: str) -> Table:
        """Give the register of one town at the end of a quarter."""
        units = [*town.communities, town.itself]
        facilities = (facility for unit in units for facility in self.register[unit.code])
        return [self._row(facility, town, period) for facility in facilities]

    def has_open_station(self, unit: Unit, period: str) -> bool:
        """Say whether a community's service station is open."""
        return any(
            facility.kind == STATION and facility.status(period) == "OPEN"
            for facility in self.register[unit.code]
        )

    def has_terminal(self, unit: Unit, periods: list[str]) -> bool:
        """Say whether a self-service terminal stands in an open facility all the time."""
        return any(
            self._terminals(facility) and all(facility.status(p) == "OPEN" for p in periods)
            for facility in self.register[unit.code]
        )

    def _station_lives(self) -> dict[str, str | None]:
        """Leave as many communities without an open station as the plan's figure asks."""
        units = self.world.communities
        without = len(units) - self.world.targets.public_service_stations
        order = self.world.dice("without station").shuffled([unit.code for unit in units])
        lives: dict[str, str | None] = dict.fromkeys(order[without:], "open")
        return lives | {
            code: None if place % 2 else "station_built"
            for place, code in enumerate(order[:without])
        }

    def _late_unified(self) -> set[str]:
        """Name the stations that met the five unifications only from the anchor period on."""
        stations = [code for code, life in sorted(self.lives.items()) if life == "open"]
        return set(self.world.dice("late unified").shuffled(stations)[:5])

    def _of(self, unit: Unit) -> Iterator[Facility]:
        for kind in self._kinds_of(unit):
            spec = self.types[kind]
            code = facility_code(unit, spec)
            life = self.lives[unit.code] if kind == STATION else self._life(code, spec)
            if life:
                yield Facility(code, kind, unit, life, self.stages[life], spec)

    def _kinds_of(self, unit: Unit) -> list[str]:
        usual = [kind for kind, spec in self.types.items() if "seldom" not in spec]
        here = [kind for kind in usual if unit.kind in self.types[kind]["kinds"]]
        dice = self.world.dice("facilities", unit.code)
        always = [kind for kind in here if "present" not in self.types[kind]]
        others = [kind for kind in here if kind not in always]
        chosen = [kind for kind in others if dice.chance(self.types[kind]["present"])]
        most = self.parameters["most_in_a_community"] - len(always)
        kept = set(always) | set(dice.shuffled(chosen)[:most])
        return [kind for kind in here if kind in kept] + self._few(unit, len(kept))

    def _few(self, unit: Unit, others: int) -> list[str]:
        """Give the types that few units have; a community has no more than there is a place for."""
        world = self.world
        here = [kind for kind, spec in self.types.items() if unit.kind in spec["kinds"]]
        found = [
            kind
            for kind in here
            if world.dice("few", unit.code, kind).chance(
                world.often(self.types[kind].get("seldom", 0))
            )
        ]
        is_town = unit.code.endswith(TOWN_ENDING)
        return found if is_town else found[: self.parameters["most_in_a_community"] - others]

    def _life(self, code: str, spec: dict[str, Any]) -> str:
        """An office is under construction only where the station takes the cases meanwhile."""
        lives: list[str] = spec.get("lives", [])
        dice = self.world.dice("life", code)
        if spec is self.types[OFFICE] and self.lives[code[:12]] != "open":
            return "open"
        return dice.pick(lives) if lives and dice.chance(12) else "open"

    def _row(self, facility: Facility, town: Town, period: str) -> Row:
        status = facility.status(period)
        return (
            self._what_it_is(facility, town)
            | self._premises(facility)
            | {"status": status}
            | self._dates(facility, status)
            | self._building(facility, period)
            | self._unified(facility, status, period)
            | (self._work(facility, period) if status == "OPEN" else {})
            | self._care(facility)
        )

    def _what_it_is(self, facility: Facility, town: Town) -> Row:
        dice = self.world.dice("facility", facility.code)
        spec, unit = facility.spec, facility.unit
        place = town.name if unit is town.itself else town.name + unit.short_name
        return {
            "facility_code": facility.code,
            "facility_name": unit.short_name + spec["name"],
            "facility_type": facility.kind,
            "unit_code": unit.code,
            "parent_facility_code": self._parent(facility),
            "is_comprehensive": bool(spec.get("container")),
            "address": declared("texts")["address"].format(place=place, n=dice.between(1, 199)),
            "operator_type": dice.pick(spec["operators"]),
            "admin_level": spec["level"],
            "build_mode": "IDLE"
            if self._is_converted(facility)
            else dice.pick(self.parameters["build_modes"]),
            "system_connected": dice.chance(spec.get("connected", 30)),
            "self_service_terminals": self._terminals(facility),
        }

    def _parent(self, facility: Facility) -> str | None:
        if not facility.spec.get("room"):
            return None
        return facility_code(facility.unit, self.types[OFFICE])

    def _terminals(self, facility: Facility) -> int:
        low, high = facility.spec.get("terminals", [0, 0])
        return self.world.dice("terminals", facility.code).between(low, high)

    def _premises(self, facility: Facility) -> Row:
        dice = self.world.dice("premises", facility.code)
        area = dice.between(*facility.spec["area"])
        split = facility.spec.get("split", False)
        located = dice.chance(60)
        east, north = dice.between(113_240_000, 113_560_000), dice.between(22_870_000, 23_050_000)
        return {
            "longitude": Decimal(east).scaleb(-6) if located else None,
            "latitude": Decimal(north).scaleb(-6) if located else None,
            "floor_area_m2": Decimal(area),
            "service_area_m2": Decimal(share(area, 65)) if split else None,
            "office_area_m2": Decimal(share(area, 25)) if split else None,
        }

    def _dates(self, facility: Facility, status: str) -> Row:
        """A facility that is built within the samples opens in the period that says so."""
        if status in ("PLANNED", "BUILDING"):
            return {"opened_on": None, "closed_on": None}
        dice = self.world.dice("dates", facility.code)
        year = self.world.year + dice.between(-12, -1)
        opened = date(year, dice.between(1, 12), dice.between(1, 28))
        if facility.life.endswith(BUILT):
            opened = Period.parse(self.built_in).start.replace(day=18)
        last = facility.closed_in if status == "CLOSED" else None
        closed = Period.parse(last).start.replace(day=15) if last else None
        return {"opened_on": opened, "closed_on": closed}

    def _is_converted(self, facility: Facility) -> bool:
        dice = self.world.dice("converted", facility.code)
        return facility.life.endswith(BUILT) and dice.chance(CONVERTED)

    def _building(self, facility: Facility, period: str) -> Row:
        """What was built or converted within the samples, and what was made free of barriers."""
        now = self.world.dice("barriers", facility.code, period)
        is_open = facility.status(period) == "OPEN"
        row: Row = {"barrier_free_retrofit": True if is_open and now.chance(1) else None}
        if facility.life.endswith(BUILT):
            row["four_sync_steps"] = self.world.dice("steps", facility.code).between(2, 4)
        if self._is_converted(facility) and period == self.built_in:
            row["idle_converted_area_m2"] = self._premises(facility)["floor_area_m2"]
        return row

    def _unified(self, facility: Facility, status: str, period: str) -> Row:
        if facility.kind != STATION:
            return {}
        held_back = period < self.world.anchor and facility.unit.code in self.late_unified
        met = status == "OPEN" and facility.life == "open" and not held_back
        window = self.world.dice("window", facility.code).chance(40)
        return {"five_unifications_met": met, "appeal_window": window}

    def _work(self, facility: Facility, period: str) -> Row:
        spec = facility.spec
        lasting = self.world.dice("hours", facility.code)
        now = self.world.dice("visits", facility.code, period)
        row: Row = {}
        if "hours" in spec:
            hours = lasting.between(*spec["hours"])
            row |= {"weekly_open_hours": Decimal(hours), "off_hours_weekly": Decimal(hours - 35)}
        if "visits" in spec:
            row["visits"] = now.between(*spec["visits"])
        if "bookable" in spec:
            hours = lasting.between(*spec["bookable"])
            row |= {
                "bookable_hours": Decimal(hours),
                "booked_hours": Decimal(hours * now.between(10, 80)) / 100,
            }
        return row

    def _care(self, facility: Facility) -> Row:
        spec, row = facility.spec, Row()
        dice = self.world.dice("care", facility.code)
        if "beds" in spec:
            beds = dice.between(*spec["beds"])
            row |= {"beds": beds, "beds_occupied": share(beds, dice.between(30, 90))}
        if "places" in spec:
            places = dice.between(*spec["places"])
            row |= {
                "childcare_places": places,
                "childcare_enrolled": share(places, dice.between(40, 95)),
                "childcare_modes": dice.pick(self.parameters["childcare_modes"]),
                "is_inclusive_demo": dice.chance(30),
            }
        if "physicians" in spec:
            physicians = dice.between(*spec["physicians"])
            row |= {"ph_physicians": physicians, "epi_investigators": dice.between(0, 2)}
        if "psych" in spec:
            row |= {"has_psych_room": dice.chance(60), "psych_functions": dice.between(1, 3)}
        if "nursery_class" in spec:
            row["has_nursery_class"] = dice.chance(spec["nursery_class"])
        return row


def facility_code(unit: Unit, spec: dict[str, Any]) -> str:
    """Give the code of the one facility of a type that a unit has: it never changes."""
    return f"{unit.code}-{spec['number']:02d}-01"
