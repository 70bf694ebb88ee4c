"""Ways of writing that programs and clerks have: read right, or told with the cell, never else."""

import re
import zipfile
from collections.abc import Callable
from io import BytesIO

import openpyxl
import pytest
from openpyxl.styles import Font

from tests.fixtures.small_files import ods, rezipped
from tests.fixtures.workbooks import Report, Sheet, as_calculated_xlsx, as_csv, as_xlsx
from tests.unit.reading.conftest import COMMUNITIES, found, wide

SHEET, TEXTS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
PERIOD = "报告期：2015年四季度"
MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = b"http://purl.oclc.org/ooxml/spreadsheetml/main"


@pytest.fixture
def same(read_one) -> Callable[[bytes], bool]:
    """Say whether a file is read as the report is, and nothing is said of it."""

    def is_same(data: bytes) -> bool:
        submission = read_one(data)
        assert found(submission) == []
        assert submission.values["unit_code"] == [unit for unit in COMMUNITIES for _ in range(2)]
        assert submission.values["headcount_closing"] == [5, 5, 6, 6, 7, 7]
        assert submission.source_rows == [5, 6, 7, 8, 9, 10]
        return submission.period == "2015-Q4"

    return is_same


def runs(*texts: tuple[str, str]) -> bytes:
    """Give a text in parts, each with its own font."""
    return "".join(f"<r><rPr>{font}</rPr><t>{text}</t></r>" for font, text in texts).encode()


PLAIN_TEXT = f"<t>{PERIOD}</t>".encode()
QUIRKS = {
    "another namespace": (SHEET, MAIN, STRICT),
    "no dimension": (SHEET, b"<dimension ", b"<ignored "),
    "single quotes": (SHEET, b'"', b"'"),
    "CDATA": (TEXTS, PLAIN_TEXT, f"<t><![CDATA[{PERIOD}]]></t>".encode()),
    "characters by number": (TEXTS, "四季度".encode(), b"&#22235;&#x5B63;&#24230;"),
    "rich text": (TEXTS, PLAIN_TEXT, runs(("", "报告期："), ("<b/>", "2015年四季度"))),
    "not struck out": (TEXTS, PLAIN_TEXT, runs(('<strike val="0"/>', PERIOD))),
    "how it is pronounced": (
        TEXTS, PLAIN_TEXT, PLAIN_TEXT + "<rPh sb='0' eb='1'><t>2014年</t></rPh>".encode(),
    ),
    "a comment": (SHEET, b"<sheetData>", b"<sheetData><!-- <row r='5'><c r='G5'><v>9</v></c> -->"),
    "numbers by powers": (SHEET, b"<v>36000.5</v>", b"<v>3.60005E4</v>"),
    "an extension": (
        SHEET, b"</worksheet>", b"<extLst><ext><row><c r='G5'/></row></ext></extLst></worksheet>",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("part", "old", "new"), QUIRKS.values(), ids=QUIRKS)
def test_quirks_of_writers_change_nothing(report, same, part, old, new):
    assert same(rezipped(as_calculated_xlsx(report.sheet()), {part: (old, new)}))


def test_crossed_out_words_are_never_read_as_if_they_were_not(report, read_one):
    """2015年, 三季度 crossed out, 四季度 was the third quarter; 5 crossed out before 6 was 56."""
    book = as_calculated_xlsx(report.sheet())
    period = runs(("", "报告期：2015年"), ("<strike/>", "三季度"), ("", "四季度"))
    submission = read_one(rezipped(book, {TEXTS: (PLAIN_TEXT, period)}))
    assert [one[:2] for one in found(submission)] == [("READ_PERIOD_TYPE", "A3")]
    report.rows[0]["female"] = "某数"
    book = as_calculated_xlsx(report.sheet())
    figures = runs(("<strike/>", "5"), ("", "6"))
    submission = read_one(rezipped(book, {TEXTS: ("<t>某数</t>".encode(), figures)}))
    assert found(submission) == [("READ_CELL_NUMBER", "I5", "〔删除线：5〕6")]


def test_crossed_out_cells_open_a_question(report, read_one):
    book = openpyxl.load_workbook(BytesIO(as_xlsx(report.sheet())))
    for cell in ("A1", "G6", "H6"):
        book.active[cell].font = Font(strike=True)
    stream = BytesIO()
    book.save(stream)
    (finding,) = read_one(stream.getvalue()).findings
    assert (finding.rule_id, finding.severity) == ("READ_STRUCK_OUT", "Q")
    assert dict(finding.params)["cells"] == "G6, H6"


def with_format(report: Report, name: str, code: str) -> bytes:
    """Write the report with a number format in the first cell of a column."""
    book = openpyxl.load_workbook(BytesIO(as_xlsx(report.sheet())))
    book.active[report.cell_of(1, name)].number_format = code
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("held", "code", "header", "value"),
    [
        (3.6, '0.0"万元"', "本期应发工资总额", 36000),
        (3.6, '0.0"万元"', "本期应发工资总额（万元）", 36000),
        (36000, '0.00,"千元"', "本期应发工资总额", 36000),
        (36000, '0!.0,"万"', "本期应发工资总额", 36000),
        (36000, '0.0"元"', "本期应发工资总额", 36000),
    ],
)
def test_a_format_that_writes_a_word_behind_the_number_means_it(
    report, read_one, held, code, header, value
):
    """3.6 shown as 3.6万元 was read as 3.6 yuan."""
    for row in report.rows:
        row["wage_bill"] = held
    changed = report.changed(headers={"wage_bill": header})
    submission = read_one(with_format(changed, "wage_bill", code))
    assert (found(submission), submission.values["wage_bill"][0]) == ([], value)


CODE = re.compile(r"(4401130070\d\d)(?=,(?:RC|COMM))")
LINES = {
    "codes as formulas": lambda text: CODE.sub(r'="\1"', text),
    "codes as quoted formulas": lambda text: CODE.sub(r'"=""\1"""', text),
    "codes behind a tab": lambda text: CODE.sub('"\t\\1"', text),
    "all in quotes": lambda text: re.sub(r"(?<=[,\n])([^,\r\n]*)(?=[,\r])", r'"\1"', text),
    "one delimiter more": lambda text: text.replace("\r\n", ",\r\n"),
    "blanks left out at the end": lambda text: re.sub(r",+(?=\r)", "", text),
    "old line ends": lambda text: text.replace("\r\n", "\r"),
    "a line end in a header": lambda text: text.replace("期末人数", '"期末\n人数"'),
    "semicolons": lambda text: text.replace(",", ";"),
    "bars": lambda text: text.replace(",", "|"),
}


@pytest.mark.parametrize("change", LINES.values(), ids=LINES)
def test_lines_of_text_are_read_however_they_are_written(report, same, change):
    assert same(change(as_csv(report.sheet(), "utf-8").decode()).encode())


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("36000.5", "36,000.5", [("M", "A5")]),
        ("RC_MEMBER,5", "RC_MEMBER5", [("Q", "A5")]),
    ],
    ids=["a number in two", "two cells in one"],
)
def test_a_line_with_other_cells_than_the_header_is_told(report, read_one, old, new, told):
    """36,000.5 without quotes was 36, and all behind it stood a column further, in silence."""
    text = as_csv(report.sheet(), "utf-8").decode().replace(old, new, 1)
    findings = read_one(text.encode()).findings
    assert {*told} <= {(one.severity, one.cell) for one in findings}
    fields = [dict(one.params) for one in findings if one.rule_id == "READ_ROW_FIELDS"]
    assert [(one["row"], one["expected"]) for one in fields] == [("5", "33")]


def test_lines_that_all_have_a_blank_cell_more_are_asked_about_once(report, read_one):
    text = as_csv(report.sheet(), "utf-8").decode()
    text = re.sub(r"(\r\n44011300700\d[^\r]*)", r"\1,", text)
    (finding,) = read_one(text.encode()).findings
    assert (finding.rule_id, finding.severity) == ("READ_ROW_FIELDS", "Q")


def test_crossed_out_words_of_a_web_page_are_told(report, read_one):
    rows = report.sheet().rows
    cells = [["" if cell is None else f"{cell}" for cell in row] for row in rows]
    cells[4][6] = "<s>9</s>5"
    lines = ("".join(f"<td>{cell}</td>" for cell in row) for row in cells)
    page = f"<html><table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table></html>"
    assert found(read_one(page.encode())) == [("READ_CELL_NUMBER", "G5", "〔删除线：9〕5")]


def ods_cell(cell: object) -> str:
    if isinstance(cell, int | float):
        return f'<table:table-cell office:value-type="float" office:value="{cell}"/>'
    return f"<table:table-cell><text:p>{cell or ''}</text:p></table:table-cell>"


SHEETS = {
    "blanks": (PERIOD, '报告期：<text:s text:c="3"/>2015年<text:span>四</text:span>季度'),
    "two paragraphs": ("期末人数", "期末</text:p><text:p>人数"),
    "a note": (
        "<text:p>440113007003",
        "<office:annotation><text:p>9</text:p></office:annotation><text:p>440113007003",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new"), SHEETS.values(), ids=SHEETS)
def test_quirks_of_an_ods_change_nothing(report, same, old, new):
    rows = ("".join(map(ods_cell, row)) for row in report.sheet().rows)
    body = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
    assert old in body
    assert same(ods(f'<table:table table:name="报表">{body}</table:table>'.replace(old, new)))


@pytest.mark.parametrize(
    "code", ["'440113007003", "440113 007003", wide("440113007003"), 440113007003]
)
def test_a_code_is_the_same_however_it_is_held(report, read_one, code):
    report.rows[0]["unit_code"] = code
    submission = read_one(report)
    assert (found(submission), submission.values["unit_code"][0]) == ([], "440113007003")


@pytest.mark.parametrize(
    "code", ["4.40113E+11", "44O113007003", "〃", "同上", "003", 440113007003.5]
)
def test_what_is_left_of_a_code_is_no_code(report, read_one, code):
    report.rows[0]["unit_code"] = code
    submission = read_one(report)
    assert [one.cell for one in submission.findings if one.severity == "M"] == ["A5"]
    assert submission.values["unit_code"][0] is None


@pytest.mark.parametrize(
    "figure",
    [
        "1.234,5",
        "1,23",
        "O",
        "l2",
        "5O",
        "〃",
        "同上",
        "5E+02",
        "5-",
        "5～6",
        "5①",
        "5\n6",
        "1'234",
    ],
)
def test_what_may_be_no_count_is_never_one(report, read_one, figure):
    report.rows[0]["female"] = figure
    submission = read_one(report)
    assert found(submission) == [("READ_CELL_NUMBER", "I5", figure)]
    assert submission.values["female"][0] is None


@pytest.mark.parametrize(
    "period",
    ["2015年三季度四季度", "2015年第三季度和第四季度", "2015年三季度至四季度", "2015-Q3/Q4"],
)
def test_two_periods_of_one_year_are_never_the_first_of_them(report, read_one, period):
    block = [["填报单位代码：440113007000"], [f"报告期：{period}"]]
    submission = read_one(report.changed(block=block))
    assert [one[:2] for one in found(submission)] == [("READ_PERIOD_CONFLICT", "A3")]


def test_labels_that_are_headers_of_another_form_begin_no_table(programme, read_one):
    """半日托 and 临时托 in the first column, one below the other, parted the rows of a facility."""
    form = programme.forms["facilities"]
    names = ["childcare_modes", "facility_code", "facility_name", "facility_type", "unit_code"]
    modes = ["全日托", "半日托", "计时托", "临时托", "全日托"]
    same = {"facility_type": "NURSERY", "unit_code": COMMUNITIES[0], "facility_name": "样例站"}
    rows = [
        {"childcare_modes": mode, "facility_code": f"{COMMUNITIES[0]}00{n}"} | same
        for n, mode in enumerate(modes)
    ]
    report = Report(form, rows, columns=names, title="社区服务机构和设施名录季报")
    report.block[0][3] = f"表号：{form.table_number}"
    submission = read_one(report)
    assert len(submission.source_rows) == len(rows)


def test_rows_and_columns_of_no_size_are_hidden_ones(report, read_one):
    """They were read like the others, and nothing was said of them."""
    xml = re.compile(rb'<row r="6"[^>]*>').search
    with zipfile.ZipFile(BytesIO(book := as_calculated_xlsx(report.sheet()))) as package:
        row = xml(package.read(SHEET))[0]
    lower = row.replace(b">", b' ht="0" customHeight="1">')
    columns = b'<cols><col min="7" max="7" width="0" customWidth="1"/></cols><sheetData>'
    book = rezipped(book, {SHEET: (row, lower)})
    submission = read_one(rezipped(book, {SHEET: (b"<sheetData>", columns)}))
    assert [one[0] for one in found(submission)] == ["READ_HIDDEN_ROWS", "READ_HIDDEN_COLUMNS"]


FRONT = [["番禺区社区服务统计报表"], ["填报单位：市桥街道"], ["报告期：2015年四季度"]]


@pytest.mark.parametrize("name", ["封面", "Sheet1"])
def test_a_front_sheet_says_whose_reports_follow_it(report, read_one, name):
    """A workbook whose first sheet alone names unit and period was refused."""
    sheet = report.changed(block=[], title="社区服务队伍季报").sheet()
    submission = read_one(as_xlsx(Sheet(FRONT, name), sheet))
    assert (found(submission), submission.respondent_code) == ([], "440113007000")


def test_a_front_sheet_never_speaks_against_the_report_itself(report, read_one):
    """It yields to the block, and contradicts the file's name as the block would."""
    assert found(read_one(as_xlsx(Sheet([["报告期：2014年一季度"]], "封面"), report.sheet()))) == []
    sheet = report.changed(block=[["填报单位代码：440113007000"]]).sheet()
    other = read_one(as_xlsx(Sheet(FRONT, "封面"), sheet), "2015年三季度.xlsx")
    assert [one[:2] for one in found(other)] == [("READ_PERIOD_CONFLICT", None)]


def test_a_front_sheet_yields_to_the_names_of_sheets(report, read):
    """A district's front sheet before a sheet for each of its streets and quarters."""
    front = Sheet([["填报单位：番禺区民政局"], ["报告期：2015年四季度"]], "封面")
    sheet = report.changed(block=[], title="社区服务队伍季报").sheet()
    sheet.name = "市桥街道2015年三季度"
    (submission,) = read(as_xlsx(front, sheet)).submissions
    assert (submission.respondent_code, submission.period) == ("440113007000", "2015-Q3")
    assert found(submission) == []


def test_of_two_front_sheets_none_is_chosen(report, read_one):
    sheet = report.changed(block=[["填报单位代码：440113007000"]]).sheet()
    fronts = (Sheet([[f"报告期：2015年{n}季度"]], f"第{n}季度封面") for n in "三四")
    assert [one[0] for one in found(read_one(as_xlsx(*fronts, sheet)))] == ["READ_PERIOD_MISSING"]


@pytest.mark.parametrize("method", ["电话", "电话（PHONE）"])
def test_a_detail_that_begins_like_a_signing_block_is_a_detail(programme, read, read_one, method):
    """A survey by telephone was passed over as the line with the telephone number."""
    form = programme.forms["surveys"]
    rows = [
        {"method": way, "unit_code": unit, "survey_object": "PROPERTY", "wave": 1}
        | {name: 3 for name in form.column_names if form.column(name).type == "integer"}
        for way, unit in zip(("入户", method), COMMUNITIES, strict=False)
    ]
    names = ["method", *(name for name in form.column_names if name != "method")]
    block = [["填报单位代码：440113007000"], ["报告期：2015年"], [f"表号：{form.table_number}"]]
    report = Report(form, rows, columns=names, title=form.title.zh, block=block)
    assert len(read_one(report).source_rows) == 2
    lower = report.changed(block=[["填报单位代码：440113007000"], ["报告期：2014年"]])
    above, below = read(
        as_xlsx(Sheet([*report.sheet().rows[:-1], *lower.sheet().rows]))
    ).submissions
    assert [len(one.source_rows) for one in (above, below)] == [2, 2]
