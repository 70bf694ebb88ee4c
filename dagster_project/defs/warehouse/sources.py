"""The landed tables that several steps write: known to Dagster so that lineage has no gaps.

Not here: what writes them (see ``collect``, ``process``), their columns (see dbt's ``sources``).
"""

import json
from pathlib import Path

import dagster as dg

from dagster_project.programme.model import Programme

WRITTEN_BY_GATES = ("raw_submission", "raw_submission_column", "raw_cell_status", "raw_finding")
"""Every form's gate writes its submissions there; all other tables come with the readings."""


def shared_sources(manifest: Path, programme: Programme) -> list[dg.AssetSpec]:
    """Give the sources of dbt that no asset of their own stands for."""
    gates = [f"raw_{form_id}" for form_id in programme.forms]
    sources = json.loads(manifest.read_text(encoding="utf-8"))["sources"].values()
    return [
        dg.AssetSpec(
            source["name"],
            deps=gates if source["name"] in WRITTEN_BY_GATES else ["readings"],
            group_name="process" if source["name"] in WRITTEN_BY_GATES else "reference",
            description=source["description"],
            kinds={"duckdb"},
        )
        for source in sources
        if source["name"] not in gates
    ]
