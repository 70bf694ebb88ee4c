"""The sheet 情况说明 of a workbook that goes back or is to be filled in: questions to be answered.

Reasons are chosen from a list; what a clerk wrote in an earlier return stays. Not here: how the
sheet is read (see ``reading.explanations``), words of findings (see ``rules.wording``).
"""

from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO

from python_calamine import CalamineWorkbook

from dagster_project.escaping import escape_formula
from dagster_project.feedback.model import FindingRow
from dagster_project.feedback.result_sheet import LINE_HEIGHT, height_of
from dagster_project.feedback.texts import say
from dagster_project.feedback.xml_edits import escaped
from dagster_project.programme.reasons import REASONS, label
from dagster_project.reading.calamine import bounded
from dagster_project.reading.explanations import FIELDS, KEY_SEPARATOR, filled_lines, header
from dagster_project.reading.sheets import Sheet, SheetError
from dagster_project.reading.text import address
from dagster_project.rules.gate import NOTE, refuses

WIDTHS = (5, 14, 14, 9, 18, 14, 46, 16, 50)
"""Characters of the columns that are seen, as ``FIELDS`` names them but for the key."""
REASON, TEXT, KEY = FIELDS.index("reason"), FIELDS.index("text"), FIELDS.index("key")
SPARE_LINES = 10
"""Lines for questions that are not listed: rules that only speak while the blank is filled in."""
HEADER_ROW = 2
TITLES = f"${HEADER_ROW + 1}:${HEADER_ROW + 1}"
LONGEST_TEXT = 32_767
"""What a cell holds at most."""

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{main}">'
    '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
    '<sheetFormatPr defaultRowHeight="15"/><cols>{columns}</cols><sheetData>'
)
_TAIL = (
    '<dataValidations count="1"><dataValidation type="list" allowBlank="1" showErrorMessage="1"'
    ' sqref="{cells}"><formula1>"{reasons}"</formula1></dataValidation></dataValidations>'
    '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.6" header="0.3" footer="0.3"/>'
    '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>'
)

Line = dict[str, str]
"""Texts by field."""


def reasons() -> list[str]:
    """Give the reasons to choose from."""
    return [label(one, "zh") for one in REASONS]


def lines_of(
    findings: Sequence[FindingRow],
    sheet_names: Mapping[str, str],
    columns: Mapping[str, str],
    earlier: Sequence[Line] = (),
) -> list[Line]:
    """Give a line for each question, with what was written on it before, then all else written.

    Args:
        findings: what was found; ``row_key`` is taken where a finding has one.
        sheet_names: the sender's sheets to those of the workbook that goes back.
        columns: the form's columns to their headers.
        earlier: the filled lines of an earlier return (see ``earlier_lines``).
    """
    written = {_question(line): line for line in earlier}
    lines = []
    for finding in filter(_is_question, findings):
        line = _line(finding, sheet_names, columns)
        before = written.pop(_question(line), None) or _answer_of(finding)
        lines.append(line | {name: before.get(name, "") for name in ("reason", "text")})
    return [line | {"number": str(n)} for n, line in enumerate([*lines, *written.values()], 1)]


def _is_question(finding: FindingRow) -> bool:
    scope = finding.get("scope") or ""
    return scope != NOTE and not refuses(finding["severity"], scope)


def _line(finding: FindingRow, sheet_names: Mapping[str, str], columns: Mapping[str, str]) -> Line:
    name, column = finding.get("sheet_name") or "", finding.get("column_name") or ""
    row_key = finding.get("row_key") or ""
    return {
        "rule": finding["rule_id"],
        "sheet": sheet_names.get(name, name),
        "cell": finding.get("cell") or "",
        "column": columns.get(column, ""),
        "value": finding.get("value_text") or "",
        "problem": finding["message_zh"],
        "key": f"{column}{KEY_SEPARATOR}{row_key}" if row_key else "",
    }


def _answer_of(finding: FindingRow) -> Line:
    """Give the answer that a finding carries, if it does."""
    reason = finding.get("answer_reason")
    text = finding.get("answer_text") or ""
    return {"reason": label(reason, "zh"), "text": text} if reason else {}


def _question(line: Line) -> tuple[str, ...]:
    """Tell a question by its rule and place."""
    return line.get("rule", ""), line.get("key", "") or line.get("cell", "")


def earlier_lines(content: bytes, name: str) -> list[Line] | None:
    """Give what a workbook's sheet says already, None where that sheet is not one of ours."""
    try:
        with bounded():
            book = CalamineWorkbook.from_filelike(BytesIO(content))
            if name not in book.sheet_names:
                return None
            grid = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except SheetError:
        return None
    lines = filled_lines(Sheet(name, [list(row) for row in grid]))
    return None if lines is None else [line.texts for line in lines]


def sheet_xml(lines: Sequence[Line], styles: Mapping[str, int], namespace: str) -> bytes:
    """Give the worksheet part; ``styles`` are those of the sheet 审核结果."""
    columns = "".join(
        f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>'
        for n, width in enumerate(WIDTHS, start=1)
    )
    columns += f'<col min="{KEY + 1}" max="{KEY + 1}" width="9" hidden="1" customWidth="1"/>'
    rows = [
        _row(0, {0: say("SHEET_EXPLAIN")}, None),
        _row(1, {0: say("ADVICE_EXPLAIN")}, None),
        _row(HEADER_ROW, dict(enumerate(map(header, FIELDS))), styles["header"]),
    ]
    first = HEADER_ROW + 1
    for number, line in enumerate([*lines, *({} for _ in range(SPARE_LINES))], start=first):
        texts = {place: line.get(field, "") for place, field in enumerate(FIELDS)}
        rows.append(_row(number, texts, styles["cell"]))
    last = first + len(lines) + SPARE_LINES - 1
    cells = f"{address(first, REASON)}:{address(last, REASON)}"
    tail = _TAIL.format(cells=cells, reasons=escaped(",".join(reasons())))
    head = _HEAD.format(main=namespace, columns=columns)
    return "".join([head, *rows, "</sheetData>", tail]).encode()


def _row(number: int, texts: Mapping[int, str], style: int | None) -> str:
    """Write a row; without a style its text runs on over the cells beside it."""
    cells = "".join(_cells(number, texts, style))
    seen = [texts.get(place, "") for place in range(KEY)]
    height = height_of(seen, WIDTHS) if style is not None else LINE_HEIGHT
    return f'<row r="{number + 1}" ht="{height}">{cells}</row>'


def _cells(number: int, texts: Mapping[int, str], style: int | None) -> Iterator[str]:
    """Write texts as texts, never as formulas; blank cells keep their border."""
    marked = "" if style is None else f' s="{style}"'
    for column, text in texts.items():
        at = f'<c r="{address(number, column)}"{marked}'
        if not text:
            yield f"{at}/>"
            continue
        harmless = escaped(escape_formula(text)[:LONGEST_TEXT])
        yield f'{at} t="inlineStr"><is><t xml:space="preserve">{harmless}</t></is></c>'


def seen_columns() -> Iterator[tuple[int, str]]:
    """Give width and header of each column that is seen."""
    return zip(WIDTHS, map(header, FIELDS[:KEY]), strict=True)
