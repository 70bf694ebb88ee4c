"""Keeps heavy libraries out of a command that has no use for them.

pyarrow takes numpy (0.2 s) where it can be had, and imports pandas (1 s) when it first turns a list
into an array, just to ask whether the list is a series; without both it does the same work.
"""

import gc
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.abc import MetaPathFinder
from types import ModuleType


@dataclass(slots=True)
class LeaveOut(MetaPathFinder):
    """Says of some libraries that they are not installed, and leaves all else to other finders."""

    names: frozenset[str]

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None, /
    ) -> None:
        """Refuse the named libraries."""
        del path, target
        if fullname in self.names:
            raise ModuleNotFoundError(name=fullname)


def leave_out(*names: str) -> None:
    """Keep libraries out of this process from now on; for a command's own process only."""
    sys.meta_path.insert(0, LeaveOut(frozenset(names)))


def let_in(*names: str) -> None:
    """Let libraries in again, for the few runs that turn out to need them."""
    for finder in sys.meta_path:
        if isinstance(finder, LeaveOut):
            finder.names -= frozenset(names)


SELDOM = 100_000
"""Objects made between two looks of the garbage collector; its own choice of 700 costs a tenth of
the time where values pile up that are no garbage."""


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """Let the garbage collector look around less often for a while."""
    usual = gc.get_threshold()
    gc.set_threshold(SELDOM, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)
