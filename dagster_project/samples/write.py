"""Writes the samples: all files, ``deliveries.csv`` and a README, the same bytes every time.

Not here: which few of them are committed (see ``committed``).
"""

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from dagster_project.programme.model import Programme
from dagster_project.regions.register import Register
from dagster_project.samples.data import declared
from dagster_project.samples.deliveries import Delivery, regular_deliveries
from dagster_project.samples.facts import make_facts
from dagster_project.samples.grid import Grid
from dagster_project.samples.layouts import Report, lay_out
from dagster_project.samples.purposes import Purpose, Stage
from dagster_project.samples.rendering import render
from dagster_project.samples.world import make_worlds

SEED = 20151231
"""The day whose figures the plan published; any other number gives other samples."""


@dataclass(frozen=True, slots=True)
class SampleReport:
    """What was written: the deliveries in order of arrival, their bytes, the parts they play."""

    target: Path
    deliveries: tuple[Delivery, ...]
    purposes: tuple[Purpose, ...]
    total_bytes: int

    def purpose(self, kind: str) -> Purpose:
        """Give the part of a kind, such as ``refused``."""
        return next(purpose for purpose in self.purposes if purpose.kind == kind)


def write_samples(
    target: Path,
    programme: Programme,
    register: Register,
    seed: int = SEED,
    *,
    everything: bool = False,
) -> SampleReport:
    """Write the sample files, ``deliveries.csv`` and ``README.txt`` into a folder.

    The demo's are the first of ``everything``: two years more of the same units, then a street or
    town of each other place.

    Raises:
        SampleError: the programme lacks a figure that the samples are made equal to.
    """
    worlds = make_worlds(programme, register, seed, everything=everything)
    drawn = [(world, make_facts(world, programme)) for world in worlds]
    stage = Stage(regular_deliveries(drawn, programme))
    deliveries = stage.arranged()
    target.mkdir(parents=True, exist_ok=True)
    files = {one.file_name: one for one in deliveries}
    total = sum(
        (target / name).write_bytes(file_bytes(one, programme)) for name, one in files.items()
    )
    (target / "deliveries.csv").write_text(delivery_list(deliveries), encoding="utf-8", newline="")
    readme = _readme(len(files), stage.purposes, seed)
    (target / "README.txt").write_text(readme, encoding="utf-8", newline="\n")
    return SampleReport(target, tuple(deliveries), tuple(stage.purposes), total)


def file_bytes(delivery: Delivery, programme: Programme) -> bytes:
    """Give the bytes of one delivered file."""
    if delivery.report is None:
        return render(_meeting_notice(), "xlsx")
    return render(lay_out(delivery.report, programme), _format_of(delivery.report))


def delivery_list(deliveries: list[Delivery]) -> str:
    """Give ``deliveries.csv``: file name, time received, channel."""
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow(["file_name", "received_at", "channel"])
    for one in deliveries:
        writer.writerow([one.file_name, one.received_at.isoformat(), one.channel])
    return lines.getvalue()


def _format_of(report: Report) -> str:
    return str(declared("towns")["towns"][report.town.code]["format"])


def _meeting_notice() -> Grid:
    texts = declared("texts")
    grid = Grid(texts["meeting"]["sheet"], 1, dict(texts["properties"], subject=""))
    for line in texts["meeting"]["lines"]:
        grid.add("plain", [line])
    return grid


def _readme(files: int, purposes: list[Purpose], seed: int) -> str:
    head: str = declared("texts")["readme"].format(files=files, seed=seed)
    lines = [
        f"  - {one.kind}: {one.file_name or '—'}\n    {one.text_zh}\n    {one.text_en}\n"
        for one in purposes
    ]
    return head + "".join(lines)
