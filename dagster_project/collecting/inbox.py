"""What lies in the inbox: which files can be taken, which are left, and why.

Nothing here changes the inbox or opens a file for its content. Not here: taking files
(``claim``), and the delivery list (``deliveries``).
"""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from unicodedata import normalize

from dagster_project.collecting.deliveries import CONTROL_NAME
from dagster_project.messages import remedy, render

_UNFINISHED_STARTS = (".", "~$")  # hidden files; the lock files of an open Office document
_UNFINISHED_ENDS = (".tmp", ".part", ".crdownload")  # downloads and copies still under way


@dataclass(frozen=True, slots=True)
class LeftFile:
    """Something that was not collected: its name, and a message code saying why."""

    name: str
    code: str
    reason: str = ""

    def text(self, lang: str) -> str:
        """Say what was left, why, and what to do, in ``zh`` or ``en``."""
        params = {"name": self.name, "reason": self.reason}
        return f"{render(self.code, lang, **params)} {remedy(self.code, lang, **params)}"


@dataclass(slots=True)
class Listing:
    """The inbox at one moment.

    ``files`` are paths relative to the inbox as they stand on disk; ``waiting`` are names of
    files written to a moment ago.
    """

    files: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    left: list[LeftFile] = field(default_factory=list)


def readable_name(path: str) -> str:
    """Give a path as text in Unicode NFC, whatever encoding its names were written in.

    Names from old Windows machines may be GBK bytes; what is neither UTF-8 nor GB18030 keeps
    its odd bytes as hexadecimal escapes.
    """
    return "/".join(normalize("NFC", _decoded(os.fsencode(part))) for part in path.split("/"))


def list_inbox(inbox: Path, settle_seconds: float) -> Listing:
    """List the inbox with its sub-folders, in the order of names."""
    listing = Listing()
    for entry, relative in _walk(inbox, "", listing):
        name = readable_name(relative)
        if entry.is_symlink():
            listing.left.append(LeftFile(name, "COLLECT_FILE_IS_LINK"))
        elif not entry.is_file(follow_symlinks=False):
            listing.left.append(LeftFile(name, "COLLECT_NOT_A_FILE"))
        elif not is_settled(Path(entry), settle_seconds):
            listing.waiting.append(name)
        elif reason := _why_unreadable(entry.path):
            listing.left.append(LeftFile(name, "COLLECT_FILE_UNREADABLE", reason))
        else:
            listing.files.append(relative)
    return listing


def is_settled(path: Path, settle_seconds: float) -> bool:
    """Tell whether nobody has written to a file for so many seconds, or it does not exist.

    A file dated well into the future counts as settled: its sender's clock is wrong, and it
    would wait for ever.
    """
    if settle_seconds <= 0:
        return True
    try:
        return abs(time.time() - path.stat().st_mtime) >= settle_seconds
    except FileNotFoundError:
        return True


def _walk(folder: Path, prefix: str, listing: Listing) -> Iterator[tuple[os.DirEntry[str], str]]:
    """Give every entry that is no folder, with its relative path; note folders not to be read."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except FileNotFoundError:
        return
    except OSError as error:
        listing.left.append(_unreadable_folder(prefix, error))
        return
    for entry in entries:
        relative = prefix + entry.name
        if _is_unfinished(entry.name) or relative == CONTROL_NAME:
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(folder / entry.name, f"{relative}/", listing)
        else:
            yield entry, relative


def _is_unfinished(name: str) -> bool:
    return name.startswith(_UNFINISHED_STARTS) or name.lower().endswith(_UNFINISHED_ENDS)


def _unreadable_folder(prefix: str, error: OSError) -> LeftFile:
    name = readable_name(prefix) or "raw/inbox"
    return LeftFile(name, "COLLECT_FOLDER_UNREADABLE", error.strerror or "")


def _why_unreadable(path: str) -> str:
    """Say why a file cannot be opened for reading, empty where it can or is gone by now."""
    try:
        os.close(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK))
    except FileNotFoundError:
        return ""
    except OSError as error:
        return error.strerror or type(error).__name__
    return ""


def _decoded(name: bytes) -> str:
    """Decode one name: UTF-8, else GB18030 (which holds GBK), else with its odd bytes shown."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return name.decode(encoding)
        except UnicodeDecodeError:
            continue
    return name.decode("utf-8", errors="backslashreplace")
