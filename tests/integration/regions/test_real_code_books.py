"""The real national code books, and the programme's regions against them; skipped where absent."""

import csv
import time
from datetime import date

import pytest

from dagster_project.regions.books import read_books
from dagster_project.regions.code_book import BookFile
from dagster_project.regions.codes import pad
from dagster_project.regions.importing import import_code_books
from dagster_project.regions.register import load_register
from tests.unit.regions.conftest import E19, E20, E21, REAL_BOOKS

pytestmark = pytest.mark.skipif(
    not REAL_BOOKS.is_dir(), reason="the real code books are not at hand"
)

SCOPE = {
    "province": ("14", "33", "44"),
    "city": ("1407", "3301", "4401", "4403"),
    "district": ("140781", "330103", "330105", "4401", "4403"),
    "street": ("140781", "330103", "330105", "4401", "4403"),
    "community": (
        "440113",
        "440104005",
        "440304010",
        "330103001",
        "330105014",
        "140781104",
    ),
}


def files_of(edition):
    return sorted((REAL_BOOKS / str(edition.year)).glob("*.csv*"))


@pytest.fixture(scope="module")
def held(tmp_path_factory):
    """Import the editions of 2020 and 2021; give folder, report of 2021 and seconds it took."""
    folder = tmp_path_factory.mktemp("held")
    import_code_books(files_of(E20), E20, folder)
    start = time.perf_counter()
    report = import_code_books(files_of(E21), E21, folder)
    return folder, report, time.perf_counter() - start


def test_the_whole_country_is_imported_in_half_a_minute(held):
    _, report, seconds = held
    assert dict(report.integrity.counts) == {
        "province": 31,
        "city": 342,
        "district": 2_990,
        "street": 41_356,
        "community": 618_134,
    }
    assert seconds < 30


def test_the_known_traps_of_the_code_book_are_reported(held):
    found = {check.code: check.found for check in held[1].integrity.checks}
    assert found == {
        "REGION_CHECK_REPEATED": 0,
        "REGION_CHECK_ORPHAN": 0,
        "REGION_CHECK_CODE": 2,  # 金门县 stands at three levels
        "REGION_CHECK_NAME_BLANK": 0,
        "REGION_CHECK_NAME_QUESTION": 3,
        "REGION_CHECK_NAME_BRACKETS": 343,
        "REGION_CHECK_NAME_UNWRITABLE": 11,
        "REGION_CHECK_VIRTUAL": 1_501,
        "REGION_CHECK_CITY_WITHOUT_COUNTY": 4,
        "REGION_CHECK_COLLISION": 4,
        "REGION_CHECK_STREET_NAME": 3_731,
    }


def test_the_programme_lists_exactly_what_the_code_books_do():
    for edition in (E19, E20, E21):
        declared = {
            (one.level, one.code, one.name)
            for one in read_books().entries
            if edition in one.editions
        }
        printed = {
            (book.level, pad(row["code"]), row["name"])
            for book in map(BookFile, files_of(edition))
            for row in csv.DictReader(book.data.decode("utf-8").splitlines())
            if row["code"].startswith(SCOPE[book.level])
        }
        assert declared == printed


def test_no_community_is_lost_between_two_days_when_xiacheng_is_merged(held):
    register = load_register(imported_dir=held[0])
    before = register.subtree("city", "330100000000", date(2021, 4, 8))
    after = register.subtree("city", "330100000000", date(2021, 4, 9))
    communities = [sum(one.level == "community" for one in tree) for tree in (before, after)]
    assert communities[0] == communities[1] > 3_000
