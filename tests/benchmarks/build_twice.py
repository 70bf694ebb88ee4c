"""Builds one period cold and a second one warm in the same process; prints the times as JSON.

Started as a process of its own by the benchmark, with a home whose ``later/`` holds the second
inbox.
"""

import gc
import time

began = time.perf_counter()
gc.disable()

import json  # noqa: E402
import shutil  # noqa: E402
import sys  # noqa: E402
from itertools import pairwise  # noqa: E402
from pathlib import Path  # noqa: E402

home = Path(sys.argv[1])
parts: dict[str, float] = {}


def lap(name: str, since: float) -> float:
    now = time.perf_counter()
    parts[name] = round(now - since, 3)
    return now


from dagster_project.warehousing.judges import start_judges  # noqa: E402

start_judges()  # as the command does where files wait
from dagster_project.defs.assembly import build_definitions  # noqa: E402
from dagster_project.defs.build import Builder  # noqa: E402
from dagster_project.settings import Settings  # noqa: E402

mark = lap("cold: imports", began)
settings = Settings(home=home, workers=1)
definitions = build_definitions(settings)
mark = lap("cold: definitions", mark)
stages: list[tuple[str, float]] = [("collect and read", mark)]


def note(what: str, _done: int, _total: int) -> None:
    stages.append((what, time.perf_counter()))


builder = Builder(settings, definitions, note)


def build(kind: str) -> None:
    report = builder.build()
    assert report.is_new, report
    assert not report.failed, report
    stages.append(("end", time.perf_counter()))
    for (what, start), (_, end) in pairwise(stages):
        parts[f"{kind}: {what.split()[0]}"] = round(end - start, 3)


build("cold")
found = {"cold": time.perf_counter() - began, "parts": parts}
if (home / "later").exists():
    shutil.rmtree(home / "raw" / "inbox", ignore_errors=True)
    shutil.move(home / "later" / "raw" / "inbox", home / "raw" / "inbox")
    mark = time.perf_counter()
    stages[:] = [("collect and read", mark)]
    build("warm")
    found["warm"] = time.perf_counter() - mark
print(json.dumps(found))
gc.freeze()
