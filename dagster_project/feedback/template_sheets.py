"""The sheet of a blank that is filled in: block, header, rows, drop-downs, colours while typing.

Not here: the sheets beside it (``template_sides``), where everything stands (``template_plan``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xlsxwriter.worksheet import Worksheet

from dagster_project.feedback.template_checks import Check
from dagster_project.feedback.template_plan import Field, Plan, Row, period_words
from dagster_project.feedback.texts import say
from dagster_project.programme.model import REGION_LIST, Column
from dagster_project.reading.text import address, column_letters

A4 = 9
COLUMNS_A_PAGE = 16
"""Columns that stay readable across a page of A4 on its side."""
WIDTHS = {"code": 16, "string": 22, "text": 24, "date": 12, "boolean": 8}
NUMBER_WIDTH = 11
NAME_WIDTH = 24
BLOCK_AT_RIGHT = 4
TITLE_WIDTH = 9
"""Columns of the title: what a screen and the first page show."""
ALLOWED = {
    "format_cells": False, "format_columns": True, "format_rows": True, "insert_rows": True,
    "delete_rows": True, "sort": True, "autofilter": True,
}  # fmt: skip
"""What a person may do on the protected sheet; there is no password."""
LINE_CODES = ("甲", "乙", "丙", "丁")


class PlainSheet(Worksheet):  # type: ignore[misc]  # the library has no types
    """A sheet whose formulas use no function that is newer than Excel 2007."""

    def _prepare_formula(self, formula: str, *_: object, **__: object) -> str:
        """Leave out the search for newer functions: thirty patterns a formula, 0.4 ms."""
        return formula.removeprefix("=")


@dataclass(frozen=True, slots=True)
class Hand:
    """What every sheet is written with: the workbook, its formats by name, the plan."""

    book: Any
    formats: Mapping[str, Any]
    plan: Plan

    def sheet(self, name: str) -> Any:
        """Add a sheet."""
        return self.book.add_worksheet(name, PlainSheet)


def main_sheet(hand: Hand, page: Any, lists: Mapping[str, str], checks: Sequence[Check]) -> None:
    """Write the sheet; ``lists`` are the names of drop-downs by column."""
    _block(hand, page)
    _header(hand, page)
    _totals(hand, page)
    _rows(hand, page)
    for field in hand.plan.fields:
        _entry(hand, page, field, lists)
    _colours(hand, page, checks)
    _signing(hand, page)
    _print_layout(hand, page)
    page.protect("", ALLOWED)


def _block(hand: Hand, page: Any) -> None:
    """Write title and cover; labels and values stand in cells of their own."""
    plan, form = hand.plan, hand.plan.form
    width = len(plan.fields)
    right = max(2, min(width - BLOCK_AT_RIGHT, BLOCK_AT_RIGHT + 1))
    title = f"{plan.unit.name}{form.title.zh}"
    # Over several pages a title is cut where it is wider than the columns that each repeats.
    across = TITLE_WIDTH if width <= COLUMNS_A_PAGE else _repeated(plan)
    page.merge_range(0, 0, 0, max(1, min(width, across) - 1), title, hand.formats["title"])
    page.set_row(0, 28)
    first = 1
    if plan.programme.is_synthetic:
        page.write_string(1, 0, say("TEMPLATE_SYNTHETIC"), hand.formats["note"])
        first = 2
    left = [
        ("NAME", plan.unit.name, "known"), ("CODE", plan.unit.code, "known"),
        ("PERIOD", period_words(plan.period), "known"), ("SEQUENCE", "1", "fill"),
        ("REASON", "", "fill"),
    ]  # fmt: skip
    end = form.valid_until.isoformat() if form.valid_until else ""
    beside = [
        ("TABLE", form.table_number), ("BODY", form.issuing_body or ""),
        ("APPROVAL", form.approval_number or ""), ("UNTIL", end), ("UNITS", _units(plan)),
    ]  # fmt: skip
    for row, (key, value, style) in enumerate(left, start=first):
        page.write_string(row, 0, say(f"TEMPLATE_{key}"), hand.formats["label"])
        page.write_string(row, 1, value, hand.formats[style])
    for row, (key, text) in enumerate(beside, start=first):
        page.write_string(row, right, say(f"TEMPLATE_{key}") + text, hand.formats["label"])


def _units(plan: Plan) -> str:
    """Give the units of measure that the headers name."""
    names = (one.header.removesuffix("）").rpartition("（")[2] for one in plan.fields
             if one.header != one.column.header_zh and not one.is_label)  # fmt: skip
    return "、".join(dict.fromkeys(names))


def _header(hand: Hand, page: Any) -> None:
    plan = hand.plan
    page.set_row(plan.header_row, 54)
    words = numbers = 0
    for place, field in enumerate(plan.fields):
        page.set_column(place, place, _width(field))
        page.write_string(plan.header_row, place, field.header, hand.formats["header"])
        if field.column.is_number:
            numbers += 1
            page.write_number(plan.header_row + 1, place, numbers, hand.formats["codes"])
        else:
            code = LINE_CODES[words] if words < len(LINE_CODES) and not numbers else ""
            words += 1
            page.write_string(plan.header_row + 1, place, code, hand.formats["codes"])


def _width(field: Field) -> int:
    if field.is_label:
        return NAME_WIDTH
    if field.column.code_list not in (None, REGION_LIST) and field.column.type == "code":
        return NAME_WIDTH
    return WIDTHS.get(field.column.type, NUMBER_WIDTH)


def _totals(hand: Hand, page: Any) -> None:
    """Write 合计 with formulas; they add up whatever is filled in below."""
    plan = hand.plan
    for place, field in enumerate(plan.fields):
        style = hand.formats["total"]
        if field.column.is_additive and not field.is_label:
            cells = plan.span(field.column.name, sheet=False)
            page.write_formula(plan.total_row, place, f"=SUM({cells})", style, 0)
        else:
            page.write_string(plan.total_row, place, "" if place else say("TEMPLATE_TOTAL"), style)


def _rows(hand: Hand, page: Any) -> None:
    plan = hand.plan
    spare: list[Row | None] = [None] * plan.spare_rows
    for number, row in enumerate([*plan.listed, *spare], start=plan.first_row):
        for place, field in enumerate(plan.fields):
            value = _value(plan, field, row) if row else None
            is_known = row is not None and (field.is_label or field.column.name in plan.form.keys)
            style = hand.formats["known" if is_known else _style(field.column)]
            _cell(page, (number, place), value, style)


def _cell(page: Any, at: tuple[int, int], value: Any, style: Any) -> None:
    if value is None or value == "":
        page.write_blank(*at, None, style)
    elif isinstance(value, str):
        page.write_string(*at, value, style)
    else:
        page.write(*at, value, style)


def _value(plan: Plan, field: Field, row: Row) -> Any:
    """Give what is known of a cell beforehand: the words beside a code follow from it."""
    value = row.get(field.column.name)
    if field.is_label:
        return plan.names.get(str(value))
    if value is not None:
        return shown(plan, field.column, value)
    return _fixed(plan, field.column, row)


def _fixed(plan: Plan, column: Column, row: Row) -> str | None:
    """Give the unit's name where the form has a column for it: it follows from the code."""
    if column.type == "string" and column.name == "unit_name":
        return plan.names.get(str(row.get(plan.form.unit_column)))
    return None


def shown(plan: Plan, column: Column, value: Any) -> Any:
    """Give a typed value as a person reads it: labels for codes, 是 and 否."""
    if column.type == "boolean":
        return say("YES" if value else "NO")
    found = plan.programme.codelists.get(column.code_list or "")
    if found and column.type == "code":
        codes = str(value).split(";")
        labels = [found.by_code[code].name_zh if code in found.by_code else code for code in codes]
        return ";".join(labels)
    if column.is_number:
        return int(value) if column.type == "integer" else float(value)
    return value if column.type == "date" else str(value)


def _style(column: Column) -> str:
    return column.type if column.type in ("integer", "decimal", "date") else "text"


def _entry(hand: Hand, page: Any, field: Field, lists: Mapping[str, str]) -> None:
    """Say what may be entered in a column; marks such as 未报 stay possible after a warning."""
    plan, column = hand.plan, field.column
    if field.is_label:
        return
    place = plan.places[column.name]
    cells = (plan.first_row, place, plan.last_row, place)
    rule: dict[str, Any] = {"error_type": "warning", "error_title": field.header[:32]}
    here = address(plan.first_row, place)
    if column.name in lists and not column.multiple:
        rule |= {"validate": "list", "source": f"={lists[column.name]}"}
        rule |= {"error_message": say("TEMPLATE_ENTRY_LIST")}
    elif column.is_number:
        whole = f",{here}=INT({here})" if column.type == "integer" else ""
        least = f"{here}>=0" if column.unit != "degree" else "TRUE"
        rule |= {"validate": "custom", "value": f"=IF(ISNUMBER({here}),AND({least}{whole}),TRUE)"}
        rule |= {"error_message": say(f"TEMPLATE_ENTRY_{column.type.upper()}")}
    elif column.type == "date":
        rule |= {"validate": "custom", "value": f"=ISNUMBER({here})"}
        rule |= {"error_message": say("TEMPLATE_ENTRY_DATE")}
    else:
        return
    page.data_validation(*cells, rule)


def _colours(hand: Hand, page: Any, checks: Sequence[Check]) -> None:
    """Colour cells that break a rule, then obligatory ones that are still blank."""
    plan = hand.plan
    for number, check in enumerate(checks):
        style = hand.formats["wrong" if check.part.rule.severity == "M" else "doubtful"]
        for name in check.part.columns:
            place = plan.places[name]
            test = f"=INDEX(check_{number + 1},ROW()-{plan.first_row})=FALSE"
            page.conditional_format(
                plan.first_row, place, plan.last_row, place,
                {"type": "formula", "criteria": test, "format": style},
            )  # fmt: skip
    keys = [f"${plan.letters(key)}{plan.first_row + 1}" for key in plan.form.keys]
    for column in plan.form.columns:
        if not column.nullable and column.name not in plan.form.keys:
            place = plan.places[column.name]
            here = f"{column_letters(place)}{plan.first_row + 1}"
            test = f'=AND(COUNTA({",".join(keys)})={len(keys)},{here}="")'
            page.conditional_format(
                plan.first_row, place, plan.last_row, place,
                {"type": "formula", "criteria": test, "format": hand.formats["blank"]},
            )  # fmt: skip


def _signing(hand: Hand, page: Any) -> None:
    """Write the signing block below the rows."""
    row = hand.plan.last_row + 2
    for number, key in enumerate(("HEAD", "STATISTICIAN", "FILLED_BY", "PHONE", "REPORTED")):
        page.write_string(row + number, 0, say(f"TEMPLATE_SIGN_{key}"), hand.formats["label"])
        page.write_blank(row + number, 1, None, hand.formats["fill"])


def _print_layout(hand: Hand, page: Any) -> None:
    """A4 on its side, the header on every page and the keys on every one beside it."""
    plan = hand.plan
    frozen = _repeated(plan)
    page.freeze_panes(plan.first_row, frozen)
    page.set_landscape()
    page.set_paper(A4)
    page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    page.fit_to_pages(-(-len(plan.fields) // COLUMNS_A_PAGE), 0)
    page.repeat_rows(plan.header_row, plan.header_row + 1)
    if len(plan.fields) > COLUMNS_A_PAGE:
        page.repeat_columns(0, frozen - 1)
    page.set_footer("&C&P / &N")


def _repeated(plan: Plan) -> int:
    """Give how many columns, those of the keys and at least two, stand on every page."""
    keys = max(plan.places[key] for key in plan.form.keys)
    keys += keys + 1 < len(plan.fields) and plan.fields[keys + 1].is_label
    return min(max(keys + 1, 2), BLOCK_AT_RIGHT)
