"""The sheet 情况说明: written for a clerk, filled in, read back, and marked once more."""

import io
import zipfile

import openpyxl
import pytest

from dagster_project.feedback.mark import mark
from dagster_project.feedback.template import written
from dagster_project.feedback.template_plan import plan
from dagster_project.reading.file import read_file
from dagster_project.reading.model import Explanation
from tests.fixtures.workbooks import Report, as_xlsx
from tests.unit.feedback.conftest import finding, opened

TOWN = "440113007000"
SHEET = "情况说明"


@pytest.fixture(scope="module")
def report(programme):
    """A town's report, without a fault."""
    form = programme.forms["staff"]
    row = {"unit_code": "440113007003", "staff_category": "RC_MEMBER"}
    row |= {one.name: 0 for one in form.columns if one.is_number}
    return as_xlsx(Report(form, [row]).sheet())


def question(report, programme, register, **more):
    """A question on the first figure of the report, as the warehouse has it."""
    (read,) = read_file(report, "x.xlsx", programme, register).submissions
    at = next(one for one in read.columns if one.column_name == "joined")
    cell = f"{at.sheet_column}{read.source_rows[0]}"
    known = {"row_key": "440113007003,RC_MEMBER", "rule_id": "SG-103-R07"}
    return finding(cell, "Q", sheet=read.sheet_name, **known | more)


def filled(content, cells):
    """Fill a workbook's sheet in as a clerk does."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    for cell, text in cells.items():
        book[SHEET][cell] = text
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_what_a_clerk_explains_in_the_file_that_came_back_is_read_with_its_question(
    report, summary, programme, register
):
    asked = question(report, programme, register)
    back = mark(report, "x.xlsx", [asked], summary)
    page = opened(back.content)[SHEET]
    assert (page["B4"].value, page["D4"].value) == ("SG-103-R07", asked["cell"])
    choice = page.data_validations.dataValidation[0]
    assert "H4" in choice.sqref
    assert "核实无误" in choice.formula1
    assert page.column_dimensions["J"].hidden
    again = filled(back.content, {"H4": "一次性因素", "I4": "年内集中招录"})
    reading = read_file(again, "x.xlsx", programme, register)
    (found,) = reading.submissions
    (before,) = read_file(report, "x.xlsx", programme, register).submissions
    assert found.content_hash == before.content_hash
    assert found.findings == before.findings
    assert found.explanations == [
        Explanation(
            "SG-103-R07", asked["cell"], "joined", "440113007003,RC_MEMBER",
            "one_off_event", "年内集中招录", SHEET, "I4",
        )
    ]  # fmt: skip


def test_what_was_written_stays_when_the_file_is_marked_once_more(
    report, summary, programme, register
):
    asked = question(report, programme, register)
    back = mark(report, "x.xlsx", [asked], summary).content
    back = filled(
        back, {"H4": "其他原因", "I4": "说明一", "B5": "SG-103-R08", "D5": "K9", "I5": "说明二"}
    )
    other = asked | {"rule_id": "SG-103-R01", "row_key": None, "cell": "Z9"}
    page = opened(mark(back, "x.xlsx", [other, asked], summary).content)[SHEET]
    lines = [tuple(page.cell(row, n).value for n in (2, 8, 9)) for row in (4, 5, 6)]
    assert lines == [
        ("SG-103-R01", None, None),
        ("SG-103-R07", "其他原因", "说明一"),
        ("SG-103-R08", None, "说明二"),
    ]


def test_hard_findings_and_notes_are_no_questions_to_be_explained(
    report, summary, programme, register
):
    asked = question(report, programme, register)
    hard, note = asked | {"severity": "M"}, asked | {"scope": "note"}
    assert SHEET not in opened(mark(report, "x.xlsx", [hard, note], summary).content).sheetnames


def test_formulas_in_what_was_sent_stay_texts(report, summary, programme, register):
    asked = question(report, programme, register, value_text="=1+1", message_zh="@SUM(A1)")
    page = opened(mark(report, "x.xlsx", [asked], summary).content)[SHEET]
    assert (page["F4"].value, page["G4"].value) == ("'=1+1", "'@SUM(A1)")


@pytest.mark.parametrize(
    ("cells", "codes", "said"),
    [
        pytest.param(
            {"H4": "核实无误"}, [], [("confirmed_as_reported", "核实无误")], id="no text needed"
        ),
        pytest.param({"I4": "只写了说明"}, [], [("other", "只写了说明")], id="no reason chosen"),
        pytest.param({"H4": "天气", "I4": "大雨"}, [], [("other", "天气，大雨")], id="own reason"),
        pytest.param(
            {"H4": "撤回答复", "I4": "不算"}, [], [("other", "撤回答复，不算")], id="no right to"
        ),
        pytest.param(
            {"H4": "口径变化"}, ["READ_EXPLANATION_TEXT_MISSING"], [], id="no explanation"
        ),
        pytest.param(
            {"I4": "找13800138000"}, ["READ_EXPLANATION_PERSONAL"], [("other", "找***")], id="phone"
        ),
        pytest.param(
            {"B4": "", "D4": "", "J4": "", "I4": "说什么"},
            ["READ_EXPLANATION_UNPLACED"],
            [],
            id="of what",
        ),
        pytest.param(
            {"B4": "SG-101-R01", "I4": "别的表"}, ["READ_EXPLANATION_UNPLACED"], [], id="form"
        ),
    ],
)
def test_a_line_is_taken_or_it_is_said_why_not(
    report, summary, programme, register, cells, codes, said
):
    asked = question(report, programme, register)
    content = filled(mark(report, "x.xlsx", [asked], summary).content, cells)
    (found,) = read_file(content, "x.xlsx", programme, register).submissions
    (before,) = read_file(report, "x.xlsx", programme, register).submissions
    new = [one for one in found.findings if one not in before.findings]
    assert [(one.rule_id, one.severity, one.scope) for one in new] == [
        (code, "Q", "note") for code in codes
    ]
    assert [(one.reason, one.text) for one in found.explanations] == said
    assert "13800138000" not in repr(found)


def test_a_blank_has_the_sheet_and_says_nothing_by_itself(programme, register):
    made = plan(programme.forms["staff"], TOWN, "2015-Q4", programme, register)
    content = written(made)
    assert read_file(content, "x.xlsx", programme, register).submissions[0].explanations == []
    again = filled(content, {"B4": "SG-103-R09", "D4": "K12", "H4": "季节性因素", "I4": "年底"})
    (found,) = read_file(again, "x.xlsx", programme, register).submissions
    (line,) = found.explanations
    assert (line.rule_id, line.cell, line.row_key, line.reason) == (
        "SG-103-R09", "K12", None, "seasonal",
    )  # fmt: skip
    page = openpyxl.load_workbook(io.BytesIO(content))[SHEET]
    assert not page["I4"].protection.locked


def test_a_sheet_of_the_senders_own_of_that_name_is_left_alone(
    report, summary, programme, register
):
    book = openpyxl.load_workbook(io.BytesIO(report))
    book.create_sheet(SHEET)["A1"] = "本期无特殊情况"
    stream = io.BytesIO()
    book.save(stream)
    asked = question(report, programme, register)
    names = opened(mark(stream.getvalue(), "x.xlsx", [asked], summary).content).sheetnames
    assert names == ["审核结果", f"{SHEET}(2)", "报表", SHEET]
    with zipfile.ZipFile(io.BytesIO(stream.getvalue())) as package:
        assert package.testzip() is None


def test_lines_of_a_file_with_two_reports_find_theirs_by_rule_or_by_sheet(
    report, summary, programme, register
):
    form = programme.forms["staff"]
    row = {"unit_code": "440113007003", "staff_category": "RC_MEMBER"}
    row |= {one.name: 0 for one in form.columns if one.is_number}
    sheets = [
        Report(
            form, [row], name=label, block=[["填报单位代码：440113007000"], [f"报告期：{label}"]]
        ).sheet()
        for label in ("2015年三季度", "2015年四季度")
    ]
    asked = [
        question(report, programme, register, sheet_name=one.name, row_key=None) for one in sheets
    ]
    back = mark(as_xlsx(*sheets), "x.xlsx", asked, summary).content
    again = filled(back, {"I4": "一", "I5": "二"})
    found = read_file(again, "x.xlsx", programme, register).submissions
    told = {one.period: [line.text for line in one.explanations] for one in found}
    assert told == {"2015-Q3": ["一"], "2015-Q4": ["二"]}
