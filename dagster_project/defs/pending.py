"""The list of what waits for a run, in a small file: sensors must not open the build database.

Written by the step that knows (``readings``), read by the sensors and by ``jiceng build``.
"""

import json
from dataclasses import dataclass

from dagster_project.settings import Settings
from dagster_project.warehousing.built import PartitionKey
from dagster_project.warehousing.workshop import Workshop


@dataclass(frozen=True, slots=True)
class Pending:
    """What waits for a run, and the fingerprint of what a release would be made from."""

    partitions: tuple[PartitionKey, ...]
    dimensions: bool
    release_print: str


def write_pending(settings: Settings, shop: Workshop) -> Pending:
    """Write what waits as the workshop sees it, in one rename."""
    found = Pending(tuple(shop.stale()), shop.dimensions_are_stale(), shop.release_print)
    content = {
        "partitions": [[key.form_id, key.period] for key in found.partitions],
        "dimensions": found.dimensions,
        "release_print": found.release_print,
    }
    arriving = settings.pending.with_suffix(".arriving")
    arriving.write_text(json.dumps(content), encoding="utf-8")
    arriving.replace(settings.pending)
    return found


def read_pending(settings: Settings) -> Pending:
    """Read the list; nothing waits where it was never written."""
    if not settings.pending.exists():
        return Pending((), dimensions=False, release_print="")
    content = json.loads(settings.pending.read_text(encoding="utf-8"))
    partitions = tuple(PartitionKey(*pair) for pair in content["partitions"])
    return Pending(partitions, content["dimensions"], content["release_print"])
