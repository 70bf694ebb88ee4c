"""A person's decision made of a record: every field there, of its type, none unknown.

Not here: what a decision means (see ``aliases``, ``answers``), reading files (see ``records``).
"""

from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, get_args

from dagster_project.collecting.errors import CollectError
from dagster_project.collecting.records import Record

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Kind = TypeVar("Kind", bound="DataclassInstance")


def bad_field(path: Path, line: int, field: str) -> CollectError:
    """Give the error that names a field which is missing, unknown or of another kind."""
    return CollectError("COLLECT_RECORD_FIELD_BAD", file=path, line=line, field=field)


def decided(kind: type[Kind], path: Path, line: int, record: Record) -> Kind:
    """Make a decision of a record; ``kind`` is a dataclass whose time is ``decided_at``.

    Raises:
        CollectError: naming file, line and field.
    """
    wanted: dict[str, Any] = {field.name: field.type for field in fields(kind)}
    for name, type_ in wanted.items():
        if type(record.get(name)) not in _written(type_):
            raise bad_field(path, line, name)
    if unknown := record.keys() - wanted.keys():
        raise bad_field(path, line, ", ".join(sorted(unknown)))
    try:
        decided_at = datetime.fromisoformat(record["decided_at"])
    except ValueError as error:
        raise bad_field(path, line, "decided_at") from error
    return kind(**(record | {"decided_at": decided_at}))


def _written(type_: Any) -> tuple[type, ...]:
    """Give the types that JSON has for a field's type."""
    return (str,) if type_ is datetime else get_args(type_) or (type_,)
