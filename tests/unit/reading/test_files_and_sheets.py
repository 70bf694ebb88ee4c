"""Bytes to sheets: the format is told by content, and no file stops, hangs or fills the memory."""

import zipfile
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dagster_project.reading import formats as formats_module
from dagster_project.reading.extent_xlsx import check_extent, extent, in_usual_form, is_near
from dagster_project.reading.formats import open_sheets
from dagster_project.reading.limits import MAX_GRID_CELLS
from dagster_project.reading.model import Unreadable
from dagster_project.reading.sheets import SheetError
from dagster_project.reading.side_car_xlsx import add_side_car
from tests.conftest import REAL_DATA
from tests.fixtures.small_files import rezipped
from tests.fixtures.workbooks import Sheet, as_calculated_xlsx, as_csv, as_xls, as_xlsx

EDGE_FILES = REAL_DATA / "5_edge_files"
KINDS = {".xlsx", ".xlsm", ".xls", ".csv", ".tsv", ".txt"}


def code_of(data: bytes) -> str:
    with pytest.raises(SheetError) as caught:
        open_sheets(data)
    return caught.value.code


def zipped(**members: str) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return stream.getvalue()


@pytest.mark.parametrize("write", [as_xlsx, as_calculated_xlsx, as_xls], ids=["a", "b", "xls"])
def test_cells_keep_their_addresses_below_and_right_of_blank_areas(write):
    (sheet,) = open_sheets(write(Sheet([[], [], [None, None, "甲", 1.5], [], [None, 2]])))
    assert sheet.grid[2][2:] == ["甲", 1.5]
    assert sheet.grid[4][1] == 2
    assert len({len(row) for row in sheet.grid}) == 1


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "READ_FILE_EMPTY"),
        (b"\0" * 900, "READ_FILE_EMPTY"),
        (b"\xff\xd8\xff\xe0JFIF\xff\xff\x00\x01", "READ_FILE_FORMAT"),
        ("<html><p>期末人数".encode(), "READ_FILE_FORMAT"),
        (b"%PDF-1.4 \xe2\xe3\xcf\xd3\xff\xff", "READ_FILE_FORMAT"),
        (b"PK\x03\x04" + b"\0" * 60, "READ_FILE_BROKEN"),
        (zipped(**{"content.xml": "x"}), "READ_FILE_BROKEN"),
        (zipped(**{"word/document.xml": "x"}), "READ_FILE_FORMAT"),
        (zipped(**{"xl/workbook.xml": "<workbook/>"}), "READ_FILE_BROKEN"),
        (formats_module.OLE2 + b"\0" * 2000, "READ_FILE_BROKEN"),
        (
            formats_module.OLE2 + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"),
            "READ_FILE_ENCRYPTED",
        ),
        (as_xlsx(Sheet([["甲"]]))[:-200], "READ_FILE_BROKEN"),
    ],
    ids=["empty", "zeros", "picture", "html", "pdf", "zip head", "ods", "docx", "no sheets",
         "ole2 head", "encrypted", "cut off"],
)  # fmt: skip
def test_what_is_no_table_is_refused_with_the_reason(data, code):
    assert code_of(data) == code


def test_a_zip_bomb_is_refused_before_it_is_unpacked():
    assert code_of(zipped(**{"xl/workbook.xml": "0" * 40_000_000})) == "READ_FILE_UNPACKS_TOO_LARGE"


def test_a_zip_that_lies_about_its_size_is_refused():
    """The directory said 60 bytes, the stream unpacked to megabytes."""
    honest = as_xlsx(Sheet([["甲" * 2000]] * 90))
    size = zipfile.ZipFile(BytesIO(honest)).getinfo("xl/worksheets/sheet1.xml").file_size
    lying = honest.replace(size.to_bytes(4, "little"), (60).to_bytes(4, "little"))
    assert lying != honest
    (sheet,) = open_sheets(lying)
    assert sheet.problem.code == "READ_FILE_BROKEN"


def test_one_far_cell_does_not_lay_out_a_billion():
    sheet = Sheet([["甲"]])
    book = as_xlsx(sheet)
    stream = BytesIO()
    with zipfile.ZipFile(BytesIO(book)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name.endswith("sheet1.xml"):
                far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
                content = content.replace(b"</sheetData>", far)
            new.writestr(name, content)
    (sheet,) = open_sheets(stream.getvalue())
    assert sheet.problem.code == "READ_SHEET_TOO_LARGE"


DIMENSIONS = b"\x00\x02\x0e\x00"
LABEL = b"\xfd\x00\x0a\x00"


@pytest.mark.parametrize(
    ("record", "place", "patch", "code"),
    [
        (DIMENSIONS, 4, b"\xff\xff\xff\xff", "READ_FILE_BROKEN"),
        (DIMENSIONS, 2, b"\x96\x00", "READ_FILE_BROKEN"),
        (LABEL, 0, b"\xff\xff\x00\xff", "READ_SHEET_TOO_LARGE"),
    ],
    ids=["endless", "upside down", "far cell"],
)
def test_a_damaged_xls_that_asks_for_terabytes_is_refused(record, place, patch, code):
    """Calamine laid out the area that one damaged record named, and the process was aborted."""
    book = as_xls(Sheet([["甲", "乙" * 2000]]))
    start = book.index(record) + len(record) + place
    assert code_of(book[:start] + patch + book[start + len(patch) :]) == code


def test_large_files_are_refused_by_size(monkeypatch):
    monkeypatch.setattr(formats_module, "MAX_FILE_BYTES", 100)
    assert code_of(b"a,b\n" * 100) == "READ_FILE_TOO_LARGE"


SIDE_CARS = {
    "error": (b'<c r="B1" t="e"><v>#N/A</v></c>', {(0, 1): Unreadable("error", "#N/A")}),
    "error of a formula": (
        b'<c t="e" r="B2" s="3"><f>1/0</f><v>#DIV/0!</v></c>',
        {(1, 1): Unreadable("error", "#DIV/0!")},
    ),
    "no value": (b'<c r="C3"><f>A1&lt;2</f><v/></c>', {(2, 2): Unreadable("formula", "=A1<2")}),
    "no value tag": (b'<c r="C3"><f>A1</f></c>', {(2, 2): Unreadable("formula", "=A1")}),
    "blank value": (b'<c r="C3"><f>A1</f><v></v></c>', {(2, 2): Unreadable("formula", "=A1")}),
    "shared": (b'<c r="C3"><f t="shared" si="0"/></c>', {(2, 2): Unreadable("formula", "=")}),
    "a value": (b'<c r="C3"><f>A1</f><v>0</v></c>', {}),
    "an empty text": (b'<c r="C3" t="str"><f>""</f><v></v></c>', {}),
    "an inline text": (b'<c r="C3" t="inlineStr"><is><t>x</t></is></c>', {}),
}


@pytest.mark.parametrize(("cell", "expected"), SIDE_CARS.values(), ids=SIDE_CARS.keys())
@pytest.mark.parametrize("prefix", [b"", b"x:"], ids=["plain tags", "prefixed tags"])
def test_the_side_car_sees_what_values_hide(cell, expected, prefix):
    if prefix:
        cell = cell.replace(b"<", b"<x:").replace(b"<x:/", b"</x:")
    xml = b"<%bworksheet><%bsheetData>%b</%bsheetData>" % (prefix, prefix, cell, prefix)
    sheet = Sheet_of_nothing()
    add_side_car(sheet, xml, {})
    assert sheet.unreadable == expected
    assert sheet.verified


def Sheet_of_nothing():  # noqa: N802
    return formats_module.Sheet("", [])


def test_a_sheet_whose_xml_cannot_be_followed_is_not_called_verified():
    sheet = formats_module.Sheet("", [["甲"]])
    add_side_car(sheet, "<worksheet>".encode("utf-16"), {})
    assert not sheet.verified
    sheet = formats_module.Sheet("", [["甲"]])
    add_side_car(sheet, b'<worksheet><c t="e"><v>#N/A</v></c>', {})
    assert not sheet.verified


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("甲_x000D_乙", "甲\r乙"),
        ("_x005F_x000D_", "_x000D_"),
        ("_x005F_x005F_x005F_x000D_", "_x005F_x000D_"),
        ("_x005F_x4E2D_", "_x4E2D_"),
        ("_x005F_", "_"),
    ],
)
@pytest.mark.parametrize(
    ("write", "part"),
    [(as_calculated_xlsx, "xl/sharedStrings.xml"), (as_xlsx, "xl/worksheets/sheet1.xml")],
    ids=["shared", "inline"],
)
def test_an_escape_in_a_text_is_undone_once(written, meant, write, part):
    """A parser undid the escape of an escape as well: the text of an escape became a line end."""
    book = rezipped(write(Sheet([["甲丙"]])), {part: ("甲丙".encode(), written.encode())})
    (sheet,) = open_sheets(book)
    assert sheet.grid == [[meant]]


FAR = {
    "one far cell": (b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', True),
    "the far cell first": (
        b'<row r="999999"><c r="ZZZ999999"><v>1</v></c></row><row r="1"><c r="A1"><v/></c></row>',
        True,
    ),
    "a far cell in a near row": (b'<row r="1"><c r="AAA999999"><f>A1</f></c></row>', True),
    "blanks around the equals sign": (b'<row r="1"><c r = "XFD999999"><v>1</v></c></row>', True),
    "cells without addresses": (
        b"<row r='1'>"
        + b"<c><v>1</v></c>" * 1000
        + b"</row>"
        + b'<row r="9999"><c r="A9999"><v>1</v></c></row>',
        True,
    ),
    "small letters": (b"<row r='1'><c r='xfd999999'><v>1</v></c></row>", True),
    "far formats": (b'<row r="1048576"><c r="XFD1048576" s="1"/></row>', False),
    "far rows": (b'<row r="1048576"/><row r="1"><c r="B1"><v>1</v></c></row>', False),
    "rows without numbers": (
        b"<row/>" * 20_000 + b'<row><c><v>1</v></c></row><row><c r="XFD1"><v>1</v></c></row>',
        True,
    ),
    "nothing": (b"", False),
}


@pytest.mark.parametrize(("xml", "is_large"), FAR.values(), ids=FAR.keys())
def test_only_cells_with_content_make_a_sheet_large(xml, is_large):
    height, width = extent(in_usual_form(xml))
    assert (height * width > MAX_GRID_CELLS) == is_large
    assert not (is_large and is_near(xml)), "a parser in this process would lay it out"


def test_a_sheet_with_one_far_cell_is_refused_and_one_with_far_formats_is_not():
    with pytest.raises(SheetError, match="READ_SHEET_TOO_LARGE"):
        check_extent(FAR["one far cell"][0])
    check_extent(FAR["far formats"][0])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_tables_of_every_encoding_give_the_same_cells(encoding):
    sheet = Sheet([["社区，㐂", "人数"], ['含"引号"', "1,234"], [], ["末", ""]])
    (read,) = open_sheets(as_csv(sheet, encoding))
    assert read.grid == [["社区，㐂", "人数"], ['含"引号"', "1,234"], ["", ""], ["末", ""]]


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=600))
def test_random_bytes_give_a_reading_and_never_raise(reader, data):
    for head in (b"", b"PK\x03\x04", formats_module.OLE2):
        reading = reader.read(head + data, "随机.xlsx")
        assert reading.findings
        assert not reading.submissions


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_damaged_workbooks_give_a_reading_and_never_raise(reader, workbooks, data):
    book = bytearray(data.draw(st.sampled_from(workbooks)))
    for _ in range(data.draw(st.integers(1, 12))):
        book[data.draw(st.integers(0, len(book) - 1))] = data.draw(st.integers(0, 255))
    reading = reader.read(bytes(book), "损坏.xlsx")
    assert reading.findings or reading.submissions


@pytest.fixture(scope="session")
def workbooks(programme):
    from tests.fixtures.workbooks import Report
    from tests.unit.reading.conftest import staff_row

    rows = [staff_row("440113007003", "RC_MEMBER", 5)]
    sheet = Report(programme.forms["staff"], rows).sheet()
    return [write(sheet) for write in (as_xlsx, as_calculated_xlsx, as_xls, as_csv)]


@pytest.mark.skipif(not EDGE_FILES.exists(), reason="the real files are not here")
def test_files_of_other_projects_suites_are_read_or_refused(reader):
    files = sorted(path for path in EDGE_FILES.rglob("*") if path.suffix in KINDS)
    assert len(files) > 100
    for path in files:
        reading = reader.read(path.read_bytes(), path.name)
        assert reading.findings or reading.submissions, path.name
