"""Kills at every instant: afterwards every delivery has exactly one receipt."""

import os
import random
import signal
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dagster_project.collecting.collect import CRASH_POINTS
from dagster_project.collecting.errors import CollectError
from dagster_project.durable import write_once

SENT = [
    ("a.xlsx", b"a"),
    ("b.xlsx", b"same"),
    ("b2.xls", b"same"),
    ("石碁镇/c.xlsx", b"c"),
    ("空.csv", b""),
]
ROWS = ["b2.xls,2016-01-08T09:15:00,mail", "石碁镇/c.xlsx,2016-01-07T09:15:00,"]
INSTANTS = 2 * len(SENT) + 6


def fill(home) -> None:
    home.list_deliveries(*ROWS)
    for name, data in SENT:
        home.send(name, data)


@pytest.fixture
def undisturbed(make_home, tmp_path):
    """Give the receipts of a run that nothing disturbed."""
    other = make_home(tmp_path / "undisturbed")
    fill(other)
    other.collect()
    return other.receipt_files()


def test_every_named_point_is_passed_and_counted(home):
    passed = []
    fill(home)
    home.collect(passed.append)
    assert set(passed) == set(CRASH_POINTS)
    assert len(passed) == INSTANTS


@pytest.mark.parametrize("instant", range(1, INSTANTS + 1))
def test_after_a_crash_the_next_run_ends_where_an_undisturbed_one_would(home, undisturbed, instant):
    fill(home)
    assert home.collect_until(instant)
    home.collect()
    home.assert_received_once(SENT)
    assert home.receipt_files() == undisturbed
    assert not (home.inbox / "deliveries.csv").exists()


@pytest.mark.parametrize("seed", range(4))
def test_crash_upon_crash_changes_nothing(home, undisturbed, seed):
    fill(home)
    dice = random.Random(seed)
    for _ in range(12):
        home.collect_until(dice.randint(1, 5))
    home.collect()
    home.assert_received_once(SENT)
    assert home.receipt_files() == undisturbed


@pytest.mark.parametrize("instant", range(1, INSTANTS + 1))
def test_a_newer_file_of_the_same_name_never_replaces_a_claimed_one(home, instant):
    """A clerk sends the corrected workbook while the first one waits in a killed run's claim."""
    fill(home)
    home.collect_until(instant)
    corrected = []
    if not (home.inbox / "a.xlsx").exists():
        home.send("a.xlsx", b"corrected")
        corrected = [("a.xlsx", b"corrected")]
    home.collect()
    home.assert_received_once(SENT + corrected)


@pytest.mark.parametrize("instant", range(1, INSTANTS + 1))
def test_a_delivery_list_edited_after_a_crash_counts_for_files_not_yet_claimed(home, instant):
    fill(home)
    home.collect_until(instant)
    home.list_deliveries("later.xlsx,2016-02-01T08:00:00,")
    home.send("later.xlsx", b"later")
    home.collect()
    home.assert_received_once([*SENT, ("later.xlsx", b"later")])
    assert not (home.inbox / "deliveries.csv").exists()


SEND = st.tuples(st.sampled_from(["a.xlsx", "b/a.xlsx", "c.csv"]), st.binary(max_size=2))
CRASH = st.integers(min_value=1, max_value=14)


@settings(max_examples=40, deadline=None)
@given(story=st.lists(st.one_of(SEND, CRASH), max_size=12))
def test_any_story_of_deliveries_and_crashes_ends_with_one_receipt_each(make_home, story):
    with tempfile.TemporaryDirectory() as folder:
        home, sent = make_home(Path(folder) / "raw"), []
        for event in story:
            if isinstance(event, int):
                home.collect_until(event)
            elif not (home.inbox / event[0]).exists():
                home.send(*event)
                sent.append(event)
        home.send("last.xlsx", b"last")
        home.collect()
        home.assert_received_once([*sent, ("last.xlsx", b"last")])


def _collect_in_child(home, crash_points=lambda _point: None) -> int:
    """Start collecting in a process of its own, which can be killed in earnest."""
    child = os.fork()
    if child == 0:
        home.collect(crash_points)
        os._exit(0)
    return child


@pytest.mark.parametrize("seed", range(5))
def test_killed_in_earnest_at_any_moment_nothing_is_lost_or_doubled(home, seed):
    sent = [(f"{number:02d}.xlsx", bytes([number]) * 5000) for number in range(60)]
    for name, data in sent:
        home.send(name, data)
    dice = random.Random(seed)
    for _ in range(5):
        child = _collect_in_child(home)
        time.sleep(dice.uniform(0, 0.04))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    home.collect()
    home.assert_received_once(sent)


@pytest.mark.parametrize("point", CRASH_POINTS)
def test_killed_in_earnest_at_a_named_point(home, point):
    def kill(passed: str) -> None:
        if passed == point:
            os.kill(os.getpid(), signal.SIGKILL)

    fill(home)
    _, status = os.waitpid(_collect_in_child(home, kill), 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    home.collect()
    home.assert_received_once(SENT)


@pytest.mark.parametrize("point", CRASH_POINTS)
def test_two_at_a_time_do_no_harm(home, point):
    """The lock was forgotten: one of the two may stop, but nothing is lost or doubled."""
    sent = [(f"{number:02d}.xlsx", bytes([number]) * 500) for number in range(40)]
    for name, data in sent:
        home.send(name, data)

    def collect_beside(passed: str) -> None:
        if passed == point:
            home.collect()

    with suppress(CollectError, OSError):
        home.collect(collect_beside)
    home.collect()
    home.assert_received_once(sent)


def test_the_one_of_two_at_a_time_that_comes_second_says_so(home):
    home.send("a.xlsx", b"a")

    def collect_beside(passed: str) -> None:
        if passed == "stored all":
            home.collect()

    with pytest.raises(CollectError) as raised:
        home.collect(collect_beside)
    assert raised.value.code == "COLLECT_BATCH_TAKEN"


def test_a_file_is_on_disk_before_it_has_its_name(tmp_path, monkeypatch):
    """After a power cut a name without its bytes would pass for a receipt."""
    events = []
    fsync, link = os.fsync, os.link
    monkeypatch.setattr(os, "fsync", lambda fd: events.append("fsync") or fsync(fd))
    monkeypatch.setattr(os, "link", lambda *args: events.append("link") or link(*args))
    write_once(tmp_path / "000001.jsonl", b"{}\n")
    assert events == ["fsync", "link", "fsync"]


def test_what_is_written_once_is_never_replaced_and_leftovers_go(tmp_path):
    path = tmp_path / "000001.jsonl"
    (tmp_path / ".000001.jsonl.4711.tmp").write_bytes(b"half")
    write_once(path, b"first")
    with pytest.raises(FileExistsError):
        write_once(path, b"second")
    assert path.read_bytes() == b"first"
    write_once(tmp_path / "000002.jsonl", b"next")
    assert not list(tmp_path.glob(".000001.jsonl.4711.tmp"))
