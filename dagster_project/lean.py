"""Keeps heavy libraries out of a command that has no use for them, or puts them off.

pyarrow takes numpy (0.2 s) where it can be had, and imports pandas (1 s) when it first turns a list
into an array, just to ask whether the list is a series; without both it does the same work.
"""

import gc
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.util import find_spec
from types import ModuleType
from typing import Any


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


class Later(ModuleType):
    """Stands for a library that others import and seldom use, until something of it is used."""

    def __getattr__(self, name: str) -> Any:
        """Import the library itself, and give what was asked of it."""
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        library = import_module(self.__name__)
        vars(self).update(vars(library))
        return getattr(library, name)


def import_later(*names: str) -> None:
    """Put off what these libraries cost to import; those imported or absent stay as they are."""
    for name in names:
        if name not in sys.modules and (spec := find_spec(name)):
            sys.modules[name] = later = Later(name)
            # Whoever looks for the module of a file asks all of them for theirs: that is no use.
            later.__spec__, later.__file__ = spec, spec.origin


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
