"""Runs work in processes that may die or hang, and finds out which piece did it.

A process notes which piece it begins; one that dies, fails or takes too long costs that piece
alone, its neighbours are done again elsewhere. Knows nothing of reports. Not here: what the work is
(see ``batch``, ``guard``), what happens inside (see ``worker_process``).
"""

import os
import select
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import IO, Any, Generic, Self, TypeVar

from dagster_project.reading.worker_process import DONE, FAILED, PROGRESS, READY, receive, send

Item = TypeVar("Item")
Result = TypeVar("Result")

DIED, SLOW = "READ_FILE_CRASHED", "READ_FILE_TOO_SLOW"
CHILD = "dagster_project.reading.worker_process"
SECONDS_TO_START = 60.0
"""A process loads its libraries in 0.1-1 s, on a loaded machine in some more."""

SECONDS_TO_END = 2.0
SECONDS_BETWEEN_LOOKS = 0.5
"""Between two looks at what the processes noted, of some microseconds each: to be told of every
piece cost a twentieth of the time."""

MEMORY = {"ARROW_DEFAULT_MEMORY_POOL": "system", "MALLOC_ARENA_MAX": "2"}
"""A process has 2 GB of addresses: Arrow's own allocator would reserve half of them at once, and
each thread of the C library's another 64 MB."""


class WorkerError(RuntimeError):
    """A process failed before its first piece: the program itself is wrong."""


@dataclass(frozen=True, slots=True)
class Work(Generic[Item, Result]):
    """What processes do: functions of a module each, since processes are started afresh.

    ``task`` does pieces one by one as it takes them; ``seconds`` says how long one may take.
    What is no stranger's work (``is_trusted``) may use as much memory as there is.
    """

    task: Callable[[Iterable[Item]], Result]
    seconds: Callable[[Item], float]
    setup: Callable[..., None]
    setup_arguments: tuple[Any, ...] = ()
    is_trusted: bool = False


@dataclass(slots=True)
class Unit(Generic[Item]):
    """Pieces that are done in one go; ``alone`` when the one piece has a process to itself."""

    number: tuple[int, ...]
    items: Sequence[Item]
    alone: bool = False


@dataclass(slots=True)
class Process(Generic[Item, Result]):
    """A process with what it is doing and until when it may."""

    work: Work[Item, Result]
    popen: "subprocess.Popen[bytes]" = field(init=False)
    channel: socket.socket = field(init=False)
    progress: IO[bytes] = field(init=False)
    unit: Unit[Item] | None = None
    at: int = -1
    deadline: float = 0.0
    ready: bool = False

    def __post_init__(self) -> None:
        """Start the process and tell it its work."""
        self.channel, theirs = socket.socketpair()
        self.progress = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - ``end`` closes it
        with theirs:
            descriptors = (theirs.fileno(), self.progress.fileno())
            self.popen = subprocess.Popen(  # noqa: S603 - only our own module
                [sys.executable, "-P", "-m", CHILD, *map(str, descriptors)],
                pass_fds=descriptors,
                env=os.environ | MEMORY | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        work = self.work
        arguments = work.setup_arguments
        self._send((work.is_trusted, work.task, work.seconds, work.setup, arguments))
        self.deadline = time.monotonic() + SECONDS_TO_START

    def do(self, unit: Unit[Item]) -> None:
        """Hand the process its next pieces."""
        self.unit, self.at = unit, -1
        self.deadline = time.monotonic() + SECONDS_TO_START
        os.pwrite(self.progress.fileno(), PROGRESS.pack(-1, 0), 0)
        self._send(unit.items)

    def hear(self) -> tuple[str, Any]:
        """Take the process's next message in: that it is ready, its result, or that it died."""
        try:
            kind, content = receive(self.channel.fileno())
        except (EOFError, OSError):
            kind, content = DIED, None
        if kind == READY:
            self.ready = True
        elif kind == FAILED and not self.ready:
            raise WorkerError(content)
        elif kind in (FAILED, DIED):
            self._look()
            return DIED, None
        return kind, content

    @property
    def is_late(self) -> bool:
        """Say whether the process has spent more on its piece than that may take."""
        self._look()
        return time.monotonic() > self.deadline

    def _look(self) -> None:
        """Find out which piece the process is doing, and until when it may."""
        noted = os.pread(self.progress.fileno(), PROGRESS.size, 0)
        at, since = PROGRESS.unpack(noted) if noted else (-1, 0.0)
        if self.unit and at > self.at:
            self.at = at
            self.deadline = since + self.work.seconds(self.unit.items[at])

    def end(self) -> None:
        """End the process, whatever it is doing."""
        self.channel.close()
        self.progress.close()
        if self.unit is None and self.ready:
            try:
                self.popen.wait(SECONDS_TO_END)
            except subprocess.TimeoutExpired:
                self.popen.kill()
        else:
            self.popen.kill()
        self.popen.wait()

    def _send(self, message: Any) -> None:
        """Send a message; that nobody hears it is noticed when the answer is waited for."""
        try:
            send(self.channel.fileno(), message)
        except OSError:
            return


@dataclass(slots=True)
class Workers(Generic[Item, Result]):
    """Does chunks of work in some processes; ``lost`` stands for a piece that a process died of.

    Used as a context, it keeps its processes for the next ``run``; they end with the context.
    """

    work: Work[Item, Result]
    lost: Callable[[Item, str], Result]
    waiting: list[Unit[Item]] = field(default_factory=list)
    running: list[Process[Item, Result]] = field(default_factory=list)
    results: dict[tuple[int, ...], Result] = field(default_factory=dict)

    def __enter__(self) -> Self:
        """Give this."""
        return self

    def __exit__(self, *_: object) -> None:
        """End all processes."""
        for process in self.running:
            process.end()
        self.running = []

    def start(self) -> None:
        """Let a first process begin to load, so that the first ``run`` waits the less."""
        if not self.running:
            self.running.append(Process(self.work))

    def run(self, chunks: Sequence[Sequence[Item]], count: int) -> list[Result]:
        """Do all chunks in up to ``count`` processes; results come in the order of the pieces."""
        self.waiting = [Unit((number,), chunk) for number, chunk in enumerate(chunks)]
        self.results = {}
        while self.waiting or any(one.unit for one in self.running):
            self._hand_out(count)
            self._listen()
        return [self.results[number] for number in sorted(self.results)]

    def _hand_out(self, count: int) -> None:
        """Give idle processes work; a piece under suspicion gets a new process to itself."""
        for process in [one for one in self.running if one.unit is None]:
            if self.waiting and self.waiting[0].alone:
                self._drop(process)
            elif self.waiting:
                process.do(self.waiting.pop(0))
        while self.waiting and len(self.running) < count:
            process = Process(self.work)
            self.running.append(process)
            process.do(self.waiting.pop(0))

    def _listen(self) -> None:
        """Wait until some process says something or its time is over."""
        channels = {one.channel.fileno(): one for one in self.running if one.unit}
        left = min(one.deadline for one in channels.values()) - time.monotonic()
        heard = set(ready_of(channels, left))
        for descriptor, process in channels.items():
            if descriptor in heard:
                self._take(process, *process.hear())
            elif process.is_late:
                self._take(process, SLOW, None)

    def _take(self, process: Process[Item, Result], kind: str, content: Any) -> None:
        """Act on what a process said or on its end."""
        unit = process.unit
        if kind == DONE and unit:
            self.results[unit.number] = content
            process.unit = None
        elif kind in (DIED, SLOW):
            self._drop(process)
            if unit:
                self._blame(unit, process, kind)

    def _blame(self, unit: Unit[Item], process: Process[Item, Result], kind: str) -> None:
        """Give up the piece that a process died of, or try it once more alone; redo the rest."""
        if process.at < 0 or not process.ready:
            raise WorkerError(f"{kind} before the first piece")
        item = unit.items[process.at]
        parts = (unit.items[: process.at], [item], unit.items[process.at + 1 :])
        before, culprit, after = (
            Unit((*unit.number, place), items) for place, items in enumerate(parts)
        )
        if unit.alone or kind == SLOW:
            self.results[culprit.number] = self.lost(item, kind)
        else:
            self.waiting.append(Unit(culprit.number, culprit.items, alone=True))
        self.waiting[:0] = [rest for rest in (before, after) if rest.items]

    def _drop(self, process: Process[Item, Result]) -> None:
        process.end()
        self.running.remove(process)


def next_of(process: Process[Item, Result]) -> tuple[str, Any]:
    """Wait for a process's result, giving ``DONE`` with it, or ``DIED`` or ``SLOW``."""
    while True:
        left = process.deadline - time.monotonic()
        if not [*ready_of([process.channel.fileno()], left)]:
            if process.is_late:
                return SLOW, None
            continue
        kind, content = process.hear()
        if kind in (DONE, DIED):
            return kind, content


def ready_of(descriptors: Iterable[int], seconds: float) -> Iterator[int]:
    """Give those descriptors that can be read, waiting for one until it is time to look."""
    poll = select.poll()
    for descriptor in descriptors:
        poll.register(descriptor, select.POLLIN)
    waited = min(max(0, seconds), SECONDS_BETWEEN_LOOKS)
    for descriptor, _ in poll.poll(waited * 1000 + 1):
        yield descriptor


def in_chunks(items: Sequence[Item], sizes: Sequence[int], count: int) -> list[list[Item]]:
    """Cut work into about ``count`` runs of neighbours of about equal size.

    >>> in_chunks(["a", "b", "c", "d"], [9, 1, 1, 9], 2)
    [['a', 'b'], ['c', 'd']]
    """
    target = max(1, sum(sizes) / max(1, count))
    chunks: list[list[Item]] = []
    filled = target
    for item, size in zip(items, sizes, strict=True):
        if filled >= target:
            chunks.append([])
            filled = 0.0
        chunks[-1].append(item)
        filled += size
    return chunks
