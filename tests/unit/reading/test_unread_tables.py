"""What stands beside a report and looks like a table is told, in other sheets as in its own."""

import pytest

from dagster_project.feedback.template import write_template
from tests.fixtures.small_files import zipped
from tests.fixtures.workbooks import Sheet, as_csv, as_xls, as_xlsx
from tests.unit.reading.conftest import COMMUNITIES, found

OTHER = [["村名称", "项目数", "金额"], ["甲村", 3, 100], ["乙村", 4, 20.5], ["丙村", 5, 1]]
"""A table of no form."""
UNREAD = "READ_TABLE_UNREAD"


def told(submission):
    """Give scope, sheet and cell of each table that was not read."""
    unread = [one for one in submission.findings if one.rule_id == UNREAD]
    assert {one.severity for one in unread} <= {"Q"}
    return [(one.scope, one.sheet_name, one.cell) for one in unread]


@pytest.mark.parametrize("write", [as_xlsx, as_xls], ids=["xlsx", "xls"])
@pytest.mark.parametrize("is_first", [True, False], ids=["before", "behind"])
def test_a_sheet_with_an_unknown_header_beside_a_report_is_told(report, read_one, write, is_first):
    """It was passed over in silence, whatever stood in it."""
    sheets = [report.sheet(), Sheet([["办理情况"], [], *OTHER], "台账")]
    submission = read_one(write(*(reversed(sheets) if is_first else sheets)))
    assert told(submission) == [("note", "台账", "A3")]
    assert len(found(submission)) == 1


@pytest.mark.parametrize(
    "above",
    [
        [["社区服务办理情况月报"]],
        [["表号：SG-102"]],
        [["一"]] * 70 + [["社区(村)代码", "人员类别代码", "期末人数"]],
    ],
    ids=["title", "table number", "known headers far below"],
)
@pytest.mark.parametrize("hidden", [True, False], ids=["hidden", "seen"])
def test_a_table_that_names_a_form_is_a_question(report, read_one, above, hidden):
    sheets = report.sheet(), Sheet([*above, *OTHER], "表二", hidden=hidden)
    assert [scope for scope, *_ in told(read_one(as_xlsx(*sheets)))] == ["form"]


BESIDE = {
    "empty": Sheet([], "表二"),
    "a title": Sheet([["市桥街道"], ["2015年"]], "表二"),
    "explanations": Sheet([["说明", "按在岗人数填"], ["范围", "含借用人员"]] * 9, "表二"),
    "codes": Sheet([["代码", "名称"], *([f"0{n}", "某类"] for n in range(1, 9))], "表二"),
    "numbered codes": Sheet([["1", "男"], ["2", "女"], ["3", "其他"]], "表二"),
    "units": Sheet([["代码", "名称"], *([code, "某社区"] for code in COMMUNITIES)], "表二"),
    "a hidden table": Sheet(OTHER, "表二", hidden=True),
    "the period before": Sheet(OTHER, "上期"),
    "how to fill in": Sheet(OTHER, "填报说明（2）"),
}


@pytest.mark.parametrize("beside", BESIDE.values(), ids=BESIDE)
def test_what_goes_with_a_report_is_passed_in_silence(report, read_one, beside):
    assert found(read_one(as_xlsx(report.sheet(), beside))) == []


@pytest.mark.parametrize("form_id", ["staff", "facilities", "designations", "appeals"])
def test_the_sheets_of_a_blank_are_never_told(programme, register, read, form_id):
    form = programme.forms[form_id]
    period = {"M": "2015-12", "Q": "2015-Q4", "A": "2015"}[form.period_type]
    before = [{column.name: 7 for column in form.columns if column.is_number}] * 3
    unit = programme.units_asked(form_id)[0]
    blank = write_template(form, unit, period, programme, register, previous=before)
    (submission,) = read(blank, "表样.xlsx").submissions
    assert told(submission) == []


@pytest.mark.parametrize("write", [as_xlsx, as_csv], ids=["xlsx", "csv"])
@pytest.mark.parametrize(("at", "cell"), [(1, "A2"), (11, "AH12")], ids=["above", "below"])
def test_a_table_around_the_reports_own_is_told(report, read_one, write, at, cell):
    """Above it was taken for titles, and below, aside of all columns, for remarks."""
    sheet = report.sheet()
    aside = 0 if at == 1 else len(report.names)
    sheet.rows[at:at] = [[""] * aside + row for row in OTHER]
    sheet.merged.clear()
    submission = read_one(write(sheet))
    assert [place for *_, place in told(submission)] == [cell]
    assert len(found(submission)) == 1


def test_a_table_above_a_turned_one_is_told(report, read_one):
    sheet = report.sheet()
    width = len(report.names)
    table = [(row + [""] * width)[:width] for row in sheet.rows[3:-1]]
    rows = [*sheet.rows[:1], *OTHER, *sheet.rows[1:3], *map(list, zip(*table, strict=True))]
    submission = read_one(as_xlsx(Sheet(rows)))
    assert told(submission) == [("form", "报表", "A2")]
    assert submission.values["headcount_closing"] == [5, 5, 6, 6, 7, 7]


def test_in_a_zip_each_report_is_told_of_its_own_file(report, read):
    beside = Sheet([["办理情况"], *OTHER], "台账")
    other = report.changed(block=[["填报单位代码：440113007000"], ["报告期：2015年三季度"]])
    books = {"甲.xlsx": as_xlsx(report.sheet()), "甲.xlsx2.xlsx": as_xlsx(other.sheet(), beside)}
    first, second = read(zipped(books), "报表.zip").submissions
    assert (told(first), told(second)) == ([], [("note", "甲.xlsx2.xlsx/台账", "A2")])
