"""What a town would report on ``community_profile`` (SG-101): population, estates, grids, items.

Populations are plausible and calibrated to nothing; only the largest number of delegated items
is the plan's. Not here: layouts.
"""

from decimal import Decimal
from typing import Any

from dagster_project.samples.data import declared
from dagster_project.samples.dice import Dice, share
from dagster_project.samples.facts_facilities import FacilityFacts
from dagster_project.samples.world import Row, Table, Town, Unit, World

SERVICES = 7


class ProfileFacts:
    """The community profiles of all towns."""

    def __init__(self, world: World, facilities: FacilityFacts) -> None:
        """Choose the community whose station handles the whole catalogue of items."""
        self.world = world
        self.facilities = facilities
        self.parameters: dict[str, Any] = declared("parameters")["profile"]
        self.with_station = {
            unit.code
            for unit in world.communities
            if facilities.has_open_station(unit, world.anchor)
        }
        stations = [unit for unit in world.communities if unit.code in self.with_station]
        self.rows: dict[tuple[str, str], Row] = {}
        self.fullest = max(stations, key=lambda unit: (unit.size, unit.code)).code

    def table(self, town: Town, year: str) -> Table:
        """Give the rows of one town and year, one for each community and village."""
        return [self.row(unit, town, year) for unit in town.communities]

    def row(self, unit: Unit, town: Town, year: str) -> Row:
        """Give the row of one community or village."""
        if (unit.code, year) not in self.rows:
            self.rows[unit.code, year] = self._row(unit, town, year)
        return self.rows[unit.code, year]

    def _row(self, unit: Unit, town: Town, year: str) -> Row:
        dice = self.world.dice("profile", unit.code)
        people = self._grown(self._people(unit, dice), unit, year)
        permanent = int(str(people["permanent_population"]))
        return (
            self._what_it_is(unit, town, dice)
            | people
            | _estates(unit, dice)
            | self._items(unit, dice)
            | _circles(permanent, int(str(people["households"])), dice)
        )

    def _what_it_is(self, unit: Unit, town: Town, dice: Dice) -> Row:
        classes: dict[str, list[str]] = self.parameters["urban_rural"][town.itself.kind]
        urban = unit.kind == "RC"
        low, high = self.parameters["area_hectares"][unit.kind]
        return {
            "unit_code": unit.code,
            "unit_name": unit.name,
            "unit_kind": unit.kind,
            "urban_rural_code": dice.pick(classes[unit.kind]),
            "community_type": dice.pick(self.parameters["community_types"]) if urban else None,
            "is_support_area": self._is_supported(unit),
            "is_housing_community": urban and dice.chance(40),
            "is_point_type": urban
            and self.world.dice("point type", unit.code).chance(
                self.world.often(self.parameters["point_type"])
            ),
            "boundary_defined": True,
            "area_km2": Decimal(dice.between(low, high)) / 100,
        }

    def _is_supported(self, unit: Unit) -> bool:
        percent = self.world.place.get("support_area", 0)
        return self.world.dice("support area", unit.code).chance(percent)

    def _people(self, unit: Unit, dice: Dice) -> Row:
        permanent = unit.size * self.world.place["persons_per_size"] + dice.between(0, 97)
        registered = share(permanent, dice.between(42, 68))
        old = share(registered, dice.between(12, 18))
        of_65 = share(old, dice.between(60, 70))
        return {
            "households": permanent * 10 // dice.between(26, 34),
            "registered_population": registered,
            "permanent_population": permanent,
            "floating_population": share(permanent, dice.between(28, 52)),
            "pop_age_0_2": share(permanent, dice.between(2, 4)),
            "pop_age_60_plus": old,
            "pop_age_65_plus": of_65,
            "pop_age_80_plus": share(of_65, dice.between(14, 20)),
            "grids": max(1, permanent // 900),
            "residents_groups": max(1, permanent // 500),
        }

    def _grown(self, people: Row, unit: Unit, year: str) -> Row:
        """Let all figures of later years grow by the same percent: parts stay within wholes."""
        percent = (int(year) - self.world.year) * self.world.dice("growth", unit.code).between(0, 2)
        return {
            name: int(str(count)) + share(int(str(count)), percent)
            for name, count in people.items()
        }

    def _items(self, unit: Unit, dice: Dice) -> Row:
        """Every station draws on one catalogue, the plan's; none goes beyond it."""
        catalogue = self.world.targets.delegated_service_items_count
        items = 0
        if unit.code in self.with_station:
            low = share(catalogue, self.parameters["items_percent"])
            items = catalogue if unit.code == self.fullest else dice.between(low, catalogue)
        every_service = self.world.dice("all services", unit.code)
        return {
            "delegated_items": items,
            "region_wide_items": share(items, dice.between(10, 40)),
            "services_available": self._services(dice, every_service) if items else 0,
        }

    def _services(self, dice: Dice, every_service: Dice) -> int:
        """Give how many of the seven services a station offers."""
        usual = dice.between(2, 6)
        return SERVICES if every_service.chance(self.parameters["all_services"]) else usual


def _estates(unit: Unit, dice: Dice) -> Row:
    most = 12 if unit.kind == "RC" else 2
    estates = dice.between(1 if unit.kind == "RC" else 0, most)
    return {
        "residential_estates": estates,
        "estates_with_owners_committee": share(estates, dice.between(10, 50)),
        "estates_with_party_org": share(estates, dice.between(10, 40)),
        "estates_smart_security": share(estates, dice.between(0, 40)),
        "estates_elder_norm": share(estates, dice.between(0, 30)),
        "estates_renovated": share(estates, dice.between(0, 15)),
    }


def _circles(permanent: int, households: int, dice: Dice) -> Row:
    return {
        "circle_15min_covered": dice.chance(55),
        "residents_15min_health": share(permanent, dice.between(50, 95)),
        "residents_15min_centre": share(permanent, dice.between(60, 100)),
        "residents_15min_party": share(permanent, dice.between(55, 98)),
        "record_complete_households": share(households, dice.between(80, 99)),
    }
