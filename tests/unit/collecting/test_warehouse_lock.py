"""The warehouse lock: one holder at a time, named, and freed when it dies."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager

import pytest

from dagster_project.collecting import lock
from dagster_project.collecting.lock import LockHeld, WarehouseLock, read_holder

HOLD = """
import sys, time
from pathlib import Path
from dagster_project.collecting import lock
from dagster_project.collecting.lock import WarehouseLock
with WarehouseLock(Path(sys.argv[1]), 0):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def holder_elsewhere(path):
    """Let another process hold the lock; closing its input lets it go."""
    command = [sys.executable, "-c", HOLD, str(path), "--password=secret"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"held\n"
        yield process
        process.kill()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "warehouse" / ".lock"


def test_a_held_lock_names_its_holder(path):
    with holder_elsewhere(path) as process:
        with pytest.raises(LockHeld) as raised, WarehouseLock(path, 0):
            pass
        holder = raised.value.holder
        assert (holder.pid, holder.host) == (process.pid, socket.gethostname())
        for lang in ("zh", "en"):
            text = raised.value.text(lang)
            for part in (str(process.pid), holder.host, holder.since, holder.command):
                assert part in text


def test_the_holder_is_named_without_its_later_arguments(path):
    """They may hold a password, and the lock file can be read by all."""
    with holder_elsewhere(path):
        assert b"secret" not in path.read_bytes()


def test_the_lock_is_free_once_its_holder_is_killed(path):
    with holder_elsewhere(path) as process:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        with WarehouseLock(path, 0):
            assert read_holder(path).pid == os.getpid()


def test_a_waiting_process_is_told_once_who_holds_the_lock_and_then_gets_it(path):
    told = []
    with holder_elsewhere(path) as process:

        def let_go(holder) -> None:
            told.append(holder.pid)
            threading.Timer(0.25, process.stdin.close).start()

        with WarehouseLock(path, 20, let_go):
            assert read_holder(path).pid == os.getpid()
        assert told == [process.pid]


def test_waiting_ends_when_the_time_is_up(path):
    with holder_elsewhere(path):
        start = time.monotonic()
        with pytest.raises(LockHeld), WarehouseLock(path, 0.3):
            pass
        assert time.monotonic() - start >= 0.3


def test_the_lock_nests_within_one_process_and_is_free_after_the_outermost_block(path):
    with WarehouseLock(path, 0):
        with WarehouseLock(path, 0):
            pass
        assert _can_be_taken_elsewhere(path) is False
    assert read_holder(path) is None
    assert _can_be_taken_elsewhere(path) is True


def test_one_lock_object_may_be_entered_again(path):
    one = WarehouseLock(path, 0)
    with one, one:
        assert _can_be_taken_elsewhere(path) is False
    with one:
        pass
    assert _can_be_taken_elsewhere(path) is True


def test_an_error_inside_the_block_frees_the_lock(path):
    with pytest.raises(KeyError), WarehouseLock(path, 0):
        raise KeyError
    assert _can_be_taken_elsewhere(path) is True


def test_a_forked_worker_does_not_keep_the_lock_of_a_parent_that_ended(path):
    """A killed build left a worker behind, and nobody else could build until it ended too."""
    with WarehouseLock(path, 0):
        told, tell = os.pipe()
        worker = os.fork()
        if worker == 0:
            os.close(tell)
            os.read(told, 1)
            os._exit(0)
        os.close(told)
        assert _can_be_taken_elsewhere(path) is False
    assert _can_be_taken_elsewhere(path) is True
    os.close(tell)
    os.waitpid(worker, 0)


def test_a_lock_whose_holder_has_not_signed_yet_is_still_refused(path, monkeypatch):
    monkeypatch.setattr(lock, "_NAME_SECONDS", 0.05)
    with WarehouseLock(path, 0):
        path.write_bytes(b"")
        assert _can_be_taken_elsewhere(path) is False


def _can_be_taken_elsewhere(path) -> bool:
    """Try the lock from a forked child, which holds nothing of its parent's."""
    child = os.fork()
    if child == 0:
        try:
            with WarehouseLock(path, 0):
                os._exit(0)
        except LockHeld:
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
