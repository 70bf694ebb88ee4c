"""A question that the sheet 情况说明 answers is answered in a check as it is in a build."""

import io
import json
from datetime import datetime

import openpyxl
import pytest

from dagster_project.checking.check import check_files
from dagster_project.checking.files import named_files
from dagster_project.checking.printed import lines_of
from dagster_project.collecting.answers import Answer, append_answer
from dagster_project.reading.explanations import FIELDS, header
from dagster_project.settings import Settings
from tests.fixtures.spoiled import STAFF, spoiled
from tests.fixtures.spoiled import with_cells as cells

UNIT = "440113011000"
TEXT = "合计由系统自动计算"


def workbook(*lines: dict[str, str], wrong: object = None) -> bytes:
    """Give a workbook with some lines on its sheet 情况说明.

    A total whose formula was never calculated is asked about; nothing in it is wrong.
    """
    changes = {"C49": "=SUM(C10:C48)"} | ({"G12": wrong} if wrong else {})
    book = openpyxl.load_workbook(io.BytesIO(spoiled(STAFF, cells(**changes))))
    sheet = book.create_sheet("情况说明")
    sheet.append([header(field) for field in FIELDS])
    for line in lines:
        sheet.append([line.get(field) for field in FIELDS])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.fixture
def check(tmp_path):
    """Give what a check says of a workbook's one report."""

    def check(content: bytes):
        (tmp_path / STAFF).write_bytes(content)
        report = check_files(named_files([tmp_path / STAFF]), Settings(home=tmp_path / "home"))
        (file,) = report.files
        (submission,) = file.submissions
        return report, submission

    return check


def questions(submission) -> list[dict[str, str]]:
    return [{"rule": one["rule_id"], "cell": one["cell"]} for one in submission.findings]


def test_all_questions_answered_give_0(check):
    report, asked = check(workbook())
    assert report.exit_code == 1
    assert all(one["answer_reason"] is None for one in asked.findings)
    lines = [line | {"reason": "一次性因素", "text": TEXT} for line in questions(asked)]
    report, submission = check(workbook(*lines))
    assert (report.exit_code, submission.state) == (0, "accepted")
    assert {one["answer_reason"] for one in submission.findings} == {"one_off_event"}
    assert {one["answer_text"] for one in submission.findings} == {TEXT}
    assert submission.findings[0]["answer_cell"] == "情况说明!I2"
    printed = "\n".join(lines_of(report, "zh"))
    count = len(lines)
    assert f"结论：通过（强制性问题 0 个，核实性问题 {count} 个，其中已说明 {count} 个）" in printed
    assert f"已说明（情况说明!I2）：一次性因素；{TEXT}" in printed


def test_an_answer_to_something_else_leaves_the_question_open(check):
    line = {"rule": "SG-103-R09", "cell": "D10", "reason": "季节性因素", "text": TEXT}
    report, submission = check(workbook(line))
    assert (report.exit_code, submission.state) == (1, "accepted_with_questions")
    assert all(one["answer_reason"] is None for one in submission.findings)


def test_no_answer_lets_a_wrong_figure_pass(check):
    """What a hard rule refuses stays refused, and its questions stay open."""
    _, asked = check(workbook(wrong=999))
    lines = [line | {"reason": "一次性因素", "text": TEXT} for line in questions(asked)]
    report, submission = check(workbook(*lines, wrong=999))
    assert (report.exit_code, submission.state) == (2, "refused")
    assert all(one["answer_reason"] is None for one in submission.findings)


def test_what_the_office_recorded_counts_where_it_is_recorded(check, tmp_path):
    _, asked = check(workbook())
    for rule in {one["rule"] for one in questions(asked)}:
        answer = Answer(
            "staff", UNIT, "2015-Q4", rule, "seasonal", "来电说明", datetime(2016, 1, 6), "样例"
        )
        append_answer(Settings(home=tmp_path / "home").decisions, answer)
    report, submission = check(workbook())
    assert report.exit_code == 0
    assert {one["answer_cell"] for one in submission.findings} == {None}
    assert "样例" not in json.dumps(submission.findings, ensure_ascii=False)
