"""Runs dbt inside this process: a subprocess would pay for dbt's imports again at every run.

The parsed project is kept for the life of the process. Not here: which models belong to which
asset.
"""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dagster_project.errors import JicengError
from dagster_project.settings import Settings
from dagster_project.warehousing.state import fingerprint_of_files

if TYPE_CHECKING:
    from dbt.artifacts.schemas.run import RunExecutionResult
    from dbt.contracts.graph.manifest import Manifest

FINGERPRINT = "jiceng_project_fingerprint.txt"
_parsed: dict[tuple[Path, str], "Manifest"] = {}
"""By dbt project and its fingerprint: what was parsed for one home serves all in this process."""


class DbtError(JicengError):
    """DBT could not run at all; the message holds dbt's own words."""


def target_path(settings: Settings) -> Path:
    """Give the folder of dbt's artifacts."""
    return settings.warehouse / "dbt"


def manifest_path(settings: Settings) -> Path:
    """Give the manifest of the dbt project, parsing the project where it has changed."""
    if not _is_current(settings):
        parse(settings)
    return target_path(settings) / "manifest.json"


def parse(settings: Settings) -> "Manifest":
    """Parse the dbt project once in this process, writing ``manifest.json`` where it is old.

    The stamp that calls a manifest current is taken away before dbt writes and put back after: a
    build killed in between finds no stamp, never half a manifest.
    """
    target, print_ = target_path(settings), project_print(settings)
    key, is_current, stamp = (
        (settings.dbt_project, print_),
        _is_current(settings),
        target / FINGERPRINT,
    )
    if not is_current:
        stamp.unlink(missing_ok=True)
    if key not in _parsed:
        writing = "--no-write-json" if is_current else "--write-json"
        _parsed[key] = _invoke(settings, ["parse", writing], None)
    elif not is_current:
        from dbt.parser.manifest import write_manifest

        target.mkdir(parents=True, exist_ok=True)
        write_manifest(_parsed[key], str(target))
    if not is_current:
        stamp.write_text(print_, encoding="utf-8")
    return _parsed[key]


def _is_current(settings: Settings) -> bool:
    stamp = target_path(settings) / FINGERPRINT
    return stamp.exists() and stamp.read_text(encoding="utf-8") == project_print(settings)


def build(
    settings: Settings,
    select: str,
    periods: list[str],
    *,
    tested: bool = True,
    unchanged: bool = False,
) -> "RunExecutionResult":
    """Build the selected models and run their data tests for some periods (none: all).

    ``unchanged``: views and comments stand as the project says, only rows are to be made.
    Raises DbtError where dbt ended without results; failed models and tests are in the result.
    """
    excluded = ["unit_test"] if tested else ["unit_test", "test"]
    variables = {"periods": periods, "models_unchanged": unchanged}
    arguments = ["build", "--select", select, "--vars", json.dumps(variables)]
    for kind in excluded:
        arguments += ["--exclude-resource-type", kind]
    arguments.append("--no-write-json")
    result: RunExecutionResult = _invoke(settings, arguments, parse(settings))
    return result


def _invoke(settings: Settings, arguments: list[str], manifest: "Manifest | None") -> Any:
    from dbt.cli.main import dbtRunner

    project, target = settings.dbt_project, target_path(settings)
    target.mkdir(parents=True, exist_ok=True)
    os.environ["JICENG_BUILD_DB"] = str(settings.build_database)
    places = [
        f"--project-dir={project}",
        f"--profiles-dir={project}",
        f"--target-path={target}",
        f"--log-path={target}",
    ]
    outcome = dbtRunner(manifest=manifest).invoke(
        ["--quiet", "--log-level-file", "none", *arguments, *places]
    )
    _let_go_of_the_database()
    if outcome.result is None:
        raise DbtError("RUN_DBT_FAILED", problem=outcome.exception)
    return outcome.result


def _let_go_of_the_database() -> None:
    """Close dbt's connections: DuckDB refuses another configuration while one is open."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    close: Callable[[], None] = DuckDBConnectionManager.close_all_connections
    close()


def project_print(settings: Settings) -> str:
    """Give the fingerprint of all files of the dbt project."""
    project = settings.dbt_project
    files = [project / "dbt_project.yml", project / "profiles.yml"]
    for folder in ("models", "macros", "tests"):
        files += [path for path in (project / folder).rglob("*") if path.is_file()]
    return fingerprint_of_files(files)
