"""The dbt files that follow from the programme: models, their YAML, sources (`jiceng generate`).

Pure but for ``write_generated``. A test compares what is written with what this gives. Not here:
the words (``dbt_models.yml``, ``raw_tables.yml``), the hand-written models and macros (``dbt/``).
"""

from pathlib import Path

from dagster_project.programme.model import CodeList, Form, Programme
from dagster_project.warehousing import dbt_sql, dbt_yaml
from dagster_project.warehousing.dbt_operands import operand_files

NOTE = "generated from {origin} by `jiceng generate`; edit that"
NOTE_MARK = "by `jiceng generate`; edit that"
"""By these words in its first line a generated file is known, and removed when it is left over."""

FOLDERS = ("models", "macros")
"""The folders that generated files stand in."""

BOOLEAN_LIST = "CL_YESNO"
"""Its codes land as booleans, so that no table of them is wanted."""

MIRRORS = {
    "raw_period": "dim_period",
    "raw_form": "dim_form",
    "raw_form_column": "dim_form_column",
    "raw_rule": "dim_rule",
    "raw_boundary_event": "dim_boundary_event",
    "raw_plan": "dim_plan",
    "raw_target": "fct_targets",
    "raw_plan_system": "dim_plan_system",
    "raw_plan_system_source": "dim_plan_system_source",
    "raw_indicator": "dim_indicator",
}
"""Dimensions, and facts that are declared, that show a declared table as it is."""

Files = dict[str, str]


def generated_files(programme: Programme) -> Files:
    """Give all generated files: path below the dbt root, with slashes, to text."""
    files = {"models/sources/raw.yml": dbt_yaml.sources(programme, _note("the programme"))}
    for form in programme.forms.values():
        files |= _form_files(form)
    for list_id, codelist in programme.codelists.items():
        if list_id != BOOLEAN_LIST:
            files |= _codelist_files(codelist)
    for table, name in MIRRORS.items():
        files |= _mirror_files(table, name)
    note = _note("the programme's forms")
    path = "models/marts/reporting/fct_totals"
    files[f"{path}.sql"] = dbt_sql.all_totals(programme, note)
    files[f"{path}.yml"] = dbt_yaml.all_totals(note)
    return files | operand_files(programme, _note("indicators.csv"))


def write_generated(programme: Programme, dbt_root: Path) -> list[Path]:
    """Bring the generated files below a dbt root up to date; give the paths that changed."""
    files = generated_files(programme)
    changed = stale_files(files, dbt_root)
    for path in changed:
        path.unlink()
    for name, text in files.items():
        path = dbt_root / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
            changed.append(path)
    return changed


def stale_files(files: Files, dbt_root: Path) -> list[Path]:
    """Give the files that were generated once and are no longer, as when a form has gone."""
    there = sorted(path for one in FOLDERS for path in (dbt_root / one).rglob("*.*"))
    return [
        path
        for path in there
        if path.relative_to(dbt_root).as_posix() not in files and _is_generated(path)
    ]


def _is_generated(path: Path) -> bool:
    with path.open(encoding="utf-8") as lines:
        return NOTE_MARK in lines.readline()


def _form_files(form: Form) -> Files:
    note = _note(f"forms/{form.form_id}.yml")
    files: Files = {}
    for kind in dbt_yaml.models_of(form):
        folder, pattern = dbt_yaml.FORM_MODELS[kind]
        path = f"models/{folder}/{pattern.format(form.form_id)}"
        files[f"{path}.sql"] = dbt_sql.form_model(kind, form, note)
        files[f"{path}.yml"] = dbt_yaml.form_model(kind, form, note)
    return files


def _codelist_files(codelist: CodeList) -> Files:
    name = codelist.dimension
    note = _note(f"codelists/{name.removeprefix('dim_')}.csv")
    path = f"models/marts/dimensions/{name}"
    return {
        f"{path}.sql": dbt_sql.codelist(codelist, note),
        f"{path}.yml": dbt_yaml.codelist(codelist, name, note),
    }


def _mirror_files(table: str, name: str) -> Files:
    note = _note("warehousing/raw_tables.yml")
    folder = "indicators" if name.startswith("fct_") else "dimensions"
    path = f"models/marts/{folder}/{name}"
    return {
        f"{path}.sql": dbt_sql.mirror(table, note),
        f"{path}.yml": dbt_yaml.mirror(table, name, note),
    }


def _note(origin: str) -> str:
    return NOTE.format(origin=origin)
