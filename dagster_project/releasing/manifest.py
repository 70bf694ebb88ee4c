"""The manifest of a release: what it holds, from which inputs, made when.

Not here: writing the data (see ``export``) and the switch (see ``publish``).
"""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from dagster_project.releasing.content import TableEntry

DATABASE = "jiceng.duckdb"
MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """One release; ``input_fingerprint`` tells whether a build has anything new to publish."""

    release_id: str
    released_at: datetime
    as_of: datetime | None
    content_hash: str
    input_fingerprint: str
    synthetic: bool
    jiceng_version: str
    tables: dict[str, TableEntry]

    def write(self, folder: Path) -> None:
        """Write the manifest into a release folder."""
        text = json.dumps(asdict(self), ensure_ascii=False, indent=2, default=datetime.isoformat)
        (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """Read the manifest of a release folder."""
        raw = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        raw["released_at"] = datetime.fromisoformat(raw["released_at"])
        raw["as_of"] = datetime.fromisoformat(raw["as_of"]) if raw["as_of"] else None
        raw["tables"] = {name: TableEntry(**entry) for name, entry in raw["tables"].items()}
        return cls(**raw)


def latest_release(releases: Path) -> Path | None:
    """Give the folder of the newest finished release, None where there is none."""
    finished = (path.parent for path in releases.glob(f"[0-9]*/{MANIFEST}"))
    return max(finished, key=lambda folder: folder.name, default=None)


def manifest_in_force(releases: Path) -> Manifest | None:
    """Give the manifest of the newest finished release, None where there is none."""
    latest = latest_release(releases)
    return Manifest.read(latest) if latest else None


def next_release_id(releases: Path, content_hash: str) -> str:
    """Give the id of the release to come: a running number and the start of its content hash."""
    latest = latest_release(releases)
    number = int(latest.name.split("-")[0]) + 1 if latest else 1
    return f"{number:06d}-{content_hash[:8]}"
