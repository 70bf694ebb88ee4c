"""Tries changed cells on the rules of a file: which conditions break, which hold again.

Conditions on a row alone are tried on that row; those that look around, on the rows they may touch.
Not here: which changes are worth trying (see ``localising``).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from dagster_project.programme.model import Form
from dagster_project.rules.deadline import Deadline
from dagster_project.rules.errors import RuleError
from dagster_project.rules.figures import own_columns
from dagster_project.rules.general import Part
from dagster_project.rules.kinds import resolver
from dagster_project.rules.row_truths import Ask, compiled
from dagster_project.rules.tree import Column, Comparison, Node

Cell = tuple[int, str]
"""A row, counted from 0, and a column."""
Changes = Mapping[Cell, Any]
STEP = 256
"""Rows between two looks at the clock: about a thousandth of a second."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One part of a rule ready to be tried: its columns, its comparisons, how it is answered."""

    part: Part
    ask: Ask
    columns: frozenset[str]
    own: frozenset[str]
    sides: tuple[tuple[str, Ask, Ask], ...]


Broken = tuple[Condition, int]
"""A condition, and the row on which it is false."""


def conditions_of(parts: Iterable[Part], form: Form) -> list[Condition]:
    """Make parts of rules ready; what a file's rows cannot answer is left out.

    The parts are bound to their period and respondent (see ``binding``).
    """
    found = []
    for part in parts:
        try:
            found.append(_condition(part, form))
        except RuleError:
            continue
    return found


def _condition(part: Part, form: Form) -> Condition:
    keys = part.rule.join_keys
    compare = [node for node in part.node.walk() if isinstance(node, Comparison)]
    return Condition(
        part,
        compiled(part.node, form, keys),
        _names(part.node.columns(), form),
        _names(own_columns(part.node), form),
        tuple(
            (node.operator, compiled(node.left, form, keys), compiled(node.right, form, keys))
            for node in compare
        ),
    )


def _names(columns: Iterable[Node], form: Form) -> frozenset[str]:
    resolve = resolver(form)
    found = (resolve(column) for column in columns if isinstance(column, Column))
    return frozenset(column.name for column in found if column)


class Trials:
    """The rows of one file, on which changes are tried without being made.

    Every trial raises TimeIsUp once the deadline is past.
    """

    def __init__(
        self,
        form: Form,
        conditions: Sequence[Condition],
        rows: Sequence[dict[str, Any]],
        deadline: Deadline,
    ) -> None:
        """Take the conditions and the rows, whose values are those of ``row_truths.exact``."""
        self.form = form
        self.deadline = deadline
        self.rows = list(rows)
        self.totals: dict[str, Any] = {}
        self.alone = [one for one in conditions if not one.part.looks_around]
        self.around = [one for one in conditions if one.part.looks_around]
        self.broken_around = self._around_broken(self.around)

    def total(self, name: str) -> Any:
        """Give what a column of figures adds up to."""
        if name not in self.totals:
            figures = (row.get(name) for row in self.rows)
            self.totals[name] = sum(figure for figure in figures if figure is not None)
        return self.totals[name]

    def broken(self) -> list[Broken]:
        """Give everything that is false now, row by row."""
        found = [(one, at) for at in range(len(self.rows)) for one in self.broken_alone(at)]
        return [*found, *self.broken_around]

    def broken_alone(self, at: int) -> list[Condition]:
        """Give the conditions on a row alone that it breaks."""
        return [one for one in self.alone if one.ask(self.rows, at) is False]

    def mends_row(self, at: int, changes: Mapping[str, Any]) -> bool:
        """Say whether a row alone holds once some of its cells are changed."""
        self.deadline.left()
        changed = [{**self.rows[at], **changes}]
        return all(one.ask(changed, 0) is not False for one in self.alone)

    def left_around(self, changes: Changes) -> tuple[int, int]:
        """Count what is still broken and what breaks anew among the conditions that look around."""
        touched = {column for _, column in changes}
        asked = [one for one in self.around if one.columns & touched]
        if not asked:
            return len(self.broken_around), 0
        before = {(id(one), at) for one, at in self.broken_around}
        kept = sum(one not in asked for one, _ in self.broken_around)
        after = {(id(one), at) for one, at in self._around_broken(asked, changes)}
        return kept + len(after & before), len(after - before)

    def roots(self, one: Condition, at: int, cell: Cell) -> list[Any]:
        """Give the values of a cell at which a comparison of a condition just holds."""
        found = []
        for operator, left, right in one.sides:
            differences = [self._difference(left, right, at, cell, value) for value in (0, 1, 2)]
            if None in differences:
                continue
            first, second, third = differences
            slope = second - first
            if slope and third - second == slope:
                root = Fraction(-first) / slope
                found += _beside(root, operator)
        return found

    def changed(self, changes: Changes) -> list[dict[str, Any]]:
        """Give the rows as they would be."""
        self.deadline.left()
        rows = list(self.rows)
        for (at, column), value in changes.items():
            rows[at] = rows[at] | {column: value}
        return rows

    def _difference(self, left: Ask, right: Ask, at: int, cell: Cell, value: int) -> Any:
        rows = self.changed({cell: value})
        first, second = left(rows, at), right(rows, at)
        numbers = isinstance(first, int | Fraction) and isinstance(second, int | Fraction)
        return first - second if numbers else None

    def _around_broken(
        self, asked: Sequence[Condition], changes: Changes | None = None
    ) -> list[Broken]:
        rows = self.changed(changes or {})
        return [(one, at) for one in asked for at in self._false_on(one, rows)]

    def _false_on(self, one: Condition, rows: Sequence[dict[str, Any]]) -> Iterator[int]:
        for start in range(0, len(rows), STEP):
            self.deadline.left()
            places = range(start, min(start + STEP, len(rows)))
            yield from (at for at in places if one.ask(rows, at) is False)


def _beside(root: Fraction, operator: str) -> list[Any]:
    """Give the root; where equality is not enough, the whole numbers beside it too."""
    plain = int(root) if root.denominator == 1 else root
    if operator == "==":
        return [plain]
    below = root.numerator // root.denominator
    return (
        [plain, below, below + 1, below - 1]
        if operator in ("<", ">", "!=")
        else [plain, below, below + 1]
    )
