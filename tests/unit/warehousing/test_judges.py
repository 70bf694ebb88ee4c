"""Great Expectations in processes of its own: the same verdicts, and what goes wrong comes home."""

import os
import signal

import pandas as pd
import pyarrow as pa
import pytest

from dagster_project.programme.base import Text
from dagster_project.warehousing import judges
from dagster_project.warehousing.expectations import run_suite
from dagster_project.warehousing.suites import Expectation, ExpectationError, Suite

WHY = Text(zh="样例", en="a sample")


def suite_of(type_: str, **arguments: object) -> Suite:
    expectation = Expectation(type_, "error", WHY, arguments, path="a.yml", line=7)
    return Suite("a", "fct_a", WHY, "period", ("unit",), (expectation,))


POSITIVE = suite_of("expect_column_values_to_be_between", column="n", min_value=1)


def rows(*numbers: int) -> pa.Table:
    return pa.table({"unit": [f"u{n}" for n in numbers], "n": list(numbers)})


@pytest.fixture
def own_processes(monkeypatch):
    """Judge in processes, as a command does, although the tests have the library loaded."""
    monkeypatch.setattr(judges, "_is_loaded_here", lambda: False)
    judges._judges.cache_clear()
    yield judges._judges()
    judges._judges().__exit__()
    judges._judges.cache_clear()


def test_processes_judge_as_this_one_does_and_keep_the_order(own_processes):
    judges.start_judges()
    tables = [rows(n, 1, -n) for n in range(5)]
    wanted = [judges.ToJudge(POSITIVE, table, str(n)) for n, table in enumerate(tables)]
    here = [run_suite(one.suite, one.rows.to_pandas(), one.period) for one in wanted]
    assert judges.judge(wanted, 2) == here
    assert len(own_processes.running) == 2
    assert [result.success for result in here] == [False] * 5


def test_a_suite_that_cannot_be_run_is_named_and_the_process_goes_on(own_processes):
    wrong = suite_of("expect_column_values_to_be_between", column="m", min_value=1)
    with pytest.raises(ExpectationError, match=r"a\.yml 第 7 行"):
        judges.judge([judges.ToJudge(wrong, rows(1)), judges.ToJudge(POSITIVE, rows(1))], 1)
    (process,) = own_processes.running
    assert judges.judge([judges.ToJudge(POSITIVE, rows(1))], 1)[0].success
    assert own_processes.running == [process]


def _dies(_: object) -> pd.DataFrame:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def _dying_load() -> None:
    judges.frame_of = _dies


@pytest.mark.usefixtures("own_processes")
def test_a_process_that_dies_twice_over_a_suite_is_no_verdict(monkeypatch):
    monkeypatch.setattr(judges, "_load", _dying_load)
    judges._judges.cache_clear()
    with pytest.raises(ExpectationError, match="a（2015-Q4，2 行）"):
        judges.judge([judges.ToJudge(POSITIVE, rows(1, 2), "2015-Q4")], 1)
