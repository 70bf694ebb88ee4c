"""What published tables are made from: the same inputs as for the last release, the same content.

Facts and histories follow from their form's partitions and models, dimensions from what is
declared. Not here: tables that forms share and what lands (any build may change them), and hashing
(see ``releasing.content``).
"""

from collections.abc import Iterable

from dagster_project.warehousing.built import built_partitions, built_references
from dagster_project.warehousing.database import Connection, table_names, view_names
from dagster_project.warehousing.state import fingerprint

DECLARED = ("reference", "dimensions", "models dimension")
"""The reference groups from which every dimension follows."""
OF_CALENDAR = "dim_period"
"""The one dimension that grows with time."""


def tables_made_from(connection: Connection, form_ids: Iterable[str]) -> dict[str, str]:
    """Give the fingerprint of what each form's facts and history and each dimension follow from."""
    marks = built_references(connection)
    named = table_names(connection) | view_names(connection)
    declared = fingerprint(marks.get(name) for name in DECLARED)
    found = {name: declared for name in named if name.startswith("dim_")}
    found[OF_CALENDAR] = fingerprint([declared, marks.get("calendar")])
    for form_id in form_ids:
        print_ = fingerprint([marks.get(f"models {form_id}"), *_built(connection, form_id)])
        found |= {f"{kind}_{form_id}": print_ for kind in ("fct", "hist")}
    return found


def _built(connection: Connection, form_id: str) -> list[tuple[str, str]]:
    partitions = built_partitions(connection).items()
    return sorted((key.period or "", one) for key, one in partitions if key.form_id == form_id)
