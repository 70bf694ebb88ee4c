"""A text of 200 MB in GB18030 to typed rows in Parquet with their cells, against decoding it alone.

The form is the register of facilities, a million rows of 43 columns with figures drawn anew; a
worker process reads it, as any large batch. Run with ``make bench``. Not here: that what is read is
right (see ``tests/unit/reading/test_large_texts.py``).
"""

import csv
import time
from io import StringIO
from pathlib import Path
from random import Random

import pyarrow.parquet as pq

from dagster_project.programme.load import load_programme
from dagster_project.reading.batch import BatchReader, ReadItem
from dagster_project.regions.register import load_register
from dagster_project.samples.deliveries import regular_deliveries
from dagster_project.samples.facts import make_facts
from dagster_project.samples.layouts import lay_out
from dagster_project.samples.world import make_world
from dagster_project.samples.write import SEED

SIZE = 200_000_000
FORM = "facilities"
MEGABYTES_A_SECOND = 60
MOST_MEMORY = 2 << 10
"""MB that a worker may have."""


def test_a_large_text_in_gb18030(tmp_path):
    path = tmp_path / "facilities.csv"
    rows = _write(path)
    with BatchReader(None, None, {}) as reader:
        began = time.perf_counter()
        path.read_bytes().decode("gb18030")
        decoded = time.perf_counter()
        batch = reader.read([ReadItem(1, path, "设施.csv")], 2)
        read = time.perf_counter()
        for name, table in {FORM: batch.rows[FORM], "cell_status": batch.cell_status}.items():
            pq.write_table(table, tmp_path / f"{name}.parquet")
        ended = time.perf_counter()
        process = reader._workers.running[0].popen.pid
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
        stat = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    peak = next(int(line.split()[1]) >> 10 for line in lines if line.startswith("VmHWM"))
    speed, alone = SIZE / 1e6 / (ended - decoded), SIZE / 1e6 / (decoded - began)
    print(f"\n  {rows} rows, decoded alone {alone:.0f} MB/s, to Parquet {speed:.1f} MB/s")
    print(f"  that is {speed / alone:.2f} of decoding alone (bar {MEGABYTES_A_SECOND} MB/s)")
    print(f"  read {read - decoded:.1f} s, written {ended - read:.1f} s")
    print(f"  CPU of the worker {(int(stat[11]) + int(stat[12])) / 100:.1f} s, start included")
    print(f"  peak memory of the worker {peak} MB")
    assert batch.findings.num_rows == 0
    assert batch.rows[FORM].num_rows == rows
    assert peak < MOST_MEMORY
    assert speed >= MEGABYTES_A_SECOND


def _write(path: Path) -> int:
    """Write the largest town's facilities over and over, each with a code of its own."""
    programme = load_programme()
    world = make_world(programme, load_register(), SEED)
    sent = regular_deliveries([(world, make_facts(world, programme))], programme)
    reports = [one.report for one in sent if one.report and one.report.form.form_id == FORM]
    report = max(reports, key=lambda one: len(one.table))
    grid = lay_out(report, programme)
    body = [row for kind, row in zip(grid.kinds, grid.rows, strict=True) if kind == "body"]
    dice, rows = Random(SEED), 0
    with path.open("wb") as file:
        file.write(_csv(grid.rows[: grid.kinds.index("body")]))
        while file.tell() < SIZE:
            some = []
            for row in body:
                rows += 1
                changed = [_drawn(cell, dice) for cell in row]
                some.append([f"{report.town.code}-{rows:07d}", *changed[1:]])
            file.write(_csv(some))
        file.write(_csv([["注：合成样例"]]))
    return rows


def _drawn(cell, dice):
    """Give another figure in place of a large one; codes and shares stay."""
    return int(cell * (0.5 + dice.random())) if isinstance(cell, int) and cell > 9 else cell


def _csv(rows) -> bytes:
    stream = StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerows([["" if cell is None else str(cell) for cell in row] for row in rows])
    return stream.getvalue().encode("gb18030")
