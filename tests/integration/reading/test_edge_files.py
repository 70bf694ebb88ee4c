"""Workbooks from the suites of other projects, through the processes that read a real inbox.

Each is read or refused with a named reason, in bounded time and memory; what openpyxl, xlrd or an
own reader of OpenDocument open, our sheets show with the same cells.
"""

import json
import resource
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from dagster_project.messages import catalogue
from dagster_project.reading.batch import ReadItem, read_batch
from dagster_project.reading.guard import open_guarded
from dagster_project.reading.limits import MAX_WORKER_BYTES
from dagster_project.reading.model import Unreadable
from dagster_project.reading.sheets import Sheet, SheetError
from tests.conftest import REAL_DATA
from tests.fixtures.cell_oracles import comparable

EDGE_FILES = REAL_DATA / "5_edge_files"
SLOWEST_SECONDS = 20
LEAST_ALIKE = 0.9
KNOWN_BY = {".xlsx", ".xlsm", ".xls", ".ods"}
"""Suffixes of files that another reader may open."""

BLANK = ["text", ""]
ROOT = Path(__file__).parents[3]

pytestmark = pytest.mark.skipif(not EDGE_FILES.exists(), reason="the real files are not here")


@dataclass(frozen=True)
class Opened:
    """One file: its sheets or the reason there are none, and how long that took."""

    path: Path
    sheets: list[Sheet]
    refusal: SheetError | None
    seconds: float


@pytest.fixture(scope="module")
def files() -> list[Path]:
    found = sorted(path for path in EDGE_FILES.rglob("*") if path.is_file())
    assert len(found) > 200
    return found


@pytest.fixture(scope="module")
def opened(files) -> list[Opened]:
    return [_opened(path) for path in files]


def _opened(path: Path) -> Opened:
    data, began = path.read_bytes(), time.monotonic()
    try:
        sheets, refusal = open_guarded(data), None
    except SheetError as error:
        sheets, refusal = [], error
    return Opened(path, sheets, refusal, time.monotonic() - began)


@pytest.fixture(scope="module")
def oracle(files) -> dict[Path, dict]:
    """What the other readers find; they too hang or exhaust the memory on some of these files."""
    known = [path for path in files if path.suffix in KNOWN_BY]
    command = [sys.executable, "-m", "tests.fixtures.cell_oracles"]
    done = subprocess.run(
        command, input="\n".join(map(str, known)), cwd=ROOT, capture_output=True, text=True,
        check=True, timeout=240,
    )  # fmt: skip
    return {Path(path): cells for path, cells in map(json.loads, done.stdout.splitlines())}


def test_every_file_is_read_or_refused_with_a_reason_in_two_languages(opened):
    for one in opened:
        problems = [sheet.problem for sheet in one.sheets if sheet.problem]
        for problem in [one.refusal] if one.refusal else problems:
            texts = catalogue()[problem.code]
            assert {"zh", "en", "remedy_zh", "remedy_en"} <= texts.keys(), one.path
        assert one.sheets or one.refusal, one.path


def test_no_file_hangs_or_kills_its_process(opened):
    slow = {one.path.name: round(one.seconds, 1) for one in opened if one.seconds > SLOWEST_SECONDS}
    assert slow == {}
    lost = ("READ_FILE_CRASHED", "READ_FILE_TOO_SLOW", "READ_FILE_EXHAUSTS_MEMORY")
    assert [one.path.name for one in opened if one.refusal and one.refusal.code in lost] == []
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss << 10
    assert peak < MAX_WORKER_BYTES, f"{peak >> 20} MB"


def test_other_readers_find_the_same_cells(opened, oracle):
    """Differences that are not ours to mend stand in the message, each with its first cell."""
    outcome, differing = Counter(), []
    for one in opened:
        if one.path not in oracle:
            continue
        difference = _difference(one, oracle[one.path])
        outcome[difference is None] += 1
        if difference:
            differing.append(f"{one.path.relative_to(EDGE_FILES)}: {difference}")
    share = outcome[True] / outcome.total()
    listed = "\n".join(differing)
    print(f"{share:.1%} of {outcome.total()} files alike; the others:\n{listed}")  # noqa: T201
    assert outcome.total() > 150
    assert share >= LEAST_ALIKE, f"{share:.1%} of {outcome.total()} files alike\n{listed}"


def _difference(one: Opened, theirs: dict[str, dict[str, list]]) -> str | None:
    """Say how a file differs from what another reader finds, None where it does not."""
    if one.refusal:
        return f"refused, {one.refusal.code}"
    ours = {sheet.name: sheet for sheet in one.sheets}
    if missing := theirs.keys() - ours.keys():
        return f"sheets {sorted(missing)} are missing"
    for name, said in theirs.items():
        cells = {place: value for place, value in said.items() if value != BLANK}
        if problem := ours[name].problem:
            return f"{name}: {problem.code}"
        found = _cells(ours[name])
        places = sorted(found.keys() | cells.keys())
        for place in places:
            if found.get(place) != cells.get(place):
                return f"{name} {place}: {found.get(place)} here, {cells.get(place)} there"
    return None


def _cells(sheet: Sheet) -> dict[str, list]:
    """Give a sheet's cells as the other readers' come; a formula without a result is none."""
    found = {}
    for row, cells in enumerate(sheet.grid):
        for column, cell in enumerate(cells):
            value = cell.text if isinstance(cell, Unreadable) else cell
            blank = isinstance(cell, Unreadable) and cell.kind == "formula"
            if not blank and (plain := comparable(value)) != BLANK:
                found[f"{row},{column}"] = plain
    return found


def test_all_files_at_once_leave_a_submission_or_a_finding_each(files):
    """The whole inbox through several processes: a file that kills one costs itself alone."""
    items = [ReadItem(number, path, path.name) for number, path in enumerate(files, start=1)]
    batch = read_batch(items, None, None, workers=2)
    numbers = {one // 100 for one in batch.findings.column("submission_id").to_pylist()}
    accepted = {one // 100 for one in batch.submissions.column("submission_id").to_pylist()}
    assert accepted == {item.receipt_number for item in items}
    assert numbers == accepted, "none of these files is a report of the programme"
