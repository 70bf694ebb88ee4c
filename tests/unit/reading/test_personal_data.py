"""Numbers of persons refuse a submission; not one of their digits is left anywhere."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dagster_project.reading.personal_data import (
    has_personal_number,
    is_identity_number,
    is_personal_value,
    masked,
)
from tests.unit.reading.conftest import found, wide

IDENTITY = "11010519491231002X"
"""The example of GB 11643-1999 itself: no person's."""

OLD_IDENTITY = "440113500315001"
MOBILE = "13800138000"
WRITTEN = [
    IDENTITY, IDENTITY.lower(), wide(IDENTITY), "110105 19491231 002X", "110105194912310021",
    OLD_IDENTITY, MOBILE, wide(MOBILE), "138 0013 8000", "138-0013-8000", "+8613800138000",
    "020-84321234", "(020)84321234",
]  # fmt: skip


@pytest.mark.parametrize("number", WRITTEN)
@pytest.mark.parametrize("around", ["{}", "电话：{}。", "张三（{}）", "tel{} 张三"])
def test_a_number_of_a_person_is_found_and_masked_whole(number, around):
    text = around.format(number)
    assert has_personal_number(text)
    assert not any(character.isdigit() for character in masked(text))


@pytest.mark.parametrize(
    "text",
    [
        "440113007001", "440113007003001", "440113101003001", "2015-12-31 08:00:00",
        "13800138000.5", "0.13800138000", "123456789012345678", "¥13,800,138,000",
        "SG-103_2015-Q4", "91440101MA5AN0PY8T",
    ],
)  # fmt: skip
def test_codes_dates_and_amounts_are_no_numbers_of_persons(text):
    assert not has_personal_number(text)
    assert masked(text) == text


def test_identity_numbers_are_told_by_their_check_digit_and_date():
    assert is_identity_number(IDENTITY)
    assert not is_identity_number(IDENTITY[:-1] + "0")
    assert not is_identity_number("11010519491331002X")
    assert is_identity_number(OLD_IDENTITY)
    assert not is_identity_number("440113501315001")


@given(st.text(max_size=40))
def test_no_text_makes_it_raise_and_masking_leaves_none(text):
    is_personal_value(text)
    assert not has_personal_number(masked(text))


@pytest.mark.parametrize(
    "number", [IDENTITY, MOBILE, OLD_IDENTITY, float(MOBILE), float(OLD_IDENTITY)]
)
@pytest.mark.parametrize("name", ["female", "unit_code", "staff_category", "remark"])
def test_a_personal_number_in_any_data_column_refuses_and_leaves_no_trace(
    report, read_one, number, name
):
    report.rows[1][name] = number
    submission = read_one(report)
    cell = report.cell_of(2, name)
    assert ("READ_CELL_PERSONAL", cell, "***") in found(submission)
    assert {one.severity for one in submission.findings if one.cell == cell} == {"M"}
    assert submission.values[name][1] is None
    digits = str(int(number)) if isinstance(number, float) else number
    for part in (digits, digits[:6], digits[-6:]):
        told = [(one.value_text, json.dumps(one.params)) for one in submission.findings]
        assert part not in repr((told, submission.cell_status, submission.values["remark"]))


def test_an_identity_number_is_masked_in_findings_about_other_things(report, read_one):
    """Findings quote cells: of a row that belongs to no unit, or beside a header nobody knows."""
    report.rows.insert(2, {"headcount_closing": 12, "remark": f"张某 {IDENTITY}", "female": MOBILE})
    submission = read_one(report.changed(extra={"": [None, IDENTITY, *[None] * 5]}))
    assert len(found(submission)) >= 2
    assert IDENTITY not in repr(submission)
    assert MOBILE not in repr(submission)


def test_the_signing_block_is_passed_over_without_a_word(report, read_one):
    report.below = [["单位负责人：样例", "", "填表人：样例", "", f"联系电话：{MOBILE}"]]
    submission = read_one(report)
    assert found(submission) == []
    assert MOBILE not in repr(submission)


@pytest.mark.parametrize(
    "header",
    [
        "姓名",
        "负责人姓名",
        "身份证号",
        "手机号码",
        "联系电话",
        "家庭住址",
        "姓 名",
        "聯繫電話",
        "公民身份号码",
    ],
)
def test_columns_of_persons_are_refused_by_their_header(report, read_one, header):
    submission = read_one(report.changed(extra={header: ["某人甲"] * 6}))
    assert [one[0] for one in found(submission)] == ["READ_HEADER_PERSONAL"]
    assert "某人甲" not in repr(submission)
