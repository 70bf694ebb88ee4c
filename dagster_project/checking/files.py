"""Which files a check is asked about: paths and folders as a person names them.

A folder is listed as the inbox would be, so that what is checked is what would be collected. Not
here: what is in the files.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from dagster_project.collecting.inbox import LeftFile, list_inbox, readable_name

OF_A_FOLDER = {
    "COLLECT_FILE_IS_LINK": "CHECK_PATH_IS_LINK",
    "COLLECT_NOT_A_FILE": "CHECK_PATH_NOT_A_FILE",
}
"""What the inbox leaves lying, in words that speak of no inbox; all else cannot be opened."""


@dataclass(frozen=True, slots=True)
class NamedFile:
    """A file to check, under the name a receipt would give it; ``code`` says why it cannot be."""

    path: Path
    name: str
    code: str | None = None
    reason: str = ""


def named_files(paths: Iterable[Path]) -> list[NamedFile]:
    """Give the files that paths and folders stand for, each once, in the order they are named."""
    found = (file for path in paths for file in _named(path))
    return list({file.path.absolute(): file for file in found}.values())


def _named(path: Path) -> Iterator[NamedFile]:
    try:
        if path.is_dir():
            yield from _in_folder(path)
        else:
            yield _single(path)
    except OSError as error:
        yield _unreadable(path, error)


def _single(path: Path) -> NamedFile:
    name = readable_name(path.name) or str(path)
    if not path.exists():
        return NamedFile(path, name, "CHECK_PATH_MISSING")
    if not path.is_file():  # a pipe or a device could keep the check waiting for ever
        return NamedFile(path, name, "CHECK_PATH_NOT_A_FILE")
    try:
        path.open("rb").close()
    except OSError as error:
        return _unreadable(path, error)
    return NamedFile(path, name)


def _in_folder(folder: Path) -> Iterator[NamedFile]:
    listing = list_inbox(folder, settle_seconds=0)
    for left in listing.left:
        yield _left(folder, left)
    for relative in listing.files:
        yield NamedFile(folder / relative, readable_name(relative))
    if not listing.files and not listing.left:
        yield NamedFile(folder, readable_name(folder.name), "CHECK_FOLDER_EMPTY")


def _left(folder: Path, left: LeftFile) -> NamedFile:
    code = OF_A_FOLDER.get(left.code, "CHECK_PATH_UNREADABLE")
    return NamedFile(folder / left.name, left.name, code, left.reason)


def _unreadable(path: Path, error: OSError) -> NamedFile:
    reason = error.strerror or type(error).__name__
    return NamedFile(path, readable_name(path.name), "CHECK_PATH_UNREADABLE", reason)
