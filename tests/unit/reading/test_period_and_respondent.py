"""Form, period and respondent: block, title, sheet name and file name agree, or it is said."""

from datetime import date

import pytest

from dagster_project.reading.periods import named_periods
from tests.fixtures.workbooks import as_calculated_xlsx
from tests.unit.reading.conftest import found

CODE = "填报单位代码：440113007000"


def rules(submission):
    return [(one.rule_id, one.severity) for one in submission.findings]


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("2015年四季度", ["2015-Q4"]),
        ("2015年第4季度", ["2015-Q4"]),
        ("2015年第 四 季度", ["2015-Q4"]),
        ("２０１５年４季度", ["2015-Q4"]),
        ("2015-Q4", ["2015-Q4"]),
        ("2015Q4", ["2015-Q4"]),
        ("二〇一五年四季度", ["2015-Q4"]),
        ("2015年10-12月", ["2015-Q4"]),
        ("2015年1—12月", ["2015"]),
        ("2015年1-9月", []),
        ("2015年12月", ["2015-12"]),
        ("2015年12月份", ["2015-12"]),
        ("二○一五年十二月", ["2015-12"]),
        ("2015-12", ["2015-12"]),
        ("2015.12", ["2015-12"]),
        ("201512", ["2015-12"]),
        ("2015年", ["2015"]),
        ("2015年度", ["2015"]),
        ("2015", ["2015"]),
        ("SG-103_沙头街道_2015-Q4_第2次", ["2015-Q4"]),
        ("20160108报送 石碁镇2015年四季度", ["2015-Q4"]),
        ("440113007000", []),
        ("第4季度", []),
        ("2015年13月", ["2015"]),
    ],
)
def test_periods_are_recognised_as_they_are_written(text, labels):
    assert [period.label for period in named_periods(text).periods] == labels


@pytest.mark.parametrize(
    "block",
    [
        [["填报单位：市桥街道", "报告期：2015年四季度"]],
        [["填报单位:", "市桥街道", "", "报告期:", "2015-Q4"]],
        [["填报单位名称： 市 桥 街 道", "填报单位代码：440113007"], ["报 告 期：2015年第4季度"]],
        [["填报单位（盖章）：番禺区市桥街道办事处  2015年四季度   填表人：样例"]],
        [["填报单位代码：", 440113007000, "报告期：", "２０１５年四季度"]],
        [[CODE], ["（2015年12月31日）"]],
    ],
    ids=["one cell", "own cells", "spaced", "run together", "numbers", "a date"],
)
def test_the_block_is_read_however_it_is_laid_out(report, read_one, block):
    submission = read_one(report.changed(block=block))
    assert rules(submission) == []
    assert (submission.respondent_code, submission.period) == ("440113007000", "2015-Q4")


@pytest.mark.parametrize(
    ("title", "name", "file_name"),
    [
        ("市桥街道社区服务队伍季报（2015年四季度）", "报表", "x.xlsx"),
        ("社区服务队伍季报", "2015-Q4", "市桥街道.xlsx"),
        ("社区服务队伍季报", "报表", "来件/市桥街道2015Q4队伍.xlsx"),
    ],
    ids=["title", "sheet name", "file name"],
)
def test_without_a_block_title_sheet_name_and_file_name_count(
    report, read_one, title, name, file_name
):
    submission = read_one(report.changed(title=title, name=name, block=[]), file_name)
    assert rules(submission) == []
    assert (submission.respondent_code, submission.period) == ("440113007000", "2015-Q4")


@pytest.mark.parametrize(
    "case",
    [
        (
            [[CODE, "报告期：2015-Q4"]],
            "2015年三季度.xlsx",
            ("READ_PERIOD_CONFLICT", "M"),
            "2015-Q4",
        ),
        ([[CODE, "报告期：2015-Q4"]], "2016年2月.xlsx", ("READ_PERIOD_DOUBT", "Q"), "2015-Q4"),
        ([[CODE, "报告期：2015年12月"]], "x.xlsx", ("READ_PERIOD_TYPE", "M"), None),
        ([[CODE]], "x.xlsx", ("READ_PERIOD_MISSING", "M"), None),
    ],
    ids=["conflict", "doubt", "wrong type", "missing"],
)
def test_a_period_in_doubt_is_said(report, read_one, case):
    block, file_name, expected, period = case
    submission = read_one(report.changed(block=block), file_name)
    assert rules(submission) == [expected]
    assert submission.period == period


def test_dates_of_sending_and_approval_are_no_periods(report, read_one):
    report.block.append(
        ["批准文号：穗统[2014]12号", "有效期至：2017年12月", "报出日期：2016年1月8日"]
    )
    assert rules(read_one(report, "20160108市桥街道.xlsx")) == []


UNKNOWN, MISSING = "READ_RESPONDENT_UNKNOWN", "READ_RESPONDENT_MISSING"


@pytest.mark.parametrize(
    "case",
    [
        (["填报单位代码：440113999000"], "季报", (UNKNOWN, "M"), None),
        (["填报单位：桃花源镇"], "季报", (UNKNOWN, "M"), None),
        ([], "社区服务队伍季报", (MISSING, "M"), None),
        ([], "市桥街道、南村镇队伍季报", (MISSING, "M"), None),
        ([CODE, "填报单位：南村镇"], "季报", ("READ_RESPONDENT_CONFLICT", "M"), "440113007000"),
        ([CODE], "南村镇队伍季报", ("READ_RESPONDENT_CONFLICT", "M"), "440113007000"),
        ([CODE, "填报单位：老城"], "季报", ("READ_RESPONDENT_NAME_UNKNOWN", "Q"), "440113007000"),
    ],
)
def test_a_respondent_in_doubt_is_said(report, read_one, case):
    unit, title, expected, code = case
    for row in report.rows:
        row["unit_code"] = "440113007003"
    block = [unit, ["报告期：2015-Q4"]]
    submission = read_one(report.changed(block=block, title=title))
    assert expected in rules(submission)
    assert submission.respondent_code == code


def test_an_old_name_is_the_unit_that_stands_at_the_period(report, read_one):
    block = [["填报单位：沙湾镇", "报告期：2015-Q4"]]
    assert read_one(report.changed(block=block, title="季报")).respondent_code == "440113118000"
    block = [["填报单位：沙湾镇", "报告期：2022-Q1"]]
    assert read_one(report.changed(block=block, title="季报")).respondent_code == "440113017000"


def test_a_table_number_or_a_title_of_another_form_is_said(report, read_one):
    report.block[0][3] = "表号：SG-104"
    submission = read_one(report)
    assert found(submission) == [("READ_FORM_CONFLICT", "D2", "SG-104")]
    report.block[0][3] = ""
    submission = read_one(report, "市桥街道社区服务机构和设施名录.xlsx")
    assert rules(submission) == [("READ_FORM_CONFLICT", "M")]


def test_what_is_no_report_is_said_of_the_file(read):
    notice = [["关于召开统计工作会议的通知"], ["各街道：", "定于2016年1月5日召开会议"]]
    from tests.fixtures.workbooks import Sheet

    reading = read(as_calculated_xlsx(Sheet(notice)), "通知.xlsx")
    assert reading.submissions == []
    (finding,) = reading.findings
    assert (finding.rule_id, finding.severity, finding.scope) == ("READ_NOT_A_REPORT", "M", "file")
    assert finding.value_text == "通知.xlsx"


def test_an_excel_date_that_means_its_month_is_a_month(programme, read_one, report):
    services = programme.forms["services"]
    names = [column.name for column in services.columns if not column.nullable]
    row = dict.fromkeys(names, 0) | {"unit_code": "440113007003", "service_category": "A01"}
    block = [[CODE, "报告期：", date(2015, 12, 1)]]
    changed = report.changed(form=services, rows=[row], columns=names, title="月报", block=block)
    submission = read_one(as_calculated_xlsx(changed.sheet()))
    assert (submission.form_id, submission.period) == ("services", "2015-12")


def test_reason_and_number_of_a_resubmission_are_kept(report, read_one):
    report.block.append(["报送序号：2", "重报原因：期末人数填错，电话 020-34567890"])
    del report.block[1][2]
    header = read_one(report).header
    assert header["submission_no"] == "2"
    assert header["resubmission_reason"] == "期末人数填错,电话 ***"
