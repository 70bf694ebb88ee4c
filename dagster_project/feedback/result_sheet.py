"""The sheet 审核结果 as XML: what was decided, what to do, and every finding with a link to it.

A4, landscape, the header repeated on each page. Not here: its words (see ``texts``), its styles
(see ``styles``).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from dagster_project.escaping import escape_formula
from dagster_project.feedback.texts import Sheetful
from dagster_project.feedback.unmark import FIRST_COLUMN
from dagster_project.feedback.xml_edits import escaped
from dagster_project.reading.text import address

WIDTHS = (5, 14, 9, 18, 14, 10, 42, 42, 22)
"""Characters: number, sheet, cell, column, value, severity, problem, remedy, rule."""
LAST = len(WIDTHS) - 1
LINK, CENTRED = 2, frozenset({0, 2, 5, 8})
LONGEST_TEXT = 32_767
"""What a cell holds at most, in Excel as in WPS."""
MARKS = FIRST_COLUMN
LINE_HEIGHT = 15
TALLEST_ROW = 409
"""Points that a row may have, in Excel as in WPS."""
CHARACTERS_OF_A_LINE = sum(WIDTHS)

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{main}">'
    '<sheetPr><tabColor rgb="{tab}"/><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews>'
    '<sheetView showGridLines="0" tabSelected="1" workbookViewId="0"/></sheetViews>'
    '<sheetFormatPr defaultRowHeight="15"/><cols>{columns}</cols><sheetData>'
)
_TAIL = (
    '<printOptions horizontalCentered="1"/><pageMargins left="0.4" right="0.4" top="0.5"'
    ' bottom="0.6" header="0.3" footer="0.3"/><pageSetup paperSize="9" orientation="landscape"'
    ' fitToHeight="0"/><headerFooter><oddFooter>&amp;C&amp;P / &amp;N</oddFooter></headerFooter>'
    "</worksheet>"
)


@dataclass(slots=True)
class ResultSheet:
    """The sheet being written, row by row."""

    styles: Mapping[str, int]
    rows: list[str] = field(default_factory=list)
    merges: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    header_row: int = 0
    marks: Sequence[tuple[str, str, str]] = ()

    @classmethod
    def of(
        cls,
        content: Sheetful,
        styles: Mapping[str, int],
        marks: Sequence[tuple[str, str, str]] = (),
    ) -> "ResultSheet":
        """Lay out what is to be said; ``marks`` are kept in hidden columns (see ``unmark``)."""
        sheet = cls(styles, marks=marks)
        sheet._across("title", content.title, height=30)
        for line in content.warnings:
            sheet._across("warning", line)
        for label, value, style in content.facts:
            sheet._fact(label, value, style)
        for line in content.advice:
            sheet._across("value", line)
        sheet._row([])
        sheet._row([("header", text) for text in content.headers])
        sheet.header_row = len(sheet.rows)
        for cells in content.table:
            sheet._finding(cells)
        for line in content.notes:
            sheet._across("value", line)
        for _ in range(len(sheet.rows), len(marks)):
            sheet._row([])
        return sheet

    def xml(self, namespace: str, tab: str) -> bytes:
        """Give the worksheet part."""
        columns = "".join(
            f'<col min="{n}" max="{n}" width="{width + 0.7}" customWidth="1"/>'
            for n, width in enumerate(WIDTHS, start=1)
        )
        columns += (
            f'<col min="{MARKS + 1}" max="{MARKS + 3}" width="9" hidden="1" customWidth="1"/>'
        )
        parts = [_HEAD.format(main=namespace, tab=tab, columns=columns), *self.rows, "</sheetData>"]
        parts.append(f'<mergeCells count="{len(self.merges)}">{"".join(self.merges)}</mergeCells>')
        if self.links:
            parts.append(f"<hyperlinks>{''.join(self.links)}</hyperlinks>")
        return "".join([*parts, _TAIL]).encode()

    @property
    def print_titles(self) -> str:
        """Give the rows that are repeated on each page."""
        return f"${self.header_row}:${self.header_row}"

    def _across(self, style: str, text: str, height: int = 0) -> None:
        """Write one text over the whole width; merged cells do not grow by themselves."""
        lines = 1 + width_of(text) // CHARACTERS_OF_A_LINE
        self._row([(style, text)], height or lines * LINE_HEIGHT + 3)
        row = len(self.rows)
        self.merges.append(f'<mergeCell ref="A{row}:{address(row - 1, LAST)}"/>')

    def _fact(self, label: str, value: str, style: str) -> None:
        self._row([("label", label), None, (style, value)], LINE_HEIGHT + 3)
        row = len(self.rows)
        self.merges.append(f'<mergeCell ref="A{row}:B{row}"/>')
        self.merges.append(f'<mergeCell ref="C{row}:{address(row - 1, LAST)}"/>')

    def _finding(self, cells: Sequence[str]) -> None:
        *texts, target, severity = cells
        named = []
        for place, text in enumerate(texts):
            style = "middle" if place in CENTRED else "cell"
            if place == LINK and target:
                style = "link"
            named.append((severity if place == LINK + 3 else style, text))
        self._row(named, height_of(texts, WIDTHS))
        if target:
            at = address(len(self.rows) - 1, LINK)
            words = f'location="{escaped(target)}" display="{escaped(texts[LINK])}"'
            self.links.append(f'<hyperlink ref="{at}" {words}/>')

    def _row(self, cells: Sequence[tuple[str, str] | None], height: int = 0) -> None:
        number = len(self.rows)
        written = "".join(_cells(number, cells, self.styles)) + self._kept(number)
        tall = f' ht="{height}" customHeight="1"' if height else ""
        self.rows.append(f'<row r="{number + 1}"{tall}>{written}</row>')

    def _kept(self, row: int) -> str:
        """Write one of the marks beside what is said, out of sight."""
        if row >= len(self.marks):
            return ""
        return "".join(
            f'<c r="{address(row, MARKS + n)}" t="inlineStr"><is><t>{escaped(text)}</t></is></c>'
            for n, text in enumerate(self.marks[row])
        )


def _cells(
    row: int, cells: Sequence[tuple[str, str] | None], styles: Mapping[str, int]
) -> Iterator[str]:
    """Write texts as texts, never as formulas: what the sender wrote stays harmless."""
    for column, cell in enumerate(cells):
        if cell is not None:
            style, text = cell
            harmless = escaped(escape_formula(text)[:LONGEST_TEXT])
            yield (
                f'<c r="{address(row, column)}" s="{styles[style]}" t="inlineStr"><is>'
                f'<t xml:space="preserve">{harmless}</t></is></c>'
            )


def height_of(texts: Sequence[str], widths: Sequence[int]) -> int:
    """Give the height of a row of wrapped texts: some programs do not work it out on opening."""
    lines = max(map(_lines, texts, widths))
    return min(lines * LINE_HEIGHT + 3, TALLEST_ROW)


def _lines(text: str, width: int) -> int:
    """Count the lines that a text takes in a column; programs differ by a character or two."""
    return sum(1 + width_of(line) // (width - 2) for line in text.split("\n"))


def width_of(text: str) -> int:
    """Count characters as wide as digits: Chinese ones are twice as wide."""
    return sum(1 if character.isascii() else 2 for character in text)
