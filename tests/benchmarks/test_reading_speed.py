"""Workbooks to typed, judged rows with their cells in Parquet, against raw readers in one run.

The references read the same files and throw everything away: calamine on two processes, pandas with
openpyxl on one. Run with ``make bench``; figures are ratios, since machines differ.
"""

import statistics
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from decimal import Decimal
from multiprocessing import get_context
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook

from dagster_project.programme.load import load_programme
from dagster_project.reading.batch import ReadBatch, ReadItem, read_batch
from dagster_project.regions.register import load_register
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
WORKERS = 2
SLOW_FILES = 40
"""Files that pandas with openpyxl reads: its time is the same for each."""
OF_CALAMINE, OF_OPENPYXL = 0.25, 15


@pytest.fixture(scope="module")
def workbooks(tmp_path_factory) -> list[ReadItem]:
    """Write workbooks of about 720 cells, each with figures of its own, in the towns' layouts."""
    folder = tmp_path_factory.mktemp("workbooks")
    programme = load_programme()
    world = make_world(programme, load_register(), SEED)
    sent = regular_deliveries(world, make_facts(world), programme)
    reports = [one.report for one in sent if one.report and one.report.form.form_id == FORM]
    rows = CELLS // len(programme.forms[FORM].columns)
    items = []
    for number in range(1, FILES + 1):
        report = _times(reports[number % len(reports)], number // len(reports) + 1, rows)
        path = folder / f"{number}.xlsx"
        path.write_bytes(render(lay_out(report, programme), "xlsx"))
        items.append(ReadItem(number, path, path.name))
    return items


def _times(report: Report, factor: int, rows: int) -> Report:
    """Multiply the figures of a report: sums and shares within it stay right."""
    table = [
        {
            name: value * factor
            if isinstance(value, int | Decimal) and not isinstance(value, bool)
            else value
            for name, value in row.items()
        }
        for row in (report.table * 2)[:rows]
    ]
    return replace(report, table=table)


def test_reading_against_calamine_and_openpyxl(workbooks, tmp_path):
    ours, parts, raw = [], [], []
    for _ in range(3):
        raw.append(_timed(_calamine_alone, workbooks))
        began = time.perf_counter()
        parts.append(_to_parquet(workbooks, tmp_path))
        ours.append(time.perf_counter() - began)
    slow = _timed(_pandas_alone, workbooks[:SLOW_FILES]) * FILES / SLOW_FILES
    of_calamine = statistics.median(a / b for a, b in zip(raw, ours, strict=True))
    some = workbooks[: FILES // 4]
    one_process = _timed(read_batch, some, None, None, 1) * FILES / len(some)
    print(f"\n{FILES} workbooks of about {CELLS} cells")
    print(f"  calamine alone, {WORKERS} processes   {FILES / statistics.median(raw):7.0f} files/s")
    print(f"  to Parquet, {WORKERS} workers         {FILES / statistics.median(ours):7.0f} files/s")
    print(f"  of calamine: {of_calamine:.3f} (bar {OF_CALAMINE})")
    print(
        f"  of pandas + openpyxl, one process: {slow / one_process:.1f} times (bar {OF_OPENPYXL})"
    )
    for name in parts[0]:
        print(f"    {name:10} {statistics.median(one[name] for one in parts):6.2f} s")
    peaks = [getrusage(who).ru_maxrss / 1024 for who in (RUSAGE_SELF, RUSAGE_CHILDREN)]
    print(f"  peak memory: {peaks[0]:.0f} MB here, {peaks[1]:.0f} MB in the largest worker")
    assert of_calamine >= OF_CALAMINE
    assert slow / one_process >= OF_OPENPYXL


def _timed(work, *arguments) -> float:
    began = time.perf_counter()
    work(*arguments)
    return time.perf_counter() - began


def _to_parquet(items: list[ReadItem], folder: Path) -> dict[str, float]:
    """Read, judge and write; gives the seconds of each."""
    programme = load_programme()
    began = time.perf_counter()
    batch = read_batch(items, None, None, WORKERS)
    read = time.perf_counter()
    assert batch.rows[FORM].num_rows >= FILES
    found = _judged(batch, programme)
    judged = time.perf_counter()
    tables = {**batch.rows, "findings": found}
    for name in ("submissions", "totals", "columns", "cell_status"):
        tables[name] = getattr(batch, name)
    for name, table in tables.items():
        pq.write_table(table, folder / f"{name}.parquet")
    ended = time.perf_counter()
    return {"read": read - began, "judge": judged - read, "write": ended - judged}


def _judged(batch: ReadBatch, programme) -> pa.Table:
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
        connection.execute(
            "create table held (level varchar, region_code varchar, name varchar,"
            " valid_from date, valid_to date)"
        )
        relations = Relations(*shown, region="held")
        return judge(connection, programme.forms[FORM], programme, relations)


def _calamine_alone(items: list[ReadItem]) -> None:
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("forkserver")) as pool:
        list(pool.map(_cells, [str(item.path) for item in items], chunksize=50))


def _cells(path: str) -> int:
    return len(CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python())


def _pandas_alone(items: list[ReadItem]) -> None:
    for item in items:
        pd.read_excel(item.path, header=None, engine="openpyxl")
