"""Every format gives the same kind of sheet: values, errors, what is hidden, scaled and merged."""

import struct
from datetime import date, datetime, time, timedelta

import pytest

from dagster_project.reading.formats import kind_of, open_sheets
from dagster_project.reading.model import Shown, Unreadable
from dagster_project.reading.sheets import SheetError
from tests.fixtures.small_files import cell, ods, rezipped, row, wide, xlsb, zipped
from tests.fixtures.workbooks import Formula, Sheet, as_calculated_xlsx, as_xls, as_xlsx


def refusal(data: bytes) -> str:
    with pytest.raises(SheetError) as caught:
        open_sheets(data)
    return caught.value.code


def shown(value) -> tuple[float, int] | None:
    return (float(value), value.power) if isinstance(value, Shown) else None


# --- OpenDocument ---------------------------------------------------------------------------------


def td(value: str = "", text: str = "", more: str = "") -> str:
    return f"<table:table-cell {value} {more}><text:p>{text}</text:p></table:table-cell>"


def tr(*cells: str, more: str = "") -> str:
    return f"<table:table-row {more}>{''.join(cells)}</table:table-row>"


def test_an_ods_gives_values_by_type():
    kind = "office:value-type="
    body = tr(
        td(f'{kind}"string"', "社<text:s text:c='2'/>区<text:line-break/>居委"),
        td(f'{kind}"float" office:value="1234.5"', "1,234.50"),
        td(f'{kind}"percentage" office:value="0.12"', "12%"),
        td(f'{kind}"boolean" office:boolean-value="true"', "TRUE"),
        td(f'{kind}"date" office:date-value="2015-12-31"', "12/31"),
        td(f'{kind}"date" office:date-value="2015-12-31T08:30:00"'),
        td(f'{kind}"time" office:time-value="PT06H30M00S"'),
        td(f'{kind}"time" office:time-value="PT30H00M00S"'),
    )
    (sheet,) = open_sheets(ods(f'<table:table table:name="报表">{body}</table:table>'))
    assert sheet.name == "报表"
    assert sheet.grid[0] == [
        "社  区\n居委", 1234.5, 0.12, True, date(2015, 12, 31), datetime(2015, 12, 31, 8, 30),
        time(6, 30), timedelta(hours=30),
    ]  # fmt: skip
    assert shown(sheet.grid[0][2]) == (0.12, 2)


def test_an_ods_shows_errors_and_formulas_without_a_result():
    error = 'calcext:value-type="error" office:value-type="string" table:formula="of:=1/0"'
    older = 'office:value-type="float" office:value="0" table:formula="of:=A1"'
    body = tr(
        td(error, "#DIV/0!"),
        td(older, "Err:502"),
        td('table:formula="of:=[.A1]"'),
        td('office:value-type="string" table:formula="of:=&quot;&quot;"'),
    )
    (sheet,) = open_sheets(ods(f'<table:table table:name="a">{body}</table:table>'))
    assert sheet.grid[0][:3] == [
        Unreadable("error", "#DIV/0!"),
        Unreadable("error", "Err:502"),
        Unreadable("formula", "=[.A1]"),
    ]
    assert sheet.unreadable.keys() == {(0, 0), (0, 1), (0, 2)}
    assert sheet.verified


def test_an_ods_names_what_is_hidden_and_merged_and_leaves_notes_out():
    styles = (
        '<style:style style:name="ta2" style:family="table">'
        '<style:table-properties table:display="false"/></style:style>'
    )
    note = "<office:annotation><text:p>备注</text:p></office:annotation>"
    body = (
        '<table:table table:name="隐" table:style-name="ta2">'
        '<table:table-column/><table:table-column table:visibility="collapse"/>'
        + tr(
            f'<table:table-cell table:number-columns-spanned="2">{note}<text:p>题</text:p>'
            "</table:table-cell><table:covered-table-cell/>"
        )
        + tr(td("", "甲"), td("", "乙"), more='table:visibility="filter"')
        + "</table:table>"
    )
    (sheet,) = open_sheets(ods(body, styles))
    assert sheet.grid == [["题", ""], ["甲", "乙"]]
    assert (sheet.hidden, sheet.hidden_rows, sheet.hidden_columns) == (True, {1}, {1})
    assert sheet.merged == [(0, 0, 0, 1)]


def test_repeated_cells_and_rows_of_an_ods_keep_addresses_and_never_fill_the_memory():
    blank = '<table:table-cell table:number-columns-repeated="3"/>'
    rest = tr(
        '<table:table-cell table:number-columns-repeated="16384"/>',
        more='table:number-rows-repeated="1048570"',
    )
    body = tr(blank, td("", "甲", 'table:number-columns-repeated="2"')) + rest
    (sheet,) = open_sheets(ods(f'<table:table table:name="a">{body}</table:table>'))
    assert sheet.grid == [["", "", "", "甲", "甲"]]
    bomb = tr(td("", "x", 'table:number-columns-repeated="999999999"'))
    second = f'<table:table table:name="b">{tr(td("", "乙"))}</table:table>'
    bad, good = open_sheets(ods(f'<table:table table:name="a">{bomb}</table:table>{second}'))
    assert bad.problem.code == "READ_SHEET_TOO_LARGE"
    assert good.grid == [["乙"]]


def test_a_format_of_an_ods_that_scales_numbers_is_seen():
    styles = (
        '<number:number-style style:name="N1"><number:number number:display-factor="10000"/>'
        '</number:number-style><style:style style:name="ce1" style:data-style-name="N1"/>'
    )
    value = 'office:value-type="float" office:value="52000"'
    body = tr(td(value, "5.2", 'table:style-name="ce1"'), td(value))
    (sheet,) = open_sheets(ods(f'<table:table table:name="a">{body}</table:table>', styles))
    assert [shown(one) for one in sheet.grid[0]] == [(52000.0, -4), None]


def test_documents_that_are_locked_or_declare_entities_are_refused():
    table = f'<table:table table:name="a">{tr(td("", "&amp;"))}</table:table>'
    locked = ods(table, manifest="<manifest:encryption-data/>")
    assert refusal(locked) == "READ_FILE_ENCRYPTED"
    bomb = (b"?><office", b"?><!DOCTYPE x [<!ENTITY a 'aaaa'>]><office")
    assert refusal(rezipped(ods(table), {"content.xml": bomb})) == "READ_FILE_ENTITIES"


# --- binary records -------------------------------------------------------------------------------


def test_an_xlsb_gives_values_dates_percentages_and_errors():
    double = struct.pack("<d", 42369.0)
    cells = [
        row(2),
        cell(7, 1, struct.pack("<I", 1)),
        cell(2, 2, struct.pack("<I", (37 << 2) | 2)),
        cell(5, 3, double, style=1),
        cell(5, 4, struct.pack("<d", 0.12), style=2),
        cell(3, 5, b"\x07"),
        cell(4, 6, b"\1"),
        cell(6, 7, wide("直写")),
        row(3, hidden=True),
        cell(8, 1, wide("公式") + bytes(6)),
        cell(9, 2, struct.pack("<d", 5.0) + bytes(6)),
        cell(11, 3, b"\x2a" + bytes(6)),
        cell(5, 4, struct.pack("<d", 52000.0), style=3),
        (176, struct.pack("<IIII", 2, 3, 1, 1)),
        (60, struct.pack("<IIIIH", 2, 3, 2560, 0, 1)),
    ]
    (sheet,) = open_sheets(
        xlsb(cells, ["无", "社区"], [0, 14, 9, 170], formats={170: '0!.0,"万"'}, hidden=True)
    )
    assert sheet.name == "报表"
    assert sheet.grid[2] == [
        "", "社区", 37.0, date(2015, 12, 31), 0.12, Unreadable("error", "#DIV/0!"), True, "直写",
    ]  # fmt: skip
    assert sheet.grid[3][1:4] == ["公式", 5.0, Unreadable("error", "#N/A")]
    assert [shown(sheet.grid[2][4]), shown(sheet.grid[3][4])] == [(0.12, 2), (52000.0, -4)]
    assert (sheet.hidden, sheet.hidden_rows, sheet.hidden_columns) == (True, {3}, {2, 3})
    assert sheet.merged == [(2, 1, 3, 1)]


def test_an_xlsb_of_the_calendar_from_1904_gives_the_same_days():
    cells = [row(0), cell(5, 0, struct.pack("<d", 40907.0), style=1)]
    (sheet,) = open_sheets(xlsb(cells, styles=[0, 14], from_1904=True))
    assert sheet.grid == [[date(2015, 12, 31)]]


@pytest.mark.parametrize(
    "cells",
    [
        [row(0), cell(7, 0, struct.pack("<I", 9))],
        [row(0), cell(5, 99_999, struct.pack("<d", 1.0))],
        [row(1 << 25)],
        [row(0), (5, b"\0")],
        [row(0), cell(6, 0, struct.pack("<I", 1 << 30))],
    ],
    ids=["no such text", "far column", "far row", "cut off", "endless text"],
)
def test_damaged_records_refuse_the_sheet(cells):
    (sheet,) = open_sheets(xlsb(cells))
    assert sheet.problem.code == "READ_FILE_BROKEN"


# --- what workbooks of XML and older ones hold beside values --------------------------------------


def test_percentages_and_scaled_numbers_are_told_from_their_formats():
    import io

    import xlsxwriter
    import xlwt

    stream, older = io.BytesIO(), xlwt.Workbook()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    page, old_page = book.add_worksheet(), older.add_sheet("a")
    for column, code in enumerate(["0.0%", "0.0,", "0.00", '0"%"']):
        page.write(0, column, 0.12, book.add_format({"num_format": code}))
        old_page.write(0, column, 0.12, xlwt.easyxf(num_format_str=code))
    book.close()
    old_stream = io.BytesIO()
    older.save(old_stream)
    for data in (stream.getvalue(), old_stream.getvalue()):
        (sheet,) = open_sheets(data)
        assert [shown(one) for one in sheet.grid[0]] == [(0.12, 2), (0.12, -3), None, None]


def test_hidden_columns_are_named():
    import io

    import openpyxl
    import xlwt

    book, older = openpyxl.Workbook(), xlwt.Workbook()
    book.active.append(["a", "b", "c"])
    book.active.column_dimensions["B"].hidden = True
    page = older.add_sheet("a")
    for column in range(3):
        page.write(0, column, "x")
    page.col(1).hidden = True
    for one in (book, older):
        stream = io.BytesIO()
        one.save(stream)
        (sheet,) = open_sheets(stream.getvalue())
        assert sheet.hidden_columns == {1}


def test_formulas_that_were_never_calculated_are_not_zeroes():
    """A program wrote 0 as the result of every formula and left the calculating to Excel."""
    rows = [[1, Formula("=A1+1", 0), Formula("=A1+2", 0)]]
    (sheet,) = open_sheets(as_calculated_xlsx(Sheet(rows)))
    assert sheet.grid[0][1:] == [Unreadable("formula", "=A1+1"), Unreadable("formula", "=A1+2")]
    rows[0].append(Formula("=A1+3", 4))
    (sheet,) = open_sheets(as_calculated_xlsx(Sheet(rows)))
    assert sheet.grid[0] == [1, 0, 0, 4]


def test_parts_of_a_workbook_are_found_by_their_relations_wherever_they_lie():
    import zipfile
    from io import BytesIO

    with zipfile.ZipFile(BytesIO(as_xlsx(Sheet([["甲", 1]])))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    moved = {
        name.replace("xl/", "book/"): content.replace(b"xl/", b"book/")
        for name, content in parts.items()
    }
    (sheet,) = open_sheets(zipped(moved))
    assert sheet.grid == [["甲", 1]]
    assert sheet.verified


def test_records_without_a_container_and_older_versions_are_read():
    """Excel 5 keeps texts in the encoding that CODEPAGE names; calamine takes it for another."""
    text = "社区".encode("gbk")
    bof = struct.pack("<HHHHHH", 0x0809, 8, 0x0500, 0x0005, 0, 0)
    codepage = struct.pack("<HHH", 0x0042, 2, 936)
    name = "报表".encode("gbk")
    length = 4 + 6 + 1 + len(name)
    start = len(bof) + len(codepage) + length + 4
    bound = struct.pack("<HHIBBB", 0x0085, length - 4, start, 0, 0, len(name)) + name
    end = struct.pack("<HH", 0x000A, 0)
    page = struct.pack("<HHHHHH", 0x0809, 8, 0x0500, 0x0010, 0, 0)
    label = struct.pack("<HHHHHH", 0x0204, 8 + len(text), 0, 1, 0, len(text)) + text
    error = struct.pack("<HHHHHBB", 0x0205, 8, 1, 1, 0, 0x2A, 1)
    number = struct.pack("<HHHHHd", 0x0203, 14, 2, 0, 0, 7.5)
    (sheet,) = open_sheets(bof + codepage + bound + end + page + label + error + number + end)
    assert (sheet.name, sheet.verified) == ("报表", True)
    assert sheet.grid == [["", "社区"], ["", Unreadable("error", "#N/A")], [7.5, ""]]


def test_excel_2_has_one_sheet_that_is_not_called_verified():
    bof = struct.pack("<HHHH", 0x0009, 4, 2, 0x10)
    number = struct.pack("<HHHH3sd", 0x0003, 15, 0, 0, b"\0\0\0", 7.5)
    (sheet,) = open_sheets(bof + number + struct.pack("<HH", 0x000A, 0))
    assert sheet.grid == [[7.5]]
    assert not sheet.verified


def test_a_workbook_that_names_a_western_encoding_gives_no_letters_with_zeroes_between():
    r"""Calamine read the texts of such a workbook as ``m\0p\0g\0``."""
    book = as_xls(Sheet([["mpg", "社区"]]))
    place = book.index(struct.pack("<HHH", 0x0042, 2, 1200)) + 4
    western = book[:place] + struct.pack("<H", 1252) + book[place + 2 :]
    (sheet,) = open_sheets(western)
    assert sheet.grid == [["mpg", "社区"]]


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"%PDF-1.7\n", "PDF"),
        (b"\x89PNG\r\n", "PNG"),
        (b"Rar!\x1a\x07", "RAR"),
        (b"BM,\xe4\xba\xba", "text"),
        (b"\xef\xbb\xbf<table><tr>", "markup"),
        (b"\x09\x08\x10\x00\x00\x06\x05\x00", ".xls"),
    ],
)
def test_what_a_file_is_is_told_by_its_first_bytes(head, kind):
    assert kind_of(head) == kind
