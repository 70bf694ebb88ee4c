"""The bytes of one file to what it reports: ``Reader.submission`` reads like a table of contents.

It never raises on what a sender may send; whatever is not understood is a finding. Not here:
many files at once (see ``batch``).
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from dagster_project.programme.model import Programme
from dagster_project.reading.content import content_hash
from dagster_project.reading.cover import read_cover
from dagster_project.reading.draft import Draft
from dagster_project.reading.findings import NOWHERE, At, Findings, file_finding
from dagster_project.reading.formats import open_sheets
from dagster_project.reading.header_index import HeaderIndex, plain_title
from dagster_project.reading.headers import Header, check_header, find_header
from dagster_project.reading.model import Cell, Reading, ReadSubmission
from dagster_project.reading.odd import Odd
from dagster_project.reading.parsers import Parsers
from dagster_project.reading.register import LATEST, STREET, Register, Units
from dagster_project.reading.rows import Body, RowSorter
from dagster_project.reading.sheets import Sheet, SheetError
from dagster_project.reading.sources import BLOCK, FILE, SHEET, TITLE, Sources, said
from dagster_project.reading.table import TableReader, fill_merged
from dagster_project.reading.text import cell_text, narrow, plain, quoted
from dagster_project.reading.which_period import which_period
from dagster_project.reading.which_respondent import Question, unit_name

KEPT_FIELDS = ("submission_no", "resubmission_reason", "period_type", "form_version")
"""What of the block above is kept as text; persons' names and telephone numbers never are."""

_CODE = re.compile(r"[A-Za-z_-]*\d[A-Za-z0-9_-]*")


def read_file(data: bytes, file_name: str, programme: Programme, register: Register) -> Reading:
    """Give what a file reports: its submissions, or a finding that says why there are none.

    Args:
        data: the bytes as they were received; their format is told from them.
        file_name: the sender's name for the file, one of the sources of period and respondent.
        programme: the forms that may be reported.
        register: the regions, for codes and names of units.
    """
    return reader_for(programme, register).read(data, file_name)


@dataclass(slots=True)
class Reader:
    """Reads files against one programme and register; headers and names met once are remembered."""

    programme: Programme
    register: Register
    index: HeaderIndex = field(init=False)
    units: Units = field(init=False)
    parsers: Parsers = field(init=False)

    def __post_init__(self) -> None:
        """Index what every file is held against."""
        self.index = HeaderIndex.of(self.programme)
        self.units = Units.of(self.programme, self.register)
        self.parsers = Parsers(self.programme, self.units)

    def read(self, data: bytes, file_name: str) -> Reading:
        """Read one file."""
        try:
            sheets = open_sheets(data)
            return self._reading(sheets, file_name)
        except SheetError as error:
            return Reading(findings=[file_finding(error, file_name)])
        except MemoryError:
            exhausted = SheetError("READ_FILE_EXHAUSTS_MEMORY")
            return Reading(findings=[file_finding(exhausted, file_name)])

    def _reading(self, sheets: list[Sheet], file_name: str) -> Reading:
        reading = Reading()
        for sheet in sheets:
            if sheet.problem:
                reading.findings.append(file_finding(sheet.problem, file_name, sheet.name))
            elif header := find_header(sheet, self.index):
                ordinal = len(reading.submissions) + 1
                reading.submissions.append(self.submission(sheet, header, file_name, ordinal))
        if reading.submissions:
            reading.submissions[0].findings += reading.findings
            reading.findings.clear()
            _check_once(reading.submissions)
        elif not reading.findings:
            reading.findings.append(file_finding(SheetError("READ_NOT_A_REPORT"), file_name))
        return reading

    def submission(
        self, sheet: Sheet, header: Header, file_name: str, ordinal: int
    ) -> ReadSubmission:
        """Read the table under a header: who and when, which rows, and what is in them."""
        draft = self._begin(sheet, header, file_name, ordinal)
        _check_form(draft, self.index)
        check_header(header, draft.findings)
        elsewhere = fill_merged(draft)
        body = RowSorter(draft, self.index, self._own_names(draft), self._names_a_row(draft)).sort()
        TableReader(draft, body, self.parsers, elsewhere).read()
        _check_sheet(draft, body)
        draft.submission.findings = draft.findings.found
        draft.submission.content_hash = content_hash(header.form, draft.submission)
        return draft.submission

    def _begin(self, sheet: Sheet, header: Header, file_name: str, ordinal: int) -> Draft:
        """Find out whose report this is, and of which period."""
        findings = Findings(sheet.name)
        sources = Sources.of(read_cover(sheet.grid[: header.first_row]), sheet.name, file_name)
        period = which_period(sources, header.form.period_type, findings)
        on = period.end if period else LATEST
        submission = ReadSubmission(
            ordinal,
            header.form.form_id,
            Question(sources, self.units, on, findings).answer(),
            period.label if period else None,
            sheet.name,
            header.last_row + 1,
            header=_kept_fields(sources),
        )
        return Draft(sheet, header, sources, findings, submission, on)

    def _own_names(self, draft: Draft) -> frozenset[str]:
        """Give the respondent's names, which before 合计 mean the whole table."""
        code = draft.submission.respondent_code
        region = self.register.get(STREET, code, draft.on) if code else None
        written = unit_name(draft.sources.cover.text("respondent_name"))
        return frozenset(plain(name) for name in (region.name if region else "", written) if name)

    def _names_a_row(self, draft: Draft) -> Callable[[Cell], bool]:
        """Tell a code, or a unit's name, that stands alone in its row from a sentence."""
        form, respondent = draft.header.form, draft.submission.respondent_code
        unit = form.column(form.unit_column)
        parse = self.parsers.of(form.form_id, unit, 1, respondent, draft.on)

        def names_a_row(cell: Cell) -> bool:
            if _CODE.fullmatch(narrow(cell_text(cell))):
                return True
            read = parse(cell)
            return not isinstance(read, Odd) or (read.problem is None and read.value is not None)

        return names_a_row


def reader_for(programme: Programme, register: Register) -> Reader:
    """Give the reader of a programme and register, the same one while they stay the same."""
    if (
        not _READERS
        or _READERS[0].programme is not programme
        or _READERS[0].register is not register
    ):
        _READERS[:] = [Reader(programme, register)]
    return _READERS[0]


_READERS: list[Reader] = []


def _kept_fields(sources: Sources) -> dict[str, str]:
    texts = {name: sources.cover.text(name) for name in KEPT_FIELDS}
    return {name: quoted(text) for name, text in texts.items() if text}


def _check_form(draft: Draft, index: HeaderIndex) -> None:
    """Compare the form found by its header with the 表号 and the titles around it."""
    form, texts = draft.header.form, draft.sources.texts
    number = draft.sources.cover.text("table_number")
    if number and plain(form.table_number) not in plain(number):
        at = draft.sources.place_of("table_number")
        _say_form(draft, at, number, {BLOCK: [number]})
    for where in (TITLE, SHEET, FILE):
        other = index.named_by_title(texts[where])
        if other not in {None, form.form_id} and plain_title(form) not in plain(texts[where]):
            _say_form(draft, NOWHERE, None, {where: [texts[where]]})


def _say_form(draft: Draft, at: At, value: str | None, found: Mapping[str, Iterable[str]]) -> None:
    form = draft.header.form
    draft.findings.add(
        "READ_FORM_CONFLICT", at, value,
        form=f"{form.table_number} {form.title.zh}", **said(found),
    )  # fmt: skip


def _check_sheet(draft: Draft, body: Body) -> None:
    """Say what a reader of the sheet would not see: no rows, hidden ones, cells not verified."""
    sheet, findings = draft.sheet, draft.findings
    if not body.details:
        findings.add("READ_NO_ROWS", At(draft.header.last_row, 0))
    hidden = [str(row + 1) for row in body.details if row in sheet.hidden_rows]
    if hidden:
        rows = ", ".join(hidden)
        findings.ask("READ_HIDDEN_ROWS", rows=rows)
    if sheet.hidden:
        findings.ask("READ_HIDDEN_SHEET")
    if not sheet.verified:
        findings.ask("READ_SHEET_UNVERIFIED")


def _check_once(submissions: list[ReadSubmission]) -> None:
    """Refuse a second report of the same form, unit and period in one file."""
    seen: dict[tuple[str, str | None, str | None], str] = {}
    for submission in submissions:
        key = (submission.form_id, submission.respondent_code, submission.period)
        if key in seen:
            findings = Findings(submission.sheet_name)
            findings.add("READ_SUBMISSION_TWICE", first=seen[key])
            submission.findings += findings.found
        seen.setdefault(key, submission.sheet_name)
