"""The programme's own regions are what the code books and decrees say."""

import subprocess
import sys
from collections import Counter
from datetime import date, timedelta

import pytest

from dagster_project.programme.load import load_programme
from dagster_project.regions.books import read_books
from dagster_project.regions.codes import kind_of, parent_of
from dagster_project.regions.history import unexplained
from dagster_project.regions.register import load_register
from tests.unit.regions.conftest import E19, E20, E21

PANYU = ("district", "440113000000")
MERGER = date(2021, 4, 9)
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def declared():
    return read_books()


@pytest.fixture(scope="module")
def register():
    return load_register()


def test_every_difference_between_two_editions_is_explained_by_an_event(declared):
    assert unexplained(declared) == []


def test_every_event_joins_regions_that_were_there(declared, register):
    for event in declared.events:
        before = register.get(event.level, event.old_code, event.happened_on - DAY)
        after = register.get(event.level, event.new_code, event.happened_on)
        assert (before.name, after.name) == (event.old_name, event.new_name)


def test_an_event_without_a_decree_is_dated_by_an_edition(declared):
    by_basis = {
        basis: {event.happened_on for event in declared.events if event.date_basis == basis}
        for basis in ("decree", "edition")
    }
    assert by_basis["edition"] == {E20, E21}
    assert not by_basis["decree"] & {E19, E20, E21}
    assert len({event.event_id for event in declared.events}) == len(declared.events)


def test_the_kinds_are_those_that_the_code_segments_mean(declared):
    for entry in declared.entries:
        assert entry.kind == kind_of(entry.level, entry.code, entry.name)


def test_every_region_hangs_on_one_that_is_there(declared):
    listed = {(one.level, one.code, day) for one in declared.entries for day in one.editions}
    for level, code, day in listed:
        parent = parent_of(level, code)
        assert parent == (None, None) or (*parent, day) in listed


@pytest.mark.parametrize("on", [date(2015, 12, 31), E20, E21], ids=str)
def test_panyu_has_16_streets_and_towns(register, on):
    kinds = Counter(street.kind for street in register.children(*PANYU, on))
    assert kinds == ({"STREET": 11, "TOWN": 5} if on == E21 else {"STREET": 10, "TOWN": 6})


@pytest.mark.parametrize("on", [date(2017, 11, 28), E20, E21], ids=str)
def test_panyu_has_one_residents_committee_more_than_its_plan_says(register, on):
    """The plan of 2017 says 97 and 177; the code books list 98, 177 and a unit like a village."""
    units = register.subtree(*PANYU, on)
    counted = Counter(unit.kind for unit in units if unit.level == "community")
    assert counted == {"RC": 98, "VC": 177, "VC_LIKE": 1}
    plan = next(one for one in load_programme().plans if one.plan_id == "panyu_13fyp")
    stated = {one.indicator_id: one.value for one in plan.figures}
    assert counted["RC"] - stated["urban_communities_count"] == 1
    assert counted["VC"] == stated["administrative_villages_count"]


def test_xiacheng_ended_with_the_decree_and_its_streets_went_on_in_gongshu(register):
    xiacheng = register.history("district", "330103000000")
    assert [(one.valid_from, one.valid_to) for one in xiacheng] == [(None, MERGER)]
    gongshu = register.history("district", "330105000000")
    assert [(one.valid_from, one.valid_to) for one in gongshu] == [(None, MERGER), (MERGER, None)]
    before = register.children("district", "330103000000", MERGER - DAY)
    after = register.children("district", "330105000000", MERGER)
    moved = {one.name for one in after if one.valid_from == MERGER}
    assert moved == {one.name for one in before}
    assert len(moved) == 8
    assert register.successors("district", "330103000000", MERGER) == [gongshu[1]]


def test_shawan_became_a_street_with_all_its_communities(register):
    before = register.children("street", "440113118000", E21 - DAY)
    after = register.children("street", "440113017000", E21)
    assert [one.name for one in before] == [one.name for one in after]
    assert len(after) == 19
    assert not register.children("street", "440113118000", E21)


def test_loading_needs_no_heavy_library():
    command = (
        "import sys; from dagster_project.regions.register import load_register; load_register()"
    )
    command += "; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", command], capture_output=True, check=True, text=True
    )
    assert not {"pandas", "pyarrow", "duckdb", "numpy", "pydantic"} & set(done.stdout.split())
