"""Questions about figures far from what the unit used to report, or units like it report now.

Such a figure is asked about, never refused: it may be true. Not here: how far is far (see ``far``),
nor which earlier submissions a unit has (see ``warehousing.comparing``).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from dagster_project.programme.model import Column, Form, Programme
from dagster_project.rules.bench import Bench, Relations, lay_out
from dagster_project.rules.far import Distance, Matrix, Past, exchanged, from_history, from_peers
from dagster_project.rules.findings import Found, json_text
from dagster_project.rules.habits import changed_codes, gone_rows, same_key, unreformed
from dagster_project.rules.places import places_of
from dagster_project.rules.questions import (
    EARLIER,
    EXCHANGED,
    FAR_FROM_ITSELF,
    FAR_FROM_OTHERS,
    FORM,
    ROUND_FIGURES,
    ROW,
    SOFT,
)
from dagster_project.rules.sql import quoted

if TYPE_CHECKING:
    import duckdb

ROW_FIELDS = ("submission_id", "row_number", "source_row")
FAR = 6.0
"""In scales; a normal figure lies so far once in five hundred million."""
COUNTED = frozenset({"persons", "person_times", "households", "cases", "items", "ratings", "count"})
"""Units of what is counted; amounts, areas and hours are rounded in good faith."""
THREE_DIGITS = 100
"""Of smaller figures 10 and 15 are common by themselves."""
FEWEST_DIGITS = 30
ROUND_SHARE = 0.2
"""Last digits 0 and 5 are two in ten where figures were counted, not estimated."""


def outliers(
    connection: "duckdb.DuckDBPyConnection", form: Form, programme: Programme, relations: Relations
) -> list[Found]:
    """Give the questions about far figures among the rows laid out: periods of many units each.

    ``relations.seen`` names the earlier submissions of each one judged, where there are any. The
    figures with the largest share of their period's total come first.
    """
    columns = [one for one in form.columns if one.is_additive and one.role != "cumulative"]
    bench = lay_out(connection, relations)
    habits = (
        [*changed_codes(bench, form, programme), *gone_rows(bench, form)] if relations.seen else []
    )
    if not columns:
        return habits
    rows = bench.ask(_rows_sql(form, columns))
    judged = _Judged(bench, rows, columns, _matrix(rows, columns))
    groups = rows["_group"].to_numpy()
    far = from_peers(judged.figures, groups)
    if not relations.seen:
        none = np.zeros(far.known.shape, dtype=bool)
        return [*judged.far(far, none), *judged.rounded()]
    past = Past.of(_earlier(bench, form, columns, rows.num_rows))
    own = from_history(judged.figures, past, groups)
    beside = exchanged(judged.figures, past, own, FAR) & _side_by_side(form, columns)
    return [
        *judged.far(own.where(own.tells, far), own.tells),
        *judged.exchanged(beside, own),
        *habits,
        *judged.rounded(),
    ]


@dataclass(frozen=True, slots=True)
class _Judged:
    """The rows judged, and their figures as rows x columns."""

    bench: Bench
    rows: pa.Table
    columns: Sequence[Column]
    figures: Matrix

    def far(self, far: Distance, of_itself: NDArray[np.bool_]) -> Iterator[Found]:
        """Tell what is too far, by its share of the column's total."""
        hits = np.argwhere(far.scales > FAR)
        places = places_of(self.bench, self.rows.take(np.unique(hits[:, 0])))
        shares = np.abs(self.figures - far.usual) / self._totals()
        for row, number in sorted(hits.tolist(), key=lambda at: -shares[at[0], at[1]]):
            column = self.columns[number]
            one = {name: self.rows[name][row].as_py() for name in ROW_FIELDS}
            key = one["submission_id"], one["row_number"], column.name
            cell, raw = places.address(key, one["source_row"]), places.raw_text(key)
            params = {
                "column": column.header_zh,
                "column_en": column.label_en,
                "usual": _plain(far.usual[row, number]),
                "known": str(far.known[row, number]),
                "share": f"{100 * shares[row, number]:.1f}",
            }
            yield Found(
                key[0], FAR_FROM_ITSELF if of_itself[row, number] else FAR_FROM_OTHERS, SOFT, ROW,
                places.sheet_name(key[0]), key[1], column.name, cell,
                _plain(self.figures[row, number]) if raw is None else raw, cell, json_text(params),
            )  # fmt: skip

    def exchanged(self, hits: NDArray[np.bool_], own: Distance) -> Iterator[Found]:
        """Tell of two figures side by side that are in each other's column."""
        found = np.argwhere(hits)
        places = places_of(self.bench, self.rows.take(np.unique(found[:, 0])))
        for row, first in found.tolist():
            one = {name: self.rows[name][row].as_py() for name in ROW_FIELDS}
            pair = self.columns[first : first + 2]
            keys = [(one["submission_id"], one["row_number"], column.name) for column in pair]
            cells = [places.address(key, one["source_row"]) or "" for key in keys]
            figures = [_plain(self.figures[row, at]) for at in (first, first + 1)]
            params = {
                "column": pair[0].header_zh, "column_en": pair[0].label_en,
                "other": pair[1].header_zh, "other_en": pair[1].label_en,
                "other_cell": cells[1], "other_value": figures[1],
                "usual": _plain(own.usual[row, first]),
                "other_usual": _plain(own.usual[row, first + 1]),
                "known": str(own.known[row, first]),
            }  # fmt: skip
            yield Found(
                one["submission_id"], EXCHANGED, SOFT, ROW, places.sheet_name(one["submission_id"]),
                one["row_number"], pair[0].name, cells[0] or None, figures[0], ";".join(cells),
                json_text(params),
            )  # fmt: skip

    def _totals(self) -> Matrix:
        """Give for every figure the total of its column in its period."""
        periods = self.rows["_period"].to_numpy()
        totals = np.empty_like(self.figures)
        for period in np.unique(periods):
            own = periods == period
            totals[own] = np.fmax(np.nansum(np.abs(self.figures[own]), axis=0), 1)
        return totals

    def rounded(self) -> Iterator[Found]:
        """Tell of submissions whose figures end in 0 or 5 too often to have been counted."""
        counts = self.figures[:, [column.unit in COUNTED for column in self.columns]]
        large = np.abs(counts) >= THREE_DIGITS
        of_row = np.column_stack([large.sum(1), (large & (counts % 5 == 0)).sum(1)])
        submissions, starts = np.unique(self.rows["submission_id"].to_numpy(), return_index=True)
        figures = np.add.reduceat(of_row, starts) if len(starts) else of_row
        for submission_id, (total, rounded) in zip(
            submissions.tolist(), figures.tolist(), strict=True
        ):
            deviation = sqrt(ROUND_SHARE * (1 - ROUND_SHARE) * total)
            if total >= FEWEST_DIGITS and rounded - ROUND_SHARE * total > FAR * deviation:
                params = {"figures": str(total), "rounded": str(rounded)}
                yield Found(
                    submission_id, ROUND_FIGURES, SOFT, FORM, None, None, "", None,
                    str(rounded), None, json_text(params),
                )  # fmt: skip


def _side_by_side(form: Form, columns: Sequence[Column]) -> NDArray[np.bool_]:
    """Say of each column and the next whether no other column of figures lies between them."""
    numbers = [one.name for one in form.columns if one.is_number]
    places = np.array([numbers.index(column.name) for column in columns])
    found: NDArray[np.bool_] = np.diff(places) == 1
    return found


def _rows_sql(form: Form, columns: Sequence[Column]) -> str:
    """Give the rows judged, with the numbers of their period and of their category in it."""
    group = f"period, {quoted(form.breakdown)}" if form.breakdown else "period"
    return f"""
        select
            submission_id, row_number, source_row, dense_rank() over (order by period) as _period,
            dense_rank() over (order by {group}) as _group, {_doubles(columns)}
        from facts order by submission_id, row_number
    """


def _earlier(bench: Bench, form: Form, columns: Sequence[Column], rows: int) -> Matrix:
    """Give earlier figures as rows x periods x columns, the latest last.

    Units whose borders changed in between have no history.
    """
    found = bench.ask(f"""
        select r._place, {_doubles(columns, "x.")}
        from seen_{form.form_id} as x
        join (
            select *, row_number() over (order by submission_id, row_number) - 1 as _place
            from facts
        ) as r on r.submission_id = x.judged_id and {same_key(form)}
        where x.what = '{EARLIER}' and {unreformed(form)}
        order by r._place, x.period
    """)
    places = found["_place"].to_numpy()
    starts = np.searchsorted(places, places)
    period = np.arange(len(places)) - starts
    cube = np.full((rows, int(period.max(initial=-1)) + 1, len(columns)), np.nan)
    cube[places, period] = _matrix(found, columns)
    return cube


def _doubles(columns: Sequence[Column], of: str = "") -> str:
    names = [quoted(column.name) for column in columns]
    return ", ".join(f"cast({of}{name} as double) as {name}" for name in names)


def _matrix(rows: pa.Table, columns: Sequence[Column]) -> Matrix:
    figures = [rows[column.name].to_numpy(zero_copy_only=False) for column in columns]
    return np.column_stack(figures).astype(np.float64)


def _plain(figure: float) -> str:
    """Give a figure as a person would write it.

    >>> _plain(12.0), _plain(1234.5)
    ('12', '1234.5')
    """
    return f"{figure:.2f}".rstrip("0").rstrip(".")
