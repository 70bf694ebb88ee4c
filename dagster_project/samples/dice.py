"""Reproducible draws: the same key gives the same numbers on every machine and version.

A hash in counter mode, integers only; ``random`` promises that for one of its methods only.
"""

import hashlib
import struct
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")
_WORDS = struct.Struct("<16I")


class Dice:
    """A stream of draws that depends on its key alone.

    >>> Dice(1, "a").between(1, 6) == Dice(1, "a").between(1, 6)
    True
    """

    def __init__(self, *key: object) -> None:
        """Take what the draws shall depend on."""
        self._key = "/".join(map(str, key))
        self._block = 0
        self._words: list[int] = []

    def between(self, low: int, high: int) -> int:
        """Draw an integer, both ends included."""
        return low + (self._draw() * (high - low + 1) >> 32)

    def chance(self, percent: int) -> bool:
        """Say yes in so many of a hundred cases."""
        return self.between(1, 100) <= percent

    def pick(self, choices: Sequence[T]) -> T:
        """Draw one of several."""
        return choices[self.between(0, len(choices) - 1)]

    def shuffled(self, things: Sequence[T]) -> list[T]:
        """Give the things in a drawn order."""
        places = [(self._draw(), number) for number in range(len(things))]
        return [things[number] for _, number in sorted(places)]

    def _draw(self) -> int:
        if not self._words:
            digest = hashlib.blake2b(f"{self._key}#{self._block}".encode()).digest()
            self._words = list(_WORDS.unpack(digest))
            self._block += 1
        return self._words.pop()


def share(whole: int, percent: int) -> int:
    """Give so many hundredths of a count, rounded half up, never above the whole.

    >>> share(10, 25)
    3
    """
    return min(whole, (whole * percent + 50) // 100)
