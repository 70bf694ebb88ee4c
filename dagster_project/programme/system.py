"""Systems that the plans name: registers, platforms, lists and mechanisms, and what serves them.

Declared in ``systems.csv``, one row each, with the columns, codes, tables and indicators that meet
its data needs, or the reason why nothing does. Not here: what those objects are, targets.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from dagster_project.programme.base import Model, Name, Text

SHARED_TABLES = frozenset(
    {
        "dim_boundary_event",
        "dim_plan",
        "dim_region",
        "fct_indicator_units",
        "fct_indicators",
        "fct_target_progress",
        "fct_targets",
    }
)
"""Published tables of no form and no code list that systems may name; a test finds each in dbt."""

PLAIN = ("system_id", "kind", "plan_id", "chapter", "clause", "served")
LISTS = ("columns", "codes", "tables", "indicators")


@dataclass(frozen=True, slots=True)
class Known:
    """What there is to name: facts by column, code lists by code, tables, indicators, plans."""

    columns: frozenset[str]
    codes: frozenset[str]
    tables: frozenset[str]
    indicators: frozenset[str]
    plans: frozenset[str]


class PlanSystem(Model):
    """One system that a plan names, and how far the warehouse serves its data needs.

    ``columns`` are those of facts, as ``fct_staff.joined``; ``codes`` those of a code list that
    pick the rows, as ``dim_org_type.HUB``. What is served in part or not at all says why.
    """

    system_id: Annotated[str, Field(pattern=r"^S\d{3}$")]
    name: Text
    kind: Literal[
        "database",
        "evaluation",
        "facility_network",
        "information_system",
        "list",
        "mechanism",
        "platform",
        "programme",
        "register",
        "standard",
    ]
    plan_id: Name
    chapter: str
    clause: str
    served: Literal["fully", "partly", "not_served"]
    columns: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    tables: tuple[Name, ...] = ()
    indicators: tuple[Name, ...] = ()
    reason: Text | None = None

    @model_validator(mode="after")
    def _says_what_or_why(self) -> Self:
        named = bool(self.columns or self.tables or self.indicators)
        if named == (self.served == "not_served"):
            raise ValueError("what is served names what serves it, and what is not names nothing")
        if self.served != "fully" and self.reason is None:
            raise ValueError("what is served in part or not at all needs reason_zh and reason_en")
        return self

    def unknown(self, known: Known) -> Iterator[str]:
        """Give what the system names and what is not there."""
        if self.plan_id not in known.plans:
            yield self.plan_id
        for kind in LISTS:
            there: frozenset[str] = getattr(known, kind)
            yield from (name for name in getattr(self, kind) if name not in there)


def system_of(row: Mapping[str, str]) -> dict[str, Any]:
    """Give a row of ``systems.csv`` in the shape of a PlanSystem."""
    plain = {name: row[name] for name in PLAIN}
    listed = {name: tuple(filter(None, row[name].split(";"))) for name in LISTS}
    reason = _text(row, "reason") if row["reason_zh"] or row["reason_en"] else None
    return plain | listed | {"name": _text(row, "name"), "reason": reason}


def _text(row: Mapping[str, str], name: str) -> dict[str, str]:
    return {lang: row[f"{name}_{lang}"] for lang in ("zh", "en")}
