"""Indicators (指标): what each counts, over what, and how it goes up the regions and over time.

Declared in ``indicators.csv``, one row each. Not here: what their formulas mean (see
``rules.formula``), targets (see ``programme.plan``).
"""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, model_validator

from dagster_project.programme.base import Model, Name, Text

Aggregation = Literal["sum", "ratio_of_sums", "weighted", "not_additive"]
Grain = Literal[
    "facility", "project", "community", "street_town", "district", "district_or_city", "city"
]
PeriodRule = Literal[
    "last",  # as of the period's last day
    "last_in_year",  # cumulative within the year: as of the last day
    "last_cumulative",  # cumulative over the years: as of the last day
    "latest_term",  # as the last report says of the latest election
    "latest_round",  # as the last report says of the latest grading
    "event",  # what the last report has on record
    "year",  # what the report of the year says
    "sum_over_period",
    "sum_over_year",  # from the start of the year to the period's end; stocks as of the last day
    "sum_since",  # from the start of the year ``since``
    "streak",  # years in a row, up to the period
]
SUMMED_RULES = frozenset({"sum_over_period", "sum_over_year", "sum_since"})
"""Rules that add up periods; all others look at the last period there is in a longer one."""
TEXTS = ("name", "definition")
MAY_BE_EMPTY = ("since", "weight", "rollup", "scope")


class Indicator(Model):
    """One indicator; ``formula`` and ``scope`` are written in the rule language."""

    indicator_id: Name
    name: Text
    fact_domain: Name
    unit: str
    direction: Literal["higher", "lower", "exact"]
    aggregation: Aggregation
    grain: Grain
    period_rule: PeriodRule
    since: int | None = None
    weight: Literal["target_population", "1"] | None = None
    rollup: Literal["share_meeting", "mean_and_maximum"] | None = None
    decimals: int = Field(ge=0, le=6)
    formula: str
    scope: str | None = None
    ambiguities: tuple[str, ...] = ()
    definition: Text

    @property
    def is_judged_by_unit(self) -> bool:
        """Say whether each unit in scope has a figure of its own, that nobody adds up."""
        return self.rollup is not None

    @model_validator(mode="after")
    def _words_go_together(self) -> "Indicator":
        if (self.since is not None) != (self.period_rule == "sum_since"):
            raise ValueError("since: a year, for sum_since and no other rule")
        if (self.weight is not None) != (self.aggregation == "weighted"):
            raise ValueError("weight: for weighted indicators and no others")
        if self.rollup and self.aggregation != "not_additive":
            raise ValueError("rollup: for not_additive indicators only")
        return self


def columns_of_indicators() -> list[str]:
    """Give the columns of ``indicators.csv``, in any order."""
    names = [name for name in Indicator.model_fields if name not in TEXTS]
    return names + [f"{name}_{lang}" for name in TEXTS for lang in ("zh", "en")]


def indicator_of(row: Mapping[str, str]) -> dict[str, Any]:
    """Give a row of ``indicators.csv`` in the shape of an Indicator."""
    texts = {name: {lang: row[f"{name}_{lang}"] for lang in ("zh", "en")} for name in TEXTS}
    own = {name: row[name] for name in Indicator.model_fields if name not in TEXTS}
    empty = {name: own[name] or None for name in MAY_BE_EMPTY}
    listed = {"ambiguities": tuple(filter(None, own["ambiguities"].split(";")))}
    return own | empty | listed | texts
