"""The parsed dbt project, kept in the warehouse and, for other homes, beside the project.

Parsing takes seconds, reading what was parsed some tenths. Nothing in it is of a home: a warehouse
that is deleted, or a new one, takes the copy. Not here: when it is parsed again (see ``runner``).
"""

import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

DOCUMENT = "manifest.json"
"""The manifest as Dagster reads it."""
PARSED = "jiceng_parsed_project.msgpack"
"""The manifest as dbt works with it: reading it takes 0.2 s, dbt's own partial parsing 1.9."""
FINGERPRINT = "jiceng_project_fingerprint.txt"
"""From what both were parsed: taken away before they are written, put back after."""
COPIES = "dbt-"


def is_current(folder: Path, print_: str) -> bool:
    """Say whether a folder holds the manifest of a fingerprint."""
    stamp = folder / FINGERPRINT
    is_whole = stamp.exists() and (folder / PARSED).exists()
    return is_whole and stamp.read_text(encoding="utf-8") == print_


def read(folder: Path) -> "Manifest":
    """Give the manifest that a folder holds."""
    from dbt.contracts.graph.manifest import Manifest
    from dbt.parser.manifest import extended_mashumuro_decoder

    content = (folder / PARSED).read_bytes()
    manifest: Manifest = Manifest.from_msgpack(content, decoder=extended_mashumuro_decoder)
    complete: Callable[[], None] = manifest.build_flat_graph
    complete()
    return manifest


def keep(folder: Path, manifest: "Manifest", print_: str) -> None:
    """Write a manifest for Dagster and for the next process; killed in between, it is none."""
    from dbt.parser.manifest import extended_mashumaro_encoder, write_manifest

    folder.mkdir(parents=True, exist_ok=True)
    (folder / FINGERPRINT).unlink(missing_ok=True)
    write_manifest(manifest, str(folder))
    (folder / PARSED).write_bytes(manifest.to_msgpack(extended_mashumaro_encoder))
    (folder / FINGERPRINT).write_text(print_, encoding="utf-8")


def share(folder: Path, project: Path) -> None:
    """Copy what a folder holds beside the project, the only copy there is from then on.

    Where nobody may write there, each home parses for itself.
    """
    print_ = (folder / FINGERPRINT).read_text(encoding="utf-8")
    shared = _copy_of(project, print_)
    with suppress(OSError):
        shared.parent.mkdir(exist_ok=True)
        passing = Path(mkdtemp(prefix=f"{COPIES}passing-", dir=shared.parent))
        _copy(folder, passing)
        for other in shared.parent.glob(f"{COPIES}*"):
            if other != passing:
                shutil.rmtree(other, ignore_errors=True)
        passing.rename(shared)


def take(project: Path, print_: str, folder: Path) -> None:
    """Copy the manifest of a fingerprint into a folder, where there is one beside the project."""
    shared = _copy_of(project, print_)
    if is_current(shared, print_):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / FINGERPRINT).unlink(missing_ok=True)
        with suppress(FileNotFoundError):  # another process has just put a newer one there
            _copy(shared, folder)


def _copy(source: Path, target: Path) -> None:
    for name in (DOCUMENT, PARSED, FINGERPRINT):
        shutil.copyfile(source / name, target / name)


def _copy_of(project: Path, print_: str) -> Path:
    return project.parent / ".cache" / f"{COPIES}{print_}"
