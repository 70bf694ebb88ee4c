"""Opens files so that none can harm the process that asks: the plainest here, all others outside.

Here are opened only texts and small workbooks of XML: a parser gets those of their parts that were
unpacked and measured before, so that time and memory are bounded by their size. Everything else is
opened in a process that may die; one is kept for the next file. Not here: what is opened how (see
``formats``), many files in many processes (see ``batch``).
"""

import atexit
import os
from collections.abc import Collection, Iterable
from threading import Lock

from dagster_project.reading.formats import OPENERS, ZIP, kind_of, kind_of_package, open_sheets
from dagster_project.reading.limits import (
    MAX_BYTES_HERE,
    MAX_FILE_BYTES,
    seconds_for,
)
from dagster_project.reading.package import Package, open_package
from dagster_project.reading.sheets import Sheet, SheetError
from dagster_project.reading.workers import DIED, SLOW, Process, Unit, Work, WorkerError, next_of

Asked = tuple[bytes, frozenset[str]]
"""A file's bytes, and the words that it may be expected to hold."""

_LOCK = Lock()
_KEPT: dict[int, "Process[Asked, list[Sheet] | SheetError]"] = {}
"""The process that waits for the next file, by the process that started it."""


def open_guarded(data: bytes, words: Collection[str] = ()) -> list[Sheet]:
    """Open a file's sheets as ``formats.open_sheets`` does, from any process, whatever the bytes.

    Raises:
        SheetError: also where opening the file killed the process or took too long.
    """
    package = _package(data)
    if is_harmless(data, package) or len(data) > MAX_FILE_BYTES:
        return open_sheets(data, words, package)
    with _LOCK:
        opened = _asked((data, frozenset(words)))
    if isinstance(opened, SheetError):
        raise opened
    return opened


def _package(data: bytes) -> Package | None:
    """Give the parts of a small zip, None where a file is none or is broken."""
    try:
        return open_package(data) if len(data) <= MAX_BYTES_HERE and data.startswith(ZIP) else None
    except SheetError:
        return None


def is_harmless(data: bytes, package: Package | None = None) -> bool:
    """Say whether a file, of which the parts may be given, can be opened in this process.

    >>> is_harmless("代码,人数".encode()), is_harmless(bytes.fromhex("d0cf11e0a1b11ae1"))
    (True, False)
    """
    if len(data) > MAX_BYTES_HERE:
        return False
    if not data.startswith(ZIP):
        kind = kind_of(data)
        return kind == "text" or kind not in OPENERS
    package = package or _package(data)
    if package is None:
        return True
    if kind_of_package(package) != ".xlsx":
        return False
    from dagster_project.reading.workbook_xlsx import is_bounded

    return is_bounded(package)


def _asked(asked: Asked) -> list[Sheet] | SheetError:
    """Have a file opened by the waiting process, or by a new one where that fails in any way."""
    process = _KEPT.pop(os.getpid(), None)
    if process is not None:
        opened, kind = _opened(process, asked)
        if kind != DIED:
            return opened
    opened, kind = _opened(Process(_WORK), asked)
    return opened


def _opened(
    process: "Process[Asked, list[Sheet] | SheetError]", asked: Asked
) -> tuple[list[Sheet] | SheetError, str]:
    """Have a file opened by a process, which is kept where it lives on."""
    process.do(Unit((), [asked]))
    kind, opened = next_of(process)
    if kind in (DIED, SLOW):
        process.end()
        if not process.ready:
            raise WorkerError(f"{kind} before the first piece")
        return SheetError(kind), kind
    process.unit = None
    _KEPT[os.getpid()] = process
    return opened, kind


def _open_each(files: Iterable[Asked]) -> list[Sheet] | SheetError:
    """Open the one file that is asked for; runs in the other process."""
    opened: list[Sheet] | SheetError = []
    for data, words in files:
        try:
            opened = open_sheets(data, words)
        except SheetError as error:
            opened = error
        except MemoryError:
            opened = SheetError("READ_FILE_EXHAUSTS_MEMORY")
    return opened


def _seconds(asked: Asked) -> float:
    return seconds_for(len(asked[0]))


def _nothing() -> None:
    """Set nothing up."""


_WORK: "Work[Asked, list[Sheet] | SheetError]" = Work(_open_each, _seconds, _nothing)


@atexit.register
def end_kept() -> None:
    """End the waiting process."""
    process = _KEPT.pop(os.getpid(), None)
    if process is not None:
        process.end()
