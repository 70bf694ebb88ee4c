"""Published against computed: the figures of the plans beside what the warehouse gives.

The published figure is read from the plan's YAML, the computed one by the SQL that stands beside it
there.
"""

from dataclasses import dataclass

import duckdb

from dagster_project.programme.plan import Plan, PlanFigure


@dataclass(frozen=True, slots=True)
class Comparison:
    """One figure of a plan and the same figure computed from facts."""

    figure: PlanFigure
    computed: float | None

    @property
    def is_equal(self) -> bool:
        """Say whether the two are the same number."""
        return self.computed is not None and self.computed == self.figure.value

    @property
    def is_as_declared(self) -> bool:
        """Say whether they are equal, or differ as the plan's file says, with its reason."""
        return self.is_equal is (self.figure.differs_because is None)


def comparisons(connection: duckdb.DuckDBPyConnection, plan: Plan) -> list[Comparison]:
    """Compute every figure of a plan that the warehouse serves."""
    return [
        Comparison(figure, _scalar(connection, figure.served_by))
        for figure in plan.figures
        if figure.served_by
    ]


def _scalar(connection: duckdb.DuckDBPyConnection, query: str) -> float | None:
    row = connection.execute(query).fetchone()
    return float(row[0]) if row and row[0] is not None else None
