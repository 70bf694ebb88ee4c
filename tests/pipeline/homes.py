"""Homes for pipeline tests: folders with an inbox, and builds run in processes of their own.

They are forked from a server that has all imports already, so that a build can be run, and
killed, fifty times.
"""

import csv
import multiprocessing
import shutil
import sys
from collections.abc import Iterable
from multiprocessing.process import BaseProcess
from pathlib import Path

from dagster_project.releasing.manifest import Manifest, latest_release
from dagster_project.samples.deliveries import Delivery
from dagster_project.samples.write import SampleReport
from dagster_project.settings import Settings

CONTROL = "deliveries.csv"
SERVER = multiprocessing.get_context("forkserver")
SERVER.set_forkserver_preload(["tests.pipeline.imports"])


def drop_live(samples: SampleReport, home: Path, deliveries: Iterable[Delivery]) -> None:
    """Put files into a home's inbox as they come in life: the clock says when."""
    inbox = home / "raw" / "inbox"
    inbox.mkdir(parents=True, exist_ok=True)
    for one in deliveries:
        shutil.copyfile(samples.target / one.file_name, inbox / one.file_name)


def of_period(samples: SampleReport, form_id: str, period: str) -> list[Delivery]:
    """Give the sample deliveries of one form and period, in the order of receipt."""
    return [one for one in samples.deliveries if (one.key[0], one.key[2]) == (form_id, period)]


def drop(samples: SampleReport, home: Path, deliveries: Iterable[Delivery]) -> None:
    """Put files into a home's inbox with a delivery list of their own."""
    chosen, inbox = list(deliveries), home / "raw" / "inbox"
    inbox.mkdir(parents=True, exist_ok=True)
    for one in chosen:
        shutil.copyfile(samples.target / one.file_name, inbox / one.file_name)
    with (inbox / CONTROL).open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(["file_name", "received_at", "channel"])
        for one in chosen:
            writer.writerow([one.file_name, one.received_at.isoformat(), one.channel])


def build(home: Path) -> None:
    """Build a home in a process of its own, and see that it succeeded."""
    assert wait(start_build(home)) == 0


def start_build(home: Path) -> BaseProcess:
    """Start a build in a process of its own, forked from one that has all imports already."""
    process = SERVER.Process(target=build_here, args=(home,))
    process.start()
    return process


def wait(process: BaseProcess) -> int | None:
    """Wait for a build; gives its exit code, negative for a signal."""
    process.join()
    return process.exitcode


def kill_after(process: BaseProcess, seconds: float) -> int | None:
    """Kill a build without mercy after some time, unless it has ended by then."""
    process.join(seconds)
    process.kill()
    return wait(process)


def content_hash(home: Path) -> str | None:
    """Give the content hash of a home's newest release."""
    latest = latest_release(home / "warehouse" / "releases")
    return Manifest.read(latest).content_hash if latest else None


def build_here(home: Path) -> None:
    """Build a home in this process and leave with 1 where something failed."""
    from dagster_project.defs.assembly import build_definitions
    from dagster_project.defs.build import Builder

    settings = Settings(home=home, workers=1)
    report = Builder(settings, build_definitions(settings), lambda *_: None).build()
    sys.exit(1 if report.failed else 0)
