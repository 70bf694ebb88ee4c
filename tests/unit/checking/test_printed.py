"""The printout and the list of files, piece by piece; whole checks are in tests/integration."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dagster_project.checking.answered import ANSWER_FIELDS
from dagster_project.checking.check import CheckError, check_files
from dagster_project.checking.files import named_files
from dagster_project.checking.model import CheckReport, FileCheck, SubmissionCheck
from dagster_project.checking.order import cell_place, in_order
from dagster_project.checking.printed import lines_of, visible
from dagster_project.settings import Settings


def finding(cell=None, sheet="表", severity="M", value="7", rule="SG-103-R01"):
    texts = {"message_zh": "错", "message_en": "wrong", "remedy_zh": "改", "remedy_en": "mend"}
    place = {"sheet_name": sheet, "cell": cell, "value_text": value}
    no_answer = dict.fromkeys(ANSWER_FIELDS)
    return {"rule_id": rule, "severity": severity, "scope": "row", **place, **texts, **no_answer}


def report(*findings, state="refused", **changes):
    known = {
        "form_id": "staff", "table_number": "SG-103", "title_zh": "队伍季报", "title_en": "Staff",
        "unit_code": "440113011000", "unit_name": "小谷围街道", "period": "2015-Q4",
        "sheet_name": "表", "rows": 3, "state": state, "findings": findings,
    }  # fmt: skip
    return SubmissionCheck(**known | changes)


def printed(*submissions, lang="zh", findings=()):
    file = FileCheck(Path("a.xlsx"), "a.xlsx", submissions, findings)
    return "\n".join(lines_of(CheckReport((file,)), lang))


def test_a_good_report_is_said_to_be_good_in_a_few_lines():
    assert "结论：通过\n" in printed(report(state="accepted"))
    assert "Result: accepted\n" in printed(report(state="accepted"), lang="en")


def test_hard_and_soft_findings_are_counted_apart():
    text = printed(report(finding("A1"), finding("A2", severity="Q")))
    assert "强制性问题 1 个，核实性问题 1 个" in text
    assert "1. [强制] 表!A1　值：7" in text
    assert "2. [核实] 表!A2　值：7" in text


def test_what_was_not_recognised_is_said_to_be_so():
    text = printed(report(unit_code=None, unit_name=None, period=None, sheet_name=None))
    assert "单位：认不出　报告期：认不出　工作表：—" in text


@pytest.mark.parametrize(
    ("one", "place"),
    [
        (finding("B7"), "表!B7"),
        (finding(None), "表!整张表"),
        (finding(None, sheet=None), "整个文件"),
        (finding("B7", sheet=""), "] B7"),
    ],
    ids=["cell", "sheet", "file", "csv"],
)
def test_every_place_has_a_name(one, place):
    assert place in printed(report(one))


def test_a_blank_value_is_no_value():
    assert "值" not in printed(report(finding("B7", value="")))


def test_findings_go_by_sheet_row_and_column():
    cells = ["B10", "AA2", "B2", None, "A10:A12", "C2"]
    found = in_order([finding("A1", sheet="别"), *map(finding, cells)], "表")
    assert [one["cell"] for one in found] == [None, "B2", "C2", "AA2", "A10:A12", "B10", "A1"]


def test_addresses_are_compared_as_numbers():
    assert cell_place("XFD1048576") == (1048576, 16384)


@given(st.text())
def test_nothing_a_sender_writes_reaches_the_terminal_as_a_command(text):
    shown = visible(text)
    assert len(shown) == len(text)
    assert not any(unicodedata.category(character) in ("Cc", "Cf") for character in shown)


def test_a_file_that_may_not_be_opened_is_named_with_the_reason(tmp_path, monkeypatch):
    (tmp_path / "closed.xlsx").touch()

    def refuse(*_args, **_kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    (file,) = named_files([tmp_path / "closed.xlsx"])
    assert (file.code, file.reason) == ("CHECK_PATH_UNREADABLE", "Permission denied")


def test_a_folder_is_listed_as_the_inbox_would_be(tmp_path):
    for name in ("b.xlsx", "a.csv", ".hidden", "~$b.xlsx", "c.xlsx.part", "deliveries.csv"):
        (tmp_path / name).touch()
    (tmp_path / "大石").mkdir()
    (tmp_path / "大石" / "c.xls").touch()
    assert [file.name for file in named_files([tmp_path])] == ["a.csv", "b.xlsx", "大石/c.xls"]


def test_no_file_at_all_is_no_error_of_the_check(tmp_path):
    checked = check_files(named_files([tmp_path]), Settings(home=tmp_path))
    assert (checked.exit_code, checked.files[0].findings[0]["rule_id"]) == (3, "CHECK_FOLDER_EMPTY")


def test_an_unknown_form_is_said_before_anything_is_read(tmp_path):
    with pytest.raises(CheckError, match="SG-103"):
        check_files(named_files([tmp_path]), Settings(home=tmp_path), "staf")
