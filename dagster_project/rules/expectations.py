"""How likely a figure is, given what the unit reported before: a far value is likelier wrong.

Only ratios of these likelihoods matter. Not here: the slips that make a value wrong (``slips``).
"""

from collections.abc import Mapping, Sequence
from math import exp, log, sqrt
from statistics import median
from typing import Any

from dagster_project.programme.model import Column, Form

Row = Mapping[str, Any]
History = Mapping[tuple[Any, ...], Sequence[Row]]
"""Earlier rows by key, the latest last."""

USUAL_CHANGE = 0.10
"""A tenth from period to period is nothing unusual; small counts scatter by their root besides."""
TIGHT = 0.5
"""An opening stock is the last closing one: half a unit of slack is none for whole numbers."""
PEERS_DIFFER = 1.5
"""In powers of e: communities of one town differ by a factor of four as a matter of course."""
SURPRISE = 0.02
"""The share of true figures that have nothing to do with the earlier ones."""


class Expectations:
    """What the figures of a form's rows may be, by their history."""

    def __init__(self, form: Form, history: History, rows: Sequence[Row]) -> None:
        """Take the form, its earlier rows by key, and the rows of the file itself."""
        self.keys = form.keys
        self.history = history
        self.rows = rows
        self.middles: dict[str, float] = {}
        openings = [column.name for column in form.columns if column.role == "opening"]
        closings = [column.name for column in form.columns if column.role == "closing"]
        self.carried = dict(zip(openings, closings, strict=False))

    def last(self, row: Row, column: str) -> Any:
        """Give the value that a column had, or should carry over, from the period before."""
        before = self._before(row)
        name = self.carried.get(column, column)
        return before[-1].get(name) if before else None

    def likelihood(self, row: Row, column: Column, value: float) -> float:
        """Give how likely a figure is, before the rules are asked."""
        known = [one.get(self.carried.get(column.name, column.name)) for one in self._before(row)]
        figures = [float(one) for one in known if one is not None]
        broad = self._among_peers(column.name, value)
        if not figures:
            return broad
        if column.name in self.carried:
            middle, scale = figures[-1], TIGHT
        else:
            middle = sorted(figures)[len(figures) // 2]
            scale = 1 + USUAL_CHANGE * abs(middle) + sqrt(abs(middle))
        near: float = exp(-min(700.0, abs(value - middle) / scale)) / (2 * scale)
        return (1 - SURPRISE) * near + SURPRISE * broad

    def _among_peers(self, column: str, value: float) -> float:
        """Give how likely a figure is among those of the other rows, which may differ a lot."""
        if column not in self.middles:
            figures = [float(row[column]) for row in self.rows if row.get(column)]
            self.middles[column] = median(figures) if figures else 0.0
        distance = abs(log((1 + abs(value)) / (1 + abs(self.middles[column]))))
        return exp(-distance / PEERS_DIFFER) / (2 * sqrt(1 + abs(value)))

    def _before(self, row: Row) -> Sequence[Row]:
        return self.history.get(tuple(row.get(key) for key in self.keys), ())
