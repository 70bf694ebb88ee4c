"""The judge points at the exact sheet, row and cell, and at nothing else."""

import json
import subprocess
import sys
from datetime import date

import pytest

from dagster_project.rules.wording import word
from tests.unit.rules.desk import FIRST_ROW, HEADER_ROW, TOWN, column_letters
from tests.unit.rules.rule_rows import changed

UNIT, OTHER_UNIT = "440113007001", "440113007002"


@pytest.fixture
def staff(desk):
    table = desk("staff")
    table.hold("community", UNIT, "东环社区")
    return table


def cell(table, column, row):
    return f"{column_letters(table.form.column_names.index(column))}{row + FIRST_ROW - 1}"


def rows_of(**changes):
    """Give a clean row and, below it, one with changes."""
    return [changed("staff", {"staff_category": "GRID_FULL"}), changed("staff", changes)]


def test_a_failure_names_sheet_row_cell_value_and_all_operands(staff):
    staff.lay(rows_of(headcount_closing=13, full_time=13))
    (found,) = staff.findings()
    assert {key: found[key] for key in ("submission_id", "rule_id", "severity", "scope")} == {
        "submission_id": 101, "rule_id": "SG-103-R01", "severity": "M", "scope": "row",
    }  # fmt: skip
    assert (found["sheet_name"], found["row_number"]) == ("报表", 2)
    assert (found["column_name"], found["cell"]) == ("headcount_closing", "G6")
    assert found["value_text"] == "13"
    assert found["related_cells"] == "G6;C6;D6;E6"
    params = json.loads(found["params"])
    assert params["values"] == "期末人数=13;期初人数=10;本期增加=3;本期减少=1"
    assert params["values_en"].startswith("Headcount at end=13;")


def test_each_failing_condition_of_a_rule_is_a_finding_of_its_own(staff):
    staff.lay([changed("staff", {"female": 13, "party_members": 14})])
    found = staff.findings("SG-103-R03")
    assert [row["column_name"] for row in found] == ["female", "party_members"]
    assert [row["cell"] for row in found] == [
        cell(staff, "female", 1),
        cell(staff, "party_members", 1),
    ]


def test_what_a_rule_demands_is_blamed_not_its_condition(staff):
    staff.lay([changed("staff", {"staff_category": "VOL_REG"})])
    (found,) = staff.findings("SG-103-R11")
    assert found["column_name"] == "wage_bill"
    assert (
        found["related_cells"]
        == f"{cell(staff, 'wage_bill', 1)};{cell(staff, 'staff_category', 1)}"
    )


def test_a_cell_that_stands_elsewhere_keeps_its_own_address(staff):
    staff.lay(rows_of(headcount_closing=13, full_time=13))
    staff.mark(101, (2, "headcount_closing"), None, "十三", "AB44")
    (found,) = staff.findings()
    assert (found["cell"], found["value_text"]) == ("AB44", "十三")
    assert found["related_cells"].startswith("AB44;C6")
    assert "期末人数=13" in json.loads(found["params"])["values"]


def test_plain_texts_are_what_a_person_would_type(desk):
    table = desk("facilities")
    table.hold("community", UNIT)
    changes = {"floor_area_m2": "250.500000", "closed_on": "2011-01-01", "status": "CLOSED"}
    table.lay([changed("facilities", changes)])
    texts = {row["rule_id"]: json.loads(row["params"])["values"] for row in table.findings()}
    assert texts["SG-104-R03"] == "其中:服务面积=200;其中:办公面积=80;建筑面积=250.5"
    assert texts["SG-104-R05"] == "关闭日期=2011-01-01;启用日期=2012-05-01"


def test_a_blank_obligatory_cell_is_found_and_a_mark_is_not(staff):
    blank, nothing = changed("staff", {"female": None}), changed("staff", {"female": None})
    for _ in range(6):
        staff.lay([changed("staff", {"female": None})])
    staff.lay([blank, nothing])
    marks = ["L", "M", "Q", "N", "O"]
    for number, status in enumerate(marks, start=1):
        staff.mark(number * 100 + 1, (1, "female"), status, "未报")
    staff.mark(601, (1, "female"), "L", "")
    found = staff.findings("ALL-R06")
    assert [(row["submission_id"], row["row_number"]) for row in found] == [
        (601, 1),
        (701, 1),
        (701, 2),
    ]
    assert {row["cell"] for row in found} == {"I5", "I6"}


def test_a_key_may_not_be_marked_away(staff):
    staff.lay([changed("staff", {"staff_category": None})])
    staff.mark(101, (1, "staff_category"), "M", "—")
    (found,) = staff.findings("ALL-R06")
    assert (found["column_name"], found["value_text"]) == ("staff_category", "—")


def test_a_text_that_is_no_value_is_left_to_the_reader_who_named_it(staff):
    staff.lay([changed("staff", {"female": None, "unit_code": None})])
    staff.mark(101, (1, "female"), None, "七人半")
    staff.mark(101, (1, "unit_code"), None, "东环社區?")
    assert staff.findings("ALL-R06") == []


def test_a_column_that_is_not_in_the_sheet_is_left_to_the_reader(staff):
    staff.lay([changed("staff", {"female": None})])
    staff.connection.execute("delete from landed_column where column_name = 'female'")
    assert staff.findings("ALL-R06") == []


def test_each_repeated_row_after_the_first_is_found_within_its_own_file(staff):
    staff.lay([changed("staff", {})] * 3)
    staff.lay([changed("staff", {})])
    found = staff.findings("ALL-R03")
    assert [(row["submission_id"], row["row_number"], row["cell"]) for row in found] == [
        (101, 2, "A6"), (101, 3, "A7"),
    ]  # fmt: skip
    assert json.loads(found[0]["params"])["first_row"] == "5"


def test_of_very_many_repeated_rows_some_are_listed_and_the_others_counted(
    staff, programme, monkeypatch
):
    """A text of a million rows sent twice over had a million findings."""
    monkeypatch.setattr("dagster_project.rules.alike.MOST_ALIKE", 3)
    staff.lay([changed("staff", {})] * 9)
    staff.lay([changed("staff", {})] * 4)
    found = [row for row in staff.findings() if row["rule_id"] in ("ALL-R03", "RULE_MORE_ALIKE")]
    listed = [(row["submission_id"], row["row_number"], row["cell"]) for row in found]
    assert listed == [
        (101, None, "A8"), (101, 2, "A6"), (101, 3, "A7"), (101, 4, "A8"),
        (201, 2, "A6"), (201, 3, "A7"), (201, 4, "A8"),
    ]  # fmt: skip
    assert (found[0]["severity"], found[0]["rule_id"]) == ("M", "RULE_MORE_ALIKE")
    words = word(found[0], programme)
    assert "另有 5 处" in words["message_zh"]
    assert "5 more" in words["message_en"]
    assert "ALL-R03" in words["message_zh"]


@pytest.mark.parametrize(
    ("level", "since", "until", "is_valid"),
    [
        ("community", None, None, True),
        ("street", None, None, True),
        ("community", date(2015, 12, 31), None, True),
        ("community", date(2016, 1, 1), None, False),
        ("community", None, date(2016, 1, 1), True),
        ("community", None, date(2015, 12, 31), False),
        ("district", None, None, False),
    ],
)
def test_a_unit_must_be_valid_on_the_last_day_of_the_period(desk, level, since, until, is_valid):
    table = desk("services", period="2015-12")
    table.hold(level, UNIT, since=since, until=until)
    table.lay([changed("services", {})])
    assert [row["cell"] for row in table.findings("ALL-R01")] == ([] if is_valid else ["A5"])


def test_a_unit_of_two_lives_is_valid_in_each(desk):
    table = desk("services")
    table.hold("community", UNIT, until=date(2010, 1, 1))
    table.hold("community", UNIT, since=date(2012, 1, 1))
    table.lay([changed("services", {})])
    assert table.findings() == []


def test_without_a_known_period_nothing_is_said_about_it(staff):
    staff.lay(rows_of(), period=None)
    staff.lay(rows_of(), period="20155")
    assert staff.findings() == []


def test_a_community_without_a_row_is_found_at_the_header_of_its_column(staff):
    staff.hold("community", OTHER_UNIT, "西环社区")
    staff.hold("community", "440113007003", "旧社区", until=date(2015, 12, 31))
    staff.hold("community", "440113008001", "邻镇社区")
    staff.lay(rows_of())
    (found,) = staff.findings()
    assert (found["rule_id"], found["scope"], found["row_number"]) == ("ALL-R07", "form", None)
    assert (found["sheet_name"], found["cell"]) == ("报表", f"A{HEADER_ROW}")
    assert found["value_text"] == OTHER_UNIT
    assert json.loads(found["params"])["unit"] == "440113007002 西环社区"


def test_a_file_without_any_row_lacks_all_its_communities(staff):
    staff.lay([])
    assert [row["value_text"] for row in staff.findings("ALL-R07")] == [UNIT]


def test_a_form_that_need_not_list_all_units_lacks_none(desk):
    table = desk("services")
    table.hold("community", UNIT)
    table.hold("community", OTHER_UNIT)
    table.lay([changed("services", {})])
    assert table.findings() == []


def test_a_total_that_is_not_the_sum_is_found_in_its_own_cell(staff):
    staff.lay(rows_of())
    staff.lay(rows_of())
    staff.total(101, "headcount_closing", 24, "G20")
    staff.total(201, "headcount_closing", 25, "G20")
    staff.total(201, "wage_bill", "360000.99", "X20")
    found = staff.findings()
    assert [(row["submission_id"], row["column_name"], row["cell"]) for row in found] == [
        (201, "headcount_closing", "G20"), (201, "wage_bill", "X20"),
    ]  # fmt: skip
    assert (found[0]["value_text"], found[0]["related_cells"]) == ("25", "G20;G5:G6")
    assert json.loads(found[0]["params"])["sum"] == "24"
    assert json.loads(found[1]["params"])["sum"] == "360001"


@pytest.mark.parametrize(
    ("column", "status", "raw", "is_found"),
    [
        ("female", "M", "—", True),
        ("female", "L", "未报", False),
        ("female", "Q", "x", False),
        ("female", None, "", False),
        ("wage_bill", None, "", True),
        ("wage_bill", "M", "—", True),
    ],
)
def test_a_total_is_checked_only_where_its_rows_can_be_added(staff, column, status, raw, is_found):
    staff.lay(rows_of(**{column: None, "paid_person_months": None}))
    if status:
        staff.mark(101, (2, column), status, raw)
    staff.total(101, column, 1, "Z20")
    assert bool(staff.findings("ALL-R08")) is is_found


def test_parts_of_a_building_are_added_to_their_own_parent_only(desk):
    table = desk("facilities")
    table.hold("community", UNIT)
    parent = changed("facilities", {})
    room = {"parent_facility_code": parent["facility_code"], "floor_area_m2": "301"}
    table.lay([parent, changed("facilities", room | {"facility_code": "room"})])
    table.lay([parent])
    (found,) = table.findings("SG-104-R14")
    assert (found["submission_id"], found["row_number"], found["cell"]) == (101, 1, "J5")


def test_an_absurd_number_is_judged_and_stops_no_other_file(staff):
    """9223372036854775807 in one cell made a sum pass 64 bits and the whole query fail."""
    huge = 9223372036854775807
    staff.lay([changed("staff", {"headcount_opening": huge, "joined": huge})])
    staff.lay(rows_of(headcount_closing=13))
    found = staff.findings("SG-103-R01")
    assert [row["submission_id"] for row in found] == [101, 201]


def test_findings_come_in_one_order_however_the_rows_lie(staff):
    staff.hold("community", OTHER_UNIT)
    staff.lay([changed("staff", {"female": 13, "joined": None})] * 3)
    staff.lay(rows_of(headcount_closing=None))
    staff.total(101, "joined", 5, "D20")
    first = staff.findings()
    staff.connection.execute("create table turned as from landed order by row_number desc")
    staff.connection.execute("delete from landed")
    staff.connection.execute("insert into landed from turned")
    assert staff.findings() == first
    places = [(row["submission_id"], row["row_number"] or 0, row["rule_id"]) for row in first]
    assert places == sorted(places)


def test_judging_leaves_nothing_in_the_connection(staff):
    staff.lay(rows_of(female=13))
    staff.findings()
    views = staff.connection.execute("select view_name from duckdb_views() where not internal")
    assert views.fetchall() == []


def test_nothing_laid_gives_no_finding(staff):
    assert staff.findings() == []


def test_a_respondent_of_another_town_is_found_on_every_row(staff):
    staff.lay(rows_of(), respondent_code="440113008000")
    assert [row["cell"] for row in staff.findings("ALL-R02")] == ["A5", "A6"]
    assert TOWN != "440113008000"


def test_judging_imports_no_pandas():
    """``pa.array`` imports pandas, and `jiceng check` must answer within a second."""
    code = """
import sys
from dagster_project.programme.load import load_programme
from tests.unit.rules.desk import Desk
from tests.unit.rules.rule_rows import changed
programme = load_programme()
desk = Desk(programme.forms["staff"], programme)
desk.lay([changed("staff", {"female": 13})])
assert desk.findings()
loaded = {"pandas", "dagster", "dbt", "great_expectations", "pandera"} & set(sys.modules)
assert not loaded, loaded
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
