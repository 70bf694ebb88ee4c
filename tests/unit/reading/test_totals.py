"""Totals, sub-totals and rows of which are held against the details, and kept out of them."""

import pytest

from dagster_project.reading.file import Reader
from tests.fixtures.workbooks import Error, as_xlsx
from tests.unit.reading.conftest import COMMUNITIES, found, staff_row

HEADS = "headcount_closing"
NAMES = ("德兴社区", "北区社区", "东兴社区")


def told(submission):
    return [(one.rule_id, one.severity, one.cell, one.value_text) for one in submission.findings]


def said(submission, name):
    (value,) = {dict(one.params)[name] for one in submission.findings}
    return value


@pytest.fixture
def grouped(report) -> list[dict]:
    """Six details in three groups, each with its sub-total: 10, 12, 14; together 36."""
    rows = []
    for place in range(3):
        rows += report.rows[2 * place : 2 * place + 2]
        rows.append({"unit_code": f"{NAMES[place]}小计", HEADS: 10 + 2 * place, "female": 4})
    return rows


def test_a_right_total_is_no_detail_and_no_finding(report, read_one):
    submission = read_one(report.changed(total={HEADS: 36, "female": 12, "wage_bill": 216003}))
    assert found(submission) == []
    assert len(submission.source_rows) == 6
    assert submission.total_row == {HEADS: 36, "female": 12, "wage_bill": 216003}


@pytest.mark.parametrize(
    ("name", "wrong", "added"), [(HEADS, 37, "36"), ("wage_bill", 216003.5, "216003")]
)
def test_a_wrong_total_is_refused_with_both_figures_and_all_cells(
    report, read_one, name, wrong, added
):
    """The programme's own rule about totals gives the words; the rules then see no total."""
    submission = read_one(report.changed(total={HEADS: 36} | {name: wrong}))
    (finding,) = submission.findings
    letter = report.cell_of(1, name).rstrip("0123456789")
    assert (finding.rule_id, finding.severity) == ("ALL-R08", "M")
    assert (finding.cell, finding.related_cells) == (f"{letter}11", f"{letter}5:{letter}10")
    assert (said(submission, "total"), said(submission, "sum")) == (str(wrong), added)
    assert name not in submission.total_row


def test_a_programme_without_a_rule_about_totals_has_them_checked_all_the_same(
    programme, register, report
):
    bare = programme.model_copy(update={"general_rules": ()})
    data = as_xlsx(report.changed(total={HEADS: 37}).sheet())
    (submission,) = Reader(bare, register).read(data, "报表.xlsx").submissions
    assert told(submission) == [("READ_TOTAL_WRONG", "M", "G11", "37")]


def test_a_total_is_not_checked_where_a_detail_is_not_given(report, read_one):
    report.rows[0] |= {HEADS: "未报", "female": "—"}
    submission = read_one(report.changed(total={HEADS: 99, "female": 10}))
    assert told(submission) == []
    report.rows[0]["female"] = "—"
    wrong = read_one(report.changed(total={"female": 12}))
    assert [one[0] for one in told(wrong)] == ["ALL-R08"]


def test_rounded_amounts_may_miss_their_total_by_half_a_unit_each(report, read_one):
    """In 万元 with one decimal six rows and a total may be off by 7 x 0.05, not by more."""
    headers = {"wage_bill": "本期应发工资总额（万元）"}
    for row in report.rows:
        row["wage_bill"] = 3.6
    for total, is_right in ((21.6, True), (21.9, True), (21.3, True), (22.1, False)):
        submission = read_one(report.changed(headers=headers, total={"wage_bill": total}))
        assert (found(submission) == []) is is_right, total


def test_counts_have_no_tolerance(report, read_one):
    assert told(read_one(report.changed(total={HEADS: 35})))


def test_sub_totals_of_groups_are_checked_and_kept_out(report, grouped, read_one):
    submission = read_one(report.changed(rows=grouped, total={HEADS: 36}))
    assert told(submission) == []
    assert len(submission.source_rows) == 6
    assert submission.source_rows == [5, 6, 8, 9, 11, 12]


def test_a_wrong_sub_total_is_refused_with_its_cell(report, grouped, read_one):
    grouped[5][HEADS] = 13
    submission = read_one(report.changed(rows=grouped, total={HEADS: 36}))
    assert told(submission) == [("READ_SUBTOTAL_WRONG", "M", "G10", "13")]
    assert (said(submission, "sum"), submission.findings[0].related_cells) == ("12", "G8:G9")


def test_sub_totals_above_their_details_are_checked_too(report, read_one):
    rows = []
    for place in range(3):
        rows.append({"unit_code": "小计", HEADS: 10 + 2 * place})
        rows += report.rows[2 * place : 2 * place + 2]
    assert told(read_one(report.changed(rows=rows))) == []
    rows[3][HEADS] = 11
    assert [one[:3] for one in told(read_one(report.changed(rows=rows)))] == [
        ("READ_SUBTOTAL_WRONG", "M", "G8")
    ]


def test_totals_of_groups_are_told_from_the_total_of_all_that_comes_last(report, grouped, read_one):
    for row in grouped[2::3]:
        row["unit_code"] = "合计"
    report.below.insert(0, ["总计", *[None] * 5, 36])
    assert told(read_one(report.changed(rows=grouped))) == []
    grouped[2][HEADS] = 11
    assert [one[:3] for one in told(read_one(report.changed(rows=grouped)))] == [
        ("READ_SUBTOTAL_WRONG", "M", "G7")
    ]


def test_a_total_on_top_is_the_total(report, read_one):
    for word in ("合  计", "全  镇", "总计 ", "市桥街道合计", "全街道合计"):
        rows = [{"unit_code": word, HEADS: 36, "female": 12}, *report.rows]
        submission = read_one(report.changed(rows=rows))
        assert told(submission) == [], word
        assert (submission.total_source_row, len(submission.source_rows)) == (5, 6)


def test_a_total_without_a_word_is_asked_about_only_where_every_figure_adds_up(report, read_one):
    total = {HEADS: 36, "female": 12, "full_time": 36}
    submission = read_one(report.changed(rows=[*report.rows, total]))
    assert [one[:3] for one in told(submission)] == [("READ_TOTAL_UNNAMED", "Q", "G11")]
    assert len(submission.source_rows) == 6
    wrong = read_one(report.changed(rows=[*report.rows, total | {"female": 13}]))
    assert [one[:3] for one in told(wrong)] == [("READ_ROW_UNKNOWN", "M", "G11")]


def test_one_detail_without_a_key_is_never_taken_for_a_total(report, read_one):
    row = staff_row(COMMUNITIES[0], "RC_MEMBER", 5)
    again = {
        name: value for name, value in row.items() if name not in ("unit_code", "staff_category")
    }
    submission = read_one(report.changed(rows=[row, again]))
    assert [one[0] for one in told(submission)] == ["READ_ROW_UNKNOWN"]


def test_a_row_of_which_is_no_detail_and_no_more_than_its_whole(report, read_one):
    part = {"unit_code": "其中：外包人员", HEADS: 5, "female": 2}
    rows = [*report.rows[:2], part, *report.rows[2:]]
    submission = read_one(report.changed(rows=rows, total={HEADS: 36}))
    assert told(submission) == []
    assert len(submission.source_rows) == 6
    part["female"] = 3
    wrong = read_one(report.changed(rows=rows))
    assert told(wrong) == [("READ_WITHIN_WRONG", "M", "I7", "3")]
    assert (said(wrong, "whole"), wrong.findings[0].related_cells) == ("2", "I6")


def test_a_sum_that_cannot_be_read_opens_a_question(report, grouped, read_one):
    grouped[2][HEADS] = Error("#REF!")
    submission = read_one(report.changed(rows=grouped, total={"female": Error("#REF!")}))
    assert [one[:3] for one in told(submission)] == [
        ("READ_TOTAL_UNREADABLE", "Q", "I14"),
        ("READ_TOTAL_UNREADABLE", "Q", "G7"),
    ]


def test_a_row_nobody_understood_is_not_blamed_on_the_total_as_well(report, read_one):
    rows = [*report.rows, {HEADS: 1, "remark": "漏填代码"}]
    submission = read_one(report.changed(rows=rows, total={HEADS: 37}))
    assert [one[0] for one in told(submission)] == ["READ_ROW_UNKNOWN"]
