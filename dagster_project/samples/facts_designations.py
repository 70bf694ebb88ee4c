"""What a town would report on ``designations`` (SG-110) and ``surveys`` (SG-111).

The pilots are as many as the plan published; stars, titles and answers are calibrated to nothing.
Not here: layouts.
"""

from datetime import date
from decimal import Decimal
from typing import Any

from dagster_project.samples.data import declared
from dagster_project.samples.dice import Dice, share
from dagster_project.samples.facts_profile import ProfileFacts
from dagster_project.samples.world import Row, Table, Town, Unit, World

ANSWERS = ("very_satisfied", "satisfied", "basically_satisfied", "dissatisfied",
           "very_dissatisfied")  # fmt: skip


class DesignationFacts:
    """The designations of all towns."""

    def __init__(self, world: World) -> None:
        """Choose the pilots that the plan counts."""
        self.world = world
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
        return [
            self._row(unit, name, awarded, int(year))
            for unit in town.communities
            for name in self.parameters["titles"]
            if (awarded := self._awarded(unit, name)) and awarded.year <= int(year)
        ]

    def _chosen(self, kinds: str, number: int) -> set[str]:
        codes = [unit.code for unit in self.world.communities if unit.kind in kinds.split()]
        return set(self.world.dice("pilots", kinds, number).shuffled(codes)[:number])

    def _awarded(self, unit: Unit, name: str) -> date | None:
        """Give the day of a title; all pilots are of the plan's year or before."""
        first, last = self.parameters["titles"][name]["years"]
        dice = self.world.dice("title", unit.code, name)
        has = dice.chance(self.parameters["titles"][name].get("present", 0))
        if unit.code in self.pilots.get(name, ()) or (has and name not in self.pilots):
            return date(dice.between(first, last), dice.between(1, 12), dice.between(1, 28))
        return None

    def _row(self, unit: Unit, name: str, awarded: date, year: int) -> Row:
        dice = self.world.dice("title row", unit.code, name)
        spec = self.parameters["titles"][name]
        return {
            "object_type": "COMMUNITY",
            "object_code": unit.code,
            "object_name": unit.name,
            "unit_code": unit.code,
            "designation": name,
            "level": spec["level"],
            "star_grade": dice.between(2, 5) if spec.get("stars") else None,
            "result": "MET",
            "score": Decimal(dice.between(800, 990)) / 10 if spec.get("stars") else None,
            "is_new": awarded.year == year,
            "awarded_on": awarded,
            "valid_until": None,
            "document_no": declared("texts")["document"].format(
                year=awarded.year, n=spec["number"]
            ),
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
            if self.world.dice("survey", unit.code, asked).chance(percent)
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
