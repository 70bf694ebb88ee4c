"""Writing that survives a kill or a power cut: a file is there whole, or not at all.

Every write goes to a hidden temporary file, reaches the disk, and only then gets its name.
Not here: what is written, or what any file means.
"""

import os
from collections.abc import Callable, Iterable
from pathlib import Path

CrashPoint = Callable[[str], None]
"""Called with the name of each instant at which a kill must do no harm; tests raise there."""

READ_ONLY = 0o444  # what is recorded is never edited, so nobody gets to write to it by accident

_THREADS = 8
"""150 files of 30 kB: 0.5 s one by one, 0.03 s with eight that wait together."""


def no_crash(_point: str) -> None:
    """Pass a crash point by, as every real run does."""


def fsync_folder(folder: Path) -> None:
    """Make the names in a folder survive a power cut (file contents have their own fsync)."""
    _fsync(folder, os.O_RDONLY | os.O_DIRECTORY)


def fsync_file(path: Path) -> None:
    """Make the content of a file that somebody else has written survive a power cut."""
    _fsync(path, os.O_RDONLY)


def fsync_files(paths: Iterable[Path]) -> None:
    """Do the same for many files at once: each waits for the disk, and threads wait together."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(_THREADS) as pool:
        list(pool.map(fsync_file, paths))


def _fsync(path: Path, flags: int) -> None:
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(folder: Path) -> Path:
    """Make a folder and those above it, so that they survive a power cut, and give it back."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        fsync_folder(folder.parent)
    return folder


def create_file(path: Path) -> int:
    """Open a new file for writing and give its descriptor; an existing one is an error."""
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, READ_ONLY)


def put_in_place(temporary: Path, target: Path) -> None:
    """Give a finished file its name; FileExistsError where the name is taken.

    A link, because a rename would silently replace what is already recorded. The caller
    still has to ``fsync_folder`` the target's folder, once for many files.
    """
    target.hardlink_to(temporary)
    temporary.unlink()


def write_once(path: Path, data: bytes) -> None:
    """Write a file that did not exist before; FileExistsError where it does."""
    _remove_leftovers(path)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with os.fdopen(create_file(temporary), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    put_in_place(temporary, path)
    fsync_folder(path.parent)


def replace_file(path: Path, data: bytes) -> None:
    """Write a file in the place of any that bears its name, for what can be made again."""
    _remove_leftovers(path)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with temporary.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def replace_unsettled(path: Path, data: bytes) -> None:
    """Do the same, whole for whoever looks, but not on the disk yet: ``fsync_files`` has to follow.

    Before anything says that the file is there. A file by itself waits 3 ms for the disk.
    """
    _remove_leftovers(path)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    temporary.write_bytes(data)
    temporary.replace(path)


def _remove_leftovers(path: Path) -> None:
    """Remove what a killed process left of its attempt at the same file."""
    for leftover in path.parent.glob(f".{path.name}.*.tmp"):
        leftover.unlink(missing_ok=True)
