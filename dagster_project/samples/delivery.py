"""Delivers the samples: puts them into the inbox as the towns would, each with its own time.

Files that the archive has already received at that time are not sent again, so that the demo
can be repeated.
Not here: making the samples (see ``write``).
"""

import csv
import hashlib
import shutil
from datetime import datetime
from pathlib import Path

from dagster_project.collecting.deliveries import CONTROL_NAME
from dagster_project.collecting.receipts import read_receipts
from dagster_project.settings import Settings


def deliver(samples: Path, settings: Settings) -> int:
    """Copy the sample files that are not archived yet into the inbox; gives how many."""
    known = {(one.sha256, one.received_at) for one in read_receipts(settings.archive)}
    with (samples / CONTROL_NAME).open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if _key(samples, row) not in known]
    if not rows:
        return 0
    settings.inbox.mkdir(parents=True, exist_ok=True)
    for row in rows:
        target = settings.inbox / row["file_name"]
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(samples / row["file_name"], target)
    with (settings.inbox / CONTROL_NAME).open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return len(rows)


def _key(samples: Path, row: dict[str, str]) -> tuple[str, datetime]:
    content = (samples / row["file_name"]).read_bytes()
    return hashlib.sha256(content).hexdigest(), datetime.fromisoformat(row["received_at"])
