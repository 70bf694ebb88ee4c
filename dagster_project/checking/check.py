"""Checks files before they are sent: read and judged by the very functions of a build, in memory.

Nothing is written, no lock is taken and no warehouse is needed. Not here: which files (``files``),
how the answer looks (``printed``, ``document``), what needs more than the file itself.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import duckdb

from dagster_project.checking.answered import unanswered, with_answers
from dagster_project.checking.files import NamedFile
from dagster_project.checking.model import (
    CheckReport,
    FileCheck,
    Findings,
    RuleNotRun,
    SubmissionCheck,
)
from dagster_project.checking.order import in_order
from dagster_project.collecting.aliases import in_force, read_aliases
from dagster_project.collecting.answers import read_answers
from dagster_project.collecting.decisions import Verdict
from dagster_project.collecting.receipts import Receipt
from dagster_project.errors import JicengError
from dagster_project.messages import render
from dagster_project.programme.load import load_programme
from dagster_project.programme.model import Form, Programme
from dagster_project.programme.period import Period
from dagster_project.programme.periods import asked_periods
from dagster_project.reading.batch import ReadBatch, ReadItem, read_batch
from dagster_project.regions.register import Register, load_register
from dagster_project.regions.tables import rows_for_warehouse
from dagster_project.rules.checker import status_of
from dagster_project.rules.gate import state_of
from dagster_project.rules.questions import QUESTIONS
from dagster_project.rules.wording import word
from dagster_project.settings import Settings
from dagster_project.warehousing.answers import said_by_office
from dagster_project.warehousing.database import Connection, rows_of
from dagster_project.warehousing.judging import FINDING_FIELDS, Bench, judge_submissions
from dagster_project.warehousing.landing import land
from dagster_project.warehousing.suspecting import NO_SUSPECT
from dagster_project.warehousing.tables import STATE_TABLES

ONE_THREAD: dict[str, Any] = {"threads": 1}
"""For a report of some hundred rows the start of a second thread costs more than it saves."""

Submission = Mapping[str, Any]
"""A row of ``landing_submission``."""


class CheckError(JicengError):
    """The check itself was asked for something that cannot be."""


def check_files(
    files: Sequence[NamedFile], settings: Settings, form: str | None = None
) -> CheckReport:
    """Read and judge files, each on its own, as a build would judge them.

    Args:
        files: what ``named_files`` gave; those that cannot be opened are reported as such.
        settings: where programme and imported regions are; no other folder is touched.
        form: a form_id or 表号 that every report is expected to be of.

    Raises:
        CheckError: where no form has that name.
    """
    programme = load_programme(settings.programme_root)
    wanted = _form_named(form, programme) if form else None
    readable = {number: file for number, file in enumerate(files, start=1) if not file.code}
    found = _Desk(programme, settings, wanted).judged(readable) if readable else {}
    checks = tuple(
        found.get(number) or _left(file, programme) for number, file in enumerate(files, start=1)
    )
    forms = dict.fromkeys(one.form_id for check in checks for one in check.submissions)
    not_run = tuple(rule for form_id in forms for rule in rules_not_run(form_id, programme))
    return CheckReport(checks, not_run)


def rules_not_run(form_id: str, programme: Programme) -> Iterable[RuleNotRun]:
    """Give the rules of a form that did not run, in the programme's order."""
    form = programme.forms[form_id]
    for rule in programme.rules_of(form_id):
        status = status_of(rule, form, programme).status
        if status != "active":
            yield RuleNotRun(rule.rule_id, form_id, status, rule.message.zh, rule.message.en)
    for code in QUESTIONS:
        named = (render(f"{code}_ASKED", lang) for lang in ("zh", "en"))
        yield RuleNotRun(code, form_id, "compared", *named)


@dataclass(frozen=True, slots=True)
class _Desk:
    """One check: the programme, and the form that is expected, if any."""

    programme: Programme
    settings: Settings
    wanted: Form | None

    def judged(self, files: Mapping[int, NamedFile]) -> dict[int, FileCheck]:
        """Read files and give what they hold, by their numbers."""
        items = [ReadItem(number, file.path, file.name) for number, file in files.items()]
        root, imported = self.settings.programme_root, self.settings.imported_regions
        decided = in_force(read_aliases(self.settings.decisions))
        batch = read_batch(items, root, imported, self.settings.workers, decided)
        register = load_register(root, imported)
        with duckdb.connect(config=ONE_THREAD) as connection:
            landed = _lay_out(connection, batch, register, list(files))
            verdicts = self._verdicts(connection, files, landed)
        of_file = defaultdict(list)
        for submission in landed:
            of_file[submission["receipt_number"]].append(submission)
        return {
            number: self._check(file, of_file[number], verdicts, register)
            for number, file in files.items()
        }

    def _verdicts(
        self,
        connection: Connection,
        files: Mapping[int, NamedFile],
        landed: Iterable[Submission],
    ) -> dict[int, Verdict]:
        """Judge all submissions, those of a form in one go."""
        by_form = defaultdict(list)
        for submission in landed:
            by_form[submission["form_id"]].append(dict(submission))
        verdicts = {}
        for form_id, submissions in by_form.items():
            form = self.programme.forms[form_id] if form_id else None
            bench = self._bench(form, files)
            judged = judge_submissions(connection, bench, submissions)
            for verdict in with_answers(connection, form, judged, bench.answers):
                verdicts[verdict.submission_id] = verdict
        return verdicts

    def _bench(self, form: Form | None, files: Mapping[int, NamedFile]) -> Bench:
        """Treat each file as if it were received now."""
        now = self.settings.clock.now()
        receipts = {
            number: Receipt(number, file.name, "", "", 0, now, "clock", None)
            for number, file in files.items()
        }
        periods = asked_periods(self.programme, form.form_id, now.year) if form else ()
        return Bench(
            self.programme, receipts, self.settings.clock, "", frozenset(periods),
            answers=said_by_office(read_answers(self.settings.decisions)),
        )  # fmt: skip

    def _check(
        self,
        file: NamedFile,
        landed: Iterable[Submission],
        verdicts: Mapping[int, Verdict],
        register: Register,
    ) -> FileCheck:
        """Gather what was found in one file."""
        on_file: Findings = ()
        reports = []
        for submission in sorted(landed, key=lambda one: one["ordinal"]):
            verdict = verdicts[submission["submission_id"]]
            if submission["form_id"]:
                reports.append(self._report(submission, verdict, register))
            else:
                on_file += in_order(verdict.findings)
        return FileCheck(file.path, file.name, tuple(reports), on_file)

    def _report(
        self, submission: Submission, verdict: Verdict, register: Register
    ) -> SubmissionCheck:
        form = self.programme.forms[submission["form_id"]]
        other = self._other_form(form, submission["sheet_name"])
        findings = (*other, *in_order(verdict.findings, submission["sheet_name"]))
        return SubmissionCheck(
            form_id=form.form_id,
            table_number=form.table_number,
            title_zh=form.title.zh,
            title_en=form.title.en,
            unit_code=submission["respondent_code"],
            unit_name=_unit_name(submission, register),
            period=submission["period"],
            sheet_name=submission["sheet_name"],
            rows=submission["rows_read"],
            state=state_of(findings) if other else verdict.state,
            findings=findings,
        )

    def _other_form(self, form: Form, sheet_name: str | None) -> Findings:
        """Refuse a report of another form than the one that was asked for."""
        if self.wanted is None or self.wanted.form_id == form.form_id:
            return ()
        titles = {
            f"{which}{ending}": f"{one.table_number} {getattr(one.title, lang)}"
            for which, one in (("found", form), ("wanted", self.wanted))
            for ending, lang in (("", "zh"), ("_en", "en"))
        }
        finding = _finding("CHECK_FORM_DIFFERS", "form", self.programme, **titles)
        return (finding | {"sheet_name": sheet_name, "value_text": form.table_number},)


def _lay_out(
    connection: Connection, batch: ReadBatch, register: Register, numbers: Sequence[int]
) -> list[dict[str, Any]]:
    """Land a batch in an empty database as a build lands it; gives the landed submissions."""
    forms = set(batch.submissions["form_id"].to_pylist())
    rows = {form_id: table for form_id, table in batch.rows.items() if form_id in forms}
    connection.execute(STATE_TABLES)
    land(connection, replace(batch, rows=rows), numbers)
    connection.register("raw_region", rows_for_warehouse(register, connection))
    return rows_of(connection, "from landing_submission")


def _left(file: NamedFile, programme: Programme) -> FileCheck:
    """Say why a file cannot be checked."""
    words = {"path": str(file.path), "reason": file.reason}
    finding = _finding(file.code or "CHECK_PATH_MISSING", "file", programme, **words)
    return FileCheck(file.path, file.name, findings=(finding | {"value_text": file.name},))


def _finding(code: str, scope: str, programme: Programme, **params: str) -> dict[str, Any]:
    """Give a hard finding of the check itself, in the shape of a verdict's."""
    plain = dict.fromkeys(FINDING_FIELDS) | {"rule_id": code, "severity": "M", "scope": scope}
    worded = plain | word(plain | {"params": json.dumps(params)}, programme) | NO_SUSPECT
    return unanswered(worded)


def _form_named(name: str, programme: Programme) -> Form:
    for form in programme.forms.values():
        if name.lower() in (form.form_id, form.table_number.lower()):
            return form
    known = "、".join(f"{form.form_id} ({form.table_number})" for form in programme.forms.values())
    raise CheckError("CHECK_FORM_UNKNOWN", form=name, known=known)


def _unit_name(submission: Submission, register: Register) -> str | None:
    """Give the name that the unit bore at the end of the period."""
    code, period = submission["respondent_code"], submission["period"]
    if not code or not period:
        return None
    region = register.get("street", code, Period.parse(period).end)
    return region.name if region else None
