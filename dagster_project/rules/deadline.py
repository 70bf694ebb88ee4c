"""The moment after which a search gives up, asked at every step of it.

Not here: what is searched for (see ``localising``).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import thread_time


class TimeIsUp(Exception):  # noqa: N818  (nothing went wrong: a person goes on looking)
    """The time of a search is over."""


class Deadline:
    """Some seconds from now, by a clock of its own.

    The clock is the processor's time spent by this thread, so that a busy machine changes nothing.
    """

    def __init__(self, seconds: float, clock: Callable[[], float] = thread_time) -> None:
        """Start now."""
        self._clock = clock
        self._until = clock() + seconds

    def left(self) -> float:
        """Give the seconds that are left.

        Raises:
            TimeIsUp: where there are none.
        """
        left = self._until - self._clock()
        if left <= 0:
            raise TimeIsUp
        return left

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Leave out what is done once a process and no part of a search."""
        started = self._clock()
        yield
        self._until += self._clock() - started
