"""Headers are compared by meaning: script, width, numbering and units make no difference."""

import pytest

from dagster_project.accepting import AliasError, Ground, accept
from dagster_project.clock import FixedClock
from dagster_project.collecting.aliases import in_force, read_aliases
from dagster_project.reading.file import Reader
from dagster_project.reading.form_headers import FormHeaders
from dagster_project.reading.script import simplified
from dagster_project.reading.suggestions import ACCEPTED_LIKENESS, nearest
from dagster_project.settings import Settings
from tests.fixtures.workbooks import as_csv, as_xlsx
from tests.unit.reading.conftest import found


@pytest.fixture(scope="module")
def staff(programme):
    return FormHeaders.of(programme.forms["staff"])


@pytest.mark.parametrize(
    "text",
    [
        "期末人数", "期末人數", "期 末\n人 数", "期末人数（人）", "（七）期末人数", "7、期末人数",
        "①期末人数", "甲、期末人数", "ⅱ、期末人数", "1.2期末人数", "“期末”人数", "*期末人数",
        "# 期末人数", "其中：期末人数", "期末人数[人]", "期末人数，人", "現有人數", "期末人数①",
        "期末人数²", "期末人数（注1）", "期末人数[2]", "期末人数(5=1+2-3)",
        "(5)=(1)+(2)-(3)期末人数",
    ],
)  # fmt: skip
def test_one_header_however_it_is_written(staff, text):
    assert staff.match((text,)).column_name == "headcount_closing"


@pytest.mark.parametrize(
    "text",
    [
        "期末人数（折算）",
        "期末人数合计",
        "期末人数(5)",
        "上年期末人数",
        "期末",
        "15期末人数",
        "人数（不含兼职）",
    ],
)
def test_what_may_mean_something_else_is_unknown(staff, text):
    assert staff.match((text,)) is None


@pytest.mark.parametrize(
    ("texts", "name"),
    [
        (("期末", "人数"), "headcount_closing"),
        (("期末人数", "（人）"), "headcount_closing"),
        (("队伍情况", "期末人数", "其中", "女性"), "female"),
        (("本期减少", "其中", "梯次退出"), "departed_by_rule"),
        (("closing", "期末人数"), "headcount_closing"),
        (("上年同期", "期末人数"), None),
        (("比上年增长", "女性"), None),
    ],
)
def test_levels_of_a_header_are_read_together(staff, texts, name):
    """A group such as 上年同期 makes the column under it another one."""
    hit = staff.match(texts)
    assert (hit.column_name if hit else None) == name


def test_traditional_characters_are_pairs_and_never_chains():
    assert simplified("應發工資總額（萬元）民國臺灣") == "应发工资总额（万元）民国台湾"
    assert simplified(simplified("後發乾鎮裡")) == simplified("後發乾鎮裡")


def test_nearest_headers_come_with_their_likeness_and_lacking_columns_first(staff):
    offered = nearest(staff, ("女性职工",), taken=())
    assert offered[0].column_name == "female"
    assert all(one.likeness < ACCEPTED_LIKENESS for one in offered)
    ranked = [one.likeness for one in offered]
    assert ranked == sorted(ranked, reverse=True)
    again = nearest(staff, ("女性职工",), taken=["female"])
    assert again[0].column_name != "female"


def test_four_levels_of_header_are_read(report, read_one):
    sheet = report.sheet()
    top, width = report.first_row - 1, len(report.names)
    header = sheet.rows[top]
    above = [["队伍情况"] + [""] * (width - 1), ["人员"] + [""] * (width - 1), [""] * width]
    above[2][8] = "其中"
    header[8], header[9] = "女性", "中共党员"
    sheet.rows[top:top] = above
    sheet.merged += [
        (top, 0, top, width - 1),
        (top + 1, 0, top + 1, width - 1),
        (top + 2, 8, top + 2, 9),
    ]
    submission = read_one(as_xlsx(sheet))
    assert found(submission) == []
    assert submission.values["female"] == [2] * 6
    assert submission.header_row == top + 4


def test_groups_of_a_text_file_reach_to_the_next_group(report, read_one):
    """A text file keeps of a merged group only its first cell."""
    names = ["unit_code", "staff_category", "joined", "departed", "female", "party_members"]
    sheet = report.changed(columns=names).sheet()
    top = report.first_row - 1
    sheet.rows[top : top + 1] = [
        ["社区(村)代码", "人员类别代码", "本期", "", "其中", ""],
        ["", "", "增加", "减少", "女性", "中共党员"],
    ]
    submission = read_one(as_csv(sheet))
    assert "READ_HEADER_UNKNOWN" not in {rule for rule, *_ in found(submission)}
    assert submission.values["departed"] == [0] * 6


def test_sub_headers_and_units_stand_in_one_row(report, read_one):
    """Yearbooks write the unit under one header and a sub-header under the next."""
    sheet = report.sheet()
    top, width = report.first_row - 1, len(report.names)
    below = [""] * width
    below[6], below[8], below[23] = "（人）", "女性", "（万元）"
    sheet.rows[top][8] = "其  中"
    sheet.rows.insert(top + 1, below)
    sheet.merged += [(top, c, top + 1, c) for c in range(width) if not below[c]]
    submission = read_one(as_xlsx(sheet))
    assert found(submission) == []
    assert submission.values["female"] == [2] * 6
    factors = {one.column_name: one.unit_factor for one in submission.columns}
    assert (factors["wage_bill"], factors["headcount_closing"]) == (10000, 1)


def test_a_second_row_that_says_the_header_again_belongs_to_it(report, read_one):
    """Open data gives column codes and Chinese headers in two rows."""
    sheet = report.sheet()
    top = report.first_row - 1
    sheet.rows.insert(top + 1, ["區劃代碼", "人員類別", *sheet.rows[top][2:]])
    submission = read_one(as_csv(sheet))
    assert found(submission) == []
    assert (submission.header_row, len(submission.source_rows)) == (top + 2, 6)


@pytest.fixture
def home(tmp_path) -> Settings:
    from datetime import datetime

    return Settings(tmp_path, clock=FixedClock(datetime.fromisoformat("2016-04-08T09:15:00")))


GROUND = Ground("统计科", "同义")


def test_an_accepted_header_is_known_the_next_time(home, report, programme, register, reader):
    data = as_xlsx(report.changed(headers={"female": "女性职工人数"}).sheet())
    path = home.home / "市桥街道.xlsx"
    path.write_bytes(data)
    made = accept(home, str(path), "女性职工人数", "其中:女性", GROUND)
    assert (made.form_id, made.column_name, made.source) == ("staff", "female", "市桥街道.xlsx")
    (submission,) = (
        Reader(programme, register, in_force(read_aliases(home.decisions)))
        .read(data, "报表.xlsx")
        .submissions
    )
    assert found(submission) == []
    assert submission.values["female"] == [2] * 6
    (before,) = reader.read(data, "报表.xlsx").submissions
    assert found(before)[0] == ("READ_HEADER_UNKNOWN", "I4", "女性职工人数")


@pytest.mark.parametrize(
    ("target", "header", "column", "code"),
    [
        ("SG-999", "女性职工人数", "female", "ALIAS_TARGET_UNKNOWN"),
        ("SG-103", "女性职工人数", "women", "ALIAS_COLUMN_UNKNOWN"),
        ("staff", "现有人数", "female", "ALIAS_HEADER_KNOWN"),
        ("staff", "经办人手机", "remark", "ALIAS_HEADER_PERSONAL"),
        ("staff", "　", "remark", "ALIAS_HEADER_BLANK"),
    ],
)
def test_a_decision_that_makes_no_sense_is_not_recorded(home, target, header, column, code):
    with pytest.raises(AliasError) as error:
        accept(home, target, header, column, GROUND)
    assert error.value.code == code
    assert read_aliases(home.decisions) == ()


def test_a_header_that_the_file_does_not_have_is_not_recorded(home, report):
    path = home.home / "市桥街道.xlsx"
    path.write_bytes(as_xlsx(report.changed(headers={"female": "女职工"}).sheet()))
    with pytest.raises(AliasError) as error:
        accept(home, str(path), "男职工", "female", GROUND)
    assert "女职工" in str(error.value)


def test_a_decision_cannot_redirect_a_header_of_the_form(programme, register, report):
    reader = Reader(programme, register, {"staff": {"期末人数": "female"}})
    (submission,) = reader.read(as_xlsx(report.sheet()), "报表.xlsx").submissions
    assert found(submission) == []
    assert submission.values["headcount_closing"] == [5, 5, 6, 6, 7, 7]
