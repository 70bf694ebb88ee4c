"""Plans, what they publish and the systems they name, as rows of the ``raw_`` tables.

Not here: the declared objects (see ``programme.plan``), writing the rows (see ``reference``).
"""

from collections.abc import Iterator
from typing import Any

from dagster_project.programme.base import both_languages
from dagster_project.programme.model import Programme
from dagster_project.programme.plan import Plan, PlanFigure

Row = dict[str, Any]


def plan_rows(programme: Programme) -> Iterator[Row]:
    """Give one row for each plan."""
    for plan in programme.plans:
        yield {
            "plan_id": plan.plan_id,
            **both_languages("title", plan.title),
            **both_languages("issued_by", plan.issued_by),
            "issued_on": plan.issued_on,
            "first_year": plan.first_year,
            "last_year": plan.last_year,
            "region_level": plan.region_level,
            "region_code": plan.region_code,
        }


def target_rows(programme: Programme) -> Iterator[Row]:
    """Give one row for each baseline, target and standard of all plans."""
    for plan in programme.plans:
        for figure in plan.figures:
            yield _target(plan, figure)


def _target(plan: Plan, figure: PlanFigure) -> Row:
    same = ("indicator_id", "kind", "value", "value_high", "comparator", "unit", "level",
            "judged_by", "as_of", "due_on", "date_basis", "binds_from", "chapter", "clause",
            "comparability")  # fmt: skip
    return {
        "target_id": plan.target_id(figure),
        "plan_id": plan.plan_id,
        **{name: getattr(figure, name) for name in same},
        **both_languages("name", figure.name),
        "is_comparator_inferred": figure.comparator_inferred,
        "is_value_stated": figure.value_stated,
        **both_languages("not_stated_because", figure.not_stated_because),
        "region_level": plan.region_level,
        "region_code": plan.region_code,
        **both_languages("applies_to", figure.applies_to),
        "parent_indicator_id": figure.parent,
        "ambiguities": _listed(figure.ambiguities),
        "unlike_figures": _listed(one.figure for one in figure.unlike),
        **both_languages("unlike_because", figure.unlike[0].reason if figure.unlike else None),
        **both_languages("note", figure.note),
    }


def system_rows(programme: Programme) -> Iterator[Row]:
    """Give one row for each system that the plans name."""
    same = ("system_id", "kind", "plan_id", "chapter", "clause", "served")
    for system in programme.systems:
        yield {
            **{name: getattr(system, name) for name in same},
            **both_languages("name", system.name),
            **both_languages("reason", system.reason),
        }


def system_source_rows(programme: Programme) -> Iterator[Row]:
    """Give one row for each column, code, table or indicator that serves a system."""
    for system in programme.systems:
        sources = [
            *(_source("column", name) for name in system.columns),
            *(_source("code", name) for name in system.codes),
            *(_source("table", name) for name in system.tables),
            *(_source("indicator", f"fct_indicators.{name}") for name in system.indicators),
        ]
        for number, source in enumerate(sources, start=1):
            yield {"system_id": system.system_id, "source_number": number, **source}


def _source(kind: str, name: str) -> Row:
    table, _, part = name.partition(".")
    parts = {"column": "column_name", "code": "code", "indicator": "indicator_id"}
    named = {column: part if kind == one else None for one, column in parts.items()}
    return {"source_kind": kind, "table_name": table, **named}


def _listed(words: Any) -> str | None:
    return ";".join(words) or None
