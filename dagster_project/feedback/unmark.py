"""Takes the marks of an earlier return off a workbook, so that only what is still wrong is marked.

A clerk corrects the very file that came back. Which cells were marked, and how they looked before,
stands in hidden columns of the sheet 审核结果, which survive saving. Not here: how cells are marked
(see ``mark``).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO

from python_calamine import CalamineWorkbook

from dagster_project.feedback.model import Cell
from dagster_project.feedback.package_edits import PackageEdits
from dagster_project.feedback.sheet_cells import cell_of
from dagster_project.feedback.texts import say
from dagster_project.feedback.xml_edits import Edit, NotPatchableError, edited, tags_of
from dagster_project.reading.calamine import bounded
from dagster_project.reading.sheets import SheetError
from dagster_project.reading.text import address

MARKER = "jiceng:marks:1"
FIRST_COLUMN = 11
"""Column L: marker or sheet, address, and the fill that the cell had."""

_SHAPE = re.compile(rb"<v:shape\b(?:(?!</v:shape>).)*</v:shape>", re.DOTALL)
_AT = re.compile(rb"<x:Row>\s*(\d+)\s*</x:Row>\s*<x:Column>\s*(\d+)\s*</x:Column>")
_RUN_OF_OURS = re.compile(r"\s*【")


@dataclass(frozen=True, slots=True)
class Earlier:
    """A cell marked in an earlier return: its sheet, its place, the XML of the fill it had."""

    sheet: str
    cell: Cell
    fill: str


def earlier_marks(content: bytes) -> list[Earlier]:
    """Give the marks that a workbook still carries, none where it was never marked."""
    name = say("SHEET")
    try:
        with bounded():
            book = CalamineWorkbook.from_filelike(BytesIO(content))
            if name not in book.sheet_names:
                return []
            grid = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except SheetError:
        return []
    rows = [row[FIRST_COLUMN : FIRST_COLUMN + 3] for row in grid]
    if not rows or rows[0][:1] != [MARKER]:
        return []
    return list(_marks(rows[1:]))


def _marks(rows: Sequence[Sequence[object]]) -> Iterator[Earlier]:
    for row in rows:
        match row:
            case [str() as sheet, str() as at, str() as fill] if sheet and at:
                try:
                    yield Earlier(sheet, cell_of(at), fill)
                except NotPatchableError:
                    continue


def remove_comments(edits: PackageEdits, sheet: str, author: str) -> None:
    """Take our comments off a sheet, and our words off the comments of others."""
    relations = edits.relations(sheet)
    path = next((one.path for one in relations if one.kind == "comments"), None)
    if path is None:
        return
    xml, gone = _without_ours(edits.read(path), author)
    edits.write(path, xml)
    for one in relations:
        if one.kind == "vmlDrawing" and one.path in edits:
            edits.write(one.path, _without_shapes(edits.read(one.path), gone))


def _without_ours(xml: bytes, author: str) -> tuple[bytes, set[Cell]]:
    """Give the comments that are not ours, and the cells of those that were."""
    tags = tags_of(xml, 6)
    names = [xml[tag.inside : tag.inside_end].decode() for tag in tags if tag.name == "author"]
    ours = {str(number) for number, name in enumerate(names) if name == author}
    edits, gone = [], set()
    for tag in tags:
        if tag.name == "comment" and tag.attributes.get("authorId") in ours:
            edits.append(Edit(tag.start, tag.end, b""))
            gone.add(cell_of(tag.attributes["ref"]))
    kept = [
        tag
        for tag in tags
        if tag.name == "r" and not any(e.start < tag.start < e.end for e in edits)
    ]
    for run in kept:
        texts = (t for t in tags if t.name == "t" and run.start < t.start < run.end)
        words = "".join(xml[t.inside : t.inside_end].decode() for t in texts)
        is_ours = any(say(level) in words for level in ("HARD", "SOFT", "BESIDE"))
        if is_ours and _RUN_OF_OURS.match(words):
            edits.append(Edit(run.start, run.end, b""))
    return edited(xml, edits), gone


def _without_shapes(vml: bytes, gone: set[Cell]) -> bytes:
    def kept(match: re.Match[bytes]) -> bytes:
        at = _AT.search(match[0])
        return b"" if at and (int(at[1]), int(at[2])) in gone else match[0]

    return _SHAPE.sub(kept, vml)


def stored(sheet: str, cell: Cell, fill: str) -> tuple[str, str, str]:
    """Give the three cells that keep a mark."""
    return sheet, address(*cell), fill
