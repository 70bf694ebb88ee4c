"""The list of what waits for a run, in a small file: sensors must not open the build database.

Written by the step that knows (``readings``), read by the sensors and by ``jiceng build``.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from dagster_project.settings import Settings
from dagster_project.warehousing.built import PartitionKey


@dataclass(frozen=True, slots=True)
class Pending:
    """Partitions that wait for a run, and the fingerprint of what a release would be made from."""

    partitions: tuple[PartitionKey, ...]
    release_print: str


def write_pending(settings: Settings, waiting: Sequence[PartitionKey], release_print: str) -> None:
    """Write the list in one rename."""
    content = {
        "partitions": [[key.form_id, key.period] for key in waiting],
        "release_print": release_print,
    }
    arriving = settings.pending.with_suffix(".arriving")
    arriving.write_text(json.dumps(content), encoding="utf-8")
    arriving.replace(settings.pending)


def read_pending(settings: Settings) -> Pending:
    """Read the list; nothing waits where it was never written."""
    if not settings.pending.exists():
        return Pending((), "")
    content = json.loads(settings.pending.read_text(encoding="utf-8"))
    return Pending(
        tuple(PartitionKey(*pair) for pair in content["partitions"]), content["release_print"]
    )
