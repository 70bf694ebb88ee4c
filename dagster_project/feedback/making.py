"""Makes what goes back for one submission: the marked workbook, a page of words, a machine report.

Runs in any process, one that may die included: it takes plain values and writes files. Whatever a
workbook does to the marker, its sender hears why it was not taken. Not here: which submissions (see
``returning``).
"""

import struct
import zlib
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePath

from dagster_project.durable import make_folder, replace_unsettled
from dagster_project.feedback.mark import mark, unmarked
from dagster_project.feedback.model import Layout, Marked
from dagster_project.feedback.open_submissions import OpenSubmission
from dagster_project.feedback.texts import summary_text
from dagster_project.feedback.zipped import Sent, in_its_file
from dagster_project.reading.batch import FAULTS
from dagster_project.reading.limits import seconds_for
from dagster_project.reading.sheets import SheetError

UNFORESEEN = (*FAULTS, OSError, EOFError, MemoryError, struct.error, zlib.error)
"""What a workbook that nobody foresaw may raise: it comes back without its marks."""


@dataclass(frozen=True, slots=True)
class Return:
    """One submission's return to be made: ``stem`` is the path of its files without an ending."""

    submission: OpenSubmission
    layouts: Sequence[Layout]
    original: Path
    stem: Path
    report: str


@dataclass(frozen=True, slots=True)
class Made:
    """What became of it: the names of its files, and why it is not as it should be, if so."""

    submission_id: int
    names: tuple[str, ...]
    reason: str = ""

    @property
    def is_written(self) -> bool:
        """Say whether its files lie there."""
        return bool(self.names)


def make_each(returns: Iterable[Return]) -> list[Made]:
    """Make some returns one after another."""
    return [make(one) for one in returns]


def make(one: Return) -> Made:
    """Make one return; where its workbook cannot be marked, a blank one says what was found."""
    said, reason = one.submission, ""
    try:
        marked = _marked(one)
    except UNFORESEEN as error:
        marked = unmarked(said.original_name, said.findings, said.summary, one.layouts)
        reason = f"{type(error).__name__}: {error}"
    return _written(one, marked, reason)


def _marked(one: Return) -> Marked:
    """Mark the file, or the one in a zip, that a submission came in."""
    said = one.submission
    sent = Sent(one.original.read_bytes(), said.original_name, said.findings, one.layouts)
    with suppress(SheetError):
        sent = in_its_file(sent, said.sheet_name)
    if sent.content is None:
        return unmarked(sent.name, sent.findings, said.summary, sent.layouts)
    return mark(sent.content, sent.name, sent.findings, said.summary, sent.layouts)


def make_unmarked(one: Return, reason: str) -> Made:
    """Make the return of a workbook whose marking killed a process or took too long."""
    said = one.submission
    marked = unmarked(said.original_name, said.findings, said.summary, one.layouts)
    return _written(one, marked, reason)


def _written(one: Return, marked: Marked, reason: str) -> Made:
    """Write the files of a return, or say why not; whoever lists them lets them reach the disk."""
    said = one.submission
    page = summary_text(said.summary, said.findings, said.original_name)
    contents = {
        PurePath(marked.name).suffix: marked.content,
        # Older editors of texts take a file without the mark for GBK.
        ".txt": page.encode("utf-8-sig"),
        ".json": one.report.encode(),
    }
    names = []
    try:
        make_folder(one.stem.parent)
        for ending, content in contents.items():
            path = one.stem.with_name(one.stem.name + ending)
            replace_unsettled(path, content)
            names.append(path.name)
    except OSError as error:
        return Made(said.submission_id, (), f"{type(error).__name__}: {error.strerror}")
    return Made(said.submission_id, tuple(names), reason)


def seconds_to_make(one: Return) -> float:
    """Give how long marking may take: as long as reading does."""
    return seconds_for(one.original.stat().st_size if one.original.exists() else 0)


def nothing_to_set_up() -> None:
    """Set nothing up."""
