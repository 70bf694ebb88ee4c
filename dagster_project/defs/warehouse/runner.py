"""Runs dbt inside this process: a subprocess would pay for dbt's imports again at every run.

The parsed project is kept in this process and, for the next one, in files. Not here: those files
(see ``parsed``), the part of it that a run needs (``slices``), which models belong to which asset.
"""

import json
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict
from graphlib import TopologicalSorter
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dagster_project.defs.warehouse import parsed
from dagster_project.defs.warehouse.slices import own_nodes, part_of_manifest
from dagster_project.errors import JicengError
from dagster_project.settings import Settings
from dagster_project.warehousing.indicator_periods import Recomputed
from dagster_project.warehousing.state import fingerprint, fingerprint_of_files

if TYPE_CHECKING:
    from dbt.artifacts.schemas.run import RunExecutionResult, RunResult
    from dbt.contracts.graph.manifest import Manifest

LINEAGE = "lineage.html"
_parsed: dict[tuple[Path, str], "Manifest"] = {}
"""By dbt project and its fingerprint: what was parsed for one home serves all in this process."""


class DbtError(JicengError):
    """DBT could not run at all; the message holds dbt's own words."""


def target_path(settings: Settings) -> Path:
    """Give the folder of dbt's artifacts."""
    return settings.warehouse / "dbt"


def manifest_path(settings: Settings) -> Path:
    """Give the manifest of the dbt project, parsing the project where it has changed."""
    if not parsed.is_current(target_path(settings), parsed_print(settings)):
        parse(settings)
    return target_path(settings) / parsed.DOCUMENT


def parse(settings: Settings) -> "Manifest":
    """Give the parsed dbt project, parsing it where its files or dbt have changed."""
    print_, target = parsed_print(settings), target_path(settings)
    key = (settings.dbt_project, print_)
    if not parsed.is_current(target, print_):
        parsed.take(settings.dbt_project, print_, target)
    is_current = parsed.is_current(target, print_)
    if key not in _parsed:
        arguments = ["parse", "--no-write-json"]
        _parsed[key] = parsed.read(target) if is_current else _invoke(settings, arguments, None)
    if not is_current:
        parsed.keep(target, _parsed[key], print_)
        parsed.share(target, settings.dbt_project)
    return _parsed[key]


def build(
    settings: Settings,
    tags: Sequence[str],
    scope: Recomputed,
    *,
    tested: bool = True,
    standing: bool = False,
) -> "Sequence[RunResult]":
    """Build the models of some tags and run their data tests for what changed (none: all).

    ``standing``: views and comments stand as the project says, only rows are to be made.
    Raises DbtError where dbt ended without results; failed models and tests are in the results.
    """
    manifest = parse(settings)
    names = [
        node.name
        for node in own_nodes(manifest, tags).values()
        if (tested or str(node.resource_type) != "test")
        and not (standing and node.config.materialized == "view")
    ]
    if not names:
        return []
    variables = {**asdict(scope), "models_unchanged": standing}
    # Names, and no tests but those named: a test of a view that stands is run without the view.
    chosen = ["--select", *names, "--indirect-selection", "empty"]
    arguments = ["build", *chosen, "--vars", json.dumps(variables), "--no-write-json"]
    result: RunExecutionResult = _invoke(settings, arguments, part_of_manifest(manifest, tags))
    return result.results


def models_of(settings: Settings, tag: str) -> dict[str, bool]:
    """Give the models of a tag, parents first, and whether each is a view."""
    own = own_nodes(parse(settings), [tag])
    order = TopologicalSorter({one: node.depends_on_nodes for one, node in own.items()})
    nodes = [own[one] for one in order.static_order() if one in own]
    return {
        node.name: node.config.materialized == "view"
        for node in nodes
        if str(node.resource_type) == "model"
    }


def write_lineage(settings: Settings, target: Path) -> Path:
    """Write dbt's own pages of models, columns and lineage as one file that opens offline.

    Needs the warehouse lock and a database that was built; gives the file's path.
    """
    _invoke(settings, ["docs", "generate", "--static", "--no-compile"], parse(settings))
    target.mkdir(parents=True, exist_ok=True)
    shutil.move(target_path(settings) / "static_index.html", target / LINEAGE)
    return target / LINEAGE


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


def parsed_print(settings: Settings) -> str:
    """Give the fingerprint of all that a manifest is parsed from: the files, and dbt."""
    return fingerprint([project_print(settings), version("dbt-core"), version("dbt-duckdb")])
