"""What lies in ``returned/``: for each partition the submissions that are open now, nothing else.

A list beside the files says what they were made from, so that unchanged ones stay and others go;
without the list they are made again. Not here: what is open (see ``open_submissions``), how one
return is made (see ``making``).
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from dagster_project.durable import fsync_files, make_folder, replace_file
from dagster_project.feedback.making import (
    Made,
    Return,
    make_each,
    make_unmarked,
    nothing_to_set_up,
    seconds_to_make,
)
from dagster_project.feedback.names import folder_of, stem_of
from dagster_project.feedback.open_submissions import (
    OpenSubmission,
    layouts_of,
    may_be_open,
    open_submissions,
)
from dagster_project.feedback.validation_report import report_text, validation_report
from dagster_project.programme.model import Programme
from dagster_project.reading.guard import is_harmless
from dagster_project.reading.workers import Work, Workers, in_chunks
from dagster_project.settings import Settings
from dagster_project.warehousing.built import PartitionKey, mark_returned, returned_partitions
from dagster_project.warehousing.database import Connection

LIST = ".returned.json"
UNRECOGNISED_FILES = PartitionKey(None, None)
FEW = 40
"""Workbooks marked in this process: about what two workers could mark while they start."""
A_CHUNK = 25
"""Workbooks handed to a worker at once: their findings are some megabytes, and half a second."""

_OURS = re.compile(r"_0\d{7,}\.(xlsx|xlsm|txt|json)$|^\..+\.tmp$")
"""The endings of our names, and of files that were never finished."""

Listed = dict[int, tuple[str, tuple[str, ...]]]
"""Fingerprint and files of each submission that has come back."""


@dataclass(frozen=True, slots=True)
class ReturnReport:
    """What became of the returns of one partition; ``unmarked`` and ``failed`` say why."""

    open: int = 0
    written: int = 0
    removed: int = 0
    unmarked: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Returner:
    """Keeps ``returned/`` as the build database says it should be."""

    connection: Connection
    programme: Programme
    settings: Settings

    def keep(self, keys: Sequence[PartitionKey]) -> list[ReturnReport]:
        """Make the folders of some partitions show what is open now, writing only what changed.

        What nobody recognised is looked at as well: it may have been sent again as this form.
        """
        reports = [self._keep(key) for key in keys]
        is_seen = UNRECOGNISED_FILES in keys
        if keys and not is_seen and returned_partitions(self.connection).get(UNRECOGNISED_FILES):
            self._keep(UNRECOGNISED_FILES)
        return reports

    def _keep(self, key: PartitionKey) -> ReturnReport:
        folder = _Folder.of(self._path(key))
        if not folder.listed and not may_be_open(self.connection, key):
            return ReturnReport()
        found = open_submissions(self.connection, self.programme, key, self._today)
        try:
            report = self._kept(found, folder)
        except OSError as error:  # a folder that cannot be written to stops nobody's figures
            return ReturnReport(len(found), failed=(f"{folder.path.name}: {error.strerror}",))
        if not report.failed:
            mark_returned(self.connection, key, len(found))
        return report

    def _kept(self, found: Sequence[OpenSubmission], folder: "_Folder") -> ReturnReport:
        prints = {one.submission_id: one.print for one in found}
        wanted = [one for one in found if not folder.holds(one.submission_id, prints)]
        removed = folder.remove(number for number in folder.listed if number not in prints)
        made = self._made(wanted, folder.path) if wanted else []
        for one in made:
            folder.take(one, prints[one.submission_id])
        fsync_files(folder.path / name for one in made for name in one.names)
        if made or removed:
            folder.write_list()
        told = {one.submission_id: f"{one.submission_id}: {one.reason}" for one in made}
        return ReturnReport(
            len(found),
            sum(one.is_written for one in made),
            removed,
            tuple(told[one.submission_id] for one in made if one.is_written and one.reason),
            (*(told[one.submission_id] for one in made if not one.is_written), *folder.stuck),
        )

    def missing(self) -> list[PartitionKey]:
        """Give the partitions whose returns were never made, or lie there no more or still."""
        known = returned_partitions(self.connection)
        return [key for key, count in known.items() if not self._is_as_known(key, count)]

    @property
    def _today(self) -> date:
        return self.settings.clock.now().date()

    def _path(self, key: PartitionKey) -> Path:
        return self.settings.returned / folder_of(key.form_id, key.period)

    def _is_as_known(self, key: PartitionKey, count: int | None) -> bool:
        folder = _Folder.of(self._path(key))
        return len(folder.listed) == count and folder.is_whole

    def _made(self, wanted: Sequence[OpenSubmission], folder: Path) -> list[Made]:
        """Make returns: here where they are few and harmless, else in processes that may die."""
        layouts = layouts_of(self.connection, self.programme, wanted)
        returns = [
            Return(
                one,
                layouts.get(one.submission_id, ()),
                self.settings.raw / one.archive_path,
                folder / stem_of(one.summary, one.submission_id, one.original_name),
                self._report(one),
            )
            for one in wanted
        ]
        if len(returns) > FEW:
            return _by_workers(returns, self.settings.workers)
        here: dict[bool, list[Return]] = {True: [], False: []}
        for one in returns:
            here[_is_harmless(one)].append(one)
        return make_each(here[True]) + (_by_workers(here[False], 1) if here[False] else [])

    def _report(self, one: OpenSubmission) -> str:
        form = self.programme.forms.get(one.form_id or "")
        entries = validation_report(
            one.summary, one.findings, one.submission_id, form, self.programme
        )
        return report_text(entries)


def _is_harmless(one: Return) -> bool:
    """Say whether a workbook may be opened in this process; one that is gone is harmless."""
    try:
        return is_harmless(one.original.read_bytes())
    except OSError:
        return True


def _by_workers(returns: Sequence[Return], count: int) -> list[Made]:
    chunks = in_chunks(returns, [1] * len(returns), max(1, len(returns) // A_CHUNK))
    with Workers(
        Work(make_each, seconds_to_make, nothing_to_set_up),
        lambda one, code: [make_unmarked(one, code)],
    ) as workers:
        return [made for part in workers.run(chunks, count) for made in part]


@dataclass(slots=True)
class _Folder:
    """The folder of one partition with its list."""

    path: Path
    listed: Listed = field(default_factory=dict)
    stuck: list[str] = field(default_factory=list)
    """Files that should be gone and could not be removed, and why."""

    @classmethod
    def of(cls, path: Path) -> "_Folder":
        """Read the list, empty where it is gone or was never whole."""
        try:
            content = json.loads((path / LIST).read_text(encoding="utf-8"))
            listed = {int(number): (print_, tuple(names)) for number, (print_, names) in content}
        except (OSError, ValueError, TypeError):
            return cls(path)
        return cls(path, listed)

    @property
    def is_whole(self) -> bool:
        """Say whether all files of the list lie there."""
        there = {one.name for one in self.path.iterdir()} if self.listed else set()
        return all(there.issuperset(names) for _, names in self.listed.values())

    def holds(self, number: int, prints: dict[int, str]) -> bool:
        """Say whether a submission's files lie there, made from what they would be made from."""
        print_, names = self.listed.get(number, ("", ()))
        return print_ == prints[number] and all((self.path / name).exists() for name in names)

    def take(self, made: Made, print_: str) -> None:
        """Put what was made on the list, and remove what it replaces under another name."""
        _, before = self.listed.pop(made.submission_id, ("", ()))
        self._unlink(name for name in before if name not in made.names)
        if made.is_written:
            self.listed[made.submission_id] = (print_, made.names)

    def remove(self, numbers: Iterable[int]) -> int:
        """Remove the files of submissions that are open no more; gives how many those were."""
        gone = list(numbers)
        for number in gone:
            self._unlink(self.listed.pop(number)[1])
        return len(gone)

    def write_list(self) -> None:
        """Write the list; without submissions the folder goes as well, if nobody else uses it."""
        self._remove_strays()
        if self.listed:
            make_folder(self.path)
            content = [[number, entry] for number, entry in sorted(self.listed.items())]
            replace_file(self.path / LIST, json.dumps(content, ensure_ascii=False).encode())
            return
        (self.path / LIST).unlink(missing_ok=True)
        if self.path.is_dir() and not any(self.path.iterdir()):
            self.path.rmdir()

    def _remove_strays(self) -> None:
        """Remove what a killed build has left: files of ours that no list knows."""
        known = {name for _, names in self.listed.values() for name in names}
        there = [*self.path.iterdir()] if self.path.is_dir() else []
        files = [one.name for one in there if _OURS.search(one.name) and one.is_file()]
        self._unlink(name for name in files if name not in known)

    def _unlink(self, names: Iterable[str]) -> None:
        for name in names:
            try:
                (self.path / name).unlink(missing_ok=True)
            except OSError as error:  # somebody has it open on a shared disk: next time
                self.stuck.append(f"{name}: {error.strerror}")
