"""Intervals from code books and events. Not here: the programme's own data."""

from datetime import date

import pytest

from dagster_project.regions.history import build_regions, unexplained
from tests.unit.regions.conftest import E19, E20, E21, event

OLD, NEW, OTHER = "440113118000", "440113017000", "440113120000"
ALL = (E19, E20, E21)
DECREE = date(2020, 12, 1)


def intervals(found):
    return [(one.code[6:9], one.name, one.valid_from, one.valid_to) for one in build_regions(found)]


CASES = {
    "what every edition lists has always been": (
        [("street", OLD, "沙湾镇", "TOWN", ALL)],
        [],
        [("118", "沙湾镇", None, None)],
    ),
    "without an event the edition dates a change": (
        [
            ("street", OLD, "沙湾镇", "TOWN", (E19, E20)),
            ("street", NEW, "沙湾街道", "STREET", (E21,)),
        ],
        [],
        [("017", "沙湾街道", E21, None), ("118", "沙湾镇", None, E21)],
    ),
    "a decree between two editions dates the change": (
        [
            ("street", OLD, "沙湾镇", "TOWN", (E19, E20)),
            ("street", NEW, "沙湾街道", "STREET", (E21,)),
        ],
        [event("recode", DECREE, (OLD, "沙湾镇"), (NEW, "沙湾街道"))],
        [("017", "沙湾街道", DECREE, None), ("118", "沙湾镇", None, DECREE)],
    ),
    "a renamed town is two intervals of one code": (
        [
            ("street", OTHER, "石基镇", "TOWN", (E19, E20)),
            ("street", OTHER, "石碁镇", "TOWN", (E21,)),
        ],
        [event("rename", DECREE, (OTHER, "石基镇"), (OTHER, "石碁镇"))],
        [("120", "石基镇", None, DECREE), ("120", "石碁镇", DECREE, None)],
    ),
    "a town goes on when a street is split off": (
        [("street", OLD, "太和镇", "TOWN", ALL), ("street", NEW, "大源街道", "STREET", (E20, E21))],
        [event("split", E20, (OLD, "太和镇"), (NEW, "大源街道"))],
        [("017", "大源街道", E20, None), ("118", "太和镇", None, None)],
    ),
    "a town that the next edition lacks ended with its split": (
        [
            ("street", OLD, "太和镇", "TOWN", (E19, E20)),
            ("street", NEW, "大源街道", "STREET", (E21,)),
        ],
        [event("split", DECREE, (OLD, "太和镇"), (NEW, "大源街道"))],
        [("017", "大源街道", DECREE, None), ("118", "太和镇", None, DECREE)],
    ),
    "a merged town ends and the other goes on": (
        [
            ("street", OLD, "三佳乡", "TOWNSHIP", (E19, E20)),
            ("street", OTHER, "洪山镇", "TOWN", ALL),
        ],
        [event("merge", DECREE, (OLD, "三佳乡"), (OTHER, "洪山镇"))],
        [("118", "三佳乡", None, DECREE), ("120", "洪山镇", None, None)],
    ),
    "a code that is set up anew begins a new interval": (
        [("street", OLD, "下城", "STREET", (E19, E20)), ("street", OTHER, "拱墅", "STREET", ALL)],
        [
            event("merge", DECREE, (OLD, "下城"), (OTHER, "拱墅")),
            event("merge", DECREE, (OTHER, "拱墅"), (OTHER, "拱墅")),
        ],
        [
            ("118", "下城", None, DECREE),
            ("120", "拱墅", None, DECREE),
            ("120", "拱墅", DECREE, None),
        ],
    ),
    "an event after the last edition counts at once": (
        [("street", OLD, "沙湾镇", "TOWN", ALL)],
        [event("recode", date(2023, 1, 1), (OLD, "沙湾镇"), (NEW, "沙湾街道"))],
        [("017", "沙湾街道", date(2023, 1, 1), None), ("118", "沙湾镇", None, date(2023, 1, 1))],
    ),
    "two changes between two editions leave an interval no edition shows": (
        [("street", OLD, "甲镇", "TOWN", (E19, E20)), ("street", OTHER, "丙镇", "TOWN", (E21,))],
        [
            event("recode", DECREE, (OLD, "甲镇"), (NEW, "乙街道")),
            event("recode", date(2021, 5, 1), (NEW, "乙街道"), (OTHER, "丙镇")),
        ],
        [
            ("017", "乙街道", DECREE, date(2021, 5, 1)),
            ("118", "甲镇", None, DECREE),
            ("120", "丙镇", date(2021, 5, 1), None),
        ],
    ),
    "what was left out once is two intervals": (
        [("street", OLD, "沙湾镇", "TOWN", (E19, E21)), ("street", OTHER, "石基镇", "TOWN", ALL)],
        [],
        [("118", "沙湾镇", None, E20), ("118", "沙湾镇", E21, None), ("120", "石基镇", None, None)],
    ),
    "an event before the first edition changes nothing": (
        [("street", OLD, "沙湾镇", "TOWN", ALL)],
        [event("recode", date(2012, 1, 1), (NEW, "沙湾"), (OLD, "沙湾镇"))],
        [("118", "沙湾镇", None, None)],
    ),
}


@pytest.mark.parametrize(("entries", "events", "expected"), CASES.values(), ids=CASES.keys())
def test_intervals_follow_from_editions_and_events(books, entries, events, expected):
    assert intervals(books(entries, events)) == expected


def test_a_region_takes_its_kind_parent_and_source_along(books):
    moved = event("recode", DECREE, (OLD, "沙湾镇"), (NEW, "沙湾街道"))
    before, after = build_regions(
        books(
            [
                ("street", NEW, "沙湾街道", "STREET", (E21,)),
                ("street", OLD, "沙湾镇", "TOWN", (E19, E20)),
            ],
            [moved],
        )
    )[::-1]
    assert (before.kind, before.source) == ("TOWN", f"book {E19}")
    assert (after.kind, after.source) == ("STREET", moved.source)
    assert (after.parent_level, after.parent_code) == ("district", "440113000000")


def test_the_first_edition_is_counted_for_each_level_apart(books):
    """Communities are held from 2020 on only: those of 2020 are not new that year."""
    found = books(
        [
            ("street", OLD, "沙湾镇", "TOWN", ALL),
            ("community", "440113118001", "沙湾社区", "RC", (E20, E21)),
        ]
    )
    assert {one.valid_from for one in build_regions(found)} == {None}


CHANGED = [
    ("street", OLD, "沙湾镇", "TOWN", (E19, E20)),
    ("street", NEW, "沙湾街道", "STREET", (E21,)),
]
UNTOLD = {
    "an end and a beginning": (CHANGED, [], {(OLD, "沙湾镇", None), (NEW, None, "沙湾街道")}),
    "nothing where an event tells": (
        CHANGED,
        [event("recode", E21, (OLD, "沙湾镇"), (NEW, "沙湾街道"))],
        set(),
    ),
    "both where the event lies between other editions": (
        CHANGED,
        [event("recode", E20, (OLD, "沙湾镇"), (NEW, "沙湾街道"))],
        {(OLD, "沙湾镇", None), (NEW, None, "沙湾街道")},
    ),
    "a new name": (
        [("street", OTHER, "石基镇", "TOWN", (E20,)), ("street", OTHER, "石碁镇", "TOWN", (E21,))],
        [],
        {(OTHER, "石基镇", "石碁镇")},
    ),
}


@pytest.mark.parametrize(("entries", "events", "expected"), UNTOLD.values(), ids=UNTOLD.keys())
def test_changes_that_no_event_explains_are_listed(books, entries, events, expected):
    found = unexplained(books(entries, events))
    assert {(one.code, one.before, one.after) for one in found} == expected
