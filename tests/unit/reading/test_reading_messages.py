"""Every finding of the reader has its words, in two languages, and the words have their values."""

import re
from pathlib import Path
from string import Formatter

import pytest
import yaml

import dagster_project.messages as messages_package
import dagster_project.reading as reading_package
from tests.fixtures.workbooks import Error
from tests.unit.reading.conftest import found

FOLDER = Path(reading_package.__path__[0])
CATALOGUE = yaml.safe_load(
    (Path(messages_package.__path__[0]) / "reading.yml").read_text(encoding="utf-8")
)
DERIVED = {"READ_CELL_ERROR", "READ_CELL_FORMULA"}
FIELDS = {"zh", "en", "remedy_zh", "remedy_en"}


def codes_in_the_source() -> set[str]:
    texts = (path.read_text(encoding="utf-8") for path in FOLDER.glob("*.py"))
    return {code for text in texts for code in re.findall(r'"(READ_[A-Z_]+[A-Z])"', text)}


def names_in(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_every_code_has_words_and_no_words_are_left_over():
    assert codes_in_the_source() | DERIVED == set(CATALOGUE)


@pytest.mark.parametrize("code", CATALOGUE)
def test_words_come_in_both_languages_with_the_same_values(code):
    assert set(CATALOGUE[code]) == FIELDS
    assert all(CATALOGUE[code].values())


def test_the_words_of_findings_find_their_values(report, read_one, read):
    """Words that name a value no finding gives would print a gap to the clerk."""
    report.rows[0] |= {"female": Error("#REF!"), "party_members": "三个", "joined": 1.5}
    report.rows[1] |= {"staff_category": "勤杂", "unit_code": "桃花源村"}
    report.block.append(["报告期间", "2016-Q1"])
    changed = report.changed(headers={"full_time": "全日人员数"}, extra={"": [1] * 6})
    findings = read_one(changed, "南村镇2014年三季度.xlsx").findings
    findings += read(b"", "空.xlsx").findings + read(b"PK00", "坏.xlsx").findings
    assert len({one.rule_id for one in findings}) >= 11
    for one in findings:
        given = {name for name, _ in one.params}
        for text in CATALOGUE[one.rule_id].values():
            assert names_in(text) <= given, one.rule_id


def test_findings_name_sheet_row_and_column(report, read_one):
    report.rows[2]["female"] = "若干人"
    submission = read_one(report)
    (finding,) = submission.findings
    assert found(submission) == [("READ_CELL_NUMBER", "I7", "若干人")]
    assert (finding.sheet_name, finding.row_number, finding.column_name, finding.scope) == (
        "报表",
        3,
        "female",
        "cell",
    )
    assert dict(finding.params)["column"] == "其中:女性"
