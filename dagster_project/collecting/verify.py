"""Checking the archive against its receipts: every byte received is still there, or is named.

Reads everything and changes nothing. Not here: mending, which needs a person and a backup.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from dagster_project.collecting.archive import SourceUnreadableError, hash_file
from dagster_project.collecting.receipts import Receipt, read_receipts, receipts_folder
from dagster_project.collecting.records import record_files
from dagster_project.messages import render

Fingerprint = tuple[str, int]


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """The state of the archive; paths are relative to ``raw/``, as in the receipts.

    ``missing`` are not there, ``changed`` have other bytes than received, ``unreadable`` could
    not be read, ``foreign`` stand in no receipt; ``files`` and ``bytes`` count what the
    receipts name, each content once.
    """

    receipts: int
    files: int
    bytes: int
    missing: tuple[str, ...]
    changed: tuple[str, ...]
    unreadable: tuple[str, ...]
    foreign: tuple[str, ...]

    @property
    def is_sound(self) -> bool:
        """Tell whether everything received is still there, byte for byte."""
        return not (self.missing or self.changed or self.unreadable)

    def lines(self, lang: str) -> list[str]:
        """Say the counts, then each troubled file, in ``zh`` or ``en``."""
        params = {"receipts": self.receipts, "files": self.files, "bytes": self.bytes}
        lines = [render("COLLECT_VERIFY_COUNTS", lang, **params)]
        for kind in ("missing", "changed", "unreadable", "foreign"):
            code = f"COLLECT_VERIFY_{kind.upper()}"
            lines += [render(code, lang, file=path) for path in getattr(self, kind)]
        return lines


def verify(archive: Path) -> VerifyReport:
    """Hash every archived file again and compare with the receipts.

    Raises:
        CollectError: the receipts themselves are damaged.
    """
    receipts = read_receipts(archive)
    expected = _expected(receipts)
    states = _states(archive, expected)
    return VerifyReport(
        receipts=len(receipts),
        files=len(expected),
        bytes=sum(size for prints in expected.values() for _, size in prints),
        missing=_having(states, "missing"),
        changed=_having(states, "changed"),
        unreadable=_having(states, "unreadable"),
        foreign=tuple(sorted(_present(archive) - expected.keys())),
    )


def _expected(receipts: list[Receipt]) -> dict[str, set[Fingerprint]]:
    """Give each archived path with what its receipts say of its bytes (one thing, if sound)."""
    expected: dict[str, set[Fingerprint]] = {}
    for receipt in receipts:
        expected.setdefault(receipt.archive_path, set()).add((receipt.sha256, receipt.bytes))
    return expected


def _states(archive: Path, expected: dict[str, set[Fingerprint]]) -> dict[str, str]:
    """Give the state of each expected path: ``good``, ``missing``, ``changed``, ``unreadable``."""
    paths = [archive.parent / path for path in expected]
    with ThreadPoolExecutor(os.cpu_count()) as pool:  # hashing leaves the interpreter lock
        states = pool.map(_state, paths, expected.values())
        return dict(zip(expected, states, strict=True))


def _state(path: Path, fingerprints: set[Fingerprint]) -> str:
    if not path.is_symlink() and not path.exists():
        return "missing"
    try:
        return "good" if {hash_file(path)} == fingerprints else "changed"
    except SourceUnreadableError:
        return "unreadable"


def _having(states: dict[str, str], state: str) -> tuple[str, ...]:
    return tuple(sorted(path for path, found in states.items() if found == state))


def _present(archive: Path) -> set[str]:
    """Give every file below the archive but receipts and unfinished copies."""
    own = set(record_files(receipts_folder(archive)))
    return {path.relative_to(archive.parent).as_posix() for path in _files(archive) - own}


def _files(archive: Path) -> set[Path]:
    staging = archive / ".staging"
    return {
        Path(folder, name)
        for folder, _, names in os.walk(archive)
        if Path(folder) != staging
        for name in names
        if not name.startswith(".")  # a killed write's temporary file, or the desktop's own
    }
