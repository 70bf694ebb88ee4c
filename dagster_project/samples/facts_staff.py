"""What a town would report on ``staff`` (SG-103): headcounts that flow from quarter to quarter.

The closing headcounts of the anchor period add up to the plan's figures; the quarters before and
after hang on them through joined and departed. Not here: layouts.
"""

from decimal import Decimal
from typing import Any

from dagster_project.samples.calibration import spread
from dagster_project.samples.data import declared
from dagster_project.samples.dice import Dice, share
from dagster_project.samples.flows import Flow, walked
from dagster_project.samples.world import Row, Table, Town, Unit, World

FISC = "FISC_SW"
YOUNG = ("RC_MEMBER", "COMM_WORKER")
"""Categories whose members born since 1970 are to pass the examination."""
MONTHS = 3


class StaffFacts:
    """The staff tables of all towns."""

    def __init__(self, world: World) -> None:
        """Share the published headcounts out over the units."""
        self.world = world
        self.categories: dict[str, Any] = declared("parameters")["staff"]["categories"]
        self.periods = world.periods["staff"]
        self.anchor = world.anchor
        self.closings = self._closings()
        self.exams = self._exams()
        self.flows = {key: self._flows(*key) for key in self.closings}

    def table(self, town: Town, period: str) -> Table:
        """Give the rows of one town and quarter, units in code order."""
        units = [*town.communities, town.itself]
        return [
            self._row(unit, category, period)
            for unit in units
            for category in self.categories
            if (unit.code, category) in self.closings and period >= self._first(category)
        ]

    def _first(self, category: str) -> str:
        """Give the first quarter in which anybody is of a category."""
        since = self.categories[category].get("since")
        return self.periods[0] if since is None else self.world.quarter(since)

    def _closings(self) -> dict[tuple[str, str], int]:
        closings: dict[tuple[str, str], int] = {}
        for category, total in self._totals().items():
            units = self._units_of(category)
            low, high = self.categories[category]["count"]
            parts = (
                spread(total, [u.size for u in units], [low] * len(units), [high] * len(units))
                if total
                else [self._drawn(unit, category) for unit in units]
            )
            closings |= {
                (unit.code, category): part for unit, part in zip(units, parts, strict=True) if part
            }
        return closings

    def _totals(self) -> dict[str, int | None]:
        """Give the published total of each category, None where none is published."""
        targets = self.world.targets
        full_time = share(targets.grid_staff, declared("parameters")["staff"]["grid_full_percent"])
        professionals = targets.fisc_social_work_professionals
        return dict.fromkeys(self.categories) | {
            "RC_MEMBER": targets.residents_committee_members,
            "VC_MEMBER": targets.villagers_committee_members,
            "COMM_WORKER": targets.community_fulltime_workers,
            "GRID_FULL": full_time,
            "GRID_PART": targets.grid_staff - full_time,
            FISC: professionals,
            "FISC_OTHER": targets.fisc_social_work_employees - professionals,
        }

    def _units_of(self, category: str) -> list[Unit]:
        kinds = self.categories[category]["kinds"]
        units = [*self.world.communities, *(town.itself for town in self.world.towns)]
        return [unit for unit in units if unit.kind in kinds]

    def _drawn(self, unit: Unit, category: str) -> int:
        spec = self.categories[category]
        dice = self.world.dice("staff", unit.code, category)
        return dice.between(*spec["count"]) if dice.chance(spec.get("present", 100)) else 0

    def _exams(self) -> dict[str, int]:
        """Share the examination passes out over the family centres, within their staff."""
        staff = {unit.code: self.closings[unit.code, FISC] for unit in self._units_of(FISC)}
        counts = list(staff.values())
        passes = spread(
            self.world.targets.social_worker_exam_passed, counts, [0] * len(counts), counts
        )
        return dict(zip(staff, passes, strict=True))

    def _flows(self, code: str, category: str) -> dict[str, Flow]:
        anchor = self.closings[code, category]
        dice = self.world.dice("flow", code, category)
        percent, chance = self.categories[category]["turnover"]
        most = anchor * percent // 100 + dice.chance(chance)
        flows = walked(anchor, most, dice, self.periods, self.anchor)
        first = self._first(category)
        if "since" in self.categories[category] and first in flows:
            flows[first] = Flow(0, flows[first].closing, 0)
        return flows

    def _row(self, unit: Unit, category: str, period: str) -> Row:
        spec = self.categories[category]
        flow = self.flows[unit.code, category][period]
        lasting = self.world.dice("staff-shares", unit.code, category)
        now = self.world.dice("staff-now", unit.code, category, period)
        return (
            {"unit_code": unit.code, "staff_category": category}
            | _heads(flow, spec, lasting)
            | self._licences(unit, category, flow)
            | _posts(flow, category, lasting)
            | _pay(flow, spec, lasting, now)
            | _training(flow, now)
            | _appraisal(flow, spec, period, now)
            | _hours(flow, spec, now)
        )

    def _licences(self, unit: Unit, category: str, flow: Flow) -> Row:
        if category != FISC:
            licences = ("exam_passed", "sw_assistant", "sw_intermediate", "sw_senior")
            return dict.fromkeys(licences, 0) | (_young(flow) if category in YOUNG else {})
        change = flow.closing - self.closings[unit.code, FISC]
        passed = max(0, min(flow.closing, self.exams[unit.code] + change))
        assistants = share(passed, 65)
        young = share(flow.closing, 80)
        return {
            "exam_passed": passed,
            "sw_assistant": assistants,
            "sw_intermediate": passed - assistants,
            "sw_senior": 0,
            "born_1970_on_eligible": young,
            "born_1970_on_licensed": min(young, share(passed, 85)),
        }


def _heads(flow: Flow, spec: dict[str, Any], dice: Dice) -> Row:
    closing = flow.closing
    full_time = share(closing, dice.between(*spec["full_time"]))
    return {
        "headcount_opening": flow.opening,
        "joined": flow.joined,
        "departed": flow.departed,
        "departed_by_rule": share(flow.departed, 30),
        "headcount_closing": closing,
        "counted_elsewhere": closing if spec.get("counted_elsewhere") else 0,
        "female": share(closing, dice.between(*spec["female"])),
        "party_members": share(closing, dice.between(*spec["party"])),
        "full_time": full_time,
        "part_time": closing - full_time,
        "college_or_above": share(closing, dice.between(*spec["college"])),
    }


def _posts(flow: Flow, category: str, dice: Dice) -> Row:
    """Columns that apply to some categories only stay empty for the others."""
    where: dict[str, list[str]] = declared("parameters")["staff"]["applies_to"]
    answers = {
        "posts_established": flow.closing + dice.between(0, 2),
        "posts_filled": flow.closing,
        "unified_pay": share(flow.closing, 90),
        "under_worker_system": share(flow.closing, 60),
    }
    return {name: n if category in where[name] else None for name, n in answers.items()}


def _young(flow: Flow) -> Row:
    """Those who must pass the examination; nobody has yet outside the family centres."""
    return {"born_1970_on_eligible": share(flow.closing, 70), "born_1970_on_licensed": 0}


def _pay(flow: Flow, spec: dict[str, Any], lasting: Dice, now: Dice) -> Row:
    """Whole yuan for the months worked: who leaves is paid one month, who joins two."""
    if "wage" not in spec:
        return {"wage_bill": None, "paid_person_months": None, "wage_basis": None}
    months = MONTHS * (flow.opening - flow.departed) + flow.departed + 2 * flow.joined
    monthly = lasting.between(*spec["wage"]) + now.between(0, 90)
    return {
        "wage_bill": Decimal(months * monthly),
        "paid_person_months": Decimal(months),
        "wage_basis": "GROSS",
    }


def _training(flow: Flow, dice: Dice) -> Row:
    persons = dice.between(0, flow.closing)
    return {
        "training_person_times": persons,
        "training_hours": Decimal(persons * dice.between(2, 12)) / 2,
    }


def _appraisal(flow: Flow, spec: dict[str, Any], period: str, dice: Dice) -> Row:
    """Appraisals are yearly and stand in the report of the fourth quarter."""
    asked = period.endswith("Q4") and "wage" in spec
    return {
        "appraised_excellent": share(flow.closing, dice.between(8, 15)) if asked else None,
        "appraised_fail": 0 if asked else None,
    }


def _hours(flow: Flow, spec: dict[str, Any], dice: Dice) -> Row:
    if not spec.get("volunteers"):
        return {}
    return {
        "service_hours": Decimal(flow.closing * dice.between(4, 24)) / 2,
        "time_bank_accounts": share(flow.closing, dice.between(5, 20)),
    }
