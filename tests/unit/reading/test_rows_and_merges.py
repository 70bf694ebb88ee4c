"""Rows that are no details are passed over or named; merged words fill down, figures do not."""

from io import BytesIO

import openpyxl
import pytest

from tests.fixtures.workbooks import Sheet, as_csv, as_xlsx
from tests.unit.reading.conftest import COMMUNITIES, ZEROES, found, staff_row


def told(submission):
    return [(one.rule_id, one.severity, one.cell) for one in submission.findings]


@pytest.mark.parametrize(
    "text",
    [
        "第 1 页",
        "第1页 共2页",
        "共 2 页",
        "— 1 —",
        "- 12 -",
        "1/2页",
        "续表",
        "（续表）",
        "续表一",
        "续上表",
        "接上页",
    ],
)
def test_page_numbers_and_words_of_continuation_are_passed_in_silence(report, read_one, text):
    report.rows.insert(3, {"unit_code": text})
    submission = read_one(report)
    assert found(submission) == []
    assert len(submission.source_rows) == 6


def test_a_row_of_zeroes_is_a_detail(report, read_one):
    report.rows[2] |= dict.fromkeys(("headcount_closing", "full_time", "female", *ZEROES), 0)
    report.rows.append(staff_row(COMMUNITIES[0], "VOLUNTEER", 0))
    submission = read_one(report)
    assert len(submission.source_rows) == 7
    assert submission.values["headcount_closing"][2] == 0


def test_a_heading_in_a_column_of_numbers_is_a_heading(report, read_one):
    """Columns may stand in any order: the first one need not name the unit."""
    names = ["headcount_closing", *(n for n in report.names if n != "headcount_closing")]
    report.rows.insert(3, {"headcount_closing": "二、西片各单位"})
    assert told(read_one(report.changed(columns=names))) == [("READ_ROW_HEADING", "Q", "A8")]


def merged(report, *ranges, blank=()):
    sheet = report.sheet()
    for row, column in blank:
        sheet.rows[row][column] = ""
    sheet.merged += ranges
    return sheet


def test_a_key_merged_over_its_rows_is_each_rows_own_with_the_address_of_the_text(report, read_one):
    top = report.first_row
    sheet = merged(
        report, *((top + n, 0, top + n + 1, 0) for n in (0, 2, 4)),
        blank=[(top + n, 0) for n in (1, 3, 5)],
    )  # fmt: skip
    submission = read_one(as_xlsx(sheet))
    assert found(submission) == []
    assert submission.values["unit_code"] == [code for code in COMMUNITIES for _ in range(2)]
    places = {(one.row_number, one.column_name): one.sheet_cell for one in submission.cell_status}
    assert places[2, "unit_code"] == f"A{top + 1}"


@pytest.mark.parametrize("content", [5, "未报", "共5人"])
def test_what_is_merged_over_figures_of_two_rows_or_columns_belongs_to_none(
    report, read_one, content
):
    top = report.first_row
    for last_row, last_column in ((top + 2, 6), (top + 1, 8)):
        sheet = merged(report, (top + 1, 6, last_row, last_column))
        sheet.rows[top + 1][6] = content
        for row, column in ((last_row, 6), (top + 1, 7), (top + 1, 8)):
            if (row, column) != (top + 1, 6) and row <= last_row and column <= last_column:
                sheet.rows[row][column] = ""
        submission = read_one(as_xlsx(sheet))
        assert [one for one in told(submission) if one[1] == "M"] == [
            ("READ_CELL_MERGED", "M", f"G{top + 2}")
        ]
        assert submission.values["headcount_closing"][1] is None


def test_a_merged_note_under_the_table_is_no_value(report, read_one):
    report.below.insert(0, ["注：本表不含兼职人员"])
    row = report.first_row + len(report.rows)
    assert found(read_one(as_xlsx(merged(report, (row, 0, row, 12))))) == []


def test_numbers_held_as_text_are_read_and_asked_about_once(report, read_one):
    for row in report.rows:
        row["female"], row["wage_bill"] = str(row["female"]), "36,000.50"
    submission = read_one(report)
    assert submission.values["female"] == [2] * 6
    (finding,) = submission.findings
    assert (finding.rule_id, finding.severity, finding.cell) == ("READ_TEXT_NUMBERS", "Q", "I5")
    assert dict(finding.params)["count"] == "12"


def test_in_a_text_file_every_number_is_text_and_nothing_is_asked(report, read_one):
    assert found(read_one(as_csv(report.sheet()))) == []


def test_estimates_and_marks_are_no_numbers_held_as_text(report, read_one):
    report.rows[0] |= {"female": "约2", "party_members": "3人", "joined": "未报"}
    assert found(read_one(report)) == []


def test_hidden_columns_are_read_and_named(report, reader):
    book = openpyxl.load_workbook(BytesIO(as_xlsx(report.sheet())))
    book.active.column_dimensions["I"].hidden = True
    book.save(stream := BytesIO())
    (submission,) = reader.read(stream.getvalue(), "报表.xlsx").submissions
    (finding,) = submission.findings
    assert (finding.rule_id, dict(finding.params)["columns"]) == ("READ_HIDDEN_COLUMNS", "I")
    assert submission.values["female"] == [2] * 6


def test_a_sheet_is_only_as_wide_as_its_form(report, read_one):
    wide = Sheet([[*row, *[""] * 40] for row in report.sheet().rows])
    assert found(read_one(as_xlsx(wide))) == []
