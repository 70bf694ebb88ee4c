"""What a town would report on ``projects`` (SG-109): a register whose payments add up.

Finished facility projects go beyond what the plan published as lower bounds; contracts are paid
in equal parts, quarter by quarter. Not here: layouts.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from dagster_project.programme.period import Period
from dagster_project.samples.calibration import spread
from dagster_project.samples.data import declared
from dagster_project.samples.dice import share
from dagster_project.samples.world import Row, Table, Town, Unit, World

THOUSAND = 1_000


@dataclass(frozen=True, slots=True)
class Project:
    """One project: where, of what kind, how much, and over which quarters it is paid."""

    code: str
    kind: str
    unit: Unit
    amount: int
    start: Period
    quarters: int
    spec: dict[str, Any]

    def elapsed(self, period: Period) -> int:
        """Give the quarters that were paid by the end of one, none before the first."""
        months = (period.start.year - self.start.start.year) * 12
        months += period.start.month - self.start.start.month
        return max(0, min(self.quarters, months // 3 + 1))

    def paid(self, elapsed: int) -> int:
        """Give what was paid once so many quarters have passed."""
        return self.amount * elapsed // self.quarters

    def paid_in(self, period: Period) -> int:
        """Give what is paid in a quarter."""
        return self.paid(self.elapsed(period)) - self.paid(self.elapsed(period.previous()))


class ProjectFacts:
    """The project registers of all towns."""

    def __init__(self, world: World) -> None:
        """Share the published investment out over facility projects; draw the others."""
        self.world = world
        self.parameters: dict[str, Any] = declared("parameters_community")["projects"]
        self.kinds: dict[str, Any] = self.parameters["types"]
        self.register: dict[str, list[Project]] = {}
        for project in [*self._facilities(), *self._drawn()]:
            self.register.setdefault(project.unit.code, []).append(project)

    def table(self, town: Town, label: str) -> Table:
        """Give the register of one town at the end of a quarter."""
        period = Period.parse(label)
        return [
            self._row(project, period)
            for unit in [*town.communities, town.itself]
            for project in self.register.get(unit.code, [])
            if project.elapsed(period)
        ]

    def purchased(self, unit: Unit, label: str) -> int:
        """Give what was paid to social organisations for a unit in a quarter."""
        period = Period.parse(label)
        projects = self.register.get(unit.code, [])
        return sum(one.paid_in(period) for one in projects if one.spec["supplier"] == "SOCIAL_ORG")

    def _facilities(self) -> Iterator[Project]:
        """The plan says over 1000 projects and over 130 million yuan: a little more of each."""
        targets, units = self.world.targets, self.world.communities
        over = 100 + self.parameters["over_percent"]
        number = targets.community_facility_hardware_projects_cumulative * over // 100
        low, high = self.kinds["FACILITY"]["count"]
        sizes = [unit.size for unit in units]
        counts = spread(number, sizes, [low] * len(units), [high] * len(units))
        owners = [unit for unit, times in zip(units, counts, strict=True) for _ in range(times)]
        total = targets.community_facility_investment_cumulative * over // 100 // THOUSAND
        low, high = (amount // THOUSAND for amount in self.kinds["FACILITY"]["amount"])
        weights = [self.world.dice("facility project", n).between(1, 9) for n in range(number)]
        amounts = spread(total, weights, [low] * number, [high] * number)
        serials: dict[str, count[int]] = {}
        for unit, amount in zip(owners, amounts, strict=True):
            serial = next(serials.setdefault(unit.code, count(1)))
            yield self._facility(unit, serial, amount * THOUSAND)

    def _facility(self, unit: Unit, serial: int, amount: int) -> Project:
        dice = self.world.dice("facility start", unit.code, serial)
        quarters = dice.between(1, 4)
        year = self.world.year + dice.between(-6, -1)
        start = Period.of("Q", year, 3 * dice.between(0, 3) + 1)
        code = f"{unit.code}-P-SS-{serial:02d}"
        return Project(code, "FACILITY", unit, amount, start, quarters, self.kinds["FACILITY"])

    def _drawn(self) -> Iterator[Project]:
        units = [*self.world.communities, *(town.itself for town in self.world.towns)]
        for unit in units:
            for kind, spec in self.kinds.items():
                for later in spec.get("years", []) if unit.kind in spec["kinds"] else []:
                    year = self.world.year + later
                    dice = self.world.dice("project", unit.code, kind, year)
                    if dice.chance(self.world.often(spec.get("present", 100))):
                        amount = dice.between(*(a // THOUSAND for a in spec["amount"])) * THOUSAND
                        start = Period.of("Q", year, 3 * dice.between(*spec["starts"]) - 2)
                        code = f"{unit.code}-P-{spec['mark']}-{year}"
                        yield Project(code, kind, unit, amount, start, spec["quarters"], spec)

    def _row(self, project: Project, period: Period) -> Row:
        dice = self.world.dice("project row", project.code)
        now = self.world.dice("project now", project.code, period.label)
        spec, elapsed = project.spec, project.elapsed(period)
        ended, paid = elapsed == project.quarters, project.paid_in(period)
        targets = dice.between(4, 10)
        return {
            "project_code": project.code,
            "project_name": project.unit.short_name + spec["name"],
            "unit_code": project.unit.code,
            "project_type": project.kind,
            "service_category": spec.get("service"),
            "population_group": spec.get("group"),
            "facility_code": f"{project.unit.code}-01-01" if spec.get("facility") else None,
            "origin": spec["origin"],
            "fund_source": dice.pick(spec["funds"]),
            "count_unit": spec.get("count_unit"),
            "quantity_bought": dice.between(1, 4) if spec.get("count_unit") else None,
            "supplier_name": declared("texts")["supplier"] if spec["supplier"] else None,
            "supplier_type": spec["supplier"],
            "budget_amount": Decimal(project.amount + share(project.amount, dice.between(0, 8))),
            "contract_amount": Decimal(project.amount),
            "paid_opening": Decimal(project.paid(elapsed) - paid),
            "paid_in_period": Decimal(paid),
            "paid_closing": Decimal(project.paid(elapsed)),
            **_dates(project, ended=ended),
            "status": "FINISHED" if ended else "RUNNING",
            "progress_percent": Decimal(100 * elapsed // project.quarters),
            "beneficiaries": now.between(*spec["beneficiaries"]) if paid else 0,
            "kpi_total": targets,
            "kpi_met": targets * elapsed // project.quarters,
            "evaluation_grade": dice.pick(["EXCELLENT", "GOOD", "PASS"]) if ended else None,
        }


def _dates(project: Project, *, ended: bool) -> Row:
    """Approved before the first quarter, started in it, finished in the last."""
    last = project.start
    for _ in range(project.quarters - 1):
        last = last.next()
    return {
        "approved_on": project.start.start - timedelta(days=30),
        "started_on": project.start.start + timedelta(days=10),
        "finished_on": last.start + timedelta(days=60) if ended else None,
    }
