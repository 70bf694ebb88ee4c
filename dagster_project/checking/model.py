"""What a check gives: for each file its state, what was recognised in it, and the findings.

Plain data, the same for the printout (see ``printed``) and the JSON document (see ``document``).
Not here: how it comes about (see ``check``).
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

EXIT_CODES = {"accepted": 0, "accepted_with_questions": 1, "refused": 2, "unreadable": 3}
"""The states of a file from best to worst, each with the exit code that says so."""

Findings = tuple[dict[str, Any], ...]
"""Findings as a verdict records them: place, value, and words in two languages."""


@dataclass(frozen=True, slots=True)
class SubmissionCheck:
    """One report found in a file; None stands for what could not be recognised."""

    form_id: str
    table_number: str
    title_zh: str
    title_en: str
    unit_code: str | None
    unit_name: str | None
    period: str | None
    sheet_name: str | None
    rows: int
    state: str
    findings: Findings


@dataclass(frozen=True, slots=True)
class FileCheck:
    """One file: ``name`` is how the sender calls it; ``findings`` are about the file as a whole."""

    path: Path
    name: str
    submissions: tuple[SubmissionCheck, ...] = ()
    findings: Findings = ()

    @property
    def state(self) -> str:
        """Give the worst state of what is in the file; a file without a report is unreadable."""
        states = [submission.state for submission in self.submissions]
        if self.findings or not states:
            states.append("unreadable")
        return worst(states)

    @property
    def rows(self) -> int:
        """Give the number of rows read."""
        return sum(submission.rows for submission in self.submissions)

    def all_findings(self) -> Iterator[dict[str, Any]]:
        """Give the findings on the file, then those on its reports."""
        yield from self.findings
        for submission in self.submissions:
            yield from submission.findings


@dataclass(frozen=True, slots=True)
class RuleNotRun:
    """An edit rule that one file alone cannot answer, or that names a form not in use."""

    rule_id: str
    form_id: str
    status: str
    message_zh: str
    message_en: str


@dataclass(frozen=True, slots=True)
class CheckReport:
    """All files of one check, in the order they were named, and the rules that did not run."""

    files: tuple[FileCheck, ...]
    rules_not_run: tuple[RuleNotRun, ...] = ()

    @property
    def state(self) -> str:
        """Give the worst state of all files."""
        return worst(one.state for one in self.files)

    @property
    def exit_code(self) -> int:
        """Give the exit code of the worst state."""
        return EXIT_CODES[self.state]

    @property
    def counts(self) -> dict[str, int]:
        """Give the number of files in each state."""
        counted = Counter(one.state for one in self.files)
        return {state: counted[state] for state in EXIT_CODES}


def worst(states: Iterable[str]) -> str:
    """Give the worst of some states.

    >>> worst(["accepted", "refused", "accepted_with_questions"])
    'refused'
    """
    return max(states, key=EXIT_CODES.__getitem__)
