"""Texts in every encoding, markup that is called a workbook, and zips of files."""

import codecs
from datetime import date
from io import BytesIO
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dagster_project.reading import package
from dagster_project.reading.encodings import encoding_of
from dagster_project.reading.formats import open_sheets
from dagster_project.reading.limits import MAX_ZIP_MEMBERS
from dagster_project.reading.model import Shown, Unreadable
from dagster_project.reading.sheets import SheetError
from tests.fixtures.small_files import gbk_named, zipped
from tests.fixtures.workbooks import Sheet, as_xls, as_xlsx

SIMPLIFIED = "社区代码,期末人数,备注\n440113007003,12,镇区合并\n"
TRADITIONAL = "區域別,村里,戶數,人口數\n新北市板橋區,留侯里,12,30\n"
MARKED = {
    "utf-8": b"", "utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE,
    "utf-32-le": codecs.BOM_UTF32_LE,
}  # fmt: skip


def refusal(data: bytes) -> str:
    with pytest.raises(SheetError) as caught:
        open_sheets(data)
    return caught.value.code


@pytest.mark.parametrize("encoding", MARKED)
def test_a_mark_tells_the_encoding(encoding):
    mark = MARKED[encoding] or codecs.BOM_UTF8
    (sheet,) = open_sheets(mark + SIMPLIFIED.encode(encoding))
    assert sheet.grid[0] == ["社区代码", "期末人数", "备注"]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "gbk", "utf-16-le", "utf-16-be"])
def test_simplified_text_without_a_mark_is_read_right(encoding):
    (sheet,) = open_sheets(SIMPLIFIED.encode(encoding))
    assert sheet.grid[1] == ["440113007003", "12", "镇区合并"]
    assert sheet.is_text


@pytest.mark.parametrize("encoding", ["utf-8", "big5", "gb18030", "utf-16-le"])
def test_traditional_text_without_a_mark_is_read_right(encoding):
    """Big5 decodes without an error as GB18030, into characters nobody uses."""
    (sheet,) = open_sheets(TRADITIONAL.encode(encoding))
    assert sheet.grid[1] == ["新北市板橋區", "留侯里", "12", "30"]


def test_a_text_that_might_be_two_is_refused_until_a_known_word_decides():
    both = "合计".encode("gb18030")
    assert refusal(both) == "READ_TEXT_ENCODING"
    (sheet,) = open_sheets(both, {"合计"})
    assert sheet.grid == [["合计"]]


@pytest.mark.parametrize(
    "data",
    ["größe,naïve\n1,2".encode("latin-1"), "日本語テキスト,です".encode("shift-jis")],
    ids=["western", "japanese"],
)
def test_other_encodings_are_refused_and_never_garbled(data):
    assert refusal(data) == "READ_TEXT_ENCODING"


def test_bytes_that_are_no_text_are_named_so():
    assert refusal(bytes(range(1, 32)) + b"\xff\xfe\x80" * 9) == "READ_FILE_FORMAT"


HEADERS = [
    "社区代码",
    "期末人数",
    "女性",
    "党员",
    "建筑面积",
    "填报单位",
    "报告期",
    "居民委员会",
    "工作者",
    "服务站",
]


@given(st.lists(st.sampled_from(HEADERS), min_size=3, unique=True), st.integers(0, 9999))
def test_tables_of_everyday_words_are_always_told(words, number):
    text = ",".join(words) + f"\n{number}\n"
    assert encoding_of(text.encode("gb18030")) == "gb18030"
    assert encoding_of(text.encode("gb18030"), frozenset(HEADERS)) == "gb18030"


def test_a_character_cut_at_the_end_refuses_the_text():
    text = SIMPLIFIED.encode("gb18030") * 20_000
    assert refusal(text + b"\xc9") == "READ_TEXT_ENCODING"


# --- markup ---------------------------------------------------------------------------------------

PAGE = """<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head>
<meta http-equiv=Content-Type content="text/html; charset=gb2312"><style>td {{ color: red }}</style>
</head><body><table><tr><td colspan=3>社区服务队伍&nbsp;季报</td></tr></table>
<table><thead><tr><th rowspan="2">社区<br>代码<th colspan=2>人数</tr>
<tr><th>期末<th>女性</tr></thead>
<tr style='display:none'><td>001<td x:num="12.5">13<td x:num="0.12">12%</tr>
<tr><td>合 计<td x:err>#DIV/0!<td><table><tr><td>内</table></tr></table></body></html>"""


def test_a_web_page_called_xls_is_laid_out_as_excel_shows_it():
    (sheet,) = open_sheets(PAGE.encode("gb18030"))
    assert sheet.grid == [
        ["社区服务队伍 季报", "", ""],
        ["社区\n代码", "人数", ""],
        ["", "期末", "女性"],
        ["001", 12.5, 0.12],
        ["合 计", Unreadable("error", "#DIV/0!"), "内"],
    ]
    assert isinstance(sheet.grid[3][2], Shown)
    assert sheet.merged == [(0, 0, 0, 2), (1, 0, 2, 0), (1, 1, 1, 2)]
    assert sheet.hidden_rows == {3}
    assert sheet.unreadable.keys() == {(4, 1)}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "big5"])
def test_pages_of_other_encodings_are_read(encoding):
    said = "" if encoding == "utf-16" else f'<meta charset="{encoding}">'
    page = f"<html>{said}<table><tr><td>區域別<td>戶數<tr><td>板橋區<td>1</table>"
    (sheet,) = open_sheets(page.encode(encoding))
    assert sheet.grid == [["區域別", "戶數"], ["板橋區", "1"]]


def test_a_page_that_spans_a_billion_cells_is_refused():
    page = b"<table><tr>" + b"<td rowspan=16384 colspan=16384>x" * 2 + b"</table>"
    assert refusal(page) == "READ_SHEET_TOO_LARGE"


BOOK = """<?xml version="1.0" encoding="{encoding}"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:x="urn:schemas-microsoft-com:office:excel"
 xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Styles><Style ss:ID="s1"><NumberFormat ss:Format="Percent"/></Style></Styles>
<Worksheet ss:Name="报表"><Table><Column ss:Index="2" ss:Hidden="1"/>
<Row ss:Index="2"><Cell ss:MergeAcross="1"><Data ss:Type="String">题</Data></Cell>
<Cell><Data ss:Type="Number">5</Data></Cell></Row>
<Row ss:Hidden="1"><Cell ss:Index="2"><Data ss:Type="DateTime">2015-12-31T00:00:00.000</Data></Cell>
<Cell ss:StyleID="s1"><Data ss:Type="Number">0.12</Data></Cell>
<Cell ss:Formula="=1/0"><Data ss:Type="Error">#DIV/0!</Data></Cell>
<Cell ss:Formula="=RC[-1]"/></Row></Table>
<x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions></Worksheet></Workbook>"""


@pytest.mark.parametrize("encoding", ["utf-8", "gb2312"])
def test_a_workbook_in_one_xml_text_is_read(encoding):
    name = "gb18030" if encoding == "gb2312" else encoding
    (sheet,) = open_sheets(BOOK.format(encoding=encoding).encode(name))
    assert (sheet.name, sheet.hidden, sheet.hidden_rows) == ("报表", True, {2})
    assert sheet.grid[1] == ["题", "", 5.0, "", ""]
    assert sheet.grid[2][1:] == [
        date(2015, 12, 31), 0.12, Unreadable("error", "#DIV/0!"), Unreadable("formula", "=RC[-1]"),
    ]  # fmt: skip
    assert isinstance(sheet.grid[2][2], Shown)
    assert sheet.merged == [(1, 0, 1, 1)]
    assert sheet.hidden_columns == {1}


def test_entities_in_a_workbook_of_one_xml_text_are_refused():
    lines = BOOK.format(encoding="utf-8").split("\n", 1)
    bomb = lines[0] + '<!DOCTYPE x [<!ENTITY a "aaaa">]>' + lines[1]
    assert refusal(bomb.encode()) == "READ_FILE_ENTITIES"


# --- zips -----------------------------------------------------------------------------------------


def test_a_zip_gives_the_sheets_of_all_its_members_and_refuses_only_the_bad_one():
    data = zipped(
        {
            "市桥/报表.xlsx": as_xlsx(Sheet([["甲"]])),
            "市桥/旧.xls": as_xls(Sheet([["乙"]], name="表")),
            "坏.xlsx": as_xlsx(Sheet([["丙"]]))[:-300],
            "表.csv": SIMPLIFIED.encode("gb18030"),
            "内.zip": zipped({"a.csv": "a,b"}),
            "__MACOSX/._报表.xlsx": b"\0\5\x16\7",
        }
    )
    sheets = open_sheets(data)
    assert [one.name for one in sheets] == [
        "市桥/报表.xlsx/报表", "市桥/旧.xls/表", "坏.xlsx", "表.csv", "内.zip",
    ]  # fmt: skip
    assert [sheet.problem and sheet.problem.code for sheet in sheets] == [
        None, None, "READ_FILE_BROKEN", None, "READ_FILE_NESTED",
    ]  # fmt: skip
    assert sheets[2].problem.params["file"] == "坏.xlsx"


def test_names_in_a_zip_made_on_a_chinese_system_are_read():
    data = gbk_named(zipped({"社区.csv": "a,b\n1,2"}), "社区.csv")
    (sheet,) = open_sheets(data)
    assert sheet.name.startswith("社区.csv")


def test_two_members_of_one_name_are_both_read():
    sheets = open_sheets(zipped({"A.csv": "a,b", "a.csv": "c,d"}))
    assert [sheet.grid for sheet in sheets] == [[["a", "b"]], [["c", "d"]]]


def test_zips_of_too_many_files_locked_ones_and_empty_ones_are_refused():
    many = {f"{number}.csv": "a" for number in range(MAX_ZIP_MEMBERS + 1)}
    assert refusal(zipped(many)) == "READ_FILE_TOO_MANY_MEMBERS"
    locked = bytearray(zipped({"a.csv": "a,b"}))
    locked[6] |= 1
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    assert refusal(bytes(locked)) == "READ_FILE_ENCRYPTED"
    assert refusal(zipped({"folder/": b""})) == "READ_FILE_EMPTY"


SMALL_ZIP = zipped({"xl/workbook.xml": "<a/>", "b.xml": "b" * 40, "c.xml": ""})


@given(st.lists(st.tuples(st.integers(0, len(SMALL_ZIP) - 1), st.integers(0, 255)), max_size=3))
def test_a_plain_directory_says_what_the_standard_library_reads(changes):
    """Our own reading of it is for speed alone: whatever it takes, the library reads the same."""
    data = bytearray(SMALL_ZIP)
    for place, value in changes:
        data[place] = value
    found = package._plain_directory(bytes(data))
    if found is not None:
        with ZipFile(BytesIO(data)) as archive:
            assert found == [*map(package._part, archive.infolist())]


def test_a_workbooks_directory_is_plain_and_one_with_a_comment_is_not():
    data = as_xlsx(Sheet([["代码"]]))
    assert {part.name for part in package._plain_directory(data)} >= {"xl/workbook.xml"}
    commented = BytesIO(data)
    with ZipFile(commented, "a") as archive:
        archive.comment = b"PK"
    assert package._plain_directory(commented.getvalue()) is None
    assert "xl/workbook.xml" in package.open_package(commented.getvalue())
