"""The demo, run once a session as a user runs it: the command, in a folder of its own."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest


@dataclass(frozen=True)
class Demo:
    """A home in which the demo has run, and what it printed."""

    home: Path
    output: str

    def ask(self, query: str) -> list[tuple]:
        database = self.home / "warehouse" / "jiceng.duckdb"
        with duckdb.connect(database, read_only=True) as connection:
            return connection.execute(query).fetchall()


def jiceng(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a home."""
    command = [sys.executable, "-m", "dagster_project", *arguments]
    environment = os.environ | {"JICENG_HOME": str(home)}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="session")
def demo(tmp_path_factory) -> Demo:
    home = tmp_path_factory.mktemp("demo")
    done = jiceng(home, "demo")
    assert done.returncode == 0, done.stdout + done.stderr
    return Demo(home, done.stdout)
