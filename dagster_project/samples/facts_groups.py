"""What a town would report on ``population_groups`` (SG-107): the elderly, infants, key groups.

The elderly and infants are those of the community profile. Calibrated to nothing. Not here:
layouts.
"""

from decimal import Decimal
from typing import Any

from dagster_project.programme.period import Period
from dagster_project.samples.data import declared
from dagster_project.samples.dice import Dice, share
from dagster_project.samples.facts_profile import ProfileFacts
from dagster_project.samples.flows import Flow, walked
from dagster_project.samples.world import Row, Table, Town, Unit, World

CHILDCARE = ("full", "half", "hourly", "temp")


class GroupFacts:
    """The tables of population groups of all towns."""

    def __init__(self, world: World, profile: ProfileFacts) -> None:
        """Walk each group of each community through the quarters."""
        self.world, self.profile = world, profile
        self.parameters: dict[str, Any] = declared("parameters_community")["population_groups"]
        self.groups: dict[str, Any] = self.parameters["groups"]
        self.periods = world.periods["population_groups"]
        self.flows = {
            (unit.code, group): self._flows(unit, town, group, spec)
            for town in world.towns
            for unit in town.communities
            for group, spec in self.groups.items()
        }
        self.served = {key: self._served(key) for key in self.flows}

    def table(self, town: Town, period: str) -> Table:
        """Give the rows of one town and quarter, units in code order."""
        return [
            self._row(unit, group, period) for unit in town.communities for group in self.groups
        ]

    def _flows(self, unit: Unit, town: Town, group: str, spec: dict[str, Any]) -> dict[str, Flow]:
        dice = self.world.dice("group", unit.code, group)
        people = self.profile.row(unit, town, str(self.world.year))
        persons = int(str(people[spec["of"]]))
        persons = share(persons, spec["percent"]) if "percent" in spec else persons
        most = share(persons, 1) if group != "ELDER80" else 0
        return walked(persons, most, dice, self.periods, self.world.anchor)

    def _served(self, key: tuple[str, str]) -> dict[str, int]:
        """Persons served since January never fall within a year, nor go beyond the register."""
        served, so_far = {}, 0
        for period in self.periods:
            flow, dice = self.flows[key][period], self.world.dice("served", *key, period)
            if period.endswith("Q1"):
                so_far = 0
            most = flow.opening + flow.joined
            so_far = max(so_far, min(most, so_far + share(flow.opening, dice.between(3, 12))))
            served[period] = so_far
        return served

    def _row(self, unit: Unit, group: str, period: str) -> Row:
        flow = self.flows[unit.code, group][period]
        now = self.world.dice("group now", unit.code, group, period)
        visited = share(flow.opening, now.between(15, 60))
        times = visited + share(visited, now.between(0, 80))
        row: Row = {
            "unit_code": unit.code,
            "population_group": group,
            "persons_opening": flow.opening,
            "persons_added": flow.joined,
            "actively_found": share(flow.joined, now.between(0, 50)),
            "persons_removed": flow.departed,
            "persons_closing": flow.closing,
            "visited_persons": visited,
            "served_sw_ytd": self.served[unit.code, group][period],
            "person_times": times,
            "assistance_amount": Decimal(times * now.between(0, 60)),
        }
        return row | self._care(unit, group, flow) | self._work(group, flow, now)

    def _care(self, unit: Unit, group: str, flow: Flow) -> Row:
        """Few of the elderly live in institutions, so that the street's beds hold them."""
        dice = self.world.dice("care", unit.code, group)
        if group == "ELDER60":
            bought = share(flow.closing, dice.between(2, 5))
            inside = share(flow.closing, 1)
            return {
                "home_self_care": flow.closing - bought - inside,
                "home_purchased_care": bought,
                "institutional_care": inside,
                "institutional_out_of_area": share(inside, dice.between(0, 60)),
            }
        if group == "INFANT03":
            parts = [share(flow.closing, dice.between(0, 6)) for _ in CHILDCARE]
            row: Row = {f"childcare_{n}": part for n, part in zip(CHILDCARE, parts, strict=True)}
            return row
        return {}

    def _work(self, group: str, flow: Flow, now: Dice) -> Row:
        row: Row = {}
        if self.groups[group].get("jobs"):
            row["jobs_found"] = share(flow.opening, now.between(0, 12))
        if self.groups[group].get("minors"):
            row["reports_received"] = now.between(0, 1)
        return row


def year_of(label: str) -> str:
    """Give the last year that had ended when a quarter ended.

    >>> year_of("2015-Q4"), year_of("2016-Q1")
    ('2015', '2015')
    """
    year = Period.parse(label).end.year
    return str(year if label.endswith("Q4") else year - 1)
