"""What a town would report on ``appeals`` (SG-108): events and appeals that flow month by month.

Calibrated to nothing. Not here: layouts.
"""

from decimal import Decimal
from typing import Any

from dagster_project.samples.data import declared
from dagster_project.samples.dice import Dice, share
from dagster_project.samples.world import Row, Table, Town, Unit, World

DISPUTES, GRID = "E03", "GRID"


class AppealFacts:
    """The appeal tables of all towns."""

    def __init__(self, world: World) -> None:
        """Take the channels and categories in use."""
        self.world = world
        self.parameters: dict[str, Any] = declared("parameters_community")["appeals"]
        self.periods = world.periods["appeals"]

    def tables(self, town: Town) -> dict[str, Table]:
        """Give the rows of all months of one town, each month opening where the last closed."""
        tables: dict[str, Table] = {period: [] for period in self.periods}
        for unit in [*town.communities, town.itself]:
            for channel, category in self._kinds_of(unit):
                self._walk(tables, unit, channel, category)
        return tables

    def _kinds_of(self, unit: Unit) -> list[tuple[str, str]]:
        """Give the few pairs of channel and category that a unit has events of."""
        channels = self.parameters["channels"]
        here = [name for name, spec in channels.items() if unit.kind in spec["kinds"]]
        pairs = [(name, one) for name in here for one in channels[name]["categories"]]
        kept = set(self.world.dice("appeals", unit.code).shuffled(pairs)[: self.parameters["most"]])
        return [pair for pair in pairs if pair in kept]

    def _walk(self, tables: dict[str, Table], unit: Unit, channel: str, category: str) -> None:
        pending = self.world.dice("appeals pending", unit.code, channel, category).between(0, 2)
        for period in self.periods:
            row = self._row(unit, (channel, category), period, pending)
            pending = int(str(row["pending_closing"]))
            tables[period].append(row)

    def _row(self, unit: Unit, kind: tuple[str, str], period: str, opening: int) -> Row:
        channel, category = kind
        dice = self.world.dice("appeal", unit.code, channel, category, period)
        usual = self.parameters["channels"][channel]["cases"]
        received = share(usual * min(unit.size, 300) // 100, dice.between(50, 100))
        cases = _cases(opening, received, dice)
        closed = int(str(cases["closed"]))
        return (
            {"unit_code": unit.code, "channel": channel, "event_category": category}
            | cases
            | _afterwards(closed, dice)
            | {
                "proactive": received if channel == GRID else share(received, dice.between(0, 10)),
                "direct_dispatched": share(received, dice.between(0, 30)),
                "repeated": share(received, dice.between(0, 10)),
                "mediated": share(closed, dice.between(40, 90)) if category == DISPUTES else None,
                "handling_hours": Decimal(closed * dice.between(8, 120)) / 2,
            }
        )


def _cases(opening: int, received: int, dice: Dice) -> Row:
    """Close most of what is open; what is left is the next month's opening stock."""
    open_cases = opening + received
    returned = share(received, dice.between(0, 6))
    closed = share(open_cases - returned, dice.between(86, 100))
    left = open_cases - returned - closed
    due = share(open_cases, dice.between(90, 100))
    return {
        "pending_opening": opening,
        "received": received,
        "returned": returned,
        "disputed": share(returned, dice.between(0, 60)),
        "response_due": due,
        "responded_on_time": share(due, dice.between(90, 100)),
        "closed": closed,
        "closed_on_time": share(closed, dice.between(88, 100)),
        "pending_closing": left,
        "overdue": share(left, dice.between(0, 40)),
    }


def _afterwards(closed: int, dice: Dice) -> Row:
    called = share(closed, dice.between(30, 80))
    solved = share(called, dice.between(85, 100))
    warnings = dice.between(0, 2)
    return {
        "called_back": called,
        "confirmed_resolved": solved,
        "satisfied": share(solved, dice.between(90, 100)),
        "warnings": warnings,
        "warnings_defused": share(warnings, dice.between(50, 100)),
    }
