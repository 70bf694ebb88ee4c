"""A build that dies at a stage boundary: the last release stays, the next build is right.

The process is killed, not asked, just before the first step and just after each that leaves
something behind (after one step is before the next).
"""

import os
import shutil
import signal
from collections.abc import Callable
from typing import Any

import duckdb
import pytest

from tests.pipeline import homes

pytestmark = pytest.mark.pipeline

BOUNDARIES = [
    "dagster_project.defs.collect.assets:collect",
    "dagster_project.warehousing.landing:land",
    "dagster_project.warehousing.workshop:write_calendar",
    "dagster_project.warehousing.workshop:append_verdicts",
    "dagster_project.warehousing.partitions:load",
    "dagster_project.defs.warehouse.assets:build",
    "dagster_project.warehousing.built:mark_built",
    "dagster_project.releasing.publish:export",
    "dagster_project.releasing.publish:put_in_place",
]


def die(*_: object, **__: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def build_and_die(home: Any, boundary: str, when: str) -> None:
    """Build in this process, and kill it before or after the function at the boundary."""
    import importlib

    module_name, name = boundary.split(":")
    module = importlib.import_module(module_name)
    real: Callable[..., Any] = getattr(module, name)

    def fatal(*arguments: Any, **named: Any) -> None:
        if when == "after":
            real(*arguments, **named)
        die()

    setattr(module, name, fatal)
    homes.build_here(home)


@pytest.fixture(scope="module")
def two_batches(samples):
    """A first delivery that is built and released, and a second one that corrects it."""
    unit = samples.purpose("refused").respondent_code
    of_unit = [one for one in samples.deliveries if one.key[:2] == ("staff", unit)]
    return of_unit[:2], of_unit[2:]


@pytest.fixture(scope="module")
def released(samples, two_batches, tmp_path_factory):
    home = tmp_path_factory.mktemp("released")
    homes.drop(samples, home, two_batches[0])
    homes.build(home)
    return home


@pytest.fixture(scope="module")
def expected(samples, two_batches, released, tmp_path_factory):
    home = tmp_path_factory.mktemp("undisturbed") / "home"
    shutil.copytree(released, home)
    homes.drop(samples, home, two_batches[1])
    homes.build(home)
    return homes.content_hash(home)


@pytest.mark.parametrize(
    ("when", "boundary"),
    [("before", BOUNDARIES[0]), *(("after", boundary) for boundary in BOUNDARIES)],
    ids=lambda value: value.split(":")[-1],
)
def test_killed_at_a_boundary(samples, two_batches, released, expected, tmp_path, boundary, when):
    home = tmp_path / "home"
    shutil.copytree(released, home)
    homes.drop(samples, home, two_batches[1])
    killed = homes.SERVER.Process(target=build_and_die, args=(home, boundary, when))
    killed.start()
    assert homes.wait(killed) == -signal.SIGKILL
    with duckdb.connect(home / "warehouse" / "jiceng.duckdb", read_only=True) as reader:
        assert reader.execute("select count(*) > 0 from fct_staff").fetchone() == (True,)
    homes.build(home)
    assert homes.content_hash(home) == expected
