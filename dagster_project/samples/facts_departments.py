"""What the district's departments would report on ``department_measures`` (SG-201).

Streets and the district, the district being their sum; what the forms of the streets are compared
with agrees with them. Only the number of delegating departments is the plan's. Not here: layouts.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from dagster_project.programme.model import CodeList
from dagster_project.programme.period import Period
from dagster_project.samples.data import declared
from dagster_project.samples.dice import Dice, share
from dagster_project.samples.facts_facilities import FacilityFacts
from dagster_project.samples.facts_groups import year_of
from dagster_project.samples.facts_profile import ProfileFacts
from dagster_project.samples.world import Row, Table, Town, Unit, World

RESIDENTS, TEN_THOUSAND = "residents", 10_000
Parts = tuple[int, int]
"""Numerator and denominator."""


class DepartmentFacts:
    """The department tables of the district."""

    def __init__(
        self, world: World, profile: ProfileFacts, facilities: FacilityFacts, measures: CodeList
    ) -> None:
        """Take what the streets report and the list of measures."""
        self.world, self.profile, self.facilities = world, profile, facilities
        self.measures = measures
        self.parameters: dict[str, Any] = declared("parameters_community")["department_measures"]

    def table(self, label: str) -> Table:
        """Give the rows of one quarter: measure by measure, the district before its streets."""
        return list(self._rows(label))

    def _rows(self, label: str) -> Iterator[Row]:
        towns, targets, district = self.world.towns, self.world.targets, self.world.district
        for measure, column in self.parameters["sums"].items():
            yield from self._split(
                measure, [self._sum(town, column, label) for town in towns], label
            )
        for measure, kind in self.parameters["counts"].items():
            yield from self._split(
                measure, [self._count(town, kind, label) for town in towns], label
            )
        for measure in self.parameters["rates"]:
            parts = [self._parts(town, measure, label) for town in towns]
            whole = (sum(over for over, _ in parts), sum(under for _, under in parts))
            yield self._rate(district, measure, whole, label)
            for town, part in zip(towns, parts, strict=True):
                yield self._rate(town.itself, measure, part, label)
        yield from self._of_district(label)
        yield self._value(district, "CATALOGUE_DEPTS", targets.delegated_departments_count, label)
        yield self._value(district, "CATALOGUE_ITEMS", targets.delegated_service_items_count, label)

    def _of_district(self, label: str) -> Iterator[Row]:
        """Give what is known of the district as a whole only."""
        district = self.world.district
        residents = sum(self._sum(town, "permanent_population", label) for town in self.world.towns)
        for measure, (low, high) in self.parameters["per_10k"].items():
            rate = self._drawn(measure).between(low, high)
            yield self._value(district, measure, residents * rate // TEN_THOUSAND, label)
        for measure, (low, high) in self.parameters["numbers"].items():
            yield self._value(district, measure, self._drawn(measure).between(low, high), label)
        for measure, spec in self.parameters["parts"].items():
            dice = self._drawn(measure)
            under = residents if spec["of"] == RESIDENTS else dice.between(*spec["of"])
            over = share(under, dice.between(*spec["percent"]))
            yield self._rate(district, measure, (over, under), label)

    def _drawn(self, measure: str) -> Dice:
        return self.world.dice("measure", measure, self.world.district.code)

    def _split(self, measure: str, by_town: list[int], label: str) -> Iterator[Row]:
        """Give the district's figure, then those of its streets and towns."""
        yield self._value(self.world.district, measure, sum(by_town), label)
        for town, value in zip(self.world.towns, by_town, strict=True):
            yield self._value(town.itself, measure, value, label)

    def _sum(self, town: Town, column: str, label: str) -> int:
        rows = self.profile.table(town, year_of(label))
        return sum(int(str(row[column])) for row in rows)

    def _count(self, town: Town, kind: str, label: str) -> int:
        rows = self.facilities.table(town, label)
        return sum((row["facility_type"], row["status"]) == (kind, "OPEN") for row in rows)

    def _parts(self, town: Town, measure: str, label: str) -> Parts:
        """Give a rate's parts; what the streets declare lies within what was measured."""
        residents = self._sum(town, "permanent_population", label)
        dice = self.world.dice("rate", measure, town.code)
        least = 0
        if measure == "STATION_IN_15MIN":
            least = self._sum(town, "residents_15min_centre", label)
        low, high = self.parameters["rates"][measure]
        return max(least, share(residents, dice.between(low, high))), residents

    def _value(self, region: Unit, measure: str, value: int, label: str) -> Row:
        return self._row(region, measure, label) | {"value": Decimal(value)}

    def _rate(self, region: Unit, measure: str, parts: Parts, label: str) -> Row:
        over, under = parts
        return self._row(region, measure, label) | {
            "value": Decimal(over * 10_000 // under) / 100,
            "numerator": Decimal(over),
            "denominator": Decimal(under),
        }

    def _row(self, region: Unit, measure: str, label: str) -> Row:
        attributes = self.measures.by_code[measure].attributes
        return {
            "region_code": region.code,
            "measure_code": measure,
            "unit": attributes["unit"],
            "source_department": attributes["department"],
            "definition_version": str(self.world.year),
            "as_of_date": Period.parse(label).end,
            "obs_status": "A",
        }
