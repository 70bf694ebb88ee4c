"""Deadline day: 8,000 workbooks of one form and period, one cold ``jiceng build`` to the release.

One in twenty breaks a hard rule and goes back marked. Time is held against a process that only
imports, memory is that of the whole tree of processes. Run with ``make bench``;
``JICENG_DEADLINE_FILES`` names another number of files.
"""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from tests.benchmarks.test_one_period import IMPORTS, timed
from tests.fixtures import deadline_day

FILES = int(os.environ.get("JICENG_DEADLINE_FILES", "8000"))
BAR_RATIO = 60 / 5.5
"""60 s where the imports take 5.5 s: a machine half as fast may take twice as long."""
BAR_BYTES = 4 * 1024**3
PAGE = os.sysconf("SC_PAGE_SIZE")


class Memory(threading.Thread):
    """Watches how much memory a process and all below it hold."""

    def __init__(self, process_id: int) -> None:
        """Take the process at the top."""
        super().__init__(daemon=True)
        self.process_id = process_id
        self.peak = 0
        self.ended = threading.Event()

    def run(self) -> None:
        while not self.ended.wait(0.2):
            self.peak = max(self.peak, sum(_resident(self.process_id)))


def _resident(process_id: int) -> Iterator[int]:
    """Give the resident bytes of a process and of all below it; one that has ended has none."""
    try:
        yield int(Path(f"/proc/{process_id}/statm").read_text().split()[1]) * PAGE
        for task in Path(f"/proc/{process_id}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from _resident(int(child))
    except (FileNotFoundError, ProcessLookupError):
        return


@contextmanager
def watched(process_id: int) -> Iterator[Memory]:
    memory = Memory(process_id)
    memory.start()
    yield memory
    memory.ended.set()
    memory.join()


def command(home: Path, root: Path, *words: str) -> tuple[float, int, str]:
    """Run ``jiceng``; gives its seconds, the most memory it held, and what it said."""
    settings = {"JICENG_HOME": str(home), "JICENG_PROGRAMME": str(root)}
    began = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-m", "dagster_project", *words],
        env=os.environ | settings, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    ) as process, watched(process.pid) as memory:  # fmt: skip
        said = process.communicate()[0]
    assert process.returncode == 0, said
    return time.perf_counter() - began, memory.peak, said


def test_deadline_day(tmp_path):
    home, root = tmp_path / "home", tmp_path / "programme"
    deadline_day.write_programme(root, FILES)
    wrong = deadline_day.deliver(home / "raw" / "inbox", FILES)
    command(home, root, "generate")
    imports, _ = timed("-c", IMPORTS)
    seconds, peak, said = command(home, root, "build")
    print(said)
    print(f"\n{FILES} workbooks, {wrong} of them wrong")
    print(f"imports only   {imports:6.2f} s")
    print(f"cold build     {seconds:6.2f} s, ratio {seconds / imports:.2f} (bar {BAR_RATIO:.2f})")
    print(f"peak memory    {peak / 1024**2:6.0f} MB (bar {BAR_BYTES / 1024**2:.0f})")
    with duckdb.connect(home / "warehouse" / "jiceng.duckdb", read_only=True) as release:
        states = dict(
            release.sql("select state, count(*) from fct_reporting group by 1").fetchall()
        )
        print(states)
        rules = "select rule_id, severity, count(*) from fct_findings group by all order by all"
        print(release.sql(rules))
    assert states["refused"] == wrong
    assert sum(states.values()) == FILES
    asked = states.get("accepted_with_questions", 0)
    folder = home / "returned" / "staff" / deadline_day.PERIOD.label
    assert len([*folder.glob("*.xlsx")]) == wrong + asked
    assert peak < BAR_BYTES
