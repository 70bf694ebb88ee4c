"""What runs inside a process that may die: it does pieces of work that its parent names.

Started by ``workers``; knows nothing of reports. It has an upper limit of memory, and ends itself
where a piece takes far too long, so that nothing stays behind when its parent is gone.
"""

import os
import pickle
import resource
import signal
import struct
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from types import TracebackType
from typing import Any

from dagster_project.reading.limits import MAX_WORKER_BYTES

LENGTH = struct.Struct("<Q")
PROGRESS = struct.Struct("<qd")
"""The piece that is being done and since when, by the clock that all processes share; written to a
file, since the parent asks only when something went wrong."""

READY, DONE, FAILED = "ready", "done", "failed"
GRACE = 5
"""Seconds after its parent should have ended it, when a process ends itself."""


def send(descriptor: int, message: Any) -> None:
    """Send a message, its lengths first; raises BrokenPipeError where nobody listens any more.

    What offers its memory as it is, as Arrow's tables do, is sent from there without a copy.
    """
    buffers: list[pickle.PickleBuffer] = []
    payload = pickle.dumps(message, pickle.HIGHEST_PROTOCOL, buffer_callback=buffers.append)
    pieces = [memoryview(payload), *(buffer.raw() for buffer in buffers)]
    lengths = b"".join(LENGTH.pack(len(piece)) for piece in pieces)
    for piece in (memoryview(LENGTH.pack(len(pieces)) + lengths), *pieces):
        view = piece
        while view:
            view = view[os.write(descriptor, view) :]


def receive(descriptor: int) -> Any:
    """Wait for a message; raises EOFError where the other side is gone."""
    (count,) = LENGTH.unpack(_exactly(descriptor, LENGTH.size))
    lengths = LENGTH.iter_unpack(_exactly(descriptor, LENGTH.size * count))
    payload, *buffers = [_exactly(descriptor, length) for (length,) in lengths]
    return pickle.loads(payload, buffers=buffers)  # noqa: S301 - from our own other half


def _exactly(descriptor: int, length: int) -> bytearray:
    content = bytearray(length)
    view = memoryview(content)
    while view:
        count = os.readv(descriptor, [view])
        if not count:
            raise EOFError
        view = view[count:]
    return content


def main(descriptor: int, progress: int) -> None:
    """Do the work that comes until none comes; the parent hears of what goes wrong in the code."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.excepthook = partial(_report, descriptor)
    try:
        is_trusted, task, seconds, setup, arguments = receive(descriptor)
        if not is_trusted:
            _limit_memory()
        setup(*arguments)
        send(descriptor, (READY, None))
        while True:
            items = receive(descriptor)
            send(descriptor, (DONE, task(_announced(items, seconds, progress))))
            signal.alarm(0)
    except (EOFError, BrokenPipeError, ConnectionResetError):
        os._exit(0)  # its parent waits, and to take libraries apart takes up to a second
    except MemoryError:
        os._exit(1)


def _report(
    descriptor: int, kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """Tell the parent of an error, with the trace of this process."""
    send(descriptor, (FAILED, "".join(traceback.format_exception(kind, error, trace))))


def _announced(
    items: Iterable[Any], seconds: Callable[[Any], float], progress: int
) -> Iterator[Any]:
    """Give pieces one by one, noting each time for the parent which it is."""
    for number, item in enumerate(items):
        os.pwrite(progress, PROGRESS.pack(number, time.monotonic()), 0)
        signal.alarm(int(seconds(item)) + GRACE)
        yield item


def _limit_memory() -> None:
    """Take away what untrusted bytes could make this process do to the machine."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    allowed = MAX_WORKER_BYTES if hard == resource.RLIM_INFINITY else min(hard, MAX_WORKER_BYTES)
    resource.setrlimit(resource.RLIMIT_AS, (allowed, hard))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
