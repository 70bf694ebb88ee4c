"""The blank workbook of a form for one unit and period, ready to be filled in.

What is known stands in it, locked; cells to be filled have drop-downs and checks. The reader reads
it without aliases. Not here: the sheets one by one (see ``template_sheets``).
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from typing import Any

import xlsxwriter

from dagster_project.feedback.template_checks import checks_of
from dagster_project.feedback.template_plan import Plan, Row, plan
from dagster_project.feedback.template_sheets import Hand, main_sheet
from dagster_project.feedback.template_sides import (
    answering_sheet,
    checking_sheets,
    code_sheet,
    explaining_sheet,
    previous_sheet,
    stamp_sheet,
)
from dagster_project.programme.model import Form, Programme
from dagster_project.regions.register import Register

CREATED = datetime.fromisoformat("2000-01-01")
"""A fixed stamp: the same bytes each time."""
FONT = {"font_name": "宋体", "font_size": 10}
BOXED = FONT | {"border": 1, "valign": "vcenter"}
INPUT = BOXED | {"locked": False}
FORMATS: dict[str, dict[str, Any]] = {
    "plain": FONT,
    "title": FONT
    | {"bold": True, "font_size": 16, "align": "center", "valign": "vcenter", "shrink": True},
    "note": FONT | {"font_color": "#C00000"},
    "label": FONT,
    "fill": FONT | {"locked": False, "bottom": 1, "num_format": "@"},
    "header": BOXED | {"bold": True, "align": "center", "text_wrap": True, "bg_color": "#DDEBF7"},
    "codes": BOXED | {"align": "center", "font_color": "#7F7F7F"},
    "known": BOXED | {"bg_color": "#F2F2F2", "num_format": "@"},
    "total": BOXED | {"bold": True, "bg_color": "#F2F2F2"},
    "text": INPUT | {"num_format": "@"},
    "integer": INPUT | {"num_format": "0"},
    "decimal": INPUT | {"num_format": "General"},
    "date": INPUT | {"num_format": "yyyy-mm-dd"},
    "wrapped": FONT | {"text_wrap": True, "valign": "top"},
    "before": BOXED | {"bg_color": "#F2F2F2"},
    "before_date": BOXED | {"bg_color": "#F2F2F2", "num_format": "yyyy-mm-dd"},
    "wrong": {"bg_color": "#FF8080"},
    "doubtful": {"bg_color": "#FFC000"},
    "blank": {"bg_color": "#FFF2CC"},
    "cell": BOXED | {"text_wrap": True},
    "answer": INPUT | {"text_wrap": True, "num_format": "@"},
}
"""Marks of wrong cells have the colours of a marked workbook (see ``styles``)."""


def write_template(  # noqa: PLR0913 - what a blank depends on
    form: Form,
    unit: str,
    period: str,
    programme: Programme,
    register: Register,
    *,
    previous: Sequence[Row] | None = None,
    version: str = "",
) -> bytes:
    """Give the bytes of the blank, an .xlsx workbook.

    Args:
        form: the form.
        unit: the 12-digit code of the reporting unit.
        period: the label of the period, such as ``2015-Q4``.
        programme: its code lists and rules.
        register: the communities of the unit are those at the end of the period.
        previous: the rows that the unit reported a period before, column to value.
        version: the programme's version or hash, for the stamp.

    Raises:
        TemplateError: where the unit was no reporting unit then, or the period is of another kind.
    """
    blank = plan(form, unit, period, programme, register)
    return written(replace(blank, previous=tuple(previous or ()), version=version))


def written(blank: Plan) -> bytes:
    """Write a blank that has been planned."""
    target = BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    book.set_properties({"created": CREATED, "title": blank.form.title.zh})
    hand = Hand(book, {name: book.add_format(style) for name, style in FORMATS.items()}, blank)
    checks = list(checks_of(blank))
    page = hand.sheet(blank.name)
    if checks:
        checking_sheets(hand, checks)
    if blank.previous:
        previous_sheet(hand)
    answering_sheet(hand)
    explaining_sheet(hand)
    main_sheet(hand, page, code_sheet(hand), checks)
    stamp_sheet(hand)
    page.activate()
    book.close()
    return target.getvalue()
