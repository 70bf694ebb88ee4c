"""Which cells that a finding named were changed by a later accepted revision.

That tells a rule that finds mistakes from one that only costs telephone calls. Compared by the keys
of the row, whatever the layout. Not here: counting by rule (see ``fct_rule_health``).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from dagster_project.programme.model import Form
from dagster_project.warehousing.database import Connection
from dagster_project.warehousing.revisions import Judged

Row = dict[str, Any]
Place = tuple[int, int, str]
"""Submission, row and column."""


def with_corrections(
    connection: Connection,
    form: Form | None,
    rows: Sequence[Row],
    folds: Iterable[Sequence[Judged]],
) -> list[Row]:
    """Give rows of findings with ``is_cell_corrected``: null where a finding names no cell.

    ``folds`` are the revisions of each period concerned.
    """
    columns = form.by_name if form else {}
    places = [_place(row) if row["column_name"] in columns else None for row in rows]
    later = {number: others for folded in folds for number, others in _later(folded).items()}
    corrected = _corrected(connection, form, filter(None, places), later) if form else {}
    return [
        row | {"is_cell_corrected": corrected.get(place, False) if place else None}
        for row, place in zip(rows, places, strict=True)
    ]


def _place(row: Row) -> Place | None:
    number = row["row_number"]
    return (row["submission_id"], number, row["column_name"]) if number else None


def _later(folded: Sequence[Judged]) -> dict[int, list[int]]:
    """Give for each submission its unit's accepted revisions that came in after it."""
    later: dict[int, list[int]] = {}
    since: dict[str | None, list[int]] = defaultdict(list)
    for one in reversed(folded):
        later[one.submission_id] = [*since[one.respondent_code]] if one.respondent_code else []
        if one.revision:
            since[one.respondent_code].append(one.submission_id)
    return later


def _corrected(
    connection: Connection, form: Form, places: Iterable[Place], later: dict[int, list[int]]
) -> dict[Place, bool]:
    """Say of each place that has a later revision whether one of them has another value there."""
    pairs: dict[str, set[tuple[int, int, int]]] = defaultdict(set)
    for number, row, column in places:
        pairs[column] |= {(number, row, other) for other in later[number]}
    found: dict[Place, bool] = {}
    for column, wanted in pairs.items():
        if wanted:
            changed = _changed(connection, form, column, sorted(wanted))
            found |= {(number, row, column): is_so for number, row, is_so in changed}
    return found


def _changed(
    connection: Connection, form: Form, column: str, pairs: Sequence[tuple[int, int, int]]
) -> list[tuple[int, int, bool]]:
    """Compare one column of some rows with the rows of the same keys in other submissions."""
    same = " and ".join(f'later."{key}" is not distinct from own."{key}"' for key in form.keys)
    query = f"""
        with pair as (
            select unnest($ids::bigint[]) as submission_id, unnest($rows::integer[]) as row_number,
                unnest($others::bigint[]) as other_id
        )
        select own.submission_id, own.row_number,
            bool_or(
                later.submission_id is null or later."{column}" is distinct from own."{column}"
            )
        from pair
        join landing_{form.form_id} as own using (submission_id, row_number)
        left join landing_{form.form_id} as later
            on later.submission_id = pair.other_id and {same}
        group by all
    """
    ids, rows, others = (list(values) for values in zip(*pairs, strict=True))
    parameters = {"ids": ids, "rows": rows, "others": others}
    return connection.execute(query, parameters).fetchall()
