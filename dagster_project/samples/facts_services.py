"""What a town would report on ``services`` (SG-102): cases that flow from month to month.

Calibrated to nothing: no plan publishes case numbers. Not here: layouts.
"""

from typing import Any

from dagster_project.programme.period import Period
from dagster_project.samples.data import declared
from dagster_project.samples.dice import Dice, share
from dagster_project.samples.facts_facilities import FacilityFacts
from dagster_project.samples.world import Row, Table, Town, Unit, World


class ServiceFacts:
    """The service tables of all towns."""

    def __init__(self, world: World, facilities: FacilityFacts) -> None:
        """Find out which units have a self-service terminal to take cases at."""
        self.world = world
        self.parameters: dict[str, Any] = declared("parameters")["services"]
        self.categories: dict[str, Any] = self.parameters["categories"]
        self.periods = world.periods["services"]
        quarters = world.periods["facilities"]
        units = [*world.communities, *(town.itself for town in world.towns)]
        self.with_terminal = {u.code for u in units if facilities.has_terminal(u, quarters)}

    def tables(self, town: Town) -> dict[str, Table]:
        """Give the rows of all months of one town, each month opening where the last closed."""
        tables: dict[str, Table] = {period: [] for period in self.periods}
        for unit in [*town.communities, town.itself]:
            for category in self._categories_of(unit):
                pending = self.world.dice("pending", unit.code, category).between(0, 4)
                for period in self.periods:
                    row = self._row(unit, category, period, pending)
                    pending = int(str(row["pending_closing"]))
                    tables[period].append(row)
        return {period: sorted(table, key=_by_unit) for period, table in tables.items()}

    def _categories_of(self, unit: Unit) -> list[str]:
        here = [c for c, spec in self.categories.items() if unit.kind in spec["kinds"]]
        always = [c for c in here if self.categories[c].get("always")]
        dice = self.world.dice("services", unit.code)
        others = dice.shuffled([c for c in here if c not in always])
        low, high = self.parameters["categories_of_a_community"]
        kept = {*always, *others[: max(0, dice.between(low, high) - len(always))]}
        return [category for category in here if category in kept]

    def _row(self, unit: Unit, category: str, period: str, opening: int) -> Row:
        spec = self.categories[category]
        dice = self.world.dice("cases", unit.code, category, period)
        weight = min(unit.size, self.parameters["most_weight"])
        season = self.parameters["season_percent"].get(Period.parse(period).start.month, 100)
        usual = spec["cases"] * weight * season // 10_000
        accepted = share(usual, dice.between(70, 100)) if usual else dice.between(0, 2)
        cases = _cases(opening, accepted, dice)
        return (
            {"unit_code": unit.code, "service_category": category}
            | cases
            | _channels(accepted, dice, terminal=unit.code in self.with_terminal)
            | _afterwards(int(str(cases["completed"])), dice)
            | _persons(accepted, dice, activities=spec.get("activities", 0))
        )


def _by_unit(row: Row) -> tuple[str, str]:
    return str(row["unit_code"]), str(row["service_category"])


def _cases(opening: int, accepted: int, dice: Dice) -> Row:
    """Close most of what is open; what is left is the next month's opening stock."""
    open_cases = opening + accepted
    referred = share(accepted, dice.between(0, 4))
    withdrawn = share(accepted, dice.between(0, 3))
    completed = share(open_cases - referred - withdrawn, dice.between(88, 99))
    return {
        "pending_opening": opening,
        "accepted": accepted,
        "completed": completed,
        "completed_on_time": share(completed, dice.between(94, 100)),
        "completed_once": share(completed, dice.between(50, 85)),
        "referred_out": referred,
        "referred_taken": share(referred, dice.between(80, 100)),
        "withdrawn": withdrawn,
        "pending_closing": open_cases - completed - referred - withdrawn,
    }


def _channels(accepted: int, dice: Dice, *, terminal: bool) -> Row:
    """Percentages that stay below 100 together even when each is rounded up."""
    online = share(accepted, dice.between(5, 25))
    by_terminal = share(accepted, dice.between(0, 12)) if terminal else 0
    outreach = share(accepted, dice.between(0, 10))
    return {
        "accepted_online": online,
        "accepted_terminal": min(by_terminal, accepted - online),
        "accepted_outreach": max(0, min(outreach, accepted - online - by_terminal)),
    }


def _afterwards(completed: int, dice: Dice) -> Row:
    """Call-backs, archives and ratings: each within the cases completed."""
    rated = share(completed, dice.between(15, 40))
    poor, bad = share(rated, dice.between(0, 2)), share(rated, dice.between(0, 1))
    fair = share(rated, dice.between(1, 6))
    good = share(max(0, rated - poor - bad - fair), dice.between(25, 45))
    archived = share(completed, dice.between(90, 100))
    return {
        "called_back": share(completed, dice.between(5, 20)),
        "archived": archived,
        "archived_digital": share(archived, dice.between(40, 90)),
        "rated_5": max(0, rated - poor - bad - fair - good),
        "rated_4": good,
        "rated_3": fair,
        "rated_2": poor,
        "rated_1": bad,
        "bad_rectified": share(poor + bad, dice.between(60, 100)),
    }


def _persons(accepted: int, dice: Dice, *, activities: int) -> Row:
    held = dice.between(0, activities)
    participants = sum(dice.between(12, 60) for _ in range(held))
    served = accepted + share(accepted, dice.between(0, 30))
    return {
        "person_times": served + participants,
        "activities": held,
        "activity_participants": participants,
    }
