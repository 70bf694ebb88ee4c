"""What of the indicators is computed again after some partitions changed, and what is left."""

import duckdb
import pytest

from dagster_project.programme.period import Period
from dagster_project.warehousing.built import PartitionKey
from dagster_project.warehousing.indicator_periods import (
    INDICATORS,
    NO_PERIOD,
    Recomputed,
    to_compute,
    touched_by,
)
from dagster_project.warehousing.tables import STATE_TABLES


@pytest.fixture
def connection():
    """Give a database with the calendar of three years and no partition."""
    with duckdb.connect() as connection:
        connection.execute(STATE_TABLES)
        connection.execute("create table raw_period (period varchar)")
        for kind, last in (("A", "2017"), ("Q", "2017-Q4"), ("M", "2017-12")):
            period = Period.of(kind, 2015, 1)
            while period.end <= Period.parse(last).end:
                connection.execute("insert into raw_period values (?)", [period.label])
                period = period.next()
        yield connection


def test_a_corrected_quarter_reaches_later_ones_of_its_year_and_later_years(connection):
    found = touched_by(connection, [PartitionKey("staff", "2015-Q3")])
    assert found.forms == ["staff"]
    assert {"2015-Q3", "2015-Q4", "2015", "2016", "2017", "2015-07", "2015-12"} <= {*found.periods}
    assert not {"2015-Q2", "2015-06", "2016-Q1", "2016-01"} & {*found.periods}


def test_a_changed_year_reaches_all_its_months_and_quarters(connection):
    found = touched_by(connection, [PartitionKey("community_profile", "2016")])
    assert {"2016", "2016-01", "2016-Q4", "2017"} <= {*found.periods}
    assert not {"2015", "2017-Q1"} & {*found.periods}


def test_where_nothing_changed_nothing_is_computed_again(connection):
    unknown = PartitionKey(None, None)
    assert touched_by(connection, [unknown]) == Recomputed([NO_PERIOD], [])


def test_all_of_it_is_computed_when_the_programme_has_changed(connection):
    connection.execute("insert into built_partition values ('staff', '2015-Q4', 'x', null)")
    assert to_compute(connection, "new") == Recomputed()
    connection.execute("insert into built_reference values (?, 'new')", [INDICATORS])
    assert "2015-Q4" in to_compute(connection, "new").periods
    connection.execute("update built_partition set released = fingerprint")
    assert to_compute(connection, "new").periods == [NO_PERIOD]
