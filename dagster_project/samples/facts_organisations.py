"""What a town would report on ``organisations`` (SG-105): organisations that come and go.

What they were paid is what the projects paid them. Calibrated to nothing. Not here: layouts.
"""

from decimal import Decimal
from typing import Any

from dagster_project.samples.data import declared
from dagster_project.samples.dice import share
from dagster_project.samples.facts_projects import ProjectFacts
from dagster_project.samples.flows import Flow, walked
from dagster_project.samples.world import Row, Table, Town, Unit, World

PAID = "SERVICE"
"""The type whose row takes what was paid to social organisations."""


class OrganisationFacts:
    """The organisation tables of all towns."""

    def __init__(self, world: World, projects: ProjectFacts) -> None:
        """Draw how many organisations of each type there are, and how they change."""
        self.world, self.projects = world, projects
        self.parameters: dict[str, Any] = declared("parameters_community")["organisations"]
        self.types: dict[str, Any] = self.parameters["types"]
        self.periods = world.periods["organisations"]
        units = [*world.communities, *(town.itself for town in world.towns)]
        self.flows = {
            (unit.code, kind): self._flows(unit, kind, spec)
            for unit in units
            for kind, spec in self.types.items()
            if unit.kind in spec["kinds"] and self._is_there(unit, kind, spec)
        }

    def table(self, town: Town, period: str) -> Table:
        """Give the rows of one town and quarter, units in code order."""
        units = [*town.communities, town.itself]
        return [
            self._row(unit, kind, period)
            for unit in units
            for kind in self.types
            if (unit.code, kind) in self.flows
        ]

    def _is_there(self, unit: Unit, kind: str, spec: dict[str, Any]) -> bool:
        dice = self.world.dice("organisations there", unit.code, kind)
        return dice.chance(self.world.often(spec.get("present", 100)))

    def _flows(self, unit: Unit, kind: str, spec: dict[str, Any]) -> dict[str, Flow]:
        dice = self.world.dice("organisations", unit.code, kind)
        closing = dice.between(*spec["count"])
        most = 1 if dice.chance(self.parameters["change_percent"]) and closing else 0
        return walked(closing, most, dice, self.periods, self.world.anchor)

    def _row(self, unit: Unit, kind: str, period: str) -> Row:
        flow = self.flows[unit.code, kind][period]
        now = self.world.dice("organisations now", unit.code, kind, period)
        paid = self.projects.purchased(unit, period) if kind == PAID else 0
        activities = now.between(0, 3 * flow.closing)
        participants = sum(now.between(12, 60) for _ in range(activities))
        return (
            {"unit_code": unit.code, "org_type": kind}
            | self._forms(unit, kind, flow)
            | {
                "activities": activities,
                "participants": participants,
                "purchase_amount": Decimal(paid),
                "donations_received": Decimal(100 * now.between(0, 30) if flow.closing else 0),
            }
        )

    def _forms(self, unit: Unit, kind: str, flow: Flow) -> Row:
        """Registered, filed and managed add up; agencies and foundations are registered."""
        spec, closing = self.types[kind], flow.closing
        dice = self.world.dice("organisation forms", unit.code, kind)
        registered = closing if spec.get("registered") else share(closing, dice.between(10, 40))
        filed = share(closing - registered, dice.between(60, 100))
        return {
            "orgs_opening": flow.opening,
            "orgs_new": flow.joined,
            "orgs_removed": flow.departed,
            "orgs_closing": closing,
            "orgs_registered": registered,
            "orgs_filed": filed,
            "orgs_managed": closing - registered - filed,
            "with_party_org": share(closing, dice.between(0, 30)),
            "taking_over": share(closing, dice.between(0, 30)),
            "members": closing * dice.between(6, 40),
        }
