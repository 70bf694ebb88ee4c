"""The sender's own workbook with its wrong cells marked, and the sheet 审核结果 before the others.

Everything else in the file stays as it is: the package is changed at those places only. Not here:
files of other formats, which become workbooks first (see ``rewrite``).
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import PurePath

from dagster_project.feedback.comments import comment_sheet
from dagster_project.feedback.explanation_sheet import TITLES, earlier_lines, lines_of, sheet_xml
from dagster_project.feedback.model import Cell, FindingRow, Layout, Mark, Marked, Summary
from dagster_project.feedback.overlay import overlay_edits, without_overlay
from dagster_project.feedback.package_edits import PackageEdits
from dagster_project.feedback.places import marks_of
from dagster_project.feedback.result_sheet import ResultSheet
from dagster_project.feedback.rewrite import Rewritten, blank_workbook, rewritten
from dagster_project.feedback.sheet_cells import (
    SheetMap,
    Style,
    drawing_edit,
    map_sheet,
    style_edits,
    unselected,
)
from dagster_project.feedback.styles import COLOURS, EMPTY, Styles
from dagster_project.feedback.texts import comment, place_of, say, sheetful
from dagster_project.feedback.unmark import MARKER, earlier_marks, remove_comments, stored
from dagster_project.feedback.workbook_parts import SHEET_TYPE, Book
from dagster_project.feedback.xml_edits import (
    Edit,
    NotPatchableError,
    Tag,
    edited,
    with_attribute,
)
from dagster_project.reading.formats import ZIP, kind_of_package
from dagster_project.reading.package import open_package
from dagster_project.reading.sheets import SheetError

OWN_FORMAT = ".xlsx"
MACROS = ".xlsm"
STYLES_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
TAB_RED, TAB_GREEN = "FFC00000", "FF00B050"


def mark(
    original: bytes,
    original_name: str,
    findings: Sequence[FindingRow],
    summary: Summary,
    layouts: Sequence[Layout] = (),
) -> Marked:
    """Give the workbook that goes back to the sender.

    Args:
        original: the bytes as they were received; any format that can be read, or none of them.
        original_name: the sender's name for the file.
        findings: what was found, as the verdict records it.
        summary: which report it is and what was decided.
        layouts: where columns and rows stand, for findings that name no cell, and how the
            columns are headed.
    """
    job = _Job(original_name, findings, summary, layouts)
    try:
        if _is_unreadable(findings):
            return job.of_blank()
        return job.of_original(original)
    except (NotPatchableError, SheetError):
        return job.of_blank()


def unmarked(
    original_name: str,
    findings: Sequence[FindingRow],
    summary: Summary,
    layouts: Sequence[Layout] = (),
) -> Marked:
    """Give a workbook that says what was found, for a file that must not be opened once more."""
    return _Job(original_name, findings, summary, layouts).of_blank()


def _is_unreadable(findings: Sequence[FindingRow]) -> bool:
    """Say whether the file itself is at fault, so that it must not be opened once more."""
    return any(
        finding["rule_id"].startswith("READ_FILE_") and finding.get("sheet_name") is None
        for finding in findings
    )


@dataclass(frozen=True, slots=True)
class _Job:
    """What is to be said about one file."""

    original_name: str
    findings: Sequence[FindingRow]
    summary: Summary
    layouts: Sequence[Layout]

    @property
    def headers(self) -> dict[str, str]:
        """Give the Chinese headers of the form's columns, by their names and places."""
        known = [(one, name, words) for one in self.layouts for name, words in one.headers.items()]
        at = {
            place_of(one.sheet_name, one.columns[name]): words
            for one, name, words in known
            if name in one.columns
        }
        return {name: words for _, name, words in known} | at

    def of_original(self, original: bytes) -> Marked:
        """Mark the sender's own package, or one written anew from its values."""
        if original.startswith(ZIP) and kind_of_package(open_package(original)) == OWN_FORMAT:
            with suppress(NotPatchableError):  # else its values are written anew
                return self._marked(Rewritten(original, {}), self._ending())
        return self._marked(rewritten(original, self.headers.values()), OWN_FORMAT)

    def of_blank(self) -> Marked:
        """Give a workbook that says only why the file could not be used."""
        return self._marked(blank_workbook(), OWN_FORMAT)

    def _ending(self) -> str:
        """Keep the ending of a workbook with macros: under another one it does not open."""
        is_macro = PurePath(self.original_name).suffix.lower() == MACROS
        return MACROS if is_macro else OWN_FORMAT

    def _marked(self, book: Rewritten, ending: str) -> Marked:
        stem = PurePath(self.original_name).stem.removesuffix(f"_{say('SHEET')}") or say("SHEET")
        content = _Marker(self, book.content, book.renamed).content()
        return Marked(content, f"{stem}_{say('SHEET')}{ending}")


class _Marker:
    """Marks one package."""

    def __init__(self, job: _Job, content: bytes, renamed: Mapping[str, str]) -> None:
        self.job = job
        self.edits = edits = PackageEdits.of(content)
        self.book = Book.of(edits)
        self.earlier = earlier_marks(content) if say("SHEET") in self.book.sheets else []
        name = say("SHEET_EXPLAIN")
        self.explained = earlier_lines(content, name) if name in self.book.sheets else None
        self.kept: list[tuple[str, str, str]] = []
        self.names = {name: name for name in self.book.sheets} | dict(renamed)
        self.stylesheet = self.book.styles or self._new_stylesheet()
        self.styles = Styles.of(edits.read(self.stylesheet))

    def content(self) -> bytes:
        """Give the marked package."""
        marks = marks_of(self.job.findings, self.job.layouts, self.names)
        for name, path in self.book.sheets.items():
            if not (self.earlier and name == say("SHEET")):
                self._mark_sheet(name, path, marks.get(name, {}))
        styles = self.styles.for_sheet()
        self._add_explanations(styles)
        self._add_result(styles)
        self.edits.write(self.stylesheet, self.styles.written())
        return self.edits.content()

    def _new_stylesheet(self) -> str:
        xml = EMPTY.format(main=self.edits.main_namespace).encode()
        path = self.edits.place("xl/styles.xml", xml, STYLES_TYPE)
        self.edits.relate(self.book.path, "styles", path)
        return path

    def _mark_sheet(self, name: str, path: str, wanted: dict[Cell, Mark]) -> None:
        """Colour cells and comment on them, and take the sheet out of the selection."""
        xml = without_overlay(self.edits.read(path))
        earlier = {one.cell: one.fill for one in self.earlier if one.sheet == name}
        if not (wanted or earlier or b"tabSelected" in xml):
            return
        sheet = map_sheet(xml, {row for row, _ in (*wanted, *earlier)})
        seen = _seen(sheet, wanted)
        if seen.keys() - wanted.keys():
            sheet = map_sheet(xml, {row for row, _ in (*seen, *earlier)})
        edits = list(unselected(sheet))
        styles = {cell: self._old_style(fill) for cell, fill in earlier.items()}
        styles |= {cell: self._style(name, cell, one, earlier) for cell, one in seen.items()}
        edits += style_edits(sheet, styles)
        edits += overlay_edits(sheet, seen, self.styles) if seen else ()
        if earlier:
            remove_comments(self.edits, path, say("AUTHOR"))
        if seen:
            edits += self._comments(path, sheet, seen)
        if edits:
            self.edits.write(path, edited(xml, edits))

    def _style(self, name: str, cell: Cell, one: Mark, earlier: Mapping[Cell, str]) -> Style:
        """Give a mark's colour to a style, keeping in mind how the cell looked."""
        colour = COLOURS[one.level]

        def marked(style: int) -> int:
            before = earlier.get(cell, "") if self.styles.is_marked(style) else None
            fill = self.styles.fill_of(style) if before is None else before
            self.kept.append(stored(name, cell, fill))
            return self.styles.filled(style, colour)

        return marked

    def _old_style(self, fill: str) -> Style:
        return lambda style: self.styles.refilled(style, fill)

    def _comments(self, path: str, sheet: SheetMap, seen: Mapping[Cell, Mark]) -> list[Edit]:
        texts = {cell: comment(one) for cell, one in sorted(seen.items())}
        there = sheet.child("legacyDrawing")
        known = _relation_of(there) if there else None
        relation = comment_sheet(self.edits, path, known, texts, say("AUTHOR"))
        if relation is None:
            return []
        if there is None:
            return [drawing_edit(sheet, relation, self.edits.namespace)]
        name = next(name for name in there.attributes if name.endswith(":id"))
        opening = with_attribute(sheet.xml[there.start : there.inside], name, relation)
        return [Edit(there.start, there.inside, opening)]

    def _add_explanations(self, styles: Mapping[str, int]) -> None:
        """Put the sheet 情况说明 before the others where there is a question to be answered."""
        job, name = self.job, say("SHEET_EXPLAIN")
        lines = lines_of(job.findings, self.names, job.headers, self.explained or ())
        xml = sheet_xml(lines, styles, self.edits.main_namespace)
        if self.explained is not None:
            self.edits.write(self.book.sheets[name], xml)
        elif lines:
            self._put_first("xl/worksheets/explanations", xml, name, TITLES)
            self.book = Book.of(self.edits)

    def _add_result(self, styles: Mapping[str, int]) -> None:
        """Put the sheet 审核结果 before the others."""
        job = self.job
        content = sheetful(job.summary, job.findings, job.original_name, self.names, job.headers)
        kept = [(MARKER, "", ""), *self.kept]
        sheet = ResultSheet.of(content, styles, kept)
        is_good = job.summary.state == "accepted"
        xml = sheet.xml(self.edits.main_namespace, TAB_GREEN if is_good else TAB_RED)
        titles, name = sheet.print_titles, say("SHEET")
        if self.earlier:
            self.edits.write(self.book.sheets[name], xml)
            self.edits.write(self.book.path, self.book.with_again(name, titles))
            return
        self._put_first("xl/worksheets/feedback", xml, name, titles)

    def _put_first(self, stem: str, xml: bytes, name: str, titles: str) -> None:
        """Add a sheet before the others, under a name that is free."""
        path = self.edits.add(stem, ".xml", xml, SHEET_TYPE)
        relation = self.edits.relate(self.book.path, "worksheet", path)
        name = self.book.free_name(name)
        book = self.book.with_first(name, relation, self.edits.namespace, titles)
        self.edits.write(self.book.path, book)


def _relation_of(tag: Tag) -> str | None:
    """Give the identifier of the relation that an element leads to."""
    return next((value for name, value in tag.attributes.items() if name.endswith(":id")), None)


def _seen(sheet: SheetMap, wanted: Mapping[Cell, Mark]) -> dict[Cell, Mark]:
    """Give the marks at the cells that are seen: of merged cells the first carries them all."""
    seen: dict[Cell, Mark] = {}
    for cell, one in wanted.items():
        there = seen.setdefault(sheet.shown(cell), Mark())
        there.findings.extend(one.findings)
        there.beside.extend(one.beside)
    return seen
