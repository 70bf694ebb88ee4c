"""The sheets beside the one that is filled in: codes, checks, the period before, explanations.

None of them looks like a report to the reader. Not here: the sheet itself (``template_sheets``).
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from dagster_project.feedback import explanation_sheet
from dagster_project.feedback.template_checks import Check
from dagster_project.feedback.template_plan import header_of
from dagster_project.feedback.template_sheets import A4, Hand, shown
from dagster_project.feedback.texts import filled, say
from dagster_project.programme.model import REGION_LIST, Column
from dagster_project.reading.text import column_letters

CHECK_WIDTHS = (14, 60, 12, 16, 14)


def code_sheet(hand: Hand) -> dict[str, str]:
    """Write codes and labels on a hidden sheet; gives the name of the drop-down of each column."""
    plan = hand.plan
    page = hand.sheet(say("TEMPLATE_SHEET_CODES"))
    page.hide()
    lists: dict[str, str] = {}
    written: dict[str, str] = {}
    for column in plan.form.columns:
        if column.type == "boolean":
            entries, key = [("1", say("YES")), ("0", say("NO"))], "yesno"
        elif column.code_list == REGION_LIST:
            units = [*plan.below, plan.unit]
            entries, key = [(region.name, region.code) for region in units], "units"
        elif found := plan.programme.codelists.get(column.code_list or ""):
            entries, key = [(c.code, c.name_zh) for c in found.codes], found.list_id.lower()
        else:
            continue
        if key not in written:
            written[key] = _write_list(hand, page, key, entries, 2 * len(written))
        lists[column.name] = written[key]
    return lists


def _write_list(
    hand: Hand, page: Any, key: str, entries: Sequence[tuple[str, str]], place: int
) -> str:
    """Write a list in two columns, the second being the drop-down's, and give its name."""
    for row, (beside, entry) in enumerate(entries):
        page.write_string(row, place, beside)
        page.write_string(row, place + 1, entry)
    at, name = column_letters(place + 1), f"list_{key}"
    sheet = say("TEMPLATE_SHEET_CODES")
    hand.book.define_name(name, f"='{sheet}'!${at}$1:${at}${len(entries)}")
    return name


def checking_sheets(hand: Hand, checks: Sequence[Check]) -> None:
    """Write 审核, which counts what is wrong by rule, and the hidden sheet that finds it."""
    page = hand.sheet(say("TEMPLATE_SHEET_CHECKS"))
    rows = hand.sheet(say("TEMPLATE_SHEET_ROWS"))
    rows.hide()
    page.merge_range(0, 0, 0, 4, say("TEMPLATE_CHECKS_TITLE"), hand.formats["title"])
    for place, (width, name) in enumerate(
        zip(CHECK_WIDTHS, ("RULE", "TEXT", "SEVERITY", "WRONG", "WHERE"), strict=True)
    ):
        page.set_column(place, place, width)
        page.write_string(2, place, say(f"TEMPLATE_CHECK_{name}"), hand.formats["header"])
    for number, check in enumerate(checks):
        at = column_letters(number)
        for row, formula in enumerate(check.formulas):
            rows.write_formula(row, number, formula, None, "")
        cells = f"'{say('TEMPLATE_SHEET_ROWS')}'!${at}$1:${at}${len(check.formulas)}"
        hand.book.define_name(f"check_{number + 1}", f"={cells}")
        _check_line(hand, page, number, check)
    page.conditional_format(
        3, 3, len(checks) + 2, 3,
        {"type": "cell", "criteria": ">", "value": 0, "format": hand.formats["wrong"]},
    )  # fmt: skip
    page.write_string(len(checks) + 4, 0, say("TEMPLATE_CHECKS_NOTE"), hand.formats["plain"])
    page.set_paper(A4)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(2)
    page.protect("", {"format_columns": True, "format_rows": True})


def _check_line(hand: Hand, page: Any, number: int, check: Check) -> None:
    """Write one condition: its rule, how many rows break it, and where the first is."""
    rule, style, row = check.part.rule, hand.formats["cell"], number + 3
    page.write_string(row, 0, rule.rule_id, style)
    names = "、".join(hand.plan.form.column(name).header_zh for name in check.part.columns)
    page.write_string(row, 1, f"{rule.message.zh}（{names}）", style)
    severity = say("HARD" if rule.severity == "M" else "SOFT")
    page.write_string(row, 2, severity, style)
    cells = f"check_{number + 1}"
    page.write_formula(row, 3, f"=COUNTIF({cells},FALSE)", style, 0)
    column = hand.plan.letters(check.part.columns[0])
    where = f'=IF(D{row + 1}=0,"","{column}"&(MATCH(FALSE,{cells},0)+{hand.plan.first_row}))'
    page.write_formula(row, 4, where, style, "")


def previous_sheet(hand: Hand) -> None:
    """Write what was reported a period before, each value at the address of its successor."""
    plan = hand.plan
    page = hand.sheet(say("TEMPLATE_SHEET_BEFORE"))
    before = plan.period.previous().label
    page.write_string(0, 0, filled("TEMPLATE_BEFORE", period=before), hand.formats["plain"])
    page.set_row(plan.header_row, 54)
    for place, field in enumerate(plan.fields):
        header = f"{field.header}{say('TEMPLATE_BEFORE_ENDING')}"
        page.write_string(plan.header_row, place, header, hand.formats["header"])
        page.set_column(place, place, 12)
    rows = [(row, plan.previous_of(row)) for row in plan.listed]
    if not rows:
        rows = [(row, row) for row in plan.previous]
    for number, (_, found) in enumerate(rows, start=plan.first_row):
        for field, place in ((plan.fields[n], n) for n in plan.places.values()):
            value = found.get(field.column.name) if found else None
            if value is not None:
                style = hand.formats["before_date" if isinstance(value, date) else "before"]
                page.write(number, place, shown(plan, field.column, value), style)
    page.freeze_panes(plan.first_row, 2)
    page.set_landscape()
    page.set_paper(A4)
    page.fit_to_pages(2, 0)
    page.protect("", {"format_columns": True, "format_rows": True})


def answering_sheet(hand: Hand) -> None:
    """Write 情况说明, on which a clerk answers beforehand what will be asked."""
    page = hand.sheet(say("SHEET_EXPLAIN"))
    page.write_string(0, 0, say("SHEET_EXPLAIN"), hand.formats["plain"])
    page.write_string(1, 0, say("TEMPLATE_EXPLAIN"), hand.formats["plain"])
    last = explanation_sheet.HEADER_ROW + explanation_sheet.SPARE_LINES
    for place, (width, words) in enumerate(explanation_sheet.seen_columns()):
        page.set_column(place, place, width)
        page.write_string(explanation_sheet.HEADER_ROW, place, words, hand.formats["header"])
        for row in range(explanation_sheet.HEADER_ROW + 1, last + 1):
            page.write_blank(row, place, None, hand.formats["answer"])
    first, at = explanation_sheet.HEADER_ROW + 1, explanation_sheet.REASON
    entry = {"validate": "list", "source": explanation_sheet.reasons()}
    page.data_validation(first, at, last, at, entry)
    page.set_paper(A4)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.protect("", {"format_columns": True, "format_rows": True})


def explaining_sheet(hand: Hand) -> None:
    """Write 填表说明: how to fill, what each column means, which rules hold; one text a row."""
    plan, form = hand.plan, hand.plan.form
    page = hand.sheet(say("TEMPLATE_SHEET_HELP"))
    page.set_column(0, 0, 110)
    lines = [filled("TEMPLATE_HELP_TITLE", form=f"{form.table_number} {form.title.zh}"), ""]
    lines += say("TEMPLATE_HELP").strip().split("\n")
    lines.append(filled("TEMPLATE_HELP_SPARE", count=plan.spare_rows))
    lines += ["", say("TEMPLATE_HELP_COLUMNS")]
    lines += [_explained(column) for column in form.columns]
    lines += ["", say("TEMPLATE_HELP_RULES")]
    for rule in plan.programme.rules_of(form.form_id):
        severity = say("HARD" if rule.severity == "M" else "SOFT")
        lines.append(f"{rule.rule_id}【{severity}】{rule.message.zh}")
    for row, line in enumerate(lines):
        style = "title" if row == 0 else "wrapped"
        page.write_string(row, 0, line, hand.formats[style])
    page.set_paper(A4)
    page.fit_to_pages(1, 0)
    page.protect("", {"format_columns": True, "format_rows": True})


def _explained(column: Column) -> str:
    """Tell what a column is in one sentence."""
    must = say("TEMPLATE_MAY" if column.nullable else "TEMPLATE_MUST")
    words = column.definition_zh or column.header_zh
    return filled("TEMPLATE_HELP_COLUMN", header=header_of(column), must=must, text=words)


def stamp_sheet(hand: Hand) -> None:
    """Write which blank this is: hidden, and as properties of the document."""
    plan = hand.plan
    stamp = {
        "form_id": plan.form.form_id,
        "form_version": plan.form.version or "",
        "programme": plan.version,
        "period": plan.period.label,
        "unit": plan.unit.code,
    }
    page = hand.sheet(say("TEMPLATE_SHEET_STAMP"))
    page.very_hidden()
    for row, (name, value) in enumerate(stamp.items()):
        page.write_string(row, 0, name)
        page.write_string(row, 1, value)
        hand.book.set_custom_property(f"jiceng_{name}", value or "-")
