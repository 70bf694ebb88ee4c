"""Work for processes, one piece of which kills its process; light, as each process imports it."""

import os

DEADLY = -1


def nothing() -> None:
    """Set nothing up."""


def double_all(numbers: list[int]) -> list[int]:
    """Double numbers in a process that one of them kills at once."""
    if DEADLY in numbers:
        os._exit(9)
    return [2 * number for number in numbers]


def crashed(number: int) -> list[int]:
    """Stand for the piece that killed its process."""
    return [number]
