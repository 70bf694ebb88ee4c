"""One form, one period, 16 towns, all gates and a release: against a process that only imports.

Cold runs and imports alternate in one run, since machines differ and drift; where the time goes is
printed. Run with ``make bench``.
"""

import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

from dagster_project.programme.load import load_programme
from dagster_project.regions.register import load_register
from dagster_project.samples.write import write_samples
from tests.pipeline import homes

PAIRS = 3
COLD_BAR = 1.6
"""At most this many times a process that only imports dagster, dagster_dbt, dbt and GX."""
WARM_BAR = 0.27
"""1.5 s where the imports take 5.5 s: a machine half as fast may take twice as long."""

IMPORTS = "import dagster, dagster_dbt, dbt.cli.main, great_expectations"
BUILD = Path(__file__).with_name("build_twice.py")


def timed(*arguments: str) -> tuple[float, str]:
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, check=False, cwd=Path.cwd()
    )
    assert done.returncode == 0, done.stderr
    return time.perf_counter() - began, done.stdout


def built(home: Path) -> dict:
    _, output = timed(str(BUILD), str(home))
    return json.loads(output.splitlines()[-1])


def test_one_period_cold_and_warm(tmp_path):
    samples = write_samples(tmp_path / "samples", load_programme(), load_register())
    imports, first, cold, warm, parts = [], [], [], [], []
    for number in range(PAIRS + 1):  # the first pair warms the disk cache and is not counted
        home = tmp_path / f"home{number}"
        homes.drop(samples, home, homes.of_period(samples, "staff", "2015-Q3"))
        imported, _ = timed("-c", IMPORTS)
        made = built(home)  # an empty warehouse: dimensions and the tables of all forms as well
        homes.drop(samples, home, homes.of_period(samples, "staff", "2015-Q4"))
        homes.drop(samples, home / "later", homes.of_period(samples, "staff", "2016-Q1"))
        found = built(home)
        if number:
            imports.append(imported)
            first.append(made["cold"])
            cold.append(found["cold"])
            warm.append(found["warm"])
            parts.append(found["parts"])
    cold_ratio, warm_ratio = (
        statistics.median(one / base for one, base in zip(times, imports, strict=True))
        for times in (cold, warm)
    )
    print(f"\nimports only   {_spread(imports)} s")
    print(f"first of all   {_spread(first)} s, with dimensions and the tables of all forms")
    print(f"cold           {_spread(cold)} s, ratio {cold_ratio:.2f} (bar {COLD_BAR})")
    print(f"warm           {_spread(warm)} s, ratio {warm_ratio:.2f} (bar {WARM_BAR})")
    for name in parts[0]:
        print(f"  {name:28} {_spread([one[name] for one in parts])} s")


def _spread(figures: list[float]) -> str:
    return f"{statistics.median(figures):6.2f} [{min(figures):.2f} – {max(figures):.2f}]"
