"""From a sheet to the bytes of a file: .xlsx, .xls or GB18030 .csv, the same bytes every time.

Creation dates are fixed, archives carry no clock. Not here: what the sheet says.
"""

import csv
import io
from collections.abc import Callable
from datetime import date, datetime

import xlsxwriter
import xlwt
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from dagster_project.samples.grid import Cell, Grid, Merge, Sum

CREATED = datetime.fromisoformat("2015-12-31")
"""A fixed stamp: the day whose figures the plan published."""
COLUMN_WIDTH = 11
XLS_OWNER = "SYNTHETIC SAMPLE"
"""All that .xls lets us say in its properties: ASCII, at most 48 bytes."""
CENTRED = {"bold": True, "align": "center", "valign": "vcenter", "text_wrap": True, "border": 1}
XLSX_FORMATS: dict[str, dict[str, object]] = {
    "title": {"bold": True, "font_size": 16, "align": "center"},
    "note": {"italic": True, "font_color": "#C00000"},
    "header": CENTRED,
    "body": {"border": 1},
    "total": {"bold": True, "border": 1},
    "date": {"border": 1, "num_format": "yyyy-mm-dd"},
}
XLS_STYLES = {
    "title": "font: bold on, height 320; align: horiz center",
    "note": "font: italic on, colour dark_red",
    "header": "font: bold on; align: horiz center, vert center, wrap on; borders: top thin,"
    " bottom thin, left thin, right thin",
    "body": "borders: top thin, bottom thin, left thin, right thin",
    "total": "font: bold on; borders: top thin, bottom thin, left thin, right thin",
    "date": "borders: top thin, bottom thin, left thin, right thin",
    "plain": "",
}


def render(grid: Grid, file_format: str) -> bytes:
    """Give the bytes of a file of one of the formats ``xlsx``, ``xls``, ``csv``."""
    return FORMATS[file_format](grid)


def _xlsx(grid: Grid) -> bytes:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    book.set_properties({**grid.properties, "created": CREATED})
    styles = {name: book.add_format(options) for name, options in XLSX_FORMATS.items()}
    sheet = book.add_worksheet(grid.sheet_name)
    sheet.set_column(0, grid.width - 1, COLUMN_WIDTH)
    merges = {merge[:2]: merge for merge in grid.merges}
    for row, (kind, cells) in enumerate(zip(grid.kinds, grid.rows, strict=True)):
        style = styles.get(kind)
        for column, cell in enumerate(cells):
            if (row, column) in merges:
                sheet.merge_range(*merges[row, column], cell, style)
            elif cell is not None:
                chosen = styles["date"] if isinstance(cell, date) else style
                _write_xlsx(sheet, (row, column), cell, chosen)
    if grid.text_sheet:
        name, lines = grid.text_sheet
        book.add_worksheet(name).write_column(0, 0, lines)
    book.close()
    return target.getvalue()


def _write_xlsx(sheet: Worksheet, at: tuple[int, int], cell: Cell, style: object) -> None:
    if isinstance(cell, Sum):
        letters = xl_col_to_name(at[1])
        formula = f"=SUM({letters}{cell.first + 1}:{letters}{cell.last + 1})"
        sheet.write_formula(*at, formula, style, cell.value)
    elif isinstance(cell, str):
        sheet.write_string(*at, cell, style)
    elif isinstance(cell, date):
        sheet.write_datetime(*at, cell, style)
    else:
        sheet.write_number(*at, cell, style)


def _xls(grid: Grid) -> bytes:
    book = xlwt.Workbook(encoding="utf-8")
    book.owner = XLS_OWNER
    sheet = book.add_sheet(grid.sheet_name)
    styles = {name: xlwt.easyxf(text) for name, text in XLS_STYLES.items()}
    styles["date"].num_format_str = "yyyy-mm-dd"
    merges: dict[tuple[int, int], Merge] = {merge[:2]: merge for merge in grid.merges}
    for row, (kind, cells) in enumerate(zip(grid.kinds, grid.rows, strict=True)):
        style = styles.get(kind, styles["plain"])
        for column, cell in enumerate(cells):
            plain = cell.value if isinstance(cell, Sum) else cell
            if (row, column) in merges:
                top, left, bottom, right = merges[row, column]
                sheet.write_merge(top, bottom, left, right, plain, style)
            elif plain is not None:
                dated = isinstance(plain, date)
                sheet.write(row, column, plain, styles["date"] if dated else style)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _csv(grid: Grid) -> bytes:
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    for cells in grid.rows:
        writer.writerow(["" if cell is None else _text(cell) for cell in cells])
    return target.getvalue().encode("gb18030")


def _text(cell: Cell) -> str:
    return str(cell.value if isinstance(cell, Sum) else cell)


FORMATS: dict[str, Callable[[Grid], bytes]] = {"xlsx": _xlsx, "xls": _xls, "csv": _csv}
