"""Tables with headers down a column and units across are read, every value with its own cell."""

from io import BytesIO

import openpyxl
import pytest

from dagster_project.reading.arrow_tables import Gatherer
from tests.fixtures.workbooks import Error, Sheet, as_xls, as_xlsx
from tests.unit.reading.conftest import found


def turned(report, corner: str | None = None, *, units: bool = False) -> Sheet:
    """Lay a report out with its header down the first column."""
    block = [[report.title], *report.block]
    columns = []
    for name in report.names:
        header = report.headers.get(name, report.form.column(name).header_zh)
        columns.append([header, *(row.get(name) for row in report.rows)])
    if corner:
        columns[0][0] = corner
    if units:
        own = {"persons": "人", "yuan": "元", "hours": "小时", "count": "个"}
        named = [own.get(report.form.column(name).unit, "") for name in report.names]
        columns = [[c[0], unit, *c[1:]] for c, unit in zip(columns, named, strict=True)]
        columns[0][1] = "计量单位"
    return Sheet([*block, *columns, *report.below])


def addresses(submission):
    return {(one.row_number, one.column_name): one.sheet_cell for one in submission.cell_status}


@pytest.mark.parametrize("write", [as_xlsx, as_xls], ids=["xlsx", "xls"])
def test_a_turned_table_is_read_with_the_address_of_every_cell(report, read_one, write):
    sheet = turned(report)
    submission, plain = read_one(write(sheet)), read_one(report)
    assert found(submission) == []
    assert submission.values == plain.values
    assert submission.content_hash == plain.content_hash
    assert submission.orientation == "columns"
    cells = addresses(submission)
    for place in range(6):
        for number, name in enumerate(report.names):
            letters = openpyxl.utils.get_column_letter(place + 2)
            assert cells[place + 1, name] == f"{letters}{number + 4}"
    wage = {one.column_name: one for one in submission.columns}["wage_bill"]
    assert wage.sheet_column == str(report.names.index("wage_bill") + 4)
    texts = {(one.row_number, one.column_name): one.raw_text for one in submission.cell_status}
    assert texts[1, "wage_bill"] == "36000.5"


def test_the_corner_and_a_column_of_units_are_understood(report, read_one):
    for row in report.rows:
        row["wage_bill"] = 3.6
    sheet = turned(report, corner="指标名称", units=True)
    wage = next(row for row in sheet.rows if row[0] == "本期应发工资总额")
    wage[1] = "万元"
    submission = read_one(as_xlsx(sheet))
    assert found(submission) == []
    assert {int(value) for value in submission.values["wage_bill"]} == {36000}
    assert submission.values["unit_code"] == [row["unit_code"] for row in report.rows]


def test_findings_name_the_cell_of_the_real_sheet(report, read_one):
    report.rows[2]["female"] = Error("#REF!")
    changed = report.changed(headers={"part_time": "零工人数"})
    submission = read_one(as_xlsx(turned(changed)))
    assert found(submission)[0] == ("READ_HEADER_UNKNOWN", "A15", "零工人数")
    assert ("READ_CELL_ERROR", "D12", "#REF!") in found(submission)
    assert dict(submission.findings[-1].params)["cell"] == "D12"


def test_findings_about_the_block_keep_their_cells(report, read_one):
    report.block[0][3] = "表号：SG-104"
    assert found(read_one(as_xlsx(turned(report)))) == [("READ_FORM_CONFLICT", "D2", "SG-104")]


def test_an_unknown_row_at_the_end_is_not_passed_over(report, read_one):
    sheet = turned(report.changed(below=[]))
    sheet.rows += [[], ["编外人员", 1, 2, 3, 4, 5, 6]]
    assert found(read_one(as_xlsx(sheet))) == [("READ_HEADER_UNKNOWN", "A38", "编外人员")]


def test_the_total_of_a_turned_table_has_its_cell(report, read_one):
    total = {"unit_code": "合计", "headcount_closing": 36, "female": 12}
    sheet = turned(report.changed(rows=[*report.rows, total]))
    submission = read_one(as_xlsx(sheet))
    assert len(submission.source_rows) == 6
    gatherer = Gatherer()
    from dagster_project.reading.model import Reading

    gatherer.add(1, Reading([submission]))
    totals = gatherer.side["totals"]
    cells = dict(zip(totals["column_name"], totals["cell"], strict=True))
    assert cells["headcount_closing"] == "H10"


def test_hidden_rows_and_columns_of_a_turned_sheet_are_named_as_they_stand_there(report, read_one):
    book = openpyxl.load_workbook(BytesIO(as_xlsx(turned(report))))
    page = book.worksheets[0]
    page.row_dimensions[12].hidden = page.column_dimensions["C"].hidden = True
    stream = BytesIO()
    book.save(stream)
    submission = read_one(stream.getvalue())
    said = {one.rule_id: dict(one.params) for one in submission.findings}
    assert said["READ_HIDDEN_ROWS"]["rows"] == "12"
    assert said["READ_HIDDEN_COLUMNS"]["columns"] == "C"
    assert len(said) == len(submission.findings) == 2


SECOND_PAGE = 15


@pytest.mark.parametrize("above", [[], [[]]], ids=["at once", "after a blank row"])
def test_keys_that_stand_again_on_a_second_page_are_no_second_columns(report, read_one, above):
    """Every report of a turned table over two pages was refused for headers that stand twice."""
    sheet = turned(report)
    keys = sheet.rows[3:5]
    sheet.rows[SECOND_PAGE:SECOND_PAGE] = [*above, *keys]
    submission = read_one(as_xlsx(sheet))
    assert found(submission) == []
    assert submission.values == read_one(report).values
    last = report.names[-1]
    row = 4 + len(report.names) - 1 + len(above) + 2
    assert addresses(submission)[1, last] == f"B{row}"


def test_keys_that_stand_again_with_other_values_are_named(report, read_one):
    sheet = turned(report)
    sheet.rows[SECOND_PAGE:SECOND_PAGE] = [[sheet.rows[3][0], "440113009001", *sheet.rows[3][2:]]]
    assert found(read_one(as_xlsx(sheet)))[0][:2] == ("READ_HEADER_TWICE", "A16")


@pytest.mark.parametrize(
    "label",
    [["计量单位", "人、元"], ["计量单位", "人、元", None, "密级", "内部"]],
    ids=["one", "two"],
)
def test_a_label_without_a_colon_above_a_turned_table_is_no_header(report, read_one, label):
    """计量单位 also heads a column of the departments' form: every such report was refused."""
    sheet = turned(report)
    sheet.rows.insert(3, label)
    submission = read_one(as_xlsx(sheet))
    assert [code for code, *_ in found(submission)] == []
    assert submission.values == read_one(report).values


AWARDS = [
    ["填报单位：市桥街道"],
    ["报告期：2015年"],
    ["对象类型", "", "", "COMMUNITY", "COMMUNITY", "STREET", "COMMUNITY"],
    ["评定结果", "", "", "MET", "MET", "MET", "MET"],
    ["对象编码", "", "", *["440113007003", "440113007005", "440113007000", "440113007007"]],
    ["所在社区(村)代码", "", "", *["440113007003", "440113007005", "440113007000", "440113007007"]],
    ["", "", "对象名称", "德兴", "东兴", "市桥街道", "社学"],
    ["", "文号", "", "样例1号", "样例2号", "样例3号", "样例4号"],
    ["评定层级", "", "", "社区", "区(县级)", "市级", "社区"],
    ["评定名称", "", "", "STAR", "GREEN", "GREEN", "STAR"],
    ["是否本年新命名", "", "", 1, 1, 0, 1],
    ["命名(评定)日期", "", "", "2015-05-29", "2015-08-29", "2014-11-11", "2015-08-13"],
]


def test_a_column_of_headers_on_several_levels_is_no_header_across(read_one):
    """Three headers on three levels, a step each, were read as a header of three rows."""
    submission = read_one(as_xlsx(Sheet(AWARDS)))
    assert found(submission) == []
    assert submission.values["level"] == ["COMMUNITY", "DISTRICT", "CITY", "COMMUNITY"]
    assert submission.values["document_no"] == ["样例1号", "样例2号", "样例3号", "样例4号"]


def test_numbered_headings_of_parts_in_a_turned_table_are_no_headers(report, read_one):
    sheet = turned(report)
    for place, words in ((20, "三、工资情况"), (9, "（二）人员情况"), (3, "一、基本情况")):
        sheet.rows.insert(place, [words])
    submission = read_one(as_xlsx(sheet))
    assert found(submission) == []
    assert submission.values == read_one(report).values
    shift = {"unit_code": 1, "wage_bill": 3}
    cells = addresses(submission)
    for name, rows in shift.items():
        assert cells[1, name] == f"B{report.names.index(name) + 4 + rows}"


@pytest.mark.parametrize("cut", [4, -4], ids=["word", "unit"])
@pytest.mark.parametrize("values_in", ["first", "second"])
def test_a_header_that_goes_on_in_the_next_row_is_one(report, read_one, values_in, cut):
    sheet = turned(report)
    at = next(n for n, row in enumerate(sheet.rows) if row[0] == "本期应发工资总额")
    header, *values = sheet.rows[at]
    header = f"{header}（万元）"
    first, second = [header[:cut], *values], [header[cut:]]
    if values_in == "second":
        first, second = [header[:cut]], [header[cut:], *values]
    sheet.rows[at : at + 1] = [first, second]
    submission = read_one(as_xlsx(sheet))
    assert found(submission) == []
    expected = [10_000 * value for value in read_one(report).values["wage_bill"]]
    assert submission.values["wage_bill"] == expected
    row = at + (1 if values_in == "first" else 2)
    assert addresses(submission)[1, "wage_bill"] == f"B{row}"


def test_a_text_without_values_that_completes_no_header_stays_unknown(report, read_one):
    sheet = turned(report)
    sheet.rows.insert(9, ["街道自设指标"])
    submission = read_one(as_xlsx(sheet))
    assert [(one.rule_id, one.cell) for one in submission.findings] == [
        ("READ_HEADER_UNKNOWN", "A10")
    ]
