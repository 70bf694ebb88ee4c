"""The list of what waits for a run, in a small file: sensors must not open the build database.

Written by the steps that know (``readings``, the dimensions, each audit), read by the sensors and
by ``jiceng build``. Not here: who runs what waits (see ``sensors``).
"""

import json
from dataclasses import dataclass, field

from dagster_project.programme.load import HOME
from dagster_project.settings import Settings
from dagster_project.version import VERSION
from dagster_project.warehousing.built import PartitionKey
from dagster_project.warehousing.state import fingerprint, fingerprint_of_files
from dagster_project.warehousing.workshop import Workshop

DECLARATIONS = frozenset({".yml", ".csv", ".sql"})


@dataclass(frozen=True, slots=True)
class Pending:
    """What waits for a run, each with the fingerprint of what it would be made from.

    ``recipe_print`` is that of the declarations and models with which the list was made; empty
    where it was never written.
    """

    inputs: dict[PartitionKey, str] = field(default_factory=dict)
    dimensions: bool = False
    dimensions_print: str = ""
    release_print: str = ""
    recipe_print: str = ""

    @property
    def partitions(self) -> tuple[PartitionKey, ...]:
        """Give the partitions that wait, in the order of periods."""
        return tuple(self.inputs)


def write_pending(settings: Settings, shop: Workshop) -> Pending:
    """Write what waits as the workshop sees it, in one rename."""
    found = Pending(
        inputs=shop.stale_inputs(),
        dimensions=shop.dimensions_are_stale(),
        dimensions_print=shop.dimensions_print,
        release_print=shop.release_print,
        recipe_print=recipe_print(settings),
    )
    content = {
        "partitions": [[key.form_id, key.period, print_] for key, print_ in found.inputs.items()],
        "dimensions": found.dimensions,
        "dimensions_print": found.dimensions_print,
        "release_print": found.release_print,
        "recipe_print": found.recipe_print,
    }
    arriving = settings.pending.with_suffix(".arriving")
    arriving.write_text(json.dumps(content), encoding="utf-8")
    arriving.replace(settings.pending)
    return found


def read_pending(settings: Settings) -> Pending:
    """Read the list; nothing waits where it was never written."""
    if not settings.pending.exists():
        return Pending()
    content = json.loads(settings.pending.read_text(encoding="utf-8"))
    listed = content.pop("partitions")
    inputs = {PartitionKey(form_id, period): print_ for form_id, period, print_ in listed}
    return Pending(inputs, **content)


def recipe_print(settings: Settings) -> str:
    """Give the fingerprint of all declarations: when it changes, the list is old."""
    folders = [settings.programme_root or HOME, settings.expectations]
    folders += [settings.dbt_project / name for name in ("models", "macros", "tests")]
    files = [path for folder in folders for path in folder.rglob("*.*")]
    declared = fingerprint_of_files(path for path in files if path.suffix in DECLARATIONS)
    imported = sorted(path.name for path in settings.imported_regions.glob("*.parquet"))
    return fingerprint([VERSION, declared, *imported])
