"""The smallest sets of cells whose change lets a row hold, found by a solver.

Each figure of the row may move at a price; the cheapest moves are sought, then the next cheapest
that leave one of them out. A set is given only if all rules then hold exactly. Codes, dates and
blanks stay as they are. Not here: single cells and slips (see ``localising``).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from dagster_project.programme.model import Form
from dagster_project.rules.kinds import resolver
from dagster_project.rules.linear import ALWAYS, NEVER, Expression, Formula, Row, holds
from dagster_project.rules.solver import Outcome, Problem, warm_up
from dagster_project.rules.tree import Aggregate, Column, Literal, Node
from dagster_project.rules.trials import Cell, Trials

MOST_SETS = 12
"""Sets of the same price are ties: three figures of a flow and three of a split make nine."""
REACH = 10
"""A figure may move to ten times the largest figure of its row, and to nothing below."""
LEAST_REACH = 1000
SAME_PRICE = 1e-6
Values = Mapping[str, Any]


def smallest_repairs(
    trials: Trials, at: int, weight: Callable[[Cell], float]
) -> list[dict[Cell, Any]]:
    """Give the cheapest sets of changes of a row after which it holds, all of the same price.

    None where the solver cannot tell which they are.

    Args:
        trials: the file and its conditions.
        at: the row, from 0.
        weight: what changing a cell costs.

    Raises:
        TimeIsUp: where the deadline of the trials comes before they are all found.
    """
    with trials.deadline.paused():
        warm_up()
    pose = _Pose(trials, at, weight)
    found: list[dict[Cell, Any]] = []
    cheapest: float | None = None
    for _ in range(MOST_SETS):
        solution = pose.problem.solve(trials.deadline.left())
        trials.deadline.left()
        if solution.outcome is Outcome.UNDECIDED:
            return []
        if solution.outcome is Outcome.NONE:
            break
        moved = [name for name in pose.numbers if solution.values["moves", name] > 0.5]  # noqa: PLR2004
        price = sum(weight((at, name)) for name in moved)
        if not moved or (cheapest is not None and price > cheapest + SAME_PRICE):
            break
        cheapest = price
        pose.leave_out(moved)
        changes = {name: pose.plain(name, solution.values[name]) for name in moved}
        if trials.mends_row(at, changes):
            found.append({(at, name): value for name, value in changes.items()})
    return found


class _Pose:
    """The problem of one row."""

    def __init__(self, trials: Trials, at: int, weight: Callable[[Cell], float]) -> None:
        self.row = trials.rows[at]
        form = trials.form
        self.types = {column.name: column.type for column in form.columns}
        self.numbers = [
            column.name
            for column in form.columns
            if column.is_number and self.row.get(column.name) is not None
        ]
        self.problem = Problem()
        reach = self._reach()
        for name in self.numbers:
            self._movable(name, reach, weight((at, name)))
        cells = KnownRow(form, self.row, frozenset(self.numbers))
        for one in trials.alone:
            formula = holds(one.part.node, cells)
            if formula is not None:
                self.problem.add(formula)

    def _reach(self) -> float:
        largest = max((abs(float(self.row[name])) for name in self.numbers), default=0.0)
        return max(float(LEAST_REACH), REACH * largest)

    def _movable(self, name: str, reach: float, price: float) -> None:
        """A figure is what it was, unless its switch is on."""
        typed = Fraction(self.row[name])
        whole = self.types[name] == "integer"
        self.problem.variable(name, min(0.0, float(typed)), reach, whole=whole)
        self.problem.switch(("moves", name), price)
        far = Fraction(reach) + abs(typed)
        moved = {name: Fraction(1), ("moves", name): -far}
        self.problem.add(Row(Expression(moved, -typed)))
        moved = {name: Fraction(-1), ("moves", name): -far}
        self.problem.add(Row(Expression(moved, typed)))

    def leave_out(self, moved: list[str]) -> None:
        """Forbid moving all of some figures again."""
        names = {("moves", name): Fraction(1) for name in moved}
        self.problem.add(Row(Expression(names, Fraction(1 - len(moved)))))

    def plain(self, name: str, value: float) -> Any:
        """Give a solver's value as a cell would hold it."""
        if self.types[name] == "integer":
            return round(value)
        rounded = Fraction(round(value * 100), 100)
        return int(rounded) if rounded.denominator == 1 else rounded


@dataclass(frozen=True, slots=True)
class KnownRow:
    """A row whose codes and blanks are known; the figures named in ``free`` are variables."""

    form: Form
    row: Values
    free: frozenset[str]

    def number(self, column: Column) -> Expression | None:
        """Give a figure's variable, or its value."""
        found = resolver(self.form)(column)
        if found is None or not (found.is_number or found.type == "date"):
            return None
        if found.name in self.free:
            return Expression({found.name: Fraction(1)}, whole=found.type == "integer")
        value = self.row.get(found.name)
        if value is None:
            return Expression()
        return Expression({}, Fraction(value if found.is_number else value.toordinal()))

    def blank(self, node: Node) -> Formula:
        """Say whether a cell is blank."""
        found = resolver(self.form)(node) if isinstance(node, Column) else None
        return ALWAYS if found is None or self.row.get(found.name) is None else NEVER

    def is_one_of(self, column: Column, codes: tuple[Literal, ...]) -> Formula | None:
        """Say whether a code is one of some."""
        found = resolver(self.form)(column)
        if found is None or found.is_number or found.type == "date":
            return None
        value = self.row.get(found.name)
        return ALWAYS if any(value == code.value for code in codes) else NEVER

    def figure(self, aggregate: Aggregate) -> Expression | None:  # noqa: ARG002
        """Figures over rows are no matter of one row."""
        return None
