"""Joins figures over other rows to the rows that are judged: one grouping for all with equal keys.

Printing a figure names it here and gives back a column. Asked as a subquery each, ten figures took
DuckDB ten seconds to plan; as columns of a few joins they take hundredths. Not here: what a figure
counts (see ``figures``).
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

ROW, OTHER = "r", "c"
"""The row that is judged, and another row beside it."""
KEY = "_key"


class Grouping(NamedTuple):
    """Rows ``c`` to be grouped: their table, which of them, and their keys with those of ``r``."""

    table: str
    where: str
    keys: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures that some conditions name, each once."""

    asked: dict[Grouping, dict[tuple[str, str], str]] = field(
        default_factory=lambda: defaultdict(dict)
    )

    def column(self, grouping: Grouping, figure: str, over_nothing: str) -> str:
        """Give the column in which a figure will stand, and say what it is over no row."""
        named = self.asked[grouping]
        number = sum(map(len, self.asked.values()))
        return f"{ROW}.{named.setdefault((figure, over_nothing), f'_figure{number}')}"

    def beside(self, rows: str) -> str:
        """Give rows with the figures as columns."""
        if not self.asked:
            return rows
        told, joined = [], []
        for number, (grouping, named) in enumerate(self.asked.items()):
            group = f"g{number}"
            joined.append(_join(grouping, named, group))
            told += [
                f"case when {group}.{KEY}0 is null then {over_nothing} else {group}.{name} end"
                f" as {name}"
                for (_, over_nothing), name in named.items()
            ]
        return f"(select {ROW}.*, {', '.join(told)} from {rows} as {ROW} {' '.join(joined)})"


def _join(grouping: Grouping, named: dict[tuple[str, str], str], group: str) -> str:
    keys = [f"{other} as {KEY}{place}" for place, (other, _) in enumerate(grouping.keys)]
    figures = [f"{figure} as {name}" for (figure, _), name in named.items()]
    same = [f"{group}.{KEY}{place} = {own}" for place, (_, own) in enumerate(grouping.keys)]
    return f"""
        left join (
            select {", ".join([*keys, *figures])} from {grouping.table} as {OTHER}
            where {grouping.where} group by all
        ) as {group} on {" and ".join(same)}
    """
