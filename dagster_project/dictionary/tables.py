"""The published tables as the data dictionary shows them: read from the models' own YAML.

What dbt tells a BI tool and what the dictionary tells a person is the same text. Not here: forms,
rules and code lists, which the programme holds.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from dagster_project.programme.base import Text


@dataclass(frozen=True, slots=True)
class ColumnEntry:
    """One column of a published table."""

    name: str
    type: str
    text: Text
    unit: str
    role: str
    code_list: str


@dataclass(frozen=True, slots=True)
class TableEntry:
    """One published table: its words, the columns that name a row, all columns."""

    name: str
    group: str
    text: Text
    grain: tuple[str, ...]
    columns: tuple[ColumnEntry, ...]


def published_tables(dbt_project: Path) -> tuple[TableEntry, ...]:
    """Give all marts of a dbt project in the order of their names.

    ``group`` is the folder a model stands in: ``facts``, ``dimensions`` …
    """
    found = [
        _table(model, path.parent.name)
        for path in (dbt_project / "models" / "marts").rglob("*.yml")
        for model in _models(path)
    ]
    return tuple(sorted(found, key=lambda table: table.name))


def _models(path: Path) -> Iterator[dict[str, Any]]:
    document = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) or {}
    yield from document.get("models", ())


def _table(model: dict[str, Any], group: str) -> TableEntry:
    grain = model["config"]["meta"]["grain"]
    columns = tuple(map(_column, model["columns"]))
    return TableEntry(model["name"], group, _text(model), tuple(grain), columns)


def _column(column: dict[str, Any]) -> ColumnEntry:
    meta = column.get("config", {}).get("meta", {})
    facts = (meta.get(name, "") for name in ("unit", "role", "code_list"))
    return ColumnEntry(column["name"], column["data_type"], _text(column), *facts)


def _text(described: dict[str, Any]) -> Text:
    return Text.from_description(described["description"])
