"""Runs dbt inside this process: a subprocess would pay for dbt's imports again at every run.

The parsed project is kept for the life of the process. Not here: which models belong to which
asset.
"""

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dagster_project.settings import Settings
from dagster_project.warehousing.state import fingerprint_of_files

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest
    from dbt.contracts.results import RunExecutionResult

FINGERPRINT = "jiceng_project_fingerprint.txt"
_parsed: dict[tuple[Path, str], "Manifest"] = {}


class DbtFailed(Exception):  # noqa: N818 - named like dagster's own Failure
    """DBT could not run at all: the message is dbt's own."""


def target_path(settings: Settings) -> Path:
    """Give the folder of dbt's artifacts."""
    return settings.warehouse / "dbt"


def manifest_path(settings: Settings) -> Path:
    """Give the manifest of the dbt project, parsing the project where it has changed."""
    target = target_path(settings)
    stamp = target / FINGERPRINT
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != _project_print(settings):
        parse(settings)
    return target / "manifest.json"


def parse(settings: Settings) -> "Manifest":
    """Parse the dbt project once in this process, writing ``manifest.json``."""
    key = (target_path(settings), _project_print(settings))
    if key not in _parsed:
        _parsed[key] = _invoke(settings, ["parse"], None).result
        (key[0] / FINGERPRINT).write_text(key[1], encoding="utf-8")
    return _parsed[key]


def build(settings: Settings, select: str, periods: list[str]) -> "RunExecutionResult":
    """Build the selected models and run their data tests for some periods (none: all).

    Raises DbtFailed where dbt ended without results; failed models and tests are in the result.
    """
    arguments = [
        "build", "--select", select, "--exclude-resource-type", "unit_test",
        "--vars", json.dumps({"periods": periods}), "--no-write-json",
    ]  # fmt: skip
    return _invoke(settings, arguments, parse(settings)).result


def _invoke(settings: Settings, arguments: list[str], manifest: "Manifest | None") -> Any:
    from dbt.cli.main import dbtRunner

    project, target = settings.dbt_project, target_path(settings)
    target.mkdir(parents=True, exist_ok=True)
    os.environ["JICENG_BUILD_DB"] = str(settings.build_database)
    places = [
        "--project-dir",
        project,
        "--profiles-dir",
        project,
        "--target-path",
        target,
        "--log-path",
        target,
    ]
    outcome = dbtRunner(manifest=manifest).invoke(
        ["--quiet", "--log-level-file", "none", *arguments, *map(str, places)]
    )
    _let_go_of_the_database()
    if outcome.result is None:
        raise DbtFailed(str(outcome.exception))
    return outcome


def _let_go_of_the_database() -> None:
    """Close dbt's connections: DuckDB refuses another configuration while one is open."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    DuckDBConnectionManager.close_all_connections()


def _project_print(settings: Settings) -> str:
    project = settings.dbt_project
    files = [project / "dbt_project.yml", project / "profiles.yml"]
    for folder in ("models", "macros", "tests"):
        files += [path for path in (project / folder).rglob("*") if path.is_file()]
    return fingerprint_of_files(files)
