"""The warehouse lock: one process at a time may collect, build or release.

The operating system frees it when its holder ends, however it ends. The file only says who
holds it; it is never removed, since two processes could then lock two files of one name.
Not here: what is done under the lock.
"""

import fcntl
import json
import os
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from dagster_project.clock import SystemClock
from dagster_project.errors import JicengError

_POLL_SECONDS = 0.1  # a hand-over should feel immediate; ten tries a second cost nothing
# Between getting the lock and writing its name a holder needs microseconds; a loaded machine more.
_NAME_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Holder:
    """The process that holds the lock: its number, machine, command, and since when."""

    pid: int
    host: str
    command: str
    since: str


UNKNOWN = Holder(0, "?", "?", "?")


class LockHeld(JicengError):  # noqa: N818
    """Another process holds the warehouse lock; ``holder`` says which."""

    def __init__(self, path: Path, holder: Holder) -> None:
        """Take the lock's path and who holds it."""
        super().__init__("COLLECT_LOCK_HELD", path=path, **asdict(holder))
        self.holder = holder


@dataclass(slots=True)
class _Held:
    """A lock this process holds: its open file, and how many ``with`` blocks are inside it."""

    descriptor: int
    count: int = 1


@dataclass(slots=True)
class _Process:
    """The locks of this process, shared by its threads."""

    held: dict[Path, _Held] = field(default_factory=dict)
    guard: threading.RLock = field(default_factory=threading.RLock)

    def forget(self) -> None:
        """Close a forked child's copies, so that a worker cannot outlive its parent's lock."""
        for held in self.held.values():
            os.close(held.descriptor)
        self.held, self.guard = {}, threading.RLock()


_process = _Process()
os.register_at_fork(after_in_child=_process.forget)


@dataclass(slots=True)
class WarehouseLock:
    """Holds the warehouse for a ``with`` block; nests within one process.

    Waits up to ``wait_seconds`` for another holder, telling ``on_wait`` who it is when the
    waiting begins and whenever the holder changes.

    Raises:
        LockHeld: it is still held then; names the holder.
    """

    path: Path
    wait_seconds: float = 0
    on_wait: Callable[[Holder], None] | None = None
    _key: Path = field(init=False)

    def __post_init__(self) -> None:
        """Know the lock by its real path, however it was written."""
        self._key = self.path.resolve()

    def __enter__(self) -> Self:
        """Get the lock, waiting for it if need be."""
        with _process.guard:
            if held := _process.held.get(self._key):
                held.count += 1
            else:
                _process.held[self._key] = _Held(self._acquire())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give the lock back when the outermost block ends."""
        with _process.guard:
            held = _process.held[self._key]
            held.count -= 1
            if held.count == 0:
                del _process.held[self._key]
                os.ftruncate(held.descriptor, 0)
                os.close(held.descriptor)

    def _acquire(self) -> int:
        """Open and lock the file, and write into it who holds it now."""
        self._key.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._key, os.O_RDWR | os.O_CREAT, 0o644)
        with ExitStack() as on_failure:
            on_failure.callback(os.close, descriptor)
            self._wait_for(descriptor)
            _write_holder(descriptor)
            on_failure.pop_all()
        return descriptor

    def _wait_for(self, descriptor: int) -> None:
        """Try for the lock until it is free or the time is up."""
        start = time.monotonic()
        told: Holder | None = None
        while not _try_lock(descriptor):
            holder, waited = read_holder(self._key), time.monotonic() - start
            patience = self.wait_seconds if holder else max(self.wait_seconds, _NAME_SECONDS)
            if waited >= patience:
                raise LockHeld(self.path, holder or UNKNOWN)
            if holder and holder != told and self.on_wait:
                self.on_wait(holder)
                told = holder
            time.sleep(min(_POLL_SECONDS, patience - waited))


def read_holder(path: Path) -> Holder | None:
    """Give whoever the lock file names, None where it names nobody.

    After a kill the file still names the dead; only a lock that is refused tells it is held.
    """
    try:
        return Holder(**json.loads(path.read_bytes()))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _write_holder(descriptor: int) -> None:
    """Write who holds the lock into its file."""
    # The program and its first word only: later arguments may hold a password.
    command = " ".join([Path(sys.argv[0]).name, *sys.argv[1:2]])
    since = SystemClock().now()
    holder = Holder(os.getpid(), socket.gethostname(), command, since.isoformat(" "))
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, json.dumps(asdict(holder), ensure_ascii=False).encode(), 0)
