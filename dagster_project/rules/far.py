"""How far figures lie from what is usual, in robust scales: by their own history, or by peers.

Pure arithmetic on matrices (rows x columns, NaN where there is no value). Counts scatter by their
root, and by a tenth of themselves besides (negative binomial). Not here: whose figures they are.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Matrix: TypeAlias = NDArray[np.float64]

FEWEST_EARLIER = 4
"""Earlier figures below which a history says nothing."""
FEWEST_PEERS = 20
SIGMA = 1.4826
"""Median absolute deviations in a standard deviation."""
USUAL_CHANGE = 0.10
"""A tenth from period to period is nothing unusual."""
PEERS_DIFFER = 0.5
"""The least scale among peers, in powers of e."""
FITS = 2.0
"""Two figures fit where they lie within a scale each."""
FIRST, SECOND = slice(None, -1), slice(1, None)
"""Of two columns side by side."""
TAIL, TAIL_OF_NORMAL = 0.98, 2.33
"""Of normal figures, 98 in a hundred lie within 2.33 scales."""


@dataclass(frozen=True, slots=True)
class Distance:
    """For every figure: its distance from the usual one in scales, that one, and its evidence.

    ``known`` counts the figures that the usual one is the median of; where they do not tell how far
    is far, the distance is 0.
    """

    scales: Matrix
    usual: Matrix
    known: NDArray[np.intp]
    tells: NDArray[np.bool_]

    def where(self, chosen: NDArray[np.bool_], other: "Distance") -> "Distance":
        """Take these answers for the chosen figures, another's for the rest."""
        return Distance(
            np.where(chosen, self.scales, other.scales),
            np.where(chosen, self.usual, other.usual),
            np.where(chosen, self.known, other.known),
            chosen | other.tells,
        )


@dataclass(frozen=True, slots=True)
class Past:
    """What earlier figures say of each: the usual one, the last, how far is a scale, how many."""

    usual: Matrix
    last: Matrix
    scale: Matrix
    known: NDArray[np.intp]

    @classmethod
    def of(cls, earlier: NDArray[np.float64]) -> "Past":
        """Take earlier figures as rows x periods x columns, the latest last."""
        usual, known = middle(earlier, 1), _known(earlier, 1)
        spread = SIGMA * middle(np.abs(earlier - usual[:, None, :]), 1)
        counted = np.sqrt(np.fmax(np.abs(usual), 1) + (USUAL_CHANGE * usual) ** 2)
        # What few figures say about their scatter is itself uncertain.
        scale = np.fmax(spread, counted) * np.sqrt(1 + FEWEST_EARLIER / np.fmax(known, 1))
        return cls(usual, _last(earlier), scale, known)

    @property
    def tells(self) -> NDArray[np.bool_]:
        """Out of nothing something may come: how much, the history does not say."""
        found: NDArray[np.bool_] = (self.known >= FEWEST_EARLIER) & (self.usual != 0)
        return found

    def scales(self, figures: Matrix) -> Matrix:
        """Give how far figures lie, in scales.

        What lies near the last figure is as usual as what lies near the median: levels do change.
        """
        gap = np.fmin(np.abs(figures - self.usual), np.abs(figures - self.last))
        found: Matrix = gap / self.scale
        return found

    def from_usual(self, figures: Matrix, columns: slice) -> Matrix:
        """Give how far figures lie from what some columns usually have, wherever they were last."""
        found: Matrix = np.abs(figures - self.usual[:, columns]) / self.scale[:, columns]
        return found


def from_history(figures: Matrix, past: Past, groups: NDArray[np.intp]) -> Distance:
    """Hold figures against their own history."""
    scales = _told(past.scales(figures), past.tells)
    return Distance(_among_all(scales, groups), past.usual, past.known, past.tells)


def exchanged(figures: Matrix, past: Past, own: Distance, far: float) -> NDArray[np.bool_]:
    """Say of each figure and the next whether they are in each other's column, rows x columns - 1.

    They fit there, and lie nearer by what makes a single figure far; what is far by itself is told
    already. What comes out of nothing tells too, where the other figure is gone.
    """
    there = past.from_usual(figures[:, 1:], FIRST) + past.from_usual(figures[:, :-1], SECOND)
    here = np.where(own.tells, own.scales, past.scales(figures))
    known = (past.known >= FEWEST_EARLIER) & (own.scales <= far)
    nearer = here[:, FIRST] + here[:, SECOND] - there
    found: NDArray[np.bool_] = (there <= FITS) & (nearer > far)
    return found & known[:, FIRST] & known[:, SECOND]


def from_peers(figures: Matrix, groups: NDArray[np.intp]) -> Distance:
    """Hold figures against those of the rows of their group, in logarithms, size for size.

    A row's size is the median of what its figures differ by from the group's: large units are far
    from the others in all columns, and that is no question.
    """
    logs = np.log1p(np.fmax(figures, 0))
    usual, spread = np.full_like(logs, np.nan), np.full_like(logs, np.nan)
    known = np.zeros(logs.shape, dtype=np.intp)
    for group in np.unique(groups):
        own = groups == group
        usual[own] = middle(logs[own], 0)
        spread[own] = SIGMA * middle(np.abs(logs[own] - usual[own]), 0)
        known[own] = _known(logs[own], 0)
    size = middle(logs - usual, 1)[:, None]
    scales = np.abs(logs - usual - size) / np.fmax(spread, PEERS_DIFFER)
    tells = (known >= FEWEST_PEERS) & (usual > 0) & (figures > 0)
    near = np.expm1(usual + size)
    return Distance(_among_all(_told(scales, tells), groups), near, known, tells)


def middle(values: Matrix, axis: int) -> Matrix:
    """Give medians along an axis, missing values apart; NaN where there is none.

    >>> middle(np.array([[1.0, np.nan, 4.0], [np.nan, np.nan, np.nan]]), 1).tolist()
    [2.5, nan]
    """
    if not values.shape[axis]:
        return np.full(np.delete(values.shape, axis), np.nan)
    ordered = np.sort(values, axis=axis)  # NaN goes to the end
    count = np.expand_dims(_known(values, axis), axis)
    low, high = (
        np.take_along_axis(ordered, place, axis) for place in ((count - 1) // 2, count // 2)
    )
    whole = np.where(count > 0, (low + high) / 2, np.nan)
    found: Matrix = np.squeeze(whole, axis)
    return found


def _known(values: Matrix, axis: int) -> NDArray[np.intp]:
    counts: NDArray[np.intp] = np.count_nonzero(~np.isnan(values), axis=axis)
    return counts


def _last(earlier: NDArray[np.float64]) -> Matrix:
    """Give the latest figure there is."""
    last = np.full((earlier.shape[0], earlier.shape[2]), np.nan)
    for period in range(earlier.shape[1]):
        there = earlier[:, period]
        last = np.where(np.isnan(there), last, there)
    return last


def _told(scales: Matrix, tells: NDArray[np.bool_]) -> Matrix:
    return np.where(tells & ~np.isnan(scales), scales, 0.0)


def _among_all(scales: Matrix, groups: NDArray[np.intp]) -> Matrix:
    """Widen the scale where many rows of a group lie far: what is usual there is not unusual.

    Attendances jump from none to hundreds and back in every community; a headcount does not. Rows
    that did not move at all say nothing about how far others may.
    """
    widened = scales.copy()
    for group in np.unique(groups):
        own = groups == group
        moved = np.where(scales[own] > 0, scales[own], np.nan)
        count = _known(moved, 0)
        place = np.where(count >= FEWEST_PEERS, TAIL * (count - 1), 0).astype(np.intp)
        tail = np.take_along_axis(np.sort(moved, axis=0), place[None, :], 0)[0]
        widened[own] /= np.where(count >= FEWEST_PEERS, np.fmax(tail / TAIL_OF_NORMAL, 1), 1)
    return widened
