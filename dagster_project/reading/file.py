"""The bytes of one file to what it reports: ``Reader.submission`` reads like a table of contents.

It never raises on what a sender may send; whatever is not understood is a finding. Not here:
many files at once (see ``batch``).
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from dagster_project.programme.model import Form, Programme
from dagster_project.reading.by_rows import MOST_SUBMISSIONS, Share, names_its_rows, shares
from dagster_project.reading.content import content_hash
from dagster_project.reading.draft import Draft
from dagster_project.reading.expected_words import known_words
from dagster_project.reading.explanations import Line, filled_lines, take_explanations
from dagster_project.reading.findings import NOWHERE, At, Findings, file_finding
from dagster_project.reading.formats import ZIP, is_large_text
from dagster_project.reading.front_sheet import with_front
from dagster_project.reading.guard import open_guarded
from dagster_project.reading.header_index import (
    NONE_ACCEPTED,
    Aliases,
    HeaderIndex,
    plain_title,
)
from dagster_project.reading.headers import check_header
from dagster_project.reading.joined import Part, joined
from dagster_project.reading.limits import LARGE_TEXT, MAX_RATIO
from dagster_project.reading.merges import Place, fill_merged
from dagster_project.reading.model import Cell, Reading, ReadSubmission
from dagster_project.reading.odd import Odd
from dagster_project.reading.parsers import Parsers
from dagster_project.reading.register import LATEST, Register, Units
from dagster_project.reading.rows import Body, RowSorter
from dagster_project.reading.sheet_checks import check_sheet
from dagster_project.reading.sheets import Sheet, SheetError
from dagster_project.reading.sheets_unread import say_what_is_unread, tell_of_sheets
from dagster_project.reading.sources import BLOCK, FILE, SHEET, TITLE, Sources
from dagster_project.reading.table import TableReader
from dagster_project.reading.tables_in_sheet import Table, tables_of
from dagster_project.reading.text import cell_text, narrow, plain, quoted
from dagster_project.reading.transposed import turn_back
from dagster_project.reading.unread_blocks import tell_of_block
from dagster_project.reading.validity import check_validity
from dagster_project.reading.which_period import which_period
from dagster_project.reading.which_respondent import Question, unit_name

KEPT_FIELDS = ("submission_no", "resubmission_reason", "period_type", "form_version")
"""What of the block above is kept as text; persons' names and telephone numbers never are."""

Sorter = TypeVar("Sorter", bound=RowSorter)

_CODE = re.compile(r"[A-Za-z_-]*\d[A-Za-z0-9_-]*")


def read_file(
    data: bytes,
    file_name: str,
    programme: Programme,
    register: Register,
    accepted: Aliases = NONE_ACCEPTED,
) -> Reading:
    """Give what a file reports: its submissions, or a finding that says why there are none.

    Args:
        data: the bytes as they were received; their format is told from them.
        file_name: the sender's name for the file, one of the sources of period and respondent.
        programme: the forms that may be reported.
        register: the regions, for codes and names of units.
        accepted: headers that a person accepted, with the columns they mean, by form.
    """
    return reader_for(programme, register, accepted).read(data, file_name)


@dataclass(slots=True)
class Reader:
    """Reads files against one programme and register; headers and names met once are remembered."""

    programme: Programme
    register: Register
    accepted: Aliases = field(default_factory=dict)
    opener: Callable[..., list[Sheet]] = open_guarded
    index: HeaderIndex = field(init=False)
    units: Units = field(init=False)
    asked: dict[str, Units] = field(init=False)
    parsers: Parsers = field(init=False)
    words: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        """Index what every file is held against."""
        self.index = HeaderIndex.of(self.programme, self.accepted)
        self.units = Units.of(self.programme, self.register)
        self.asked = self.units.of_forms(self.programme)
        self.parsers = Parsers(self.programme, self.units, self.asked)
        self.words = known_words(self.programme)

    def read(self, data: bytes, file_name: str) -> Reading:
        """Read one file."""
        try:
            member, text = _alone_in_zip(data) or ("", data)
            if is_large_text(text) and (found := self._in_columns(text, member, file_name)):
                return Reading([found])
            sheets = self.opener(data, self.words)
            return self._reading(sheets, file_name)
        except SheetError as error:
            return Reading(findings=[file_finding(error, file_name)])
        except MemoryError:
            exhausted = SheetError("READ_FILE_EXHAUSTS_MEMORY")
            return Reading(findings=[file_finding(exhausted, file_name)])

    def _in_columns(self, text: bytes, member: str, file_name: str) -> ReadSubmission | None:
        from dagster_project.reading.large.table import read_large_text

        return read_large_text(self, text, file_name, member)

    def _reading(self, sheets: list[Sheet], file_name: str) -> Reading:
        reading, tables, told, silent = Reading(), list[Table](), list[Line](), list[Sheet]()
        for sheet in sheets:
            if (lines := filled_lines(sheet)) is not None:
                told += lines
            elif found := tables_of(sheet, self.index):
                tables += found
            else:
                silent.append(sheet)
        if tables and silent:
            tables = list(with_front(tables, silent, file_name, self._names_unit))
        beside = frozenset(table.header.form.form_id for table in tables)
        parts = [part for table in tables for part in self.parts(table, file_name, beside)]
        reading.submissions = list(joined(parts)) if len(parts) > 1 else _only(parts)
        if len(reading.submissions) > MOST_SUBMISSIONS:
            count = str(len(reading.submissions))
            too_many = SheetError("READ_SUBMISSIONS_TOO_MANY", count=count)
            return Reading(findings=[file_finding(too_many, file_name)])
        if reading.submissions:
            take_explanations(told, reading.submissions, self.programme)
        names = {table.sheet.name for table in tables} | {line.sheet_name for line in told}
        say_what_is_unread(reading, sheets, names, file_name)
        tell_of_sheets(reading.submissions, silent, self.index)
        return reading

    def parts(self, table: Table, file_name: str, beside: frozenset[str]) -> list[Part]:
        """Read the submissions of one table: mostly one, more where its rows name several.

        ``beside`` are the forms of all tables in the file, which its name may name as well.
        """
        form = table.header.form
        sources = replace(Sources.of(table.cover, table.sheet.name, file_name), beside=beside)
        if not names_its_rows(form):
            return [self.submission(self.begin(table, sources))]
        whole = self.begin(table, sources, Share(None, None, Body()))
        elsewhere, body = self._sorted(whole)
        found = list(shares(table.header, table.sheet, body))
        parts = []
        for share in found:
            draft = self.begin(table, sources, share)
            draft.findings.found += whole.findings.found
            if len(found) > 1 and (body.total is not None or body.sums):
                row = body.sums[0].row if body.total is None else body.total
                draft.findings.ask("READ_TOTAL_OF_SEVERAL", At(row, 0))
            parts.append(self._filled(draft, elsewhere, share.body))
        return parts

    def submission(self, draft: Draft) -> Part:
        """Read the table under a header: which rows, and what is in them."""
        return self._filled(draft, *self._sorted(draft))

    def _sorted(self, draft: Draft) -> tuple[dict[Place, Place], Body]:
        """Check the header, and sort the rows below it."""
        check_header(draft.header, draft.sheet, draft.findings, draft.submission.period)
        elsewhere = fill_merged(draft)
        body = self.sorter(draft, RowSorter).sort()
        body.units = body.units or dict(draft.units)
        return elsewhere, body

    def sorter(self, draft: Draft, kind: type[Sorter]) -> Sorter:
        """Give what sorts the rows of a table."""
        return kind(draft, self.index, self._own_names(draft), self._names_a_row(draft))

    def _filled(self, draft: Draft, elsewhere: dict[Place, Place], body: Body) -> Part:
        """Read the cells of some rows."""
        form, submission = draft.header.form, draft.submission
        TableReader(draft, body, self.parsers, elsewhere).read()
        check_sheet(draft, body, self.index)
        submission.findings = draft.findings.all()
        submission.content_hash = content_hash(form, submission)
        if draft.turned:
            turn_back(submission, draft.sheet, draft.about_block)
        return Part(form, submission, draft.sheet)

    def begin(self, table: Table, sources: Sources, share: Share | None = None) -> Draft:
        """Find out whose report this is, and of which period, and whether it may be sent."""
        header, findings = table.header, Findings(table.sheet.name)
        form = header.form
        is_whole = share is not None and not share.body.details
        quiet = Findings(table.sheet.name) if is_whole else findings
        in_rows = (share and share.period) or table.period
        in_rows, unit = (
            one.turned() if one and table.turned else one
            for one in (in_rows, share.respondent if share else None)
        )
        sources = sources.with_rows(in_rows)
        period = which_period(sources, form, quiet)
        on = period.end if period else LATEST
        only = self._only_respondent(form)
        submission = ReadSubmission(
            1,
            form.form_id,
            Question(sources, self.asked[form.form_id], on, quiet, unit, only).answer(),
            period.label if period else None,
            table.sheet.name,
            header.last_row + 1,
            header=_kept_fields(sources),
        )
        draft = Draft(table.sheet, header, sources, findings, submission, on, table.turned)
        draft.units = table.units
        if not is_whole:
            _check_form(draft, self.index)
            check_validity(form, sources, period, findings)
            tell_of_block(table.around, self.index, findings)
        draft.about_block = len(findings.found)
        return draft

    def _names_unit(self, text: str) -> bool:
        return bool(self.units.mentioned(text, LATEST))

    def _only_respondent(self, form: Form) -> str | None:
        """Give the one unit that reports a form, where the form says that it need not be named."""
        if not form.sole_respondent:
            return None
        asked = self.programme.units_asked(form.form_id)
        return asked[0] if len(asked) == 1 else None

    def _own_names(self, draft: Draft) -> frozenset[str]:
        """Give the respondent's names, which before 合计 mean the whole table."""
        code = draft.submission.respondent_code
        region = self.units.region(code, draft.on) if code else None
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


def reader_for(
    programme: Programme, register: Register, accepted: Aliases = NONE_ACCEPTED
) -> Reader:
    """Give the reader of a programme and register, the same one while they stay the same."""
    kept = _READERS[0] if _READERS else None
    if (
        kept is None
        or kept.programme is not programme
        or kept.register is not register
        or kept.accepted != accepted
    ):
        _READERS[:] = [kept := Reader(programme, register, accepted)]
    return kept


_READERS: list[Reader] = []


def _alone_in_zip(data: bytes) -> tuple[str, bytes] | None:
    """Give name and bytes of a large file that is alone in a plain zip."""
    if not data.startswith(ZIP) or len(data) * MAX_RATIO < LARGE_TEXT:
        return None
    from dagster_project.reading.archive_zip import lone_large

    return lone_large(data)


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
        if where != TITLE and other in draft.sources.beside:
            continue
        if other not in {None, form.form_id} and plain_title(form) not in plain(texts[where]):
            _say_form(draft, NOWHERE, None, {where: [texts[where]]})


def _say_form(draft: Draft, at: At, value: str | None, found: Mapping[str, Iterable[str]]) -> None:
    form, sources = draft.header.form, draft.sources
    draft.findings.add(
        "READ_FORM_CONFLICT", at, value, related=sources.cells(found, "table_number"),
        form=f"{form.table_number} {form.title.zh}", **sources.said(found, "table_number"),
    )  # fmt: skip


def _only(parts: list[Part]) -> list[ReadSubmission]:
    return [part.submission for part in parts]
