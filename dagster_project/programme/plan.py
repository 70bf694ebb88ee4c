"""What a plan publishes: baselines, targets and standards, each with its date, chapter and clause.

A figure says what may be held against it: its scope, the words it is unclear in, the baselines that
are unlike it. Not here: sentences of the plans, what an indicator is, how far a target is reached.
"""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from dagster_project.programme.base import Model, Name, Text, UnitCode

FigureId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*\.(baseline|target|standard)$")]
"""An indicator and a kind: a plan publishes one figure of each."""

Mistake = tuple[tuple[int | str, ...], str, dict[str, object]]
"""Where a file is wrong, the code of the message, and what it fills in."""


class Unlike(Model):
    """A baseline of the same plan that a figure must never be measured from, and why."""

    figure: FigureId
    reason: Text


class PlanFigure(Model):
    """One figure that a plan publishes: a baseline, target or standard.

    ``value`` has the unit of the indicator; of a ``range`` it is the lower end. A figure that the
    plan names without a value says why (``not_stated_because``).
    """

    indicator_id: Name
    name: Text
    kind: Literal["baseline", "target", "standard"]
    value: float | None = None
    value_high: float | None = None
    value_stated: bool = True
    not_stated_because: Text | None = None
    comparator: Literal["=", ">", ">=", "<", "<=", "range"] | None = None
    comparator_inferred: bool = False  # the plan gives a bare number; it is read as a bound
    unit: str
    level: Literal["city", "district", "street_town", "community", "facility", "person"]
    judged_by: Literal["value", "units"] = "value"  # units: every one in scope is to reach it
    as_of: date | None = None
    due_on: date | None = None
    date_basis: Literal[
        "stated", "period_end", "plan_end", "document_date", "inferred_previous_period_end"
    ]
    binds_from: date | None = None  # a standard binds what was set up since
    applies_to: Text | None = None
    chapter: str
    clause: str
    comparability: Literal["scope_differs", "definition_differs"] | None = None
    parent: Name | None = None  # the indicator that this one is a part of
    ambiguities: tuple[Annotated[str, Field(pattern=r"^A\d{2}$")], ...] = ()
    unlike: tuple[Unlike, ...] = ()
    note: Text | None = None
    served_by: str | None = None
    differs_because: Text | None = None

    @property
    def figure_id(self) -> str:
        """Name the figure within its plan."""
        return f"{self.indicator_id}.{self.kind}"

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        dated = (self.as_of is not None, self.due_on is not None)
        if dated != (self.kind == "baseline", self.kind != "baseline"):
            raise ValueError("a baseline has as_of, a target or standard due_on")
        stated = (self.value is not None, self.not_stated_because is None)
        if stated != (self.value_stated, self.value_stated):
            raise ValueError("value, or value_stated: false with not_stated_because")
        if self.value_stated and self.comparator is None:
            raise ValueError("a value needs its comparator")
        if (self.value_high is not None) != (self.comparator == "range"):
            raise ValueError("value_high belongs to the comparator range")
        if self.kind != "baseline" and self.comparator in (">", "<"):
            raise ValueError("a target or standard is a bound that may be reached: >= or <=")
        return self


class Plan(Model):
    """One plan with the figures it publishes, for the years from ``first_year`` to ``last_year``.

    ``issued_on`` is as precise as the plan: a day, a month, or none.
    """

    plan_id: Name
    title: Text
    issued_by: Text
    issued_on: Annotated[str, Field(pattern=r"^\d{4}-\d{2}(-\d{2})?$")] | None = None
    first_year: int
    last_year: int
    region_level: Literal["city", "district"]
    region_code: UnitCode
    figures: tuple[PlanFigure, ...]

    def target_id(self, figure: PlanFigure) -> str:
        """Name a figure among those of all plans."""
        return f"{self.plan_id}.{figure.figure_id}"

    def mistakes(self, indicators: AbstractSet[str]) -> Iterator[Mistake]:
        """Give what does not hang together: unknown indicators, figures twice, no such baseline.

        A programme that declares no indicators at all has plans all the same.
        """
        known: set[str] = set()
        baselines = {one.figure_id for one in self.figures if one.kind == "baseline"}
        for number, figure in enumerate(self.figures):
            if figure.figure_id in known:
                yield ("figures", number), "PROGRAMME_FIGURE_TWICE", {"figure": figure.figure_id}
            known.add(figure.figure_id)
            if indicators and figure.indicator_id not in indicators:
                at = ("figures", number, "indicator_id")
                yield at, "PROGRAMME_INDICATOR_UNKNOWN", {"indicator": figure.indicator_id}
            for place, one in enumerate(figure.unlike):
                if one.figure not in baselines:
                    where = ("figures", number, "unlike", place, "figure")
                    yield where, "PROGRAMME_BASELINE_UNKNOWN", {"figure": one.figure}
