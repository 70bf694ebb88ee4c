"""Publishing: content hash, atomic switch, and what a kill leaves behind."""

import errno
import shutil
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from dagster_project.releasing import export as exporting
from dagster_project.releasing import publish as publishing
from dagster_project.releasing.content import table_entries
from dagster_project.releasing.manifest import Manifest, latest_release
from dagster_project.releasing.publish import Occasion, publish
from dagster_project.warehousing.tables import STATE_TABLES

OCCASION = Occasion(datetime(2016, 4, 12), datetime(2016, 4, 12), "print", synthetic=True)


@pytest.fixture
def connection(tmp_path):
    with duckdb.connect(tmp_path / "build.duckdb") as opened:
        opened.execute(
            "create table fct_staff (period varchar, persons bigint, submission_id bigint)"
        )
        opened.execute("insert into fct_staff values ('2015-Q4', 636, 101), ('2015-Q4', null, 201)")
        opened.execute("comment on table fct_staff is '人员 / staff'")
        opened.execute("comment on column fct_staff.persons is '人数 / persons'")
        opened.execute(
            "create view fct_totals as"
            " select period, sum(persons) as value from fct_staff group by period"
        )
        opened.execute("create table landing_staff (secret varchar)")
        opened.execute(STATE_TABLES)
        yield opened


def read(tmp_path: Path, query: str) -> list[tuple]:
    with duckdb.connect(tmp_path / "jiceng.duckdb", read_only=True) as reader:
        return reader.execute(query).fetchall()


def dumped(database: Path) -> dict[str, list[tuple]]:
    """Give all tables, comments and rows of a released database."""
    with duckdb.connect(database, read_only=True) as reader:
        tables = reader.execute(
            "select table_name, comment from duckdb_tables() order by 1"
        ).fetchall()
        columns = "select table_name, column_name, data_type, comment from duckdb_columns()"
        rows = {name: reader.execute(f"from {name} order by all").fetchall() for name, _ in tables}
        columns += " where not internal order by all"
        return {"tables": tables, "columns": reader.execute(columns).fetchall(), **rows}


def test_readers_get_the_marts_with_their_comments_and_nothing_else(tmp_path, connection):
    publish(connection, tmp_path, OCCASION)
    assert read(tmp_path, "select table_name, comment from duckdb_tables() order by 1") == [
        ("fct_staff", "人员 / staff"),
        ("fct_totals", None),
    ]
    assert read(tmp_path, "select value from fct_totals") == [(636,)]
    comment = "select comment from duckdb_columns() where column_name = 'persons'"
    assert read(tmp_path, comment) == [("人数 / persons",)]


def test_the_same_content_makes_no_new_release(tmp_path, connection):
    first = publish(connection, tmp_path, OCCASION)
    again = publish(connection, tmp_path, OCCASION)
    assert (first.is_new, again.is_new) == (True, False)
    assert first.manifest == again.manifest


def test_one_changed_cell_changes_the_content_hash(tmp_path, connection):
    before = publish(connection, tmp_path, OCCASION).manifest
    connection.execute("update fct_staff set persons = 637 where persons = 636")
    after = publish(connection, tmp_path, OCCASION).manifest
    assert before.content_hash != after.content_hash
    assert read(tmp_path, "select max(persons) from fct_staff") == [(637,)]


def test_order_of_rows_and_arrival_numbers_do_not_change_the_hash(connection):
    (before,) = table_entries(connection, ["fct_staff"]).values()
    connection.execute("create table other as from fct_staff order by persons desc nulls last")
    connection.execute("update other set submission_id = submission_id + 500")
    assert table_entries(connection, ["other"]) == {"other": before}


def test_null_and_empty_text_are_different_content(connection):
    connection.execute("create table a (x varchar); insert into a values (null)")
    connection.execute("create table b (x varchar); insert into b values ('')")
    entries = table_entries(connection, ["a", "b"])
    assert entries["a"].content_hash != entries["b"].content_hash


def test_the_type_of_a_column_is_content(connection):
    connection.execute("create table a (x integer); create table b (x bigint)")
    entries = table_entries(connection, ["a", "b"])
    assert entries["a"].content_hash != entries["b"].content_hash
    assert (entries["a"].rows, entries["b"].rows) == (0, 0)


def test_a_release_over_an_earlier_one_holds_what_a_first_one_would(tmp_path, connection):
    connection.execute("create table dim_period as select '2015-Q4' as period")
    connection.execute("create table dim_gone as select 1 as x")
    publish(connection, tmp_path, OCCASION)
    connection.execute("update fct_staff set persons = 637 where persons = 636")
    connection.execute("comment on table dim_period is '报告期 / period'")
    connection.execute("comment on column fct_staff.persons is null")
    connection.execute("drop table dim_gone; create table dim_new as select 2 as x")
    publish(connection, tmp_path, OCCASION)
    connection.execute("delete from built_reference")
    shutil.rmtree(tmp_path / "releases")
    kept = tmp_path / "jiceng.duckdb"
    over, first = (dumped(kept), publish(connection, tmp_path, OCCASION) and dumped(kept))
    assert over == first
    assert [name for name, _ in over["tables"]] == [
        "dim_new",
        "dim_period",
        "fct_staff",
        "fct_totals",
    ]


def test_what_somebody_wrote_into_a_release_does_not_reach_the_next_one(tmp_path, connection):
    connection.execute("create table dim_period as select '2015-Q4' as period")
    publish(connection, tmp_path, OCCASION)
    (tmp_path / "jiceng.duckdb").chmod(0o644)
    with duckdb.connect(tmp_path / "jiceng.duckdb") as careless:
        careless.execute("update dim_period set period = '1999'; create table mine as select 1")
    connection.execute("update fct_staff set persons = 637 where persons = 636")
    publish(connection, tmp_path, OCCASION)
    assert read(tmp_path, "select period from dim_period") == [("2015-Q4",)]
    assert read(tmp_path, "select count(*) from duckdb_tables() where table_name = 'mine'") == [
        (0,)
    ]


def test_a_reader_that_stays_open_keeps_its_release_and_stops_nobody(tmp_path, connection):
    publish(connection, tmp_path, OCCASION)
    with duckdb.connect(tmp_path / "jiceng.duckdb", read_only=True) as reader:
        connection.execute("delete from fct_staff where persons is null")
        publish(connection, tmp_path, OCCASION)
        assert reader.execute("select count(*) from fct_staff").fetchone() == (2,)
    assert read(tmp_path, "select count(*) from fct_staff") == [(1,)]


def test_killed_before_the_switch_the_old_release_stays_and_the_next_call_ends_the_work(
    tmp_path, connection, monkeypatch
):
    publish(connection, tmp_path, OCCASION)
    connection.execute("delete from fct_staff where persons is null")

    def killed(*_: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(publishing, "put_in_place", killed)
        with pytest.raises(KeyboardInterrupt):
            publish(connection, tmp_path, OCCASION)
    assert read(tmp_path, "select count(*) from fct_staff") == [(2,)]
    publish(connection, tmp_path, OCCASION)
    assert read(tmp_path, "select count(*) from fct_staff") == [(1,)]
    assert len(list((tmp_path / "releases").glob("0*"))) == 2


def test_killed_while_writing_leaves_nothing_that_looks_like_a_release(tmp_path, connection):
    (tmp_path / "releases" / ".unfinished").mkdir(parents=True)
    (tmp_path / "releases" / ".unfinished" / "jiceng.duckdb").write_bytes(b"half")
    assert latest_release(tmp_path / "releases") is None
    manifest = publish(connection, tmp_path, OCCASION).manifest
    assert Manifest.read(tmp_path / "releases" / manifest.release_id) == manifest


@pytest.mark.parametrize("step", ["_comments", "_export_parquet"])
def test_a_full_disk_does_not_stop_the_next_try(tmp_path, connection, monkeypatch, step):
    """The database stays open between tries, so nothing of the first may stay attached."""

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "no space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(exporting, step, full)
        with pytest.raises(OSError, match="no space"):
            publish(connection, tmp_path, OCCASION)
    assert publish(connection, tmp_path, OCCASION).is_new
    assert read(tmp_path, "select value from fct_totals") == [(636,)]


def test_a_log_left_by_a_careless_writer_is_not_replayed_on_the_new_release(tmp_path, connection):
    publish(connection, tmp_path, OCCASION)
    (tmp_path / "jiceng.duckdb.wal").write_bytes(b"somebody else's log")
    connection.execute("delete from fct_staff where persons is null")
    publish(connection, tmp_path, OCCASION)
    assert read(tmp_path, "select count(*) from fct_staff") == [(1,)]


def test_a_table_made_from_the_same_inputs_is_taken_over_unread(tmp_path, connection):
    occasion = replace(OCCASION, made_from={"fct_staff": "p1"})
    before = publish(connection, tmp_path, occasion).manifest
    connection.execute("update fct_staff set persons = 640 where persons = 636")
    again = publish(connection, tmp_path, occasion).manifest
    assert again.tables["fct_staff"] == before.tables["fct_staff"]
    assert again.tables["fct_totals"] != before.tables["fct_totals"]
    assert read(tmp_path, "select max(persons) from fct_staff") == [(636,)]
    after = publish(connection, tmp_path, replace(occasion, made_from={"fct_staff": "p2"}))
    assert after.manifest.tables["fct_staff"].made_from == "p2"
    assert read(tmp_path, "select max(persons) from fct_staff") == [(640,)]


@pytest.mark.parametrize("spoil", ["parquet", "unknown", "version"])
def test_nothing_is_taken_over_that_may_not_be_as_it_was_written(
    tmp_path, connection, monkeypatch, spoil
):
    """Somebody wrote into a file of the release, it was built elsewhere, by another version."""
    occasion = replace(OCCASION, made_from={"fct_staff": "p1"})
    publish(connection, tmp_path, occasion)
    connection.execute("update fct_staff set persons = 640 where persons = 636")
    if spoil == "parquet":
        path = next((tmp_path / "releases").glob("*/parquet/fct_staff.parquet"))
        path.chmod(0o644)
        path.write_bytes(b"spoiled")
    elif spoil == "version":
        monkeypatch.setattr(publishing, "VERSION", "9.9.9")
    else:
        connection.execute("delete from built_reference")
    publish(connection, tmp_path, occasion)
    assert read(tmp_path, "select max(persons) from fct_staff") == [(640,)]


def test_a_table_keeps_its_comments_when_its_rows_or_its_columns_change(tmp_path, connection):
    publish(connection, tmp_path, OCCASION)
    connection.execute("comment on column fct_staff.persons is '在岗人数 / persons in post'")
    connection.execute("update fct_staff set persons = 637 where persons = 636")
    publish(connection, tmp_path, OCCASION)
    query = "select comment from duckdb_columns() where column_name = 'persons'"
    assert read(tmp_path, query) == [("在岗人数 / persons in post",)]
    connection.execute("drop view fct_totals")
    connection.execute("alter table fct_staff add column posts bigint")
    publish(connection, tmp_path, OCCASION)
    assert read(tmp_path, query) == [("在岗人数 / persons in post",)]
    assert read(tmp_path, "select persons, posts from fct_staff order by all") == [
        (637, None),
        (None, None),
    ]
