"""The archive of bytes: each content stored once, under the month of its first receipt.

A path is ``<YYYY-MM>/<first 12 hex digits of the SHA-256>.<extension>``; nothing stored is
ever changed or removed. Not here: who sent what and when (``receipts``).
"""

import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from dagster_project.collecting.errors import CollectError
from dagster_project.durable import create_file, make_folder, put_in_place

SHORTEST_PREFIX = 12
_PREFIXES = (SHORTEST_PREFIX, 16, 24, 32, 64)  # the longer ones for a collision, never seen yet
_CHUNK = 1 << 20  # 1 MiB: workbooks fit in one read, and a huge file costs no memory
_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")
_EXTENSION = re.compile(r"[a-z0-9]{1,8}")

StoredByPrefix = dict[str, list[Path]]


class SourceUnreadableError(Exception):
    """A file that was to be archived cannot be read; its argument is the system's reason."""


@dataclass(frozen=True, slots=True)
class StagedFile:
    """A copy of a delivered file, safe on disk, that has no place in the archive yet."""

    path: Path
    sha256: str
    size: int


def hash_file(path: Path) -> tuple[str, int]:
    """Give the SHA-256 and the size of a regular file; a link is not followed."""
    digest, size = hashlib.sha256(), 0
    for chunk in _chunks(path):
        digest.update(chunk)
        size += len(chunk)
    return digest.hexdigest(), size


def open_staging(archive: Path) -> Path:
    """Give an empty folder for unfinished copies, on the archive's own file system."""
    close_staging(archive)
    return make_folder(archive / ".staging")


def close_staging(archive: Path) -> None:
    """Remove unfinished copies: this run's or a killed one's."""
    shutil.rmtree(archive / ".staging", ignore_errors=True)


def stage(source: Path, copy: Path) -> StagedFile:
    """Copy a file and bring the copy to disk, hashing exactly the bytes that were copied.

    Raises:
        SourceUnreadableError: the source cannot be read.
    """
    digest, size = hashlib.sha256(), 0
    with os.fdopen(create_file(copy), "wb") as target:
        for chunk in _chunks(source):
            digest.update(chunk)
            size += target.write(chunk)
        target.flush()
        os.fsync(target.fileno())
    return StagedFile(copy, digest.hexdigest(), size)


def stored_by_prefix(archive: Path) -> StoredByPrefix:
    """List all archived files by the first digits of their hash."""
    stored: StoredByPrefix = {}
    for path in archived_paths(archive):
        stored.setdefault(path.stem[:SHORTEST_PREFIX], []).append(path)
    return stored


def archived_paths(archive: Path) -> Iterator[Path]:
    """Give every file in the month folders, month by month."""
    months = archive.iterdir() if archive.is_dir() else ()
    for folder in sorted(months):
        if _MONTH.fullmatch(folder.name) and folder.is_dir():
            yield from sorted(folder.iterdir())


def store(staged: StagedFile, archive: Path, month: str, name: str, stored: StoredByPrefix) -> Path:
    """Put a staged copy into the archive, or drop it where its bytes are there already.

    Gives the path of the bytes and notes it in ``stored``. The caller has to ``fsync_folder``
    that path's folder before writing a receipt for it.
    """
    alike = stored.setdefault(staged.sha256[:SHORTEST_PREFIX], [])
    for path in alike:
        if _holds(path, staged):
            staged.path.unlink()
            return path
    target = archive / month / f"{_free_stem(staged, alike)}.{extension_of(name)}"
    try:
        put_in_place(staged.path, target)
    except FileNotFoundError:  # the first file of its month
        make_folder(target.parent)
        put_in_place(staged.path, target)
    alike.append(target)
    return target


def extension_of(name: str) -> str:
    """Give a name's extension in lower case, ``bin`` where it has none or an odd one."""
    extension = PurePosixPath(name).suffix.removeprefix(".").lower()
    return extension if _EXTENSION.fullmatch(extension) else "bin"


def _holds(path: Path, staged: StagedFile) -> bool:
    """Tell whether an archived file has the staged bytes; an unreadable one is no help."""
    try:
        return hash_file(path) == (staged.sha256, staged.size)
    except SourceUnreadableError:
        return False


def _free_stem(staged: StagedFile, alike: list[Path]) -> str:
    """Give the shortest prefix of the hash that no file with other bytes has."""
    taken = {path.stem for path in alike}
    for length in _PREFIXES:
        if staged.sha256[:length] not in taken:
            return staged.sha256[:length]
    raise CollectError("COLLECT_ARCHIVE_DAMAGED", file=alike[-1])


def _chunks(path: Path) -> Iterator[bytes]:
    """Give a regular file's bytes piece by piece; its own read errors get a type of their own."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as file:
            while chunk := file.read(_CHUNK):
                yield chunk
    except OSError as error:
        raise SourceUnreadableError(error.strerror or type(error).__name__) from error
