"""Publishing: a new release beside the old ones, then one atomic rename that readers never notice.

Killed anywhere, the last release stays readable and the next build ends the work.
Not here: whether the content may be published (the audit has passed by then).
"""

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from dagster_project.durable import fsync_folder
from dagster_project.releasing.content import content_hash
from dagster_project.releasing.export import export, hashed_tables
from dagster_project.releasing.manifest import (
    DATABASE,
    Manifest,
    TableEntry,
    latest_release,
    next_release_id,
)
from dagster_project.version import VERSION

UNFINISHED = ".unfinished"


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a manifest says of a release that its tables do not."""

    released_at: datetime
    as_of: datetime | None
    input_fingerprint: str
    synthetic: bool


@dataclass(frozen=True, slots=True)
class Published:
    """The release in force after publishing, and whether it is a new one."""

    manifest: Manifest
    is_new: bool


def publish(
    connection: duckdb.DuckDBPyConnection, warehouse: Path, occasion: Occasion
) -> Published:
    """Publish the content of the build database, unless the newest release already holds it."""
    releases = warehouse / "releases"
    releases.mkdir(parents=True, exist_ok=True)
    tables = hashed_tables(connection)
    content = content_hash({name: entry.content_hash for name, entry in tables.items()})
    latest = latest_release(releases)
    if latest and Manifest.read(latest).content_hash == content:
        put_in_place(warehouse, latest)
        return Published(Manifest.read(latest), is_new=False)
    manifest = Manifest(
        release_id=next_release_id(releases, content),
        released_at=occasion.released_at,
        as_of=occasion.as_of,
        content_hash=content,
        input_fingerprint=occasion.input_fingerprint,
        synthetic=occasion.synthetic,
        jiceng_version=VERSION,
        tables=tables,
    )
    unchanged = _unchanged_files(latest, tables) if latest else {}
    put_in_place(warehouse, _write_release(connection, releases, manifest, unchanged))
    return Published(manifest, is_new=True)


def put_in_place(warehouse: Path, release: Path) -> None:
    """Let ``warehouse/jiceng.duckdb`` be the database of a release, by one rename."""
    target, source = warehouse / DATABASE, release / DATABASE
    if target.exists() and target.samefile(source):
        return
    arriving = warehouse / f".{DATABASE}.arriving"
    arriving.unlink(missing_ok=True)
    arriving.hardlink_to(source)
    # A log left by somebody who wrote into the old file must not be replayed on the new one.
    target.with_name(f"{DATABASE}.wal").unlink(missing_ok=True)
    arriving.replace(target)
    fsync_folder(warehouse)


def _unchanged_files(latest: Path, tables: dict[str, TableEntry]) -> dict[str, Path]:
    """Give the Parquet files of the last release whose tables have the same content now."""
    before = Manifest.read(latest).tables
    return {
        name: latest / "parquet" / f"{name}.parquet"
        for name, entry in tables.items()
        if before.get(name) == entry
    }


def _write_release(
    connection: duckdb.DuckDBPyConnection,
    releases: Path,
    manifest: Manifest,
    unchanged: dict[str, Path],
) -> Path:
    unfinished = releases / UNFINISHED
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    export(connection, unfinished, unchanged)
    manifest.write(unfinished)
    for file in (unfinished / DATABASE, *(unfinished / "parquet").iterdir()):
        file.chmod(0o444)
    finished = unfinished.rename(releases / manifest.release_id)
    fsync_folder(releases)
    return finished
