"""Plans and what they publish as rows of ``raw_plan`` and ``raw_target``.

Not here: the declared objects (see ``programme.plan``), writing the rows (see ``reference``).
"""

from collections.abc import Iterator
from typing import Any

from dagster_project.programme.base import Text
from dagster_project.programme.model import Programme
from dagster_project.programme.plan import Plan, PlanFigure

Row = dict[str, Any]


def plan_rows(programme: Programme) -> Iterator[Row]:
    """Give one row for each plan."""
    for plan in programme.plans:
        yield {
            "plan_id": plan.plan_id,
            **_both("title", plan.title),
            **_both("issued_by", plan.issued_by),
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
        **_both("name", figure.name),
        "is_comparator_inferred": figure.comparator_inferred,
        "is_value_stated": figure.value_stated,
        **_both("not_stated_because", figure.not_stated_because),
        "region_level": plan.region_level,
        "region_code": plan.region_code,
        **_both("applies_to", figure.applies_to),
        "parent_indicator_id": figure.parent,
        "ambiguities": _listed(figure.ambiguities),
        "unlike_figures": _listed(one.figure for one in figure.unlike),
        **_both("unlike_because", figure.unlike[0].reason if figure.unlike else None),
        **_both("note", figure.note),
    }


def _both(name: str, text: Text | None) -> Row:
    return {f"{name}_zh": text.zh if text else None, f"{name}_en": text.en if text else None}


def _listed(words: Any) -> str | None:
    return ";".join(words) or None
