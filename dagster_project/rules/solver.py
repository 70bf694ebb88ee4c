"""Poses linear conditions to HiGHS (through scipy) and gives a solution, or that there is none.

``or`` becomes choices of 0 and 1 that switch rows on. Not here: what the conditions mean.
"""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from ctypes import CDLL
from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from dagster_project.lean import let_in
from dagster_project.rules.linear import All, Any, Expression, Formula, Name, Row

OPTIMAL, INFEASIBLE = 0, 2
"""What scipy's ``milp`` calls a problem solved, and one without a solution."""

STDOUT = 1
"""The number of the standard output, which the solver's C++ writes to past ``sys.stdout``."""


class Outcome(Enum):
    """How a search ended."""

    FOUND = "found"
    NONE = "none"
    UNDECIDED = "undecided"


class Solution(NamedTuple):
    """The values of the variables, where some were found."""

    outcome: Outcome
    values: Mapping[Name, float]


@dataclass(slots=True)
class Problem:
    """A problem under construction: variables with bounds, and conditions on them."""

    lower: dict[Name, float] = field(default_factory=dict)
    upper: dict[Name, float] = field(default_factory=dict)
    whole: dict[Name, bool] = field(default_factory=dict)
    costs: dict[Name, float] = field(default_factory=dict)
    rows: list[tuple[Mapping[Name, float], float]] = field(default_factory=list)
    is_impossible: bool = False
    switches: int = 0

    def variable(self, name: Name, lower: float, upper: float, *, whole: bool) -> None:
        """Add a variable with its bounds."""
        self.lower[name], self.upper[name], self.whole[name] = lower, upper, whole

    def switch(self, name: Name, cost: float = 0.0) -> None:
        """Add a variable that is 0 or 1."""
        self.variable(name, 0, 1, whole=True)
        self.costs[name] = cost

    def add(self, formula: Formula, guard: Name | None = None) -> None:
        """Demand a condition, or demand it only where a switch is on."""
        match formula:
            case All(parts):
                for part in parts:
                    self.add(part, guard)
            case Any((only,)):
                self.add(only, guard)
            case Any(parts):
                self._one_of(parts, guard)
            case Row(expression, is_equation):
                self._at_most(expression, guard)
                if is_equation:
                    self._at_most(Expression().plus(expression, Fraction(-1)), guard)

    def solve(self, seconds: float) -> Solution:
        """Look for the cheapest solution; a time limit that comes first leaves it undecided."""
        if self.is_impossible:
            return Solution(Outcome.NONE, {})
        return _solved(self, seconds)

    def _one_of(self, parts: tuple[Formula, ...], guard: Name | None) -> None:
        if any(part == All() for part in parts):
            return
        names = []
        for part in parts:
            if part == Any():
                continue
            self.switches += 1
            name = ("switch", self.switches)
            self.switch(name)
            self.add(part, name)
            names.append(name)
        needed = dict.fromkeys(names, -1.0) | ({guard: 1.0} if guard is not None else {})
        self._row(needed, 0.0 if guard is not None else -1.0)

    def _at_most(self, expression: Expression, guard: Name | None) -> None:
        """Demand that an expression is at most 0; with its switch off it may be all it can be."""
        factors = {name: float(factor) for name, factor in expression.factors.items()}
        limit = -float(expression.constant)
        if guard is not None:
            most = sum(
                factor * (self.upper if factor > 0 else self.lower)[name]
                for name, factor in factors.items()
            )
            slack = max(0.0, most - limit)
            factors[guard] = factors.get(guard, 0.0) + slack
            limit += slack
        self._row(factors, limit)

    def _row(self, factors: Mapping[Name, float], limit: float) -> None:
        if factors:
            self.rows.append((factors, limit))
        elif limit < 0:
            self.is_impossible = True


def warm_up() -> None:
    """Import the solver, once a process, before any time is counted.

    A check leaves numpy out for the sake of the many files that need no solver.
    """
    let_in("numpy")
    import scipy.optimize
    import scipy.sparse  # noqa: F401


@contextmanager
def _nothing_printed() -> Iterator[None]:
    """Keep a line that HiGHS may print, whatever it is asked, out of what a command prints."""
    sys.stdout.flush()
    kept = os.dup(STDOUT)
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), STDOUT)
    try:
        yield
    finally:
        CDLL(None).fflush(None)
        os.dup2(kept, STDOUT)
        os.close(kept)


def _solved(problem: Problem, seconds: float) -> Solution:
    """Hand a problem to HiGHS."""
    import numpy as np
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array

    names = list(problem.lower)
    at = {name: number for number, name in enumerate(names)}
    cells = [
        (row, at[name], factor)
        for row, (factors, _) in enumerate(problem.rows)
        for name, factor in factors.items()
    ]
    constraints = []
    if cells:
        lines, columns, factors = zip(*cells, strict=True)
        matrix = csr_array((factors, (lines, columns)), shape=(len(problem.rows), len(names)))
        limits = np.array([limit for _, limit in problem.rows])
        constraints = [LinearConstraint(matrix, -np.inf, limits)]
    with _nothing_printed():
        found = milp(
            np.array([problem.costs.get(name, 0.0) for name in names]),
            integrality=np.array([int(problem.whole[name]) for name in names]),
            bounds=Bounds([problem.lower[n] for n in names], [problem.upper[n] for n in names]),
            constraints=constraints,
            options={"time_limit": seconds},
        )
    if found.status == OPTIMAL:
        return Solution(Outcome.FOUND, dict(zip(names, map(float, found.x), strict=True)))
    none = found.status == INFEASIBLE
    return Solution(Outcome.NONE if none else Outcome.UNDECIDED, {})
