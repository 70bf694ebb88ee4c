"""Units by code and name, also those they had before; inside the respondent, or not at all."""

from dataclasses import replace
from datetime import date

import pytest

from dagster_project.reading.odd import Odd
from dagster_project.reading.register import Units
from dagster_project.reading.unit_cells import UnitReader

NOW, THEN = date(2022, 1, 1), date(2015, 12, 31)
SHAWAN, SHAWAN_TOWN, SHIQI = "440113017000", "440113118000", "440113120000"


@pytest.fixture(scope="session")
def units(programme, register):
    return Units.of(programme, register)


@pytest.fixture
def read(units):
    """Read a cell as a unit below a respondent: its code, or the problem."""

    def read(cell, respondent=SHAWAN, on=NOW):
        found = UnitReader(units, respondent, on).read(cell)
        if isinstance(found, Odd):
            return found.problem or found.value
        return found

    return read


@pytest.mark.parametrize(
    ("cell", "respondent", "code"),
    [
        ("440113017001", SHAWAN, "440113017001"),
        ("440113118001", SHAWAN, "440113017001"),
        (440113118001.0, SHAWAN, "440113017001"),
        ("440113118", SHAWAN, SHAWAN),
        ("沙湾社区居委会", SHAWAN, "440113017001"),
        ("沙湾镇沙湾社区", SHAWAN, "440113017001"),
        ("番禺区沙湾镇紫坭村委会", SHAWAN, "440113017214"),
        ("沙灣街道紫坭村", SHAWAN, "440113017214"),
        ("1.沙湾社区", SHAWAN, "440113017001"),
        ("（2）紫坭社区", SHAWAN, "440113017002"),
        ("沙 湾 社 区", SHAWAN, "440113017001"),
        ("440113017001 沙湾社区", SHAWAN, "440113017001"),
        ("沙湾社区（440113118001）", SHAWAN, "440113017001"),
        ("沙湾镇", SHAWAN, SHAWAN),
        ("沙湾街道办事处", SHAWAN, SHAWAN),
        ("本级", SHAWAN, SHAWAN),
        ("石基村", SHIQI, "440113120206"),
        ("石碁村委会", SHIQI, "440113120206"),
        ("石基镇", SHIQI, SHIQI),
    ],
)
def test_a_unit_is_known_by_every_code_and_name_it_bore(read, cell, respondent, code):
    assert read(cell, respondent) == code


def test_in_a_year_before_the_change_the_older_code_is_meant(read):
    assert read("440113017001", SHAWAN_TOWN, THEN) == "440113118001"
    assert read("沙湾社区", SHAWAN_TOWN, THEN) == "440113118001"
    assert read("石碁村", SHIQI, THEN) == "440113120206"


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        ("紫坭", "READ_CELL_UNIT_AMBIGUOUS"),
        ("沙湾", "READ_CELL_UNIT_AMBIGUOUS"),
        ("440113017001 紫坭社区", "READ_CELL_UNIT_AMBIGUOUS"),
        ("沙弯社区", "READ_CELL_UNIT_UNKNOWN"),
        ("德兴社区", "READ_CELL_UNIT_UNKNOWN"),
        ("市桥街道德兴社区", "READ_CELL_UNIT_UNKNOWN"),
        ("南村镇", "READ_CELL_UNIT_UNKNOWN"),
        ("某某科技有限公司", "READ_CELL_UNIT_UNKNOWN"),
        (440113.0, "READ_CELL_REGION_CODE"),
    ],
)
def test_what_may_be_several_or_another_streets_is_never_guessed(read, cell, problem):
    assert read(cell) == problem


def test_suggestions_are_ranked_and_not_taken(units):
    odd = UnitReader(units, SHAWAN, NOW).read("沙弯社区")
    assert odd.value is None
    first, *others = odd.params["suggestions"].split("、")
    assert first == "沙湾社区居民委员会 440113017001"
    assert len(others) <= 2


def test_a_code_that_never_was_is_left_to_the_rules(read):
    assert read("440113017999") == "440113017999"


def test_a_village_written_with_a_second_village_is_the_village(read):
    assert read("南村村", "440113102000") == "440113102200"


def test_a_street_that_was_recoded_is_a_respondent_under_either_code(units):
    assert units.code_on(SHAWAN_TOWN, NOW) == SHAWAN
    assert units.code_on(SHAWAN, THEN) == SHAWAN_TOWN
    assert units.streets_named("沙湾镇人民政府", NOW) == (SHAWAN,)
    assert not units.exists("440113017001", NOW)


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("沙头街道", ("440113008000",)),
        ("沙頭街道辦事處", ("440113008000",)),
        ("番禺区沙头街道", ("440113008000",)),
        ("广州市番禺区沙头街道办事处", ("440113008000",)),
        ("福田区沙头街道", ("440304005000",)),
        ("深圳市福田区沙头街道", ("440304005000",)),
    ],
)
def test_of_streets_of_one_name_the_one_that_reports_or_that_stands_in_the_district(
    units, name, codes
):
    """A collection in Futian made all reports of Panyu's 沙头街道 ambiguous: Futian has one."""
    assert units.streets_named(name, THEN) == codes


def test_of_streets_of_one_name_that_nobody_asks_none_is_chosen(units):
    both = replace(units, codes=())
    assert both.streets_named("沙头街道", THEN) == ("440113008000", "440304005000")


@pytest.mark.parametrize(
    "name", ["番禺区", "番禺区人民政府", "广州市番禺区政府", "广州市番禺区人民政府"]
)
def test_a_district_that_reports_for_its_departments_may_be_called_its_government(
    programme, register, name
):
    """Reports of departments were refused where their district was written as its government."""
    departments = Units.of(programme, register).of_forms(programme)["department_measures"]
    assert departments.streets_named(name, THEN) == ("440113000000",)
