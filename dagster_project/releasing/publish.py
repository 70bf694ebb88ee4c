"""Publishing: a new release beside the old ones, then one atomic rename that readers never notice.

Killed anywhere, the last release stays readable and the next build ends the work.
Not here: whether the content may be published (the audit has passed by then).
"""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
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
    made_from: Mapping[str, str] = field(default_factory=dict)
    """Fingerprints by table: one that is that of the last release stands for the same content."""


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
    latest = latest_release(releases)
    last = Manifest.read(latest) if latest else None
    # Another version may withhold other cells of the same content: its files are no base.
    is_base = latest and last and last.jiceng_version == VERSION
    before = _files_as_written(connection, latest) if latest and is_base else {}
    tables = _entries(connection, before, occasion.made_from)
    content = content_hash(tables)
    if latest and last and last.content_hash == content:
        put_in_place(warehouse, latest)
        return Published(last, is_new=False)
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
    base = Base(latest, _unchanged(before, tables)) if latest and before else None
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


def _files_as_written(connection: duckdb.DuckDBPyConnection, latest: Path) -> dict[str, TableEntry]:
    """Give the tables of the last release, none where its files may not be as we wrote them."""
    if built_reference(connection, RELEASED) != _file_print(latest):
        return {}
    return Manifest.read(latest).tables


def _entries(
    connection: duckdb.DuckDBPyConnection,
    before: Mapping[str, TableEntry],
    made_from: Mapping[str, str],
) -> dict[str, TableEntry]:
    """Give the entry of every table: only those whose inputs may have changed are hashed."""
    names = published_tables(connection, catalog_of(connection))
    same = {name for name in names if _is_made_from(before.get(name), made_from.get(name))}
    hashed = table_entries(connection, [name for name in names if name not in same])
    return {
        name: before[name]
        if name in same
        else replace(hashed[name], made_from=made_from.get(name, ""))
        for name in names
    }


def _is_made_from(before: TableEntry | None, print_: str | None) -> bool:
    return before is not None and bool(print_) and before.made_from == print_


def _unchanged(before: Mapping[str, TableEntry], now: Mapping[str, TableEntry]) -> frozenset[str]:
    hashes = {name: entry.content_hash for name, entry in before.items()}
    return frozenset(name for name in now if hashes.get(name) == now[name].content_hash)


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
