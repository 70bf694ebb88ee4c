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
from dagster_project.releasing.content import (
    TableEntry,
    content_hash,
    published_tables,
    table_entries,
)
from dagster_project.releasing.export import Base, catalog_of, export
from dagster_project.releasing.manifest import (
    DATABASE,
    Manifest,
    latest_release,
    next_release_id,
)
from dagster_project.version import VERSION
from dagster_project.warehousing.built import built_reference, mark_reference
from dagster_project.warehousing.state import fingerprint

UNFINISHED = ".unfinished"
RELEASED = "released"
"""Under this name the build database remembers how the files of its last release looked."""


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
    tables = table_entries(connection, published_tables(connection, catalog_of(connection)))
    content = content_hash(tables)
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
    base = _base(connection, latest, tables) if latest else None
    release = _write_release(connection, releases, manifest, base)
    mark_reference(connection, RELEASED, _file_print(release))
    put_in_place(warehouse, release)
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


def _base(
    connection: duckdb.DuckDBPyConnection, latest: Path, tables: dict[str, TableEntry]
) -> Base | None:
    """Give the last release to start from, None where its files may no longer be what we wrote."""
    if built_reference(connection, RELEASED) != _file_print(latest):
        return None
    before = Manifest.read(latest).tables
    return Base(latest, frozenset(name for name in tables if before.get(name) == tables[name]))


def _file_print(release: Path) -> str:
    """Give what tells whether somebody wrote into a release's files: sizes and times of change."""
    files = sorted([release / DATABASE, *(release / "parquet").iterdir()])
    stats = [(path.name, path.stat()) for path in files]
    return fingerprint(
        [release.name, *((name, one.st_size, one.st_mtime_ns) for name, one in stats)]
    )


def _write_release(
    connection: duckdb.DuckDBPyConnection,
    releases: Path,
    manifest: Manifest,
    base: Base | None,
) -> Path:
    unfinished = releases / UNFINISHED
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    export(connection, unfinished, base)
    manifest.write(unfinished)
    for file in (unfinished / DATABASE, *(unfinished / "parquet").iterdir()):
        file.chmod(0o444)
    finished = unfinished.rename(releases / manifest.release_id)
    fsync_folder(releases)
    return finished
