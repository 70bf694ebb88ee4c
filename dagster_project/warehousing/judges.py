"""Great Expectations in processes of its own: loading it costs what a small run costs otherwise.

It needs no database, so it loads while reports are collected and read, and several periods are
judged side by side. Not here: how a suite is judged (see ``expectations``), what follows from it.
"""

import atexit
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache

import pyarrow as pa

from dagster_project.errors import JicengError
from dagster_project.lean import collecting_seldom
from dagster_project.reading.workers import Work, Workers
from dagster_project.warehousing.expectations import (
    SuiteResult,
    load_great_expectations,
    run_suite,
    with_lists,
)
from dagster_project.warehousing.schemas import frame_of
from dagster_project.warehousing.suites import ExpectationError, Suite

SECONDS = 3600.0
"""How long one suite may take: a country's totals take a minute; this ends what hangs."""


@dataclass(frozen=True, slots=True)
class ToJudge:
    """Rows, as an Arrow table, and the suite they are judged by; ``period`` where it is one."""

    suite: Suite
    rows: pa.Table
    period: str | None = None


Judged = list[SuiteResult | JicengError]


def start_judges() -> None:
    """Let a process begin to load, without waiting for it; does nothing where one is there."""
    if not _is_loaded_here():
        _judges().start()


def judge(wanted: Sequence[ToJudge], count: int) -> list[SuiteResult]:
    """Judge each by its suite in up to ``count`` processes; results stand in the same order.

    Where Great Expectations is loaded in this process already, they are judged here. Raises
    ExpectationError where a suite cannot be run on its rows, or where its process died.
    """
    if _is_loaded_here():
        return [run_suite(one.suite, frame_of(one.rows), one.period) for one in wanted]
    sent = [[replace(one, rows=with_lists(one.rows))] for one in wanted]
    found = [one for part in _judges().run(sent, count) for one in part]
    for one in found:
        if isinstance(one, JicengError):
            raise one
    return [one for one in found if isinstance(one, SuiteResult)]


def _is_loaded_here() -> bool:
    return "great_expectations" in sys.modules


@cache
def _judges() -> Workers[ToJudge, Judged]:
    """Give the processes, which stay until this one ends."""
    judges = Workers(Work(_judge, _seconds, _load, is_trusted=True), _lost)
    atexit.register(judges.__exit__)
    return judges


def _load() -> None:
    with collecting_seldom():
        load_great_expectations()


def _seconds(_: ToJudge) -> float:
    return SECONDS


def _judge(wanted: Iterable[ToJudge]) -> Judged:
    return [_judge_one(one) for one in wanted]


def _judge_one(one: ToJudge) -> SuiteResult | JicengError:
    """Judge one; a mistake in its suite travels home as a value, not as the end of a process."""
    try:
        return run_suite(one.suite, frame_of(one.rows), one.period)
    except ExpectationError as error:
        return error


def _lost(one: ToJudge, _: str) -> Judged:
    rows, period = len(one.rows), one.period or "—"
    return [ExpectationError("EXPECT_PROCESS_LOST", suite=one.suite.name, period=period, rows=rows)]
