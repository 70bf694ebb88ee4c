"""Fixtures that more than one folder of tests needs: the samples and the demo, once a session."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dagster_project.programme.load import load_programme
from dagster_project.programme.model import Programme
from dagster_project.regions.register import Register, load_register

REAL_DATA = Path(os.environ.get("JICENG_REAL_DATA", "../shared/data"))


@dataclass(frozen=True)
class Demo:
    """A home in which the demo has run as a user runs it, and what it printed."""

    home: Path
    output: str

    def ask(self, query: str) -> list[tuple]:
        return self.answer(query)[1]

    def answer(self, query: str) -> tuple[list[str], list[tuple]]:
        """Give the names of the answer's columns, and its rows."""
        database = self.home / "warehouse" / "jiceng.duckdb"
        with duckdb.connect(database, read_only=True) as connection:
            answer = connection.execute(query)
            return [column[0] for column in answer.description], answer.fetchall()


def jiceng(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a home."""
    command = [sys.executable, "-m", "dagster_project", *arguments]
    environment = os.environ | {"JICENG_HOME": str(home)}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


TOGETHER = {
    "tests/conventions/test_readme.py": "demo",
    "tests/integration/answers/test_answering.py": "answers",
    "tests/integration/answers/test_blanks_and_reminders.py": "answers",
    "tests/integration/answers/test_explained_files.py": "answers",
    "tests/integration/answers/test_rule_health.py": "answers",
    "tests/integration/answers/test_withheld_everywhere.py": "withheld",
    "tests/integration/real/test_tw_village_monthly.py": "villages",
    "tests/integration/test_dagster.py": "dagster",
    "tests/integration/test_dbt_project.py": "models",
    "tests/integration/test_target_progress.py": "models",
    "tests/pipeline/test_check_agrees.py": "demo",
    "tests/pipeline/test_demo.py": "demo",
    "tests/pipeline/test_indicators.py": "demo",
    "tests/pipeline/test_questions.py": "demo",
    "tests/pipeline/test_rebuilds.py": "rebuilds",
    "tests/pipeline/test_stage_boundaries.py": "boundaries",
}
"""Files whose tests share something that takes long to make: one process runs each group."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Group tests by file: groups by mark are lost between pytest 9.2 and pytest-xdist 3.8."""
    from xdist.scheduler import LoadScopeScheduling

    class Grouped(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return TOGETHER.get(nodeid.partition("::")[0], nodeid)

    return Grouped(config, log)


@pytest.fixture(scope="session")
def demo(tmp_path_factory) -> Demo:
    home = tmp_path_factory.mktemp("demo")
    done = jiceng(home, "demo")
    assert done.returncode == 0, done.stdout + done.stderr
    return Demo(home, done.stdout)


@pytest.fixture(scope="session")
def programme() -> Programme:
    return load_programme()


@pytest.fixture(scope="session")
def register() -> Register:
    return load_register()


@pytest.fixture(scope="session")
def samples(tmp_path_factory, programme, register):
    """The generated samples' report; synthetic, as everything named samples here."""
    from dagster_project.samples.write import write_samples

    return write_samples(tmp_path_factory.mktemp("samples"), programme, register)
