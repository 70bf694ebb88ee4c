"""Workbooks to typed, judged rows with their cells in Parquet, against raw readers in one run.

The references read the same files: calamine on two processes, which throws everything away, and
pandas with openpyxl on one, which brings every cell with its place, as text and as number, to
Parquet, and judges nothing. All processes run before the clock starts, the sides take turns, and
medians count: others use the machine as well. Run with ``make bench``. Not here: large texts (see
``test_large_texts``).
"""

import os
import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from decimal import Decimal
from multiprocessing import get_context
from pathlib import Path
from resource import RUSAGE_SELF, getrusage

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook

from dagster_project.programme.load import load_programme
from dagster_project.reading.batch import BatchReader, ReadBatch, ReadItem
from dagster_project.regions.register import load_register
from dagster_project.regions.tables import rows_for_warehouse
from dagster_project.rules.judge import Relations, judge
from dagster_project.samples.deliveries import regular_deliveries
from dagster_project.samples.facts import make_facts
from dagster_project.samples.layouts import Report, lay_out
from dagster_project.samples.rendering import render
from dagster_project.samples.world import make_world
from dagster_project.samples.write import SEED

FILES = 2_000
CELLS = 720
FORM = "community_profile"
TOWNS = 6
"""Whole tables of the towns whose tables have about ``CELLS``: two in each layout."""

BOUNDED = "services_available"
"""Of seven services: not to be multiplied."""

WORKERS = 2
ROUNDS = 5
SOME = 200
"""Files that make a process warm."""

SLOW_FILES = 20
"""Files that pandas with openpyxl reads in a round: its time is the same for each."""

OF_CALAMINE, AIM, OF_OPENPYXL = 0.25, 0.40, 15


@pytest.fixture(scope="module")
def workbooks(tmp_path_factory) -> list[ReadItem]:
    """Write workbooks of about 720 cells, each with figures of its own, in the towns' layouts."""
    folder = tmp_path_factory.mktemp("workbooks")
    programme = load_programme()
    world = make_world(programme, load_register(), SEED)
    sent = regular_deliveries([(world, make_facts(world, programme))], programme)
    reports = [one.report for one in sent if one.report and one.report.form.form_id == FORM]
    width = len(programme.forms[FORM].columns)
    reports.sort(key=lambda report: abs(len(report.table) * width - CELLS))
    items = []
    for number in range(1, FILES + 1):
        report = _times(reports[number % TOWNS], number // TOWNS + 1)
        path = folder / f"{number}.xlsx"
        path.write_bytes(render(lay_out(report, programme), "xlsx"))
        items.append(ReadItem(number, path, path.name))
    return items


def _times(report: Report, factor: int) -> Report:
    """Multiply the figures of a report: sums and shares within it stay right."""
    table = [{name: _multiplied(name, row[name], factor) for name in row} for row in report.table]
    return replace(report, table=table)


def _multiplied(name: str, value: object, factor: int) -> object:
    is_figure = isinstance(value, int | Decimal) and not isinstance(value, bool)
    return value * factor if is_figure and name != BOUNDED else value


@dataclass
class Side:
    """One reader: how often it ran over how many files, in seconds of the clock and of the CPU."""

    name: str
    files: int
    clock: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def run(self, work: Callable[[], object], processes: list[int]) -> None:
        """Run once, counting what this process and others use."""
        began, used = time.perf_counter(), _used(processes)
        work()
        self.clock.append((time.perf_counter() - began) / self.files)
        self.cpu.append((_used(processes) - used) / self.files)

    def of(self, other: "Side", what: str = "clock") -> float:
        """Give how many times as fast as another this is, the median of the rounds."""
        pairs = zip(getattr(other, what), getattr(self, what), strict=True)
        return statistics.median(theirs / ours for theirs, ours in pairs)

    def __str__(self) -> str:
        """Give a line of the print."""
        clock, cpu = statistics.median(self.clock), statistics.median(self.cpu)
        return f"{self.name:36} {1 / clock:7.0f} files/s   {1000 * cpu:6.2f} ms of CPU a file"


def _used(processes: list[int]) -> float:
    """Give the CPU seconds used so far by this process and some others."""
    ticks = 0
    for process in processes:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")


@pytest.fixture(scope="module")
def sides(workbooks, tmp_path_factory) -> dict[str, Side]:
    """Let all sides read by turns, and print how long they took and where our time went."""
    folder, parts = tmp_path_factory.mktemp("parquet"), list[dict[str, float]]()
    raw, ours = Side("calamine alone, 2 processes", FILES), Side("to Parquet, 2 workers", FILES)
    slow = Side("pandas + openpyxl, 1 process", SLOW_FILES)
    with _warm_pool(workbooks) as pool, BatchReader(None, None, {}) as reader:
        theirs = list(pool._processes)
        reader.read(workbooks[:FILES:2], WORKERS)
        workers = [one.popen.pid for one in reader._workers.running]
        _by_pandas(workbooks[:1], folder)
        for turn in range(ROUNDS):
            some = workbooks[turn * SLOW_FILES : (turn + 1) * SLOW_FILES]
            raw.run(lambda: list(pool.map(_cells, _paths(workbooks), chunksize=50)), theirs)
            ours.run(lambda: parts.append(_to_parquet(reader, workbooks, folder)), workers)
            slow.run(lambda some=some: _by_pandas(some, folder), [])
        peaks = [_peak(process) for process in workers]
    print(f"\n{FILES} workbooks of about {CELLS} cells\n  {raw}\n  {ours}\n  {slow}")
    print(f"  of calamine: {ours.of(raw):.3f} by the clock, {ours.of(raw, 'cpu'):.3f} by CPU")
    print(f"  (bar {OF_CALAMINE}, aim {AIM})")
    print(f"  times pandas with openpyxl: {ours.of(slow):.1f} by the clock (bar {OF_OPENPYXL})")
    for name in parts[0]:
        print(f"    {name:22} {statistics.median(one[name] for one in parts):6.2f}")
    here = getrusage(RUSAGE_SELF).ru_maxrss >> 10
    print(f"  peak memory: {here} MB here, {max(peaks)} MB in the largest worker")
    return {"calamine": raw, "ours": ours, "pandas": slow}


def test_two_workers_against_calamine_on_two_processes(sides):
    assert sides["ours"].of(sides["calamine"]) >= OF_CALAMINE


def test_two_workers_against_pandas_with_openpyxl_in_one_process(sides):
    assert sides["ours"].of(sides["pandas"]) >= OF_OPENPYXL


def _to_parquet(reader: BatchReader, items: list[ReadItem], folder: Path) -> dict[str, float]:
    """Read, judge and write; gives the seconds of each."""
    began = time.perf_counter()
    batch = reader.read(items, WORKERS)
    read = time.perf_counter()
    assert batch.rows[FORM].num_rows >= len(items)
    found = _judged(batch)
    judged = time.perf_counter()
    tables = {**batch.rows, "findings": found}
    for name in ("submissions", "totals", "columns", "cell_status"):
        tables[name] = getattr(batch, name)
    for name, table in tables.items():
        pq.write_table(table, folder / f"{name}.parquet")
    ended = time.perf_counter()
    return {
        "seconds to read": read - began,
        "seconds to judge": judged - read,
        "seconds to write": ended - judged,
        "findings, reading": batch.findings.num_rows,
        "findings, rules": found.num_rows,
    }


def _judged(batch: ReadBatch) -> pa.Table:
    programme = load_programme()
    with duckdb.connect() as connection:
        shown = {
            "rows_read": batch.rows[FORM],
            "submissions_read": batch.submissions,
            "columns_read": batch.columns,
            "statuses_read": batch.cell_status,
            "totals_read": batch.totals,
        }
        for name, table in shown.items():
            connection.register(name, table)
        connection.register("held", rows_for_warehouse(load_register(), connection))
        relations = Relations(*shown, region="held")
        return judge(connection, programme.forms[FORM], programme, relations)


def _warm_pool(items: list[ReadItem]) -> ProcessPoolExecutor:
    pool = ProcessPoolExecutor(WORKERS, mp_context=get_context("forkserver"))
    list(pool.map(_cells, _paths(items[:SOME]), chunksize=10))
    return pool


def _paths(items: list[ReadItem]) -> Iterator[str]:
    return (str(item.path) for item in items)


def _cells(path: str) -> int:
    return len(CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python())


def _by_pandas(items: list[ReadItem], folder: Path) -> None:
    """Bring every cell with its place, as text and as number, to Parquet."""
    cells = pd.concat(map(_cells_by_pandas, items)).rename_axis("row").reset_index()
    cells.to_parquet(folder / "pandas.parquet")


def _cells_by_pandas(item: ReadItem) -> pd.DataFrame:
    frame = pd.read_excel(item.path, header=None, engine="openpyxl")
    cells = frame.melt(var_name="column", value_name="text", ignore_index=False).dropna()
    numbers = pd.to_numeric(cells["text"], errors="coerce")
    texts = cells["text"].astype("string")
    return cells.assign(file=item.receipt_number, text=texts, number=numbers)


def _peak(process: int) -> int:
    """Give the most memory that a process had, in MB."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) >> 10 for line in lines if line.startswith("VmHWM"))
