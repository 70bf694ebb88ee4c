"""Work for processes, pieces of which kill or hang them; light, as each process imports it."""

import os
import time
from collections.abc import Iterable

from dagster_project.reading.sheets import Sheet, SheetError

DEADLY, ENDLESS, GREEDY = -1, -2, -3
BEYOND_ANY_LIMIT = 3 << 30


def nothing() -> None:
    """Set nothing up."""


def wrong() -> None:
    """Fail before any work."""
    raise ValueError("the setup is wrong")


def double_all(numbers: Iterable[int]) -> list[int]:
    """Double numbers in a process that one of them kills at once."""
    doubled = []
    for number in numbers:
        if number == DEADLY:
            os._exit(9)
        while number == ENDLESS:
            time.sleep(1)
        if number == GREEDY:
            bytearray(BEYOND_ANY_LIMIT)
        doubled.append(number + number)
    return doubled


def a_second(number: int) -> float:
    """Give every piece a second."""
    del number
    return 1.0


def lost(number: int, code: str) -> list[tuple[int, str]]:
    """Stand for a piece that its process died of."""
    return [(number, code)]


def open_deadly(files: Iterable[tuple[bytes, frozenset[str]]]) -> list[Sheet] | SheetError:
    """Open zips whose one member says what to do to this process."""
    for data, _ in files:
        if b"die" in data:
            os._exit(9)
        while b"hang" in data:
            time.sleep(1)
        if b"grow" in data:
            try:
                bytearray(BEYOND_ANY_LIMIT)
            except MemoryError:
                return SheetError("READ_FILE_EXHAUSTS_MEMORY")
    return [Sheet("good", [])]
