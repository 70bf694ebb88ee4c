"""Stocks that flow from period to period: each opens with what the one before closed with.

Not here: what flows (see the ``facts_*`` modules).
"""

from dataclasses import dataclass

from dagster_project.samples.dice import Dice


@dataclass(frozen=True, slots=True)
class Flow:
    """What there is of one kind in one unit and period, and how it came to be."""

    opening: int
    joined: int
    departed: int

    @property
    def closing(self) -> int:
        """Give what is there at the end."""
        return self.opening + self.joined - self.departed


def walked(
    anchor: int, most: int, dice: Dice, periods: list[str], anchor_period: str
) -> dict[str, Flow]:
    """Walk from the anchor's closing figure back to the first period and on to the last."""
    place = periods.index(anchor_period) + 1
    flows = {}
    closing = anchor
    for period in reversed(periods[:place]):
        joined, departed = dice.between(0, min(most, closing)), dice.between(0, most)
        flows[period] = Flow(closing - joined + departed, joined, departed)
        closing = flows[period].opening
    opening = anchor
    for period in periods[place:]:
        departed, joined = dice.between(0, min(most, opening - 1)), dice.between(0, most)
        flows[period] = Flow(opening, joined, departed)
        opening = flows[period].closing
    return flows
