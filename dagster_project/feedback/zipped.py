"""Reports that came in a zip: each goes back as the one file in it that holds it, and no other.

What others sent in the same zip stays with the office. Not here: marking (see ``mark``), names of
sheets in a zip (see ``reading.archive_zip``).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from dagster_project.feedback.model import FindingRow, Layout
from dagster_project.reading.archive_zip import members_of, sheet_name_in
from dagster_project.reading.formats import is_archive
from dagster_project.reading.package import open_package


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as its sender knows it, and what was found in it, by its own names of sheets.

    ``content`` is None where it cannot be told which file of a zip is meant.
    """

    content: bytes | None
    name: str
    findings: Sequence[FindingRow]
    layouts: Sequence[Layout]


def in_its_file(sent: Sent, sheet_name: str | None) -> Sent:
    """Give the file of a zip in which a report stands, and all else as it is.

    Where no report was found, ``sheet_name`` is None: then it is the one file that is spoken of.

    Raises:
        SheetError: where the zip is damaged.
    """
    if sent.content is None or not is_archive(sent.content):
        return sent
    package = open_package(sent.content)
    names = {finding["sheet_name"] for finding in sent.findings if finding["sheet_name"]}
    found = {
        path: member
        for path, member in members_of(package)
        if any(_is_in(member, name) for name in ([sheet_name] if sheet_name else names))
    }
    if len(found) != 1:
        return replace(sent, content=None)
    ((path, member),) = found.items()
    layouts = [replace(one, sheet_name=_own(member, one.sheet_name)) for one in sent.layouts]
    name = sheet_name_in(sent.name, member)
    return Sent(package.read(path), name, [*_renamed(member, sent.findings)], layouts)


def _is_in(member: str, sheet_name: str) -> bool:
    """Say whether a sheet, by its name in the zip, stands in a file of it."""
    return sheet_name == member or sheet_name.startswith(f"{member}/")


def _own(member: str, sheet_name: str) -> str:
    """Give a sheet's name in its own file; a sheet of another file keeps its long one."""
    return sheet_name[len(member) :].lstrip("/") if _is_in(member, sheet_name) else sheet_name


def _renamed(member: str, findings: Iterable[FindingRow]) -> Iterator[FindingRow]:
    for finding in findings:
        name = finding["sheet_name"]
        yield {**finding, "sheet_name": _own(member, name)} if name else finding
