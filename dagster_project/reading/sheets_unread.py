"""What is said of sheets that give no report: each is named, and none in a zip refuses another.

Not here: reports and their findings (see ``file``), opening zips (see ``archive_zip``).
"""

from collections.abc import Collection, Iterator, Sequence

from dagster_project.reading.findings import file_finding
from dagster_project.reading.model import Finding, Reading, ReadSubmission
from dagster_project.reading.sheets import Sheet, SheetError


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
