"""What is wrong in a report is named with its place; nothing is dropped or guessed in silence."""

import pytest

from tests.fixtures.workbooks import (
    Error,
    Formula,
    as_calculated_xlsx,
    as_csv,
    as_xls,
    as_xlsx,
)
from tests.unit.reading.conftest import found


def params(submission, rule_id):
    (finding,) = [one for one in submission.findings if one.rule_id == rule_id]
    return dict(finding.params)


@pytest.mark.parametrize("write", [as_xlsx, as_xls], ids=["xlsx", "xls"])
def test_an_error_cell_is_a_finding_never_a_blank(report, read_one, write):
    report.rows[1]["female"] = Error("#DIV/0!")
    report.rows[3]["wage_bill"] = Formula("=1/0")
    submission = read_one(write(report.sheet()))
    female, wage = (report.cell_of(*place) for place in ((2, "female"), (4, "wage_bill")))
    assert found(submission)[0] == ("READ_CELL_ERROR", female, "#DIV/0!")
    assert found(submission)[1][:2] == ("READ_CELL_FORMULA", wage)
    assert submission.values["female"][1] is None
    assert submission.abnormal_rows == {2, 4}
    raw = {(one.row_number, one.column_name): one for one in submission.cell_status}
    assert raw[2, "female"].raw_text == "#DIV/0!"


def test_an_error_right_of_and_below_all_values_is_seen(report, read_one):
    """Calamine ends the sheet where its values end; the error cell lay beyond and was lost."""
    report.below = []
    report.rows[-1]["remark"] = Error("#N/A")
    assert found(read_one(report)) == [("READ_CELL_ERROR", "AG10", "#N/A")]


def test_marks_become_statuses_and_blanks_in_obligatory_cells_are_not_reported(report, read_one):
    report.rows[0] |= {"female": "未报", "party_members": "约3", "remark": "—", "joined": None}
    report.rows[1] |= {"posts_filled": None, "born_1970_on_licensed": "x"}
    submission = read_one(report)
    assert found(submission) == []
    statuses = {
        (one.row_number, one.column_name): (one.obs_status, one.raw_text)
        for one in submission.cell_status
    }
    assert statuses == {
        (1, "joined"): ("L", ""),
        (1, "female"): ("L", "未报"),
        (1, "party_members"): ("E", "约3"),
        (1, "remark"): ("M", "—"),
        (2, "born_1970_on_licensed"): ("Q", "x"),
    }
    assert submission.values["party_members"][0] == 3
    assert submission.abnormal_rows == {1, 2}


def test_an_unknown_header_is_named_with_the_nearest_ones(report, read_one):
    submission = read_one(report.changed(headers={"female": "女性职工人数"}))
    assert ("READ_HEADER_UNKNOWN", "I4", "女性职工人数") in found(submission)
    assert "其中:女性" in params(submission, "READ_HEADER_UNKNOWN")["suggestions"]
    assert params(submission, "READ_COLUMN_MISSING")["column"] == "其中:女性"
    assert submission.values["female"] == [None] * 6


def test_brackets_go_only_where_they_hold_a_unit(report, read_one):
    headers = {"female": "其中：女性 （人）", "party_members": "其中：中共党员（含预备）"}
    submission = read_one(report.changed(headers=headers))
    assert [one[2] for one in found(submission)] == ["其中：中共党员（含预备）", None]


def test_a_header_that_stands_twice_is_named(report, read_one):
    submission = read_one(report.changed(extra={"现有人数": [1] * 6}))
    assert found(submission) == [("READ_HEADER_TWICE", "AH4", "现有人数")]
    assert submission.findings[0].related_cells == "G4"
    assert submission.values["headcount_closing"] == [5, 5, 6, 6, 7, 7]


def test_columns_of_persons_are_refused_and_their_cells_never_quoted(report, read_one):
    submission = read_one(report.changed(extra={"姓名": ["张三丰"] * 6}))
    assert found(submission) == [("READ_HEADER_PERSONAL", "AH4", "姓名")]
    assert "张三丰" not in repr(submission)


def test_figures_under_no_header_are_named(report, read_one):
    assert found(read_one(report.changed(extra={"": [None, 7] + [None] * 4}))) == [
        ("READ_COLUMN_UNNAMED", "AH6", "7")
    ]


def test_the_serial_number_column_is_known_and_ignored(report, read_one):
    assert found(read_one(report.changed(extra={"序 号": [1, 2, 3, 4, 5, 6]}))) == []


def test_a_row_of_figures_that_belongs_to_no_unit_is_named(report, read_one):
    report.rows.insert(2, {"headcount_closing": 12, "female": 3})
    submission = read_one(report)
    assert found(submission) == [("READ_ROW_UNKNOWN", "G7", "12")]
    assert len(submission.source_rows) == 6


def test_a_note_with_figures_beside_it_is_named(report, read_one):
    report.below.append(["注：另有", "", 5])
    assert found(read_one(report)) == [("READ_ROW_UNKNOWN", "A12", "注：另有")]


def test_a_heading_between_details_opens_a_question(report, read_one):
    report.rows.insert(2, {"unit_code": "二、东部各社区"})
    submission = read_one(report)
    assert [(one.rule_id, one.severity) for one in submission.findings] == [
        ("READ_ROW_HEADING", "Q")
    ]
    assert len(submission.source_rows) == 6


def test_a_unit_with_nothing_filled_in_is_still_a_detail(report, read_one):
    report.rows.insert(2, {"unit_code": "440113007012"})
    submission = read_one(report)
    assert found(submission) == []
    assert submission.values["unit_code"][2] == "440113007012"
    assert submission.values["staff_category"][2] is None


def test_a_number_merged_over_two_rows_belongs_to_neither(report, read_one):
    sheet = report.sheet()
    top = report.first_row
    sheet.rows[top + 1][6] = ""
    sheet.merged.append((top, 6, top + 1, 6))
    submission = read_one(as_xlsx(sheet))
    assert found(submission) == [("READ_CELL_MERGED", f"G{top + 1}", "5")]


def test_hidden_rows_and_sheets_are_read_and_named(report, read_one):
    sheet = report.sheet()
    sheet.hidden_rows = [report.first_row + 1]
    for write in (as_xlsx, as_xls):
        submission = read_one(write(sheet))
        assert params(submission, "READ_HIDDEN_ROWS")["rows"] == str(report.first_row + 2)
        assert len(submission.source_rows) == 6
    other = report.sheet()
    other.rows, other.name = [["填表说明"]], "说明"
    sheet.hidden, sheet.hidden_rows = True, []
    assert [one[0] for one in found(read_one(as_xlsx(other, sheet)))] == ["READ_HIDDEN_SHEET"]


def test_two_different_totals_are_named(report, read_one):
    report.below.insert(0, ["总计", *[None] * 5, 40])
    submission = read_one(report.changed(total={"headcount_closing": 36}))
    assert found(submission) == [("READ_TOTAL_TWICE", "A12", "总计")]


def test_the_same_report_twice_in_one_file_is_named(report, read):
    second = report.changed(name="报表(2)")
    first, again = read(as_xlsx(report.sheet(), second.sheet())).submissions
    assert found(first) == []
    assert [one[0] for one in found(again)] == ["READ_SUBMISSION_TWICE"]


def test_a_table_without_rows_is_named(report, read_one):
    assert [one[0] for one in found(read_one(report.changed(rows=[])))] == ["READ_NO_ROWS"]


def test_a_unit_of_another_kind_is_named(report, read_one):
    submission = read_one(report.changed(headers={"female": "其中：女性（平方米）"}))
    assert found(submission) == [("READ_UNIT_CONFLICT", "I4", "其中：女性（平方米）")]


def test_two_units_of_money_in_the_unit_row_are_named(report, read_one):
    report.block[1][3] = "单位：人、元、万元"
    submission = read_one(report)
    assert found(submission) == [("READ_UNIT_AMBIGUOUS", "X4", "人、元、万元")]
    header = {"wage_bill": "本期应发工资总额（元）"}
    assert found(read_one(report.changed(headers=header))) == []


def test_a_csv_whose_groups_are_not_merged_is_read_by_both_rows(report, read_one):
    sheet = report.changed(groups={"female": "其中", "party_members": "其中"}).sheet()
    assert found(read_one(as_csv(sheet))) == []


def test_a_text_that_reads_like_a_formula_is_only_a_text(report, read_one):
    report.rows[0]["remark"] = "=cmd|' /C calc'!A0"
    data = as_calculated_xlsx(report.sheet())
    assert found(read_one(data)) == []
