"""Claiming: moving files from the inbox into the folder of the batch they will be receipted in.

A claimed file is in ``inbox/.claimed/<batch>/`` and nowhere else until that batch has its
receipts; so a killed run is finished by the next one, and no file is receipted twice.
Not here: storing bytes (``archive``), and the order of the steps (``collect``).
"""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path

from dagster_project.collecting.archive import SourceUnreadableError, hash_file
from dagster_project.collecting.deliveries import (
    CONTROL_NAME,
    DeliveryList,
    read_delivery_list,
)
from dagster_project.collecting.inbox import LeftFile, Listing, readable_name
from dagster_project.collecting.receipts import read_batch, receipts_folder
from dagster_project.collecting.records import record_path
from dagster_project.durable import CrashPoint, fsync_folder, make_folder, write_once

_THREADS = 8
"""Giving a file's room back makes the system wait, 0.3-3 ms a file; threads wait together."""

_BATCH = re.compile(r"[0-9]{6,}")


@dataclass(slots=True)
class Claim:
    """The files of one batch, in their folder.

    ``files`` are relative paths as on disk; ``delivery_list`` is the one that was in the inbox
    when the claim was opened; ``complete`` is False where files had to stay in the inbox for a
    batch of their own.
    """

    folder: Path
    files: list[str]
    delivery_list: DeliveryList | None
    complete: bool


def claim_folders(inbox: Path) -> list[Path]:
    """List the claims that stand in the inbox, by batch number."""
    folders = [path for path in inbox.glob(".claimed/*") if _BATCH.fullmatch(path.name)]
    return sorted(folders, key=lambda folder: int(folder.name))


def has_receipts(folder: Path, archive: Path) -> bool:
    """Tell whether the batch of a claim has its receipts, so that only tidying is left."""
    return record_path(receipts_folder(archive), int(folder.name)).exists()


def settle_old_claims(inbox: Path, archive: Path) -> None:
    """Remove the claims that killed runs left with nothing to collect in them."""
    for folder in claim_folders(inbox):
        if has_receipts(folder, archive):
            remove_receipted(folder, archive)
        else:
            _remove_if_empty(folder)


def remove_receipted(folder: Path, archive: Path) -> None:
    """Remove the files of a claim that its batch has receipts for, and the claim if all have.

    What has no receipt there, by name and content, stays for the next batch: a claim is only
    ever removed file by file, against the receipts.
    """
    batch = read_batch(record_path(receipts_folder(archive), int(folder.name)))
    receipted = {(receipt.original_name, receipt.sha256) for receipt in batch}

    def remove(relative: str) -> None:
        if (readable_name(relative), _hash_or_reason(folder / relative)) in receipted:
            (folder / relative).unlink()

    with ThreadPoolExecutor(_THREADS) as pool:
        list(pool.map(remove, claimed_files(folder)))
    _remove_if_empty(folder)


def open_claim(inbox: Path, number: int, delivery_list: DeliveryList | None) -> Claim:
    """Open the claim of a batch: the one that a killed run left, else a new one."""
    folder = inbox / ".claimed" / f"{number:06d}"
    left_behind = claim_folders(inbox)
    if not left_behind:
        return _new_claim(folder, delivery_list)
    if folder not in left_behind:
        left_behind[0].rename(folder)
    own_list = read_delivery_list(folder / CONTROL_NAME)
    return Claim(folder, claimed_files(folder), own_list, complete=len(left_behind) == 1)


def _new_claim(folder: Path, delivery_list: DeliveryList | None) -> Claim:
    """Make the folder of a claim, its delivery list first of all."""
    make_folder(folder)
    if delivery_list:
        write_once(folder / CONTROL_NAME, delivery_list.data)
    return Claim(folder, [], delivery_list, complete=True)


def claim_files(claim: Claim, inbox: Path, listing: Listing, crash: CrashPoint) -> None:
    """Move the listed files into the claim; one that cannot be moved is added to ``left``.

    Files listed beside another delivery list than the claim's own stay for the next batch.
    """
    for relative in listing.files:
        try:
            _move(inbox / relative, claim.folder / relative)
        except FileNotFoundError:
            continue  # its owner took it back between the listing and now
        except (FileExistsError, NotADirectoryError):
            claim.complete = False  # a killed run claimed an older file of that name
        except OSError as error:
            name, reason = readable_name(relative), error.strerror or ""
            listing.left.append(LeftFile(name, "COLLECT_FILE_NOT_MOVABLE", reason))
        else:
            claim.files.append(relative)
            crash("claimed one")
    _bring_to_disk(claim.folder, inbox, listing.files)


def put_back(claim: Claim, inbox: Path, relative: str) -> None:
    """Move a claimed file that cannot be read back to the inbox, beside a newer namesake."""
    source, wanted = claim.folder / relative, make_folder((inbox / relative).parent)
    numbered = (f"{source.stem} ({number}){source.suffix}" for number in count(2))
    free = (name for name in chain([source.name], numbered) if not (wanted / name).exists())
    if source.exists():
        source.rename(wanted / next(free))


def claimed_files(folder: Path) -> list[str]:
    """List the files of a claim as relative paths, in the order of names."""
    return sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and not _is_ours(path, folder)
    )


def _hash_or_reason(path: Path) -> str:
    """Give a file's hash; where it cannot be read, the reason, which equals no hash."""
    try:
        return hash_file(path)[0]
    except SourceUnreadableError as error:
        return str(error)


def _is_ours(path: Path, folder: Path) -> bool:
    """Tell whether a file in a claim is the delivery list or a trace of writing it."""
    return path.name.startswith(".") or path == folder / CONTROL_NAME


def _remove_if_empty(folder: Path) -> None:
    """Remove a claim in which no file is left but its own delivery list.

    Folder by folder and never as a tree: a file that arrives meanwhile stops the removal.
    """
    if claimed_files(folder):
        return
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir() and not path.is_symlink():
            path.rmdir()
        elif _is_ours(path, folder):
            path.unlink()
    folder.rmdir()


def _move(source: Path, target: Path) -> None:
    """Rename a file into a claim without ever replacing another."""
    make_folder(target.parent)
    if target.exists():
        raise FileExistsError(target)
    source.rename(target)


def _bring_to_disk(folder: Path, inbox: Path, files: list[str]) -> None:
    """Make the moves survive a power cut, in the folders they left and those they reached."""
    parents = {Path(relative).parent for relative in files}
    for parent in sorted(parents):
        for touched in (inbox / parent, folder / parent):
            if touched.is_dir():
                fsync_folder(touched)
