"""Files of other formats as workbooks: the values at the same addresses, merges and widths.

What cannot be changed in place (.xls, .xlsb, .ods, .csv, pages of HTML) is written anew and then
marked like any workbook. Not here: marking (see ``mark``), reading (see ``reading.formats``).
"""

import re
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import BytesIO, StringIO
from typing import Any

import xlsxwriter

from dagster_project.escaping import escape_formula
from dagster_project.feedback.result_sheet import width_of
from dagster_project.feedback.texts import say
from dagster_project.feedback.workbook_parts import LONGEST_NAME
from dagster_project.reading.formats import OLE2, open_sheets
from dagster_project.reading.model import PERCENT, Cell, Shown, Unreadable
from dagster_project.reading.sheets import Sheet

CREATED = datetime.fromisoformat("2000-01-01")
"""A fixed stamp: the same bytes each time."""
FORMATS = {
    "date": "yyyy-mm-dd",
    "datetime": "yyyy-mm-dd hh:mm:ss",
    "time": "hh:mm:ss",
    "percent": "0.00%",
}
XLS_UNITS = 256
"""Parts of a character in which .xls gives the widths of columns."""
WRAPPED = "wrapped"
NARROWEST, WIDEST = 8, 17
"""Characters of the usual width and of the code of a community with room; longer texts wrap."""
_NUMBER = re.compile(r"(?!(?:19|20)\d\d\.(?:0[1-9]|1[0-2])$)-?(0|[1-9]\d{0,9})(\.\d{1,4})?")
"""What a file of nothing but texts means as a number: shorter than any code of a community, exact
as a workbook keeps it, no month such as 2015.10. As texts they would be asked about when sent."""
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A workbook, and the names of its sheets where they could not stay: old to new."""

    content: bytes
    renamed: Mapping[str, str]


def rewritten(original: bytes, words: Collection[str] = ()) -> Rewritten:
    """Write a file's sheets anew, raising SheetError where it cannot be opened.

    ``words`` are headers that it may hold, for texts that name no encoding.
    """
    sheets = [sheet for sheet in open_sheets(original, words) if sheet.problem is None]
    widths = _xls_widths(original) if original.startswith(OLE2) else {}
    target = BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False})
    book.set_properties({"created": CREATED})
    formats = {name: book.add_format({"num_format": text}) for name, text in FORMATS.items()}
    formats[WRAPPED] = book.add_format({"text_wrap": True, "valign": "top"})
    renamed: dict[str, str] = {}
    for sheet in sheets:
        name = _sheet_name(sheet.name, {*renamed.values()})
        renamed[sheet.name] = name
        page = book.add_worksheet(name)
        for column, width in (widths.get(sheet.name) or _fitting(sheet)).items():
            page.set_column(column, column, width)
        _write(page, sheet, formats)
    if not sheets:
        book.add_worksheet(say("EMPTY_SHEET"))
    book.close()
    return Rewritten(target.getvalue(), renamed)


def blank_workbook() -> Rewritten:
    """Give a workbook for a file of which nothing can be shown."""
    target = BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    book.set_properties({"created": CREATED})
    book.add_worksheet(say("EMPTY_SHEET")).write_string(0, 0, say("NOT_SHOWN"))
    book.close()
    return Rewritten(target.getvalue(), {})


def _sheet_name(name: str, taken: set[str]) -> str:
    """Give a name that a workbook allows and that is still free."""
    plain = _FORBIDDEN.sub("_", name).strip("'")[:LONGEST_NAME] or say("EMPTY_SHEET")
    wanted, number = plain, 1
    while wanted.lower() in {one.lower() for one in taken}:
        number += 1
        wanted = f"{plain[: LONGEST_NAME - 5]}({number})"
    return wanted


def _fitting(sheet: Sheet) -> dict[int, float]:
    """Give widths for a file that has none, in which its codes, names and figures can be read."""
    found: dict[int, float] = {}
    for cells in sheet.grid:
        for column, cell in enumerate(cells):
            wide = width_of(str(cell)) + 1
            if NARROWEST < wide <= WIDEST:
                found[column] = max(found.get(column, 0), wide)
    return found


def _write(page: Any, sheet: Sheet, formats: Mapping[str, Any]) -> None:
    is_text = all(isinstance(cell, str) for cells in sheet.grid for cell in cells)
    for row, cells in enumerate(sheet.grid):
        beside = (*cells[1:], "")
        for column, (cell, after) in enumerate(zip(cells, beside, strict=True)):
            if is_text and _NUMBER.fullmatch(str(cell)):
                page.write_number(row, column, float(str(cell)))
            elif isinstance(cell, str) and after != "" and width_of(cell) > WIDEST:
                page.write_string(row, column, escape_formula(cell), formats[WRAPPED])
            elif cell != "":
                _write_cell(page, (row, column), cell, formats)
    for first_row, first_column, last_row, last_column in sheet.merged:
        if (first_row, first_column) != (last_row, last_column):
            anchor = _cell_at(sheet, first_row, first_column)
            with suppress(xlsxwriter.exceptions.OverlappingRange):
                page.merge_range(first_row, first_column, last_row, last_column, "")
                _write_cell(page, (first_row, first_column), anchor, formats)
    for hidden in sheet.hidden_rows:
        page.set_row(hidden, None, None, {"hidden": True})
    if sheet.hidden:
        page.hide()


def _cell_at(sheet: Sheet, row: int, column: int) -> Cell:
    inside = row < len(sheet.grid) and column < len(sheet.grid[row])
    return sheet.grid[row][column] if inside else ""


def _write_cell(page: Any, at: tuple[int, int], cell: Cell, formats: Mapping[str, Any]) -> None:
    """Write a value as what it is; texts as texts, whatever they look like."""
    if isinstance(cell, str):
        page.write_string(*at, escape_formula(cell))
    elif isinstance(cell, Unreadable):
        page.write_string(*at, escape_formula(cell.text))
    elif isinstance(cell, bool):
        page.write_boolean(*at, cell)
    elif isinstance(cell, Shown):
        page.write_number(*at, float(cell), formats["percent"] if cell.power == PERCENT else None)
    elif isinstance(cell, int | float):
        page.write_number(*at, cell)
    elif isinstance(cell, timedelta | time):
        page.write_datetime(*at, cell, formats["time"])
    elif isinstance(cell, datetime):
        page.write_datetime(*at, cell, formats["datetime"])
    elif isinstance(cell, date):
        page.write_datetime(*at, cell, formats["date"])


def _xls_widths(original: bytes) -> dict[str, dict[int, float]]:
    """Give the widths of columns by sheet, none where the older parser does not get on with it."""
    import xlrd
    from xlrd.compdoc import CompDocError

    from dagster_project.reading.workbook_xls import CONFUSED

    try:
        book = xlrd.open_workbook(file_contents=original, formatting_info=True, logfile=StringIO())
    except (xlrd.XLRDError, CompDocError, NotImplementedError, *CONFUSED):
        return {}
    return {
        sheet.name: {column: info.width / XLS_UNITS for column, info in sheet.colinfo_map.items()}
        for sheet in book.sheets()
    }
