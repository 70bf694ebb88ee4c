"""Words of what goes back: the comment on a cell, the sheet 审核结果, the summary to be pasted.

All sentences stand in ``messages/feedback.yml``; here they are put together. Not here: files.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

from dagster_project.feedback.model import HARD, FindingRow, Mark, Summary, counts, in_order
from dagster_project.messages import render
from dagster_project.rules.wording import suspect_cells, suspected

ZH = "zh"
MOST_LISTED = 5_000
"""Findings on the first sheet: a person works off some hundreds; the machine report has all."""
MOST_OF_A_COMMENT = 8
"""Findings told in one comment; a box with more would cover the sheet."""
LONGEST_COMMENT = 2_000
MOST_SUMMARISED = 10
"""Findings in the summary: a message on a telephone's screen."""

HEADERS = ("NUMBER", "SHEET", "CELL", "COLUMN", "VALUE", "SEVERITY", "PROBLEM", "REMEDY", "RULE")


@cache
def say(name: str) -> str:
    """Give a text without parameters."""
    return render(f"FEEDBACK_{name}", ZH)


def filled(name: str, **params: object) -> str:
    """Give a text with its parameters filled in."""
    return render(f"FEEDBACK_{name}", ZH, **params)


@dataclass(slots=True)
class Sheetful:
    """What the first sheet says; ``table`` rows end with the link's target and the severity."""

    title: str
    warnings: list[str] = field(default_factory=list)
    facts: list[tuple[str, str, str]] = field(default_factory=list)
    advice: list[str] = field(default_factory=list)
    headers: list[str] = field(default_factory=list)
    table: list[list[str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def sheetful(
    summary: Summary,
    findings: Sequence[FindingRow],
    file_name: str,
    sheet_names: Mapping[str, str],
    columns: Mapping[str, str],
) -> Sheetful:
    """Give the words of the first sheet.

    ``sheet_names`` maps the sender's sheets to those of the workbook that goes back; ``columns``
    the form's columns, by name and by place (see ``place_of``), to their headers.
    """
    content = Sheetful(say("SHEET"))
    if summary.synthetic:
        content.warnings.append(say("SYNTHETIC"))
    content.facts = list(_facts(summary, findings, file_name))
    content.advice = advice(summary, findings)
    content.headers = [say(f"HEADER_{name}") for name in HEADERS]
    ordered = list(in_order(findings))
    for number, finding in enumerate(ordered[:MOST_LISTED], start=1):
        content.table.append(_listed(number, finding, sheet_names, columns))
    if len(ordered) > MOST_LISTED:
        content.notes.append(filled("MORE", count=len(ordered) - MOST_LISTED))
    if not ordered:
        content.notes.append(say("NOTHING_FOUND"))
    return content


def _facts(
    summary: Summary, findings: Sequence[FindingRow], file_name: str
) -> Iterator[tuple[str, str, str]]:
    """Give label, value and style of what is told above the findings."""
    hard, soft = counts(findings)
    unknown = say("UNKNOWN")
    verdict = {"refused": "hard", "unreadable": "hard", "accepted_with_questions": "soft"}
    yield say("LABEL_FORM"), summary.form or unknown, "value"
    yield say("LABEL_UNIT"), summary.unit or unknown, "value"
    yield say("LABEL_PERIOD"), summary.period or unknown, "value"
    yield say("LABEL_FILE"), file_name, "value"
    if summary.received_at:
        yield say("LABEL_RECEIVED"), when(summary.received_at), "value"
    yield say("LABEL_STATE"), state_words(summary.state), verdict.get(summary.state, "label")
    yield say("LABEL_COUNTS"), filled("COUNTS", hard=hard, soft=soft), "value"


def advice(summary: Summary, findings: Sequence[FindingRow]) -> list[str]:
    """Give what to do next, by what was decided."""
    lines = [say(f"ADVICE_{summary.state.upper()}")]
    if any(finding.get("cell") for finding in findings):
        lines.append(say("LEGEND"))
    return lines


def state_words(state: str) -> str:
    """Give what was decided, as an official would say it."""
    return say(f"STATE_{state.upper()}")


def when(moment: datetime) -> str:
    """Give a time of day as officials write it."""
    return f"{moment:%Y-%m-%d %H:%M}"


def _listed(
    number: int,
    finding: FindingRow,
    sheet_names: Mapping[str, str],
    columns: Mapping[str, str],
) -> list[str]:
    name = finding.get("sheet_name")
    sheet = sheet_names.get(name or "", "") if name is not None else ""
    suspects = suspect_cells(finding)
    cell = "; ".join(suspects) or finding.get("cell") or ""
    target = f"{quoted(sheet)}!{re.split('[:;]', cell)[0]}" if sheet and cell else ""
    severity = "hard" if finding["severity"] == HARD else "soft"
    header, value = finding.get("column_name") or "", finding.get("value_text") or ""
    if suspects and suspects != [finding["cell"]]:
        header, value = place_of(name or "", suspects[0]) if len(suspects) == 1 else "", ""
    return [
        str(number),
        sheet or name or say("WHOLE_FILE"),
        cell or say("WHOLE_SHEET" if name else "WHOLE_FILE"),
        columns.get(header, ""),
        value,
        say(severity.upper()),
        problem(finding),
        finding["remedy_zh"],
        finding["rule_id"],
        target,
        severity,
    ]


def place_of(sheet: str, cell: str) -> str:
    """Give the name of a sheet's column, by any of its cells or its letters.

    >>> place_of("报表", "AC12")
    '报表!AC'
    """
    return f"{sheet}!{cell.rstrip('0123456789')}"


def problem(finding: FindingRow) -> str:
    """Say what is wrong, and which cell is probably to blame."""
    sentence = finding["message_zh"].rstrip("。")
    suspicion = suspected(finding, ZH)
    return f"{sentence}。{suspicion}" if suspicion else finding["message_zh"]


def quoted(sheet: str) -> str:
    """Give a sheet's name as a formula would write it.

    >>> quoted("第1季'报表")
    "'第1季''报表'"
    """
    return "'" + sheet.replace("'", "''") + "'"


def comment(mark: Mark) -> str:
    """Give the words of the comment on a cell: each finding with its rule and what to do."""
    ordered = list(in_order(mark.findings))
    parts = [_of_comment(finding) for finding in ordered[:MOST_OF_A_COMMENT]]
    if len(ordered) > MOST_OF_A_COMMENT:
        parts.append(filled("MORE_HERE", count=len(ordered) - MOST_OF_A_COMMENT))
    parts += [_of_operand(one) for one in mark.beside[:MOST_OF_A_COMMENT] if not ordered]
    return "\n\n".join(parts)[:LONGEST_COMMENT]


def _of_operand(finding: FindingRow) -> str:
    """Say of a cell that a rule reckons with where to look first."""
    head = filled("COMMENT_HEAD", severity=say("BESIDE"), rule=finding["rule_id"])
    return "\n".join([head, filled("COMMENT_PROBLEM", text=problem(finding))])


def _of_comment(finding: FindingRow) -> str:
    severity = say("HARD" if finding["severity"] == HARD else "SOFT")
    lines = [
        filled("COMMENT_HEAD", severity=severity, rule=finding["rule_id"]),
        filled("COMMENT_PROBLEM", text=problem(finding)),
        filled("COMMENT_REMEDY", text=finding["remedy_zh"]),
    ]
    return "\n".join(lines)


def summary_text(summary: Summary, findings: Sequence[FindingRow], file_name: str) -> str:
    """Give one page in Chinese that a clerk can paste into a chat, without any mark-up."""
    unknown = say("UNKNOWN")
    hard, soft = counts(findings)
    head = filled(
        "SUMMARY_HEAD",
        unit=summary.unit_name or summary.unit_code or unknown,
        form=summary.form or unknown,
        period=summary.period or unknown,
        state=state_words(summary.state),
    )
    lines = [head, filled("SUMMARY_FILE", file=file_name)]
    if summary.synthetic:
        lines.insert(0, say("SYNTHETIC"))
    if findings:
        lines.append(filled("COUNTS", hard=hard, soft=soft))
    ordered = list(in_order(findings))
    for number, finding in enumerate(ordered[:MOST_SUMMARISED], start=1):
        lines.append(_summarised(number, finding))
    if len(ordered) > MOST_SUMMARISED:
        lines.append(filled("SUMMARY_MORE", count=len(ordered) - MOST_SUMMARISED))
    lines.append(say(f"ADVICE_{summary.state.upper()}"))
    return "\n".join(lines) + "\n"


def _summarised(number: int, finding: FindingRow) -> str:
    cell = "、".join(suspect_cells(finding)) or finding.get("cell")
    place = "!".join(filter(None, (finding.get("sheet_name"), cell)))
    return filled(
        "SUMMARY_LINE",
        number=number,
        severity=say("HARD" if finding["severity"] == HARD else "SOFT"),
        place=place or say("WHOLE_FILE"),
        message=problem(finding).rstrip("。"),
        remedy=finding["remedy_zh"],
    )
