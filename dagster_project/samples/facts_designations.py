"""What a town would report on ``designations`` (SG-110) and ``surveys`` (SG-111).

The pilots are as many as the plan published; stars, titles and answers are calibrated to nothing.
Not here: layouts.
"""

from datetime import date
from decimal import Decimal
from typing import Any

from dagster_project.samples.data import declared
from dagster_project.samples.dice import Dice, share
from dagster_project.samples.facts_facilities import FacilityFacts, facility_code
from dagster_project.samples.facts_profile import ProfileFacts
from dagster_project.samples.world import Row, Table, Town, Unit, World

ANSWERS = ("very_satisfied", "satisfied", "basically_satisfied", "dissatisfied",
           "very_dissatisfied")  # fmt: skip
THEMSELVES = ("COMMUNITY", "STREET")
"""Objects that are the unit itself, not something that stands in it."""


class DesignationFacts:
    """The designations of all towns."""

    def __init__(self, world: World, facilities: FacilityFacts) -> None:
        """Choose the pilots that the plan counts."""
        self.world, self.facilities = world, facilities
        self.parameters: dict[str, Any] = declared("parameters_community")["designations"]
        targets = world.targets
        self.pilots = {
            "CONSULT_PILOT": self._chosen("RC VC", targets.consultation_pilot_communities),
            "COMPLEX_PILOT": self._chosen("RC", targets.service_complex_pilots_urban)
            | self._chosen("VC", targets.service_complex_pilots_village),
            "SANSHE_DEMO": self._chosen("RC VC", targets.sanshe_demo_communities),
        }

    def table(self, town: Town, year: str) -> Table:
        """Give the designations in force in a year, units in code order."""
        rows = [
            self._row(unit, name, awarded, int(year))
            for unit in [*town.communities, town.itself]
            for name in self._titles_of(unit)
            if (awarded := self._awarded(unit, name)) and awarded.year <= int(year)
        ]
        return rows + self._systems(town, year)

    def _titles_of(self, unit: Unit) -> list[str]:
        """Give the titles that a unit or what stands in it may have."""
        kinds = self.parameters["kinds"]
        there = {one.kind for one in self.facilities.register[unit.code]}
        return [
            name
            for name, spec in self.parameters["titles"].items()
            if unit.kind in spec.get("kinds", kinds) and spec.get("facility") in {None, *there}
        ]

    def _systems(self, town: Town, year: str) -> list[Row]:
        """Give the systems that were accepted, which one street lists for all."""
        spec = self.parameters["systems"]
        if town.code != self.world.towns[0].code:
            return []
        rows = []
        for system_id, name in self.world.place["systems"].items():
            awarded = self._day(self.world.dice("system", system_id), spec["years"])
            listed = {"object_type": "SYSTEM", "object_code": system_id, "object_name": name}
            if awarded.year <= int(year):
                row = _award("SYSTEM_ACCEPTED", spec, awarded, int(year))
                rows.append({**listed, "unit_code": town.code, **row})
        return rows

    def _chosen(self, kinds: str, number: int) -> set[str]:
        codes = [unit.code for unit in self.world.communities if unit.kind in kinds.split()]
        return set(self.world.dice("pilots", kinds, number).shuffled(codes)[:number])

    def _awarded(self, unit: Unit, name: str) -> date | None:
        """Give the day of a title; all pilots are of the plan's year or before."""
        spec = self.parameters["titles"][name]
        dice = self.world.dice("title", unit.code, name)
        has = dice.chance(self.world.often(spec.get("present", 0)))
        if unit.code in self.pilots.get(name, ()) or (has and name not in self.pilots):
            return self._day(dice, spec["years"])
        return None

    def _day(self, dice: Dice, years: list[int]) -> date:
        year = self.world.year + dice.between(*years)
        return date(year, dice.between(1, 12), dice.between(1, 28))

    def _row(self, unit: Unit, name: str, awarded: date, year: int) -> Row:
        dice = self.world.dice("title row", unit.code, name)
        spec = self.parameters["titles"][name]
        stars: Row = {"star_grade": None, "score": None}
        if spec.get("stars"):
            stars = {
                "star_grade": dice.between(2, 5),
                "score": Decimal(dice.between(800, 990)) / 10,
            }
        row = _award(spec.get("designation", name), spec, awarded, year)
        return {**_object(unit, spec), "unit_code": unit.code, **row, **stars}


def _object(unit: Unit, spec: dict[str, Any]) -> Row:
    """Give what has the title: the unit itself, one of its facilities, or what stands in it."""
    kind = spec.get("object", "COMMUNITY")
    if kind in THEMSELVES:
        return {"object_type": kind, "object_code": unit.code, "object_name": unit.name}
    if "facility" in spec:
        types = declared("parameters")["facilities"]["types"]
        made = types[spec["facility"]]
        code = facility_code(unit, made)
        return {
            "object_type": kind,
            "object_code": code,
            "object_name": unit.short_name + made["name"],
        }
    code, name = f"{unit.code}-{spec['mark']}-01", unit.short_name + spec["name"]
    return {"object_type": kind, "object_code": code, "object_name": name}


def _award(designation: str, spec: dict[str, Any], awarded: date, year: int) -> Row:
    document = declared("texts")["document"].format(year=awarded.year, n=spec["number"])
    return {
        "designation": designation,
        "level": spec["level"],
        "result": "MET",
        "is_new": awarded.year == year,
        "awarded_on": awarded,
        "valid_until": None,
        "document_no": document,
    }


class SurveyFacts:
    """The surveys of all towns."""

    def __init__(self, world: World, profile: ProfileFacts) -> None:
        """Take who lives in the communities."""
        self.world, self.profile = world, profile
        self.parameters: dict[str, Any] = declared("parameters_community")["surveys"]

    def table(self, town: Town, year: str) -> Table:
        """Give the surveys of one town and year, units in code order."""
        return [
            self._row(unit, town, asked, year)
            for unit in town.communities
            for asked, percent in self.parameters["objects"].items()
            if self.world.dice("survey", unit.code, asked).chance(self.world.often(percent))
        ]

    def _row(self, unit: Unit, town: Town, asked: str, year: str) -> Row:
        dice = self.world.dice("survey", unit.code, asked, year)
        people = int(str(self.profile.row(unit, town, year)["permanent_population"]))
        sample = dice.between(60, 160)
        valid = share(sample, dice.between(70, 98))
        knows = asked in self.parameters["knowledge"]
        return {
            "unit_code": unit.code,
            "survey_object": asked,
            "wave": 1,
            "surveyed_on": date(int(year), dice.between(9, 11), dice.between(1, 28)),
            "method": dice.pick(self.parameters["methods"]),
            "third_party": dice.chance(50),
            "target_population": share(people, dice.between(60, 80)),
            "sample_size": sample,
            "valid_answers": valid,
            **(_knowledge(valid, dice) if knows else _satisfaction(valid, unit, asked, self.world)),
        }


def _knowledge(valid: int, dice: Dice) -> Row:
    yes = share(valid, dice.between(55, 85))
    unknown = share(valid - yes, dice.between(10, 50))
    return {"answered_yes": yes, "answered_no": valid - yes - unknown, "no_opinion": unknown}


def _satisfaction(valid: int, unit: Unit, asked: str, world: World) -> Row:
    """The shares are a community's own: they hardly change from year to year."""
    dice = world.dice("satisfaction", unit.code, asked)
    shares = [dice.between(25, 35), dice.between(35, 45), dice.between(8, 12), 3, 1]
    counts = [share(valid, percent) for percent in shares]
    answers: Row = dict(zip(ANSWERS, counts, strict=True))
    return answers | {"no_opinion": valid - sum(counts)}
