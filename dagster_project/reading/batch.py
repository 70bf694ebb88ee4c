"""Many archived files at once: spread over processes, gathered as Arrow tables.

The result is the same whatever the number of processes. Not here: reading one file (see
``file``), the tables' shapes (see ``arrow_tables``).
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from importlib.abc import MetaPathFinder
from pathlib import Path
from types import ModuleType

import pyarrow as pa

from dagster_project.errors import JicengError
from dagster_project.programme.load import load_programme
from dagster_project.reading.arrow_tables import SIDE_SCHEMAS, Gatherer
from dagster_project.reading.file import Reader
from dagster_project.reading.findings import file_finding
from dagster_project.reading.model import Reading
from dagster_project.reading.sheets import SheetError
from dagster_project.reading.workers import Workers, in_chunks
from dagster_project.regions.register import load_register

LEAST_FOR_WORKERS = 4 << 20
"""Bytes. Starting a worker costs 0.7 s; one process alone reads 2.4 MB of workbooks in a second."""

CHUNKS_PER_WORKER = 4
"""So that one slow file at the end does not leave the other processes idle."""

Tables = dict[str, pa.Table]


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


def read_batch(
    items: Sequence[ReadItem],
    programme_root: Path | None,
    imported_dir: Path | None,
    workers: int,
) -> ReadBatch:
    """Read archived files in the order given, in ``workers`` processes where that pays.

    Raises ReadingError where an archived file is gone: that is not the file's fault.
    """
    sizes = [_size(item) for item in items]
    reader = _reader(programme_root, imported_dir)
    if workers <= 1 or sum(sizes) < LEAST_FOR_WORKERS:
        parts = [_read(reader, items)]
    else:
        chunks = in_chunks(items, sizes, workers * CHUNKS_PER_WORKER)
        in_processes = Workers(_task, _set_up, (programme_root, imported_dir), _crashed)
        parts = [_unpacked(part) for part in in_processes.run(chunks, workers)]
    return _joined(parts)


def _size(item: ReadItem) -> int:
    try:
        return item.path.stat().st_size
    except FileNotFoundError:
        raise ReadingError(
            "READ_ARCHIVE_MISSING", receipt_number=item.receipt_number, path=str(item.path)
        ) from None


def _reader(programme_root: Path | None, imported_dir: Path | None) -> Reader:
    return Reader(load_programme(programme_root), load_register(programme_root, imported_dir))


def _read(reader: Reader, items: Sequence[ReadItem]) -> Tables:
    """Read some files into tables, those of rows under ``rows/<form_id>``."""
    gatherer = Gatherer()
    for item in items:
        gatherer.add(item.receipt_number, reader.read(item.path.read_bytes(), item.original_name))
    rows = gatherer.row_tables(reader.programme.forms)
    return gatherer.side_tables() | {f"rows/{form_id}": table for form_id, table in rows.items()}


class WithoutPandas(MetaPathFinder):
    """Keeps pandas out of a process that only hands over Arrow.

    pyarrow imports it, which takes 1 s, when it first turns a list into an array, just to ask
    whether the list is a series; without it, it does the same work.
    """

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None, /
    ) -> None:
        """Refuse pandas, leave everything else to the other finders."""
        del path, target
        if fullname == "pandas":
            raise ModuleNotFoundError(name=fullname)


_OF_THIS_PROCESS: list[Reader] = []


def _set_up(programme_root: Path | None, imported_dir: Path | None) -> None:
    """Load programme and register once in a worker process."""
    sys.meta_path.insert(0, WithoutPandas())
    _OF_THIS_PROCESS[:] = [_reader(programme_root, imported_dir)]


def _task(items: Sequence[ReadItem]) -> dict[str, bytes]:
    return _packed(_read(_OF_THIS_PROCESS[0], items))


def _crashed(item: ReadItem) -> dict[str, bytes]:
    """Give the tables of a file whose reading killed its process."""
    gatherer = Gatherer()
    finding = file_finding(SheetError("READ_FILE_CRASHED"), item.original_name)
    gatherer.add(item.receipt_number, Reading(findings=[finding]))
    return _packed(gatherer.side_tables())


def _packed(tables: Tables) -> dict[str, bytes]:
    """Give tables as Arrow streams, which cross to the parent without being taken apart."""
    packed = {}
    for name, table in tables.items():
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.schema) as stream:
            stream.write_table(table)
        packed[name] = sink.getvalue().to_pybytes()
    return packed


def _unpacked(packed: dict[str, bytes]) -> Tables:
    return {name: pa.ipc.open_stream(content).read_all() for name, content in packed.items()}


def _joined(parts: list[Tables]) -> ReadBatch:
    names = reduce(
        lambda seen, part: seen | dict.fromkeys(part), parts, dict.fromkeys(SIDE_SCHEMAS)
    )
    whole = {
        name: pa.concat_tables([part[name] for part in parts if name in part]) for name in names
    }
    side = {name: whole.pop(name) for name in SIDE_SCHEMAS}
    rows = {name.removeprefix("rows/"): table for name, table in sorted(whole.items())}
    return ReadBatch(rows, **side)
