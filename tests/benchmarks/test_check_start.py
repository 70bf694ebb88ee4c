"""``jiceng check`` of one report, cold, against a process that starts Python and stops.

Both alternate in one run; where the time goes is for ``python -X importtime`` to say. Run with
``make bench``.
"""

import statistics
import subprocess
import sys
import time
from pathlib import Path

PAIRS = 7
BAR_SECONDS = 1.0
IMPORTS = "import dagster, dagster_dbt, dbt.cli.main, great_expectations"
"""Takes 5.5 s on the machine the bar was set for: the measure of how fast this one is."""
SAMPLE = Path("raw", "samples", "东环街道-队伍报表(1).xlsx")
REFUSED = 2


def timed(code: int, *arguments: str) -> float:
    began = time.perf_counter()
    done = subprocess.run([sys.executable, *arguments], capture_output=True, check=False)
    assert done.returncode == code, done.stderr
    return time.perf_counter() - began


def test_a_check_cold():
    starts, checks = [], []
    for number in range(PAIRS + 1):  # the first pair warms the disk cache and is not counted
        start = timed(0, "-c", "pass")
        check = timed(REFUSED, "-m", "dagster_project", "check", str(SAMPLE))
        if number:
            starts.append(start)
            checks.append(check)
    print(f"\npython start   {_spread(starts)} s")
    print(f"jiceng check   {_spread(checks)} s (bar {BAR_SECONDS})")
    print(f"imports only   {timed(0, '-c', IMPORTS):6.2f} s (5.50 on the machine of the bar)")


def _spread(figures: list[float]) -> str:
    return f"{statistics.median(figures):6.2f} [{min(figures):.2f} – {max(figures):.2f}]"
