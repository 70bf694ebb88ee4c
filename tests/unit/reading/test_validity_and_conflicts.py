"""What block, titles, names and rows say of a report must agree, and its form must be in force."""

from datetime import date

import pytest

from dagster_project.programme.model import Form
from dagster_project.reading.between_tables import without_continued
from dagster_project.reading.file import Reader
from tests.fixtures.workbooks import as_csv, as_xlsx
from tests.unit.reading.conftest import found

IN_FORCE = {
    "valid_from": date(2015, 1, 1),
    "valid_until": date(2017, 12, 31),
    "approval_number": "番统制〔2015〕2号",
    "version": "2015年版",
}


def reader_of(programme, register, **changes):
    form = Form.model_validate(programme.forms["staff"].model_dump() | changes)
    forms = programme.forms | {"staff": form}
    return Reader(programme.model_copy(update={"forms": forms}), register)


def only(reader, report):
    (submission,) = reader.read(as_xlsx(report.sheet()), "报表.xlsx").submissions
    return submission


@pytest.mark.parametrize(
    ("valid_from", "valid_until", "is_refused"),
    [
        (date(2015, 1, 1), date(2017, 12, 31), False),
        (None, date(2015, 12, 31), False),
        (None, date(2015, 12, 30), True),
        (date(2016, 1, 1), None, True),
    ],
)
def test_a_form_out_of_force_is_refused_with_the_rule_quoted(
    programme, register, report, valid_from, valid_until, is_refused
):
    reader = reader_of(programme, register, valid_from=valid_from, valid_until=valid_until)
    findings = only(reader, report).findings
    assert [(one.rule_id, one.severity) for one in findings] == (
        [("READ_FORM_NOT_IN_FORCE", "M")] if is_refused else []
    )
    for one in findings:
        assert str(valid_from or valid_until) in dict(one.params)["rule"]


@pytest.mark.parametrize(
    ("stamp", "expected"),
    [
        ("有效期至：2017年12月", []),
        ("有效期至：2015年6月", [("READ_FORM_STAMP_EXPIRED", "A4", "2015年6月")]),
        ("有效期至：2019年12月", [("READ_FORM_VERSION", "A4", "2019年12月")]),
        ("批准文号：番统制[2015]2号", []),
        ("批准文号：番统制〔2013〕7号", [("READ_FORM_VERSION", "A4", "番统制〔2013〕7号")]),
        ("报表版本：2015年版", []),
        ("报表版本：2013年版", [("READ_FORM_VERSION", "A4", "2013年版")]),
    ],
)
def test_what_a_blank_is_stamped_with_is_held_against_the_form(
    programme, register, report, stamp, expected
):
    report.block.append([stamp])
    assert found(only(reader_of(programme, register, **IN_FORCE), report)) == expected


@pytest.mark.parametrize(("number", "is_refused"), [("SG-103 2013版", True), ("SG-103表", False)])
def test_a_version_beside_the_table_number_is_read(programme, register, report, number, is_refused):
    report.block[0][3] = f"表号：{number}"
    submission = only(reader_of(programme, register, **IN_FORCE), report)
    assert [rule for rule, *_ in found(submission)] == ["READ_FORM_VERSION"] * is_refused


def test_a_contradiction_names_both_places_with_their_cells(report, read_one):
    report.title = "市桥街道2015年三季度社区服务队伍季报"
    (finding,) = read_one(report).findings
    params = dict(finding.params)
    assert (finding.rule_id, finding.cell, finding.related_cells) == (
        "READ_PERIOD_CONFLICT", "A3", "A3,A1",
    )  # fmt: skip
    assert (params["block"], params["title"]) == ("2015-Q4（A3）", "2015-Q3（A1）")


def test_a_unit_in_the_title_and_another_in_the_block_name_both_cells(report, read_one):
    (finding, *_) = read_one(report.changed(title="南村镇社区服务队伍季报")).findings
    assert (finding.rule_id, finding.cell) == ("READ_RESPONDENT_CONFLICT", "A2")
    assert dict(finding.params)["title"] == "440113102000（A1）"
    assert finding.related_cells == "A1"


@pytest.mark.parametrize(
    "block",
    [
        [["填报单位代码", "440113007000", "", "表号", "SG-103"], ["报告期", "2015年四季度"]],
        [["填報單位代碼  440113007000"], ["報告期  2015年四季度", "批准文号", "样例〔2014〕1号"]],
        [["填报单位代码：", "", "440113007000"], ["报告期：", "", "2015年四季度"]],
    ],
    ids=["own cells", "blanks for colons, traditional", "apart"],
)
@pytest.mark.parametrize("write", [as_xlsx, as_csv], ids=["xlsx", "csv"])
def test_labels_without_colons_are_labels(report, read_one, block, write):
    changed = report.changed(block=block, title="社区服务队伍季报")
    submission = read_one(write(changed.sheet()))
    assert found(submission) == []
    assert (submission.respondent_code, submission.period) == ("440113007000", "2015-Q4")


def test_a_unit_row_without_a_colon_counts(report, read_one):
    report.block[1][3] = "计量单位"
    report.block[1].append("人、万元")
    submission = read_one(report)
    factors = {one.column_name: one.unit_factor for one in submission.columns}
    assert (found(submission), factors["wage_bill"]) == ([], 10000)


def test_what_the_sender_wrote_is_kept_in_its_own_characters(report, read_one):
    report.block.append(["重報原因：期末人數填錯"])
    assert read_one(report).header["resubmission_reason"] == "期末人數填錯"


def test_a_span_of_years_in_a_file_name_is_no_period(report, read_one):
    assert found(read_one(report, "队伍情况（2008-2022）.xlsx")) == []
    (finding,) = read_one(report, "队伍情况（2008-2012）.xlsx").findings
    assert (finding.rule_id, dict(finding.params)["file"]) == ("READ_PERIOD_DOUBT", "2008/2012")


def test_a_unit_of_the_header_and_another_below_it_are_said(report, read_one):
    changed = report.changed(headers={"wage_bill": "本期应发工资总额（元）"})
    changed.under_header = [["", "", "人", *[""] * 20, "万元"]]
    assert found(read_one(changed)) == [("READ_UNIT_TWICE", "X4", "本期应发工资总额（元）")]


def test_titles_differ_only_where_more_than_the_page_does():
    assert without_continued("队伍季报（续表二）") == without_continued("队伍季报") == "队伍季报"
