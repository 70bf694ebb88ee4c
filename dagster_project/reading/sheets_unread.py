"""What is said of sheets that give no report: none in a zip refuses another, none is passed over.

Not here: reports and their findings (see ``file``), opening zips (see ``archive_zip``).
"""

import re
from collections.abc import Collection, Iterator, Sequence

from dagster_project.reading.findings import Findings, file_finding
from dagster_project.reading.header_index import HeaderIndex
from dagster_project.reading.model import Finding, Reading, ReadSubmission
from dagster_project.reading.sheets import Sheet, SheetError
from dagster_project.reading.text import plain
from dagster_project.reading.unread_blocks import names_a_form, tell_of_block
from dagster_project.reading.vocabulary import vocabulary

_COPY = re.compile(r"[\d()_-]+$")


def say_what_is_unread(
    reading: Reading, sheets: Sequence[Sheet], told: Collection[str], file_name: str
) -> None:
    """Say which sheets could not be opened, and in which files no report was found.

    A sheet that could not be opened concerns the first report of its file. What concerns no report,
    as a file in a zip that holds none, is said of the delivery and leaves the reports as they are.

    Args:
        reading: what was read; findings are added to it and to its submissions.
        sheets: all sheets of the delivery.
        told: names of the sheets that gave tables or explanations.
        file_name: the delivery's name.
    """
    members = {sheet.name: sheet.member for sheet in sheets}
    first: dict[str, ReadSubmission] = {}
    for one in reading.submissions:
        first.setdefault(members[one.sheet_name], one)
    for sheet in sheets:
        if sheet.problem:
            holder = first.get(sheet.member, reading)
            holder.findings.append(file_finding(sheet.problem, file_name, sheet.name))
    reading.findings += _silent(sheets, {*told, *(one.sheet_name for one in reading.submissions)})
    if not reading.submissions and not reading.findings:
        reading.findings.append(file_finding(SheetError("READ_NOT_A_REPORT"), file_name))


def _silent(sheets: Sequence[Sheet], told: Collection[str]) -> Iterator[Finding]:
    """Name the files of a zip of which no sheet says anything."""
    heard = {sheet.member for sheet in sheets if sheet.problem or sheet.name in told}
    for member in dict.fromkeys(sheet.member for sheet in sheets):
        if member and member not in heard:
            yield file_finding(SheetError("READ_NOT_A_REPORT", file=member), member, member)


def tell_of_sheets(
    submissions: Sequence[ReadSubmission], sheets: Sequence[Sheet], index: HeaderIndex
) -> None:
    """Tell of sheets beside a report that hold a table from which nothing was read.

    Sheets that go with a report, as 填表说明, are known by their names. One that is hidden is told
    only where it names a form: what senders hide are mostly lists for their drop-downs.
    """
    for sheet in sheets:
        if sheet.problem or is_companion(sheet.name):
            continue
        if sheet.hidden and not names_a_form(sheet.grid, index):
            continue
        for one in submissions:
            if _is_of(one, sheet.member):
                findings = Findings(sheet.name)
                tell_of_block(dict(enumerate(sheet.grid)), index, findings, of_words=True)
                one.findings += findings.found
                break


def _is_of(submission: ReadSubmission, member: str) -> bool:
    """Say whether a report stands in a file of a zip; without a zip there is one file."""
    return not member or f"{submission.sheet_name}/".startswith(f"{member}/")


def is_companion(sheet_name: str) -> bool:
    """Know the sheets that blanks and returned files have beside the report, and their like.

    >>> is_companion("填表说明 (2)"), is_companion("市桥.xlsx/审核结果"), is_companion("Sheet2")
    (True, True, False)
    """
    return _COPY.sub("", plain(sheet_name)).endswith(vocabulary().companion_sheets)
