"""Two years of real monthly reports, read through one form file and one list of towns.

24 files, all called ``data.csv``, say nowhere who sends them; the month stands in a column, in
years of the Republic (10304 is April 2014). They come with one header, with one and an unnamed
empty column, or with two in two languages, and 15 towns change their names on the way.
"""

import random

import pytest

from tests.conftest import REAL_DATA
from tests.fixtures.own_programmes import OwnHome
from tests.fixtures.village_reports import MEASURES, counted, places_of_headers, unpacked

ARCHIVE = REAL_DATA / "2_workbooks/tw_village_monthly/bdmd_dev_201404-201603.tar.xz"

pytestmark = pytest.mark.skipif(not ARCHIVE.is_file(), reason="the real reports are not at hand")

SUMS = ", ".join(f"sum({name})::bigint" for name in MEASURES)
LOADED = f"""
    select period, count(*), count(distinct (unit_code, village)), {SUMS}
    from raw_village_events group by period order by period
"""
STATES = "select state, count(*)::int from raw_submission group by state order by state"


@pytest.fixture(scope="module")
def reports():
    return unpacked(ARCHIVE)


@pytest.fixture(scope="module")
def home(tmp_path_factory, reports):
    """All months in a random order, and then all of them once more in another."""
    home = OwnHome.of(tmp_path_factory.mktemp("villages"), "tw_village_monthly")
    for seed in (1, 2):
        months = random.Random(seed).sample(sorted(reports), len(reports))
        home.deliver(("data.csv", reports[month]) for month in months)
        home.load()
    return home


def loaded(home):
    return {period: tuple(figures) for period, *figures in home.ask(LOADED)}


def test_the_files_come_with_three_kinds_of_header(reports):
    assert sorted(places_of_headers(reports)) == [(1, 11), (1, 12), (2, 11)]


def test_every_month_has_the_rows_and_sums_of_an_independent_count(home, reports):
    expected = counted(reports)
    assert len(expected) == 24
    assert loaded(home) == expected


def test_reports_that_come_twice_are_accepted_once(home, reports):
    states = dict(home.ask(STATES))
    asked = states.pop("accepted_with_questions", 0)  # far figures are asked about, and stay
    assert states.pop("accepted") + asked == len(reports)
    assert states == {"duplicate": len(reports)}
    assert home.ask("select max(revision) from raw_submission") == [(1,)]


def test_a_town_keeps_its_code_through_a_change_of_name(home):
    """The towns of 桃園縣 became districts of 桃園市 on 2014-12-25; two more changed in 2015."""
    query = "select period, count(distinct unit_code)::int from raw_village_events group by period"
    assert {count for _, count in home.ask(query)} == {370}


def test_one_by_one_gives_the_same_content(home, reports, tmp_path):
    other = OwnHome.of(tmp_path / "other", "tw_village_monthly")
    months = random.Random(3).sample(sorted(reports), 6)
    for month in months:
        other.deliver([("data.csv", reports[month])])
        other.load()
    fingerprints = "select period, content_hash from raw_submission where revision = 1"
    assert set(other.ask(fingerprints)) < set(home.ask(fingerprints))
    assert loaded(other) == {month: loaded(home)[month] for month in months}
