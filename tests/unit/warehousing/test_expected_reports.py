"""Which reports are expected on a day: those that a collection had asked for by then."""

from datetime import UTC, date, datetime

import pytest

from dagster_project.warehousing.database import opened
from dagster_project.warehousing.reference import write_calendar
from dagster_project.warehousing.tables import prepare

QUERY = """
    select collection_id, count(*), min(due_on), max(due_on) from raw_expected
    group by collection_id order by collection_id
"""


@pytest.fixture
def expected(programme, tmp_path):
    """Expected reports by collection, with the first and the last due date, as of a day."""

    def on(day: date):
        with opened(tmp_path / "build.duckdb") as connection:
            prepare(connection, programme)
            write_calendar(connection, programme, datetime(*day.timetuple()[:3], 9, tzinfo=UTC))
            return {name: rest for name, *rest in connection.execute(QUERY).fetchall()}

    return on


def test_a_backlog_is_expected_from_the_day_on_which_it_was_asked_for(expected):
    """Reports of 2015 that were asked for in November 2017 were no gap in the demo of 2016."""
    assert set(expected(date(2016, 4, 14))) == {"panyu"}
    assert set(expected(date(2017, 11, 5))) == {"panyu"}
    assert set(expected(date(2017, 11, 6))) == {"guangzhou", "panyu", "xiacheng"}


def test_all_of_a_backlog_is_due_on_its_own_day(expected):
    assert expected(date(2017, 12, 1))["xiacheng"] == [12, date(2017, 12, 15), date(2017, 12, 15)]


def test_a_collection_that_has_ended_expects_nothing_more(expected):
    assert expected(date(2018, 1, 31))["panyu"] == expected(date(2024, 2, 1))["panyu"]
    assert expected(date(2024, 2, 1))["shenzhen"] == [12, date(2024, 1, 5), date(2024, 1, 31)]
