"""Which files a form's tables are built and audited by: inputs of every fingerprint.

Not here: fingerprints (see ``state``), writing dbt files (see ``dbt_files``), suites (``suites``).
"""

from pathlib import Path

from dagster_project.programme.model import Programme

OPERANDS = "operands"
"""The folder of the macros that indicators are made of."""


def model_files(dbt_project: Path, programme: Programme) -> dict[str | None, list[Path]]:
    """Give the dbt files of each form, and under None those of no form; macros are of all.

    What indicators count of a form is no part of it: a new indicator builds no form again.
    """
    owned: dict[str | None, list[Path]] = {None: [], **{one: [] for one in programme.forms}}
    for folder in ("models", "tests", f"macros/{OPERANDS}"):
        for path in (dbt_project / folder).rglob("*.*"):
            owned[_owner(path, programme)].append(path)
    macros = [*(dbt_project / "macros").rglob("*.*")]
    shared = [path for path in macros if path.parent.name != OPERANDS]
    return {form_id: [*files, *shared] for form_id, files in owned.items()}


def suite_files(folder: Path, programme: Programme) -> dict[str | None, list[Path]]:
    """Give the suites of each form, and under None those of no form in particular."""
    owned: dict[str | None, list[Path]] = {None: [], **{one: [] for one in programme.forms}}
    for path in folder.glob("*.yml"):
        owned[path.stem if path.stem in owned else None].append(path)
    return owned


def _owner(path: Path, programme: Programme) -> str | None:
    """Give the form a model file belongs to, by the one noun that runs through all names."""
    noun = path.stem.split("_", 1)[-1].removesuffix("_versioned").removesuffix("_totals")
    return noun if noun in programme.forms else None
