"""Runs chunks of work in processes that may die, and finds out which piece killed them.

Knows nothing of reports. Not here: what the work is (see ``batch``).
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any, Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Workers(Generic[Item, Result]):
    """How to do a chunk of work in a fresh process, and what stands for a piece that kills it.

    ``task`` and ``setup`` are functions of a module: processes are spawned, never forked, since
    the parent holds a database and threads.
    """

    task: Callable[[Sequence[Item]], Result]
    setup: Callable[..., None]
    setup_arguments: tuple[Any, ...]
    crashed: Callable[[Item], Result]

    def run(self, chunks: Sequence[Sequence[Item]], count: int) -> list[Result]:
        """Do all chunks in ``count`` processes; results come in the order of the chunks."""
        results: list[list[Result]] = []
        with self._pool(count) as pool:
            futures = [pool.submit(self.task, chunk) for chunk in chunks]
            for future, chunk in zip(futures, chunks, strict=True):
                try:
                    results.append([future.result()])
                except BrokenProcessPool:
                    results.append(self._again(chunk))
        return [result for group in results for result in group]

    def _again(self, chunk: Sequence[Item]) -> list[Result]:
        """Do a chunk that was lost when a process died; it may not be the one at fault."""
        try:
            with self._pool(1) as pool:
                return [pool.submit(self.task, chunk).result()]
        except BrokenProcessPool:
            return self._one_by_one(chunk)

    def _one_by_one(self, chunk: Sequence[Item]) -> list[Result]:
        """Do a chunk piece by piece; the piece that kills its process is told."""
        results: list[Result] = []
        pool = self._pool(1)
        for item in chunk:
            try:
                results.append(pool.submit(self.task, [item]).result())
            except BrokenProcessPool:
                results.append(self.crashed(item))
                pool.shutdown()
                pool = self._pool(1)
        pool.shutdown()
        return results

    def _pool(self, count: int) -> ProcessPoolExecutor:
        context = get_context("spawn")
        return ProcessPoolExecutor(count, context, self.setup, self.setup_arguments)


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
