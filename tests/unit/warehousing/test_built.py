"""What the build database remembers: what is built, released, and judged by which suites."""

import shutil
from pathlib import Path

import duckdb
import pytest

from dagster_project.settings import Settings
from dagster_project.warehousing import built
from dagster_project.warehousing.built import PartitionKey
from dagster_project.warehousing.database import opened
from dagster_project.warehousing.tables import STATE_TABLES
from dagster_project.warehousing.workshop import Workshop

STAFF, SERVICES = PartitionKey("staff", "2015-Q4"), PartitionKey("services", "2015-12")


@pytest.fixture
def connection():
    with duckdb.connect() as memory:
        memory.execute(STATE_TABLES)
        yield memory


def test_what_was_built_since_the_last_release_is_known_by_its_periods(connection):
    built.mark_built(connection, {STAFF: "a"})
    built.mark_built(connection, {SERVICES: "b"})
    assert built.periods_since_release(connection) == ["2015-12", "2015-Q4"]
    built.mark_released(connection)
    assert built.periods_since_release(connection) == []
    built.mark_built(connection, {STAFF: "c"})
    assert built.periods_since_release(connection) == ["2015-Q4"]


def test_a_database_of_an_earlier_version_gets_the_new_column(connection):
    connection.execute("create or replace table built_partition as select 'staff' as form_id")
    connection.execute(STATE_TABLES)
    assert "released" in {
        name for (name, *_) in connection.execute("describe built_partition").fetchall()
    }


@pytest.mark.parametrize(("suite", "key"), [("staff", STAFF), ("totals", None)])
def test_a_changed_suite_is_a_changed_input(tmp_path, monkeypatch, connection, suite, key):
    """Of a form: its partitions wait again; of a shared table: the release does."""
    suites = shutil.copytree(Settings(home=tmp_path).expectations, tmp_path / "expectations")
    monkeypatch.setattr(Settings, "expectations", suites)
    connection.execute(
        "create table landing_submission as select 101 as submission_id, 1 as receipt_number,"
        " 'staff' as form_id, '2015-Q4' as period, 'hash' as content_hash"
    )
    before, after = (_prints(tmp_path, connection, suites / f"{suite}.yml") for _ in range(2))
    assert (before[0] != after[0]) == (key == STAFF)
    assert (before[1] != after[1]) == (key is None)


def _prints(home: Path, connection: duckdb.DuckDBPyConnection, suite: Path) -> tuple:
    """Give what partition and release depend on, then add a line to a suite."""
    shop = Workshop(Settings(home=home), connection)
    shop.receipts = {1: _Receipt()}
    found = shop._fingerprints(), shop.release_print
    suite.write_text(suite.read_text(encoding="utf-8") + "\n# more\n", encoding="utf-8")
    return found


class _Receipt:
    sha256, received_at = "ab", None


def test_opening_what_is_open_gives_a_second_hand_on_the_same_database(tmp_path):
    with opened(tmp_path / "build.duckdb") as outer:
        outer.execute("create table t (x integer)")
        with opened(tmp_path / "build.duckdb") as inner:
            inner.execute("begin")
            inner.execute("insert into t values (1)")
            assert outer.execute("select count(*) from t").fetchone() == (0,)
            inner.execute("commit")
        assert outer.execute("select count(*) from t").fetchone() == (1,)
    with opened(tmp_path / "build.duckdb") as again:
        assert again.execute("select count(*) from t").fetchone() == (1,)
