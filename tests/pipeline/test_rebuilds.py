"""The same deliveries give the same content, however they arrive, whatever happens on the way."""

import random
import shutil
import threading
from pathlib import Path

import duckdb
import pytest

from dagster_project.samples.deliveries import Delivery
from dagster_project.samples.write import SampleReport
from tests.pipeline import homes

pytestmark = pytest.mark.pipeline

KILLS = 50
LONGEST_BUILD_SECONDS = 3.0
"""Random instants at which a build is killed, from its first moment to about its last."""


@pytest.fixture(scope="module")
def source(samples) -> SampleReport:
    return samples


@pytest.fixture(scope="module")
def rows(samples) -> list[Delivery]:
    """Two towns' quarters, with the refused, corrected, questioned and doubled files among them."""
    towns = {samples.purpose(kind).respondent_code for kind in ("refused", "duplicate")}
    chosen = [
        one
        for one in samples.deliveries
        if one.key[0] in ("staff", "facilities") and one.key[1] in towns and one.key[2] == "2015-Q4"
    ]
    chosen += [one for one in samples.deliveries if one.report is None]
    assert len(chosen) >= 6
    return chosen


@pytest.fixture(scope="module")
def at_once(source, rows, tmp_path_factory) -> Path:
    home = tmp_path_factory.mktemp("at_once")
    homes.drop(source, home, rows)
    homes.build(home)
    return home


def test_one_by_one_gives_the_same_content(source, rows, at_once, tmp_path):
    for one in rows:
        homes.drop(source, tmp_path, [one])
        homes.build(tmp_path)
    assert homes.content_hash(tmp_path) == homes.content_hash(at_once)


@pytest.mark.parametrize("seed", [1, 2])
def test_random_batches_in_any_order_give_the_same_content(source, rows, at_once, tmp_path, seed):
    drawn = random.Random(seed)
    shuffled = drawn.sample(rows, len(rows))
    cut = drawn.randrange(1, len(rows) - 1)
    for batch in (shuffled[:cut], shuffled[cut:]):
        homes.drop(source, tmp_path, batch)
        homes.build(tmp_path)
    assert homes.content_hash(tmp_path) == homes.content_hash(at_once)


def test_a_second_build_does_no_work_and_makes_no_release(at_once):
    releases, docs = at_once / "warehouse" / "releases", at_once / "warehouse" / "data_docs"
    made = {path: path.stat().st_mtime_ns for path in (*releases.iterdir(), *docs.iterdir())}
    homes.build(at_once)
    assert made == {path: path.stat().st_mtime_ns for path in made}
    assert set(made) == {*releases.iterdir(), *docs.iterdir()}


def test_live_deliveries_settle_after_one_build_and_are_rebuilt_alike(source, rows, tmp_path):
    """The verdicts of a build are its last records; they must not make the next build busy."""
    home, again = tmp_path / "home", tmp_path / "again"
    homes.drop_live(source, home, rows[:3])
    homes.build(home)
    homes.build(home)
    assert len(list((home / "warehouse" / "releases").glob("0*"))) == 1
    shutil.copytree(home / "raw", again / "raw")
    homes.build(again)
    assert homes.content_hash(again) == homes.content_hash(home)


def test_a_rebuild_from_the_archive_gives_the_same_content(at_once, tmp_path):
    shutil.copytree(at_once / "raw", tmp_path / "raw")
    homes.build(tmp_path)
    assert homes.content_hash(tmp_path) == homes.content_hash(at_once)


def test_one_changed_cell_changes_the_content(source, rows, at_once, tmp_path):
    shutil.copytree(at_once / "raw", tmp_path / "raw")
    openpyxl = pytest.importorskip("openpyxl")
    path = tmp_path / "changed.xlsx"
    one = next(one for one in rows if one.key[0] == "facilities")
    book = openpyxl.load_workbook(source.target / one.file_name)
    changed = next(
        cell
        for line in book.active.iter_rows(min_row=8)
        for cell in line
        if isinstance(cell.value, (int, float)) and cell.value > 100
    )
    changed.value += 1
    book.save(path)
    inbox = tmp_path / "raw" / "inbox"
    inbox.mkdir(exist_ok=True)
    shutil.move(path, inbox / one.file_name)
    homes.build(tmp_path)
    assert homes.content_hash(tmp_path) != homes.content_hash(at_once)


def test_a_reader_is_never_disturbed_while_builds_go_on(source, rows, tmp_path):
    homes.drop(source, tmp_path, rows[:1])
    homes.build(tmp_path)
    database, stop = tmp_path / "warehouse" / "jiceng.duckdb", threading.Event()
    faults, reads = [], []

    def read() -> None:
        while not stop.is_set():
            try:
                with duckdb.connect(database, read_only=True) as connection:
                    reads.append(connection.execute("select count(*) from fct_staff").fetchone()[0])
            except duckdb.Error as error:
                faults.append(error)

    with duckdb.connect(database, read_only=True) as held:
        reader, count = threading.Thread(target=read), "select count(*) from raw_submission"
        before = held.execute(count).fetchone()
        homes.drop(source, tmp_path, rows[1:])
        child = homes.start_build(tmp_path)
        reader.start()
        assert homes.wait(child) == 0
        stop.set()
        reader.join()
        assert held.execute(count).fetchone() == before
    assert faults == []
    assert len(reads) > 0


def test_killed_at_fifty_random_instants_the_last_release_stays_and_the_next_build_is_right(
    source, rows, at_once, tmp_path
):
    """Each round kills a build somewhere; no work is lost and none is done twice.

    A home in which the build came through before the kill begins anew with the next instant.
    """
    drawn, first, home = random.Random(20151231), tmp_path / "first", tmp_path / "home"
    homes.drop(source, first, rows[:2])
    homes.build(first)
    before = homes.content_hash(first)
    instants = [drawn.uniform(0.0, LONGEST_BUILD_SECONDS) for _ in range(KILLS)]
    for seconds in instants:
        if not home.exists() or homes.content_hash(home) != before:
            shutil.rmtree(home, ignore_errors=True)
            shutil.copytree(first, home)
            homes.drop(source, home, rows[2:])
        homes.kill_after(homes.start_build(home), seconds)
        with duckdb.connect(home / "warehouse" / "jiceng.duckdb", read_only=True) as reader:
            assert reader.execute("select count(*) > 0 from raw_submission").fetchone() == (True,)
    homes.build(home)
    assert homes.content_hash(home) == homes.content_hash(at_once)
