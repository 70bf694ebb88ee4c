"""Many archived files at once: spread over processes, gathered as Arrow tables.

Small batches are read here, each file opened where that is safe (see ``guard``), since processes
take a second to start; large ones, and any large file, by processes that read whole files, to the
same result. Not here: reading one file (see ``file``), the tables' shapes (see ``arrow_tables``).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from pathlib import Path
from typing import Self

import pyarrow as pa

from dagster_project.errors import JicengError
from dagster_project.lean import collecting_seldom, leave_out
from dagster_project.programme.load import load_programme
from dagster_project.programme.model import Form
from dagster_project.reading.arrow_tables import SIDE_SCHEMAS, Gatherer, columnar_tables
from dagster_project.reading.file import Reader
from dagster_project.reading.findings import file_finding
from dagster_project.reading.formats import open_sheets
from dagster_project.reading.header_index import NONE_ACCEPTED, Aliases
from dagster_project.reading.limits import LARGE_TEXT, MAX_RATIO, seconds_for
from dagster_project.reading.model import Reading
from dagster_project.reading.package import unpacked_size
from dagster_project.reading.sheets import SheetError
from dagster_project.reading.workers import Work, Workers, in_chunks
from dagster_project.regions.register import load_register

LEAST_FOR_WORKERS = 4 << 20
"""Bytes. Starting a worker costs 0.7 s; one process alone reads 2.4 MB of workbooks in a second."""

CHUNKS_PER_WORKER = 4
"""So that one slow file at the end does not leave the other processes idle."""

Tables = dict[str, pa.Table]


FAULTS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RuntimeError,
    TypeError,
    ValueError,
)
"""What code raises where it meets something that nobody foresaw."""


class ReadingError(JicengError):
    """Reading cannot go on, and no sender's file is to blame."""


@dataclass(frozen=True, slots=True)
class ReadItem:
    """One archived file to read."""

    receipt_number: int
    path: Path
    original_name: str


@dataclass(slots=True)
class ReadBatch:
    """What some files hold, as tables; ``rows`` by form, the others with ``submission_id``."""

    rows: Tables
    submissions: pa.Table
    totals: pa.Table
    columns: pa.Table
    cell_status: pa.Table
    findings: pa.Table
    explanations: pa.Table


def read_batch(
    items: Sequence[ReadItem],
    programme_root: Path | None,
    imported_dir: Path | None,
    workers: int,
    accepted: Aliases = NONE_ACCEPTED,
) -> ReadBatch:
    """Read archived files in the order given, in ``workers`` processes where that pays.

    ``accepted`` are the headers that a person decided on.

    Raises ReadingError where an archived file is gone: that is not the file's fault.
    """
    with BatchReader(programme_root, imported_dir, accepted) as reader:
        return reader.read(items, workers)


class BatchReader:
    """Reads batches against one programme; used as a context, its processes wait for the next."""

    def __init__(
        self, programme_root: Path | None, imported_dir: Path | None, accepted: Aliases
    ) -> None:
        """Load nothing yet: programme and register are loaded by every process that reads."""
        self._sources = (programme_root, imported_dir, accepted)
        self._workers = Workers(Work(_task, _seconds, _set_up, self._sources), _lost)

    def __enter__(self) -> Self:
        """Give this."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the processes."""
        self._workers.__exit__()

    @cached_property
    def _reader(self) -> Reader:
        return _reader(*self._sources)

    def read(self, items: Sequence[ReadItem], workers: int) -> ReadBatch:
        """Read files as ``read_batch`` does."""
        sizes = [_size(item) for item in items]
        if not _need_processes(items, sizes, workers):
            try:
                return _joined([_read(self._reader, items)])
            except FAULTS:
                workers = 1  # one file has met a fault of ours: a process of its own tells which
        workers = max(1, workers)
        chunks = in_chunks(items, sizes, workers * CHUNKS_PER_WORKER)
        return _joined(self._workers.run(chunks, workers))


def _need_processes(items: Sequence[ReadItem], sizes: Sequence[int], workers: int) -> bool:
    """Say whether others read: a large file for its limits of time and memory, much for speed."""
    is_much = workers > 1 and sum(sizes) >= LEAST_FOR_WORKERS
    return is_much or any(_weight(item) >= LARGE_TEXT for item in items)


def _weight(item: ReadItem) -> int:
    """Give a file's bytes, of a zip those that it unpacks to, which is what reading it costs."""
    size = _size(item)
    if size >= LARGE_TEXT or size * MAX_RATIO < LARGE_TEXT:
        return size
    return max(size, unpacked_size(item.path.read_bytes()))


def _size(item: ReadItem) -> int:
    try:
        return item.path.stat().st_size
    except FileNotFoundError:
        raise ReadingError(
            "READ_ARCHIVE_MISSING", receipt_number=item.receipt_number, path=str(item.path)
        ) from None


def _reader(programme_root: Path | None, imported_dir: Path | None, accepted: Aliases) -> Reader:
    with collecting_seldom():
        register = load_register(programme_root, imported_dir)
        return Reader(load_programme(programme_root), register, accepted)


def _read(reader: Reader, items: Iterable[ReadItem]) -> Tables:
    """Read some files into tables, those of rows under ``rows/<form_id>``."""
    forms, parts, gatherer = reader.programme.forms, list[Tables](), Gatherer()
    with collecting_seldom():
        for item in items:
            reading = reader.read(item.path.read_bytes(), item.original_name)
            gatherer.add(item.receipt_number, reading)
            for submission in reading.submissions:
                if submission.columnar:
                    large = columnar_tables(item.receipt_number, submission)
                    parts += [_tables(gatherer, forms), large]
                    gatherer = Gatherer()
        parts.append(_tables(gatherer, forms))
    return _concatenated(parts)


def _tables(gatherer: Gatherer, forms: dict[str, Form]) -> Tables:
    rows = gatherer.row_tables(forms)
    return gatherer.side_tables() | {f"rows/{form_id}": table for form_id, table in rows.items()}


def _concatenated(parts: list[Tables]) -> Tables:
    """Put tables of one name together, in the order in which the names came up."""
    names = reduce(lambda seen, part: seen | dict.fromkeys(part), parts, dict[str, None]())
    return {
        name: pa.concat_tables([part[name] for part in parts if name in part]) for name in names
    }


_OF_THIS_PROCESS: list[Reader] = []


def _set_up(programme_root: Path | None, imported_dir: Path | None, accepted: Aliases) -> None:
    """Load programme and register once in a worker process, which may open any file itself."""
    leave_out("pandas")
    reader = _reader(programme_root, imported_dir, accepted)
    reader.opener = open_sheets
    _OF_THIS_PROCESS[:] = [reader]


def _task(items: Iterable[ReadItem]) -> Tables:
    return _read(_OF_THIS_PROCESS[0], items)


def _seconds(item: ReadItem) -> float:
    return seconds_for(_weight(item))


def _lost(item: ReadItem, code: str) -> Tables:
    """Give the tables of a file whose reading killed its process or took too long."""
    gatherer = Gatherer()
    finding = file_finding(SheetError(code), item.original_name)
    gatherer.add(item.receipt_number, Reading(findings=[finding]))
    return gatherer.side_tables()


def _joined(parts: list[Tables]) -> ReadBatch:
    whole = _concatenated(parts)
    side = {name: whole.pop(name) for name in SIDE_SCHEMAS}
    rows = {name.removeprefix("rows/"): table for name, table in sorted(whole.items())}
    return ReadBatch(rows, **side)
