"""Suspected cells: explanations of a broken row weighed against each other and ranked.

Not here: where explanations come from (see ``localising``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dagster_project.rules.trials import Cell, Changes

MOST_SUSPECTS = 8
"""More cells than these help nobody; the finding names all cells concerned anyway."""
SUGGESTED = 0.5
"""A value is suggested where its cell has at least half of all likelihood and is sure."""


@dataclass(frozen=True, slots=True)
class Suspect:
    """One cell that may be wrong.

    ``share`` is its part of the likelihood of all explanations of a row, ties have the same
    ``rank`` (from 1); with ``suggested_value`` in it all rules hold. ``reason_code`` is a message.
    """

    row_number: int
    column_name: str
    rank: int
    share: float
    suggested_value: Any
    reason_code: str


@dataclass(frozen=True, slots=True)
class Lead:
    """What is broken, a row or a rule between rows, with the cells that may be to blame."""

    row_number: int
    rules: frozenset[str]
    suspects: tuple[Suspect, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A change that lets the rules hold, with its likelihood against that of leaving it."""

    changes: Changes
    likelihood: float
    reason: str
    is_sure: bool = False


Ranked = tuple[Cell, int, float, Any, str]


def ranked(explanations: Sequence[Explanation]) -> list[Ranked]:
    """Share the likelihood out over the cells of the explanations; equal shares have one rank."""
    whole = sum(one.likelihood for one in explanations)
    if not whole:
        return []
    shares: dict[Cell, float] = {}
    best: dict[Cell, Explanation] = {}
    for one in explanations:
        for cell in one.changes:
            shares[cell] = shares.get(cell, 0.0) + one.likelihood / whole
            if cell not in best or one.likelihood > best[cell].likelihood:
                best[cell] = one
    ordered = sorted(shares, key=lambda cell: (-round(shares[cell], 6), cell))[:MOST_SUSPECTS]
    ranks = [1 + sum(shares[other] > shares[cell] + 1e-6 for other in ordered) for cell in ordered]
    return [
        (cell, rank, shares[cell], _suggestion(best[cell], cell, shares[cell]), best[cell].reason)
        for cell, rank in zip(ordered, ranks, strict=True)
    ]


def _suggestion(best: Explanation, cell: Cell, share: float) -> Any:
    return best.changes[cell] if best.is_sure and share >= SUGGESTED else None
