"""Asking the register: by code, by tree, by name, through time."""

from datetime import date

import pytest

from dagster_project.regions.history import build_regions
from dagster_project.regions.names import plain, stem
from dagster_project.regions.register import Register, load_register
from tests.unit.regions.conftest import E19, E20, E21, event

Y2016, Y2022 = date(2016, 1, 1), date(2022, 1, 1)
PANYU, GUANGDONG = "440113000000", "440000000000"


@pytest.fixture(scope="module")
def register():
    return load_register()


def test_a_region_is_found_only_while_it_stood(register):
    assert register.get("street", "440113118000", date(2021, 10, 30)).name == "沙湾镇"
    assert register.get("street", "440113118000", E21) is None
    assert register.get("street", "440113017000", E21).name == "沙湾街道"
    assert register.get("street", "no code", E21) is None


def test_the_tree_is_the_tree_of_that_day(register):
    top, *below = register.subtree("district", PANYU, Y2022)
    assert top.name == "番禺区"
    assert len(below) == 16 + 276
    assert {one.level for one in register.units(Y2022, PANYU)} == {"street", "community"}
    assert len(register.units(Y2022, PANYU)) == len(below)
    assert register.subtree("district", "330103000000", Y2022) == []
    places = {one.code: number for number, one in enumerate(below)}
    assert all(
        places[one.parent_code] < places[one.code] for one in below if one.level == "community"
    )


def test_a_code_tells_all_it_stood_for(register):
    assert [one.level for one in register.by_code(PANYU, Y2022)] == ["district"]


NAMES = {
    "as the code book writes it": (("沙湾街道", PANYU, Y2022), ("440113017000", "name", 0)),
    "with blanks": ((" 沙 湾　街道 ", PANYU, Y2022), ("440113017000", "name", 0)),
    "brackets of either width": (
        ("市保税区(沙头角)", "440308000000", Y2016),
        ("440308400000", "name", 0),
    ),
    "an earlier name": (("沙湾镇", PANYU, Y2022), ("440113017000", "name", 1)),
    "a later name": (("沙湾街道", PANYU, Y2016), ("440113118000", "name", 1)),
    "renamed under its code": (("石基镇", GUANGDONG, Y2022), ("440113120000", "name", 1)),
    "the office": (("沙湾街道办事处", PANYU, Y2022), ("440113017000", "ending", 0)),
    "the earlier office": (("沙湾镇人民政府", PANYU, Y2022), ("440113017000", "ending", 1)),
    "as people say it": (("大龙街", PANYU, Y2022), ("440113016000", "ending", 0)),
    "without any ending": (("大龙", "440113016000", Y2022), ("440113016200", "stem", 0)),
    "a committee": (("海傍村委会", PANYU, Y2022), ("440113120202", "ending", 0)),
    "a community that moved with its street": (
        ("紫坭社区", "440113118000", Y2022),
        ("440113017002", "ending", 1),
    ),
    "a village, not the community": (("紫坭村", PANYU, Y2022), ("440113017214", "ending", 0)),
    "asked in the former district": (
        ("长庆街道", "330103000000", Y2022),
        ("330105014000", "name", 1),
    ),
}


@pytest.mark.parametrize(("asked", "expected"), NAMES.values(), ids=NAMES)
def test_a_name_leads_to_the_region_that_stood(register, asked, expected):
    matches = register.match_name(*asked)
    found = [(one.region.code, one.matched_by, len(one.events)) for one in matches]
    assert found == [expected]
    assert matches[0].region.is_valid(asked[2])
    assert register.find_by_name(*asked) == [matches[0].region]


NOT_FOUND = {
    "a like-sounding name": ("沙弯街道", PANYU, Y2022),
    "a part of a name": ("沙", PANYU, Y2022),
    "elsewhere": ("沙湾街道", "440111000000", Y2022),
    "a merged town, which is not the whole of its successor": ("三佳乡", "140781000000", Y2022),
    "the region itself": ("番禺区", PANYU, Y2022),
    "an unknown place": ("沙湾街道", "999999000000", Y2022),
    "nothing": ("", PANYU, Y2022),
}


@pytest.mark.parametrize(("name", "within", "on"), NOT_FOUND.values(), ids=NOT_FOUND)
def test_a_name_is_never_guessed(register, name, within, on):
    assert register.find_by_name(name, within, on) == []


def test_a_name_that_two_bear_is_left_to_a_person(register):
    found = register.find_by_name("紫坭", PANYU, Y2022)
    assert [one.kind for one in found] == ["RC", "VC"]


def test_who_bears_the_name_now_wins_over_who_bore_it(books):
    """A street took the name that another had given up."""
    first, second = "440113001000", "440113002000"
    entries = [
        ("district", PANYU, "番禺区", "DISTRICT", (E19, E20, E21)),
        ("street", first, "甲街道", "STREET", (E19,)),
        ("street", first, "乙街道", "STREET", (E20, E21)),
        ("street", second, "甲街道", "STREET", (E20, E21)),
    ]
    renamed = event("rename", E20, (first, "甲街道"), (first, "乙街道"))
    data = books(entries, [renamed])
    register = Register(build_regions(data), data.events)
    assert [one.code for one in register.find_by_name("甲街道", PANYU, E21)] == [second]
    assert [one.code for one in register.find_by_name("甲街道", PANYU, E19)] == [first]


SUCCESSORS = {
    "a recoded town": (("street", "440113118000"), Y2022, ["440113017000"]),
    "a merged town": (("street", "140781202000"), Y2022, ["140781103000"]),
    "one that still stands": (("street", "440113016000"), Y2022, ["440113016000"]),
    "not yet ended": (("street", "440113118000"), Y2016, ["440113118000"]),
    "unknown": (("street", "999999999000"), Y2022, []),
}


@pytest.mark.parametrize(("key", "on", "expected"), SUCCESSORS.values(), ids=SUCCESSORS)
def test_the_successors_of_a_region_are_known(register, key, on, expected):
    assert [one.code for one in register.successors(*key, on)] == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("大青村村民委员会", ("大青", "villagers")),
        ("古东村民委员会", ("古东", "villagers")),
        ("文峰街社区居民委员会", ("文峰街", "residents")),
        ("社区居委会", ("社区", "residents")),
        ("街道", ("街道", "")),
        ("海傍农场生活", ("海傍农场生活", "")),
    ],
)
def test_an_official_ending_is_cut_once_and_leaves_a_name(name, expected):
    assert stem(plain(name)) == expected
