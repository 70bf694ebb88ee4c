"""Questions about what a unit reported in every earlier period, and not in this one.

A code that never changed, a row that was always there: slips of typing and of copying show so where
no figure is far. Not here: figures (see ``outliers``).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dagster_project.programme.model import Column, Form, Programme
from dagster_project.rules.bench import Bench
from dagster_project.rules.far import FEWEST_EARLIER
from dagster_project.rules.findings import Found, json_text
from dagster_project.rules.places import places_of
from dagster_project.rules.questions import CODE_CHANGED, EARLIER, FORM, ROW, ROW_GONE, SOFT
from dagster_project.rules.sql import quoted


def changed_codes(bench: Bench, form: Form, programme: Programme) -> Iterator[Found]:
    """Ask about codes that were the same in all earlier periods (four at least) and differ now."""
    columns = [one for one in form.columns if one.code_list and one.name not in form.keys]
    columns = [one for one in columns if one.type == "code" and not one.multiple]
    if not columns:
        return
    found = bench.ask(_changed_sql(form, columns))
    places = places_of(bench, found)
    for one in found.to_pylist():
        column = form.column(one["column_name"])
        key = one["submission_id"], one["row_number"], column.name
        cell = places.address(key, one["source_row"])
        params = {
            "column": column.header_zh,
            "column_en": column.label_en,
            "usual": _named(programme, column, one["usual"]),
            "known": str(one["known"]),
        }
        yield Found(
            key[0], CODE_CHANGED, SOFT, ROW, places.sheet_name(key[0]), key[1], column.name, cell,
            _named(programme, column, one["code"]), cell, json_text(params),
        )  # fmt: skip


def gone_rows(bench: Bench, form: Form) -> Iterator[Found]:
    """Ask about rows that all earlier submissions (four at least) had and this one has not."""
    keys = ", ".join(f"x.{quoted(key)}" for key in form.keys)
    query = f"""
        with earlier as (
            select * from seen_{form.form_id} as x where x.what = '{EARLIER}' and {unreformed(form)}
        ),
        sent as (
            select judged_id, count(distinct submission_id) as times from earlier group by all
        )
        select x.judged_id as submission_id, submissions.sheet_name, {keys}, count(*) as known
        from earlier as x
        inner join sent on x.judged_id = sent.judged_id
        inner join submissions on x.judged_id = submissions.submission_id
        where not exists (
            from facts as r where r.submission_id = x.judged_id and {same_key(form)}
        )
        group by x.judged_id, submissions.sheet_name, sent.times, {keys}
        having count(*) = sent.times and sent.times >= {FEWEST_EARLIER}
        order by all
    """
    for one in bench.dicts(query):
        row = ", ".join(str(one[key]) for key in form.keys)
        params = {"row": row, "known": str(one["known"])}
        yield Found(
            one["submission_id"], ROW_GONE, SOFT, FORM, one["sheet_name"], None, "", None, row,
            None, json_text(params),
        )  # fmt: skip


def _changed_sql(form: Form, columns: Sequence[Column]) -> str:
    """One grouping with its earlier rows for all columns of a row, then a list by column."""
    figures = ", ".join(
        f"any_value(r.{name}) as code{place}, count(x.{name}) as known{place},"
        f" min(x.{name}) as least{place}, max(x.{name}) as most{place}"
        for place, name in enumerate(quoted(column.name) for column in columns)
    )
    changed = " union all ".join(
        f"select {place} as _place, submission_id, row_number, source_row,"
        f" '{column.name}' as column_name, code{place} as code, least{place} as usual,"
        f" known{place} as known from held where known{place} >= {FEWEST_EARLIER}"
        f" and least{place} = most{place} and code{place} <> least{place}"
        for place, column in enumerate(columns)
    )
    return f"""
        with held as materialized (
            select r.submission_id, r.row_number, r.source_row, {figures}
            from facts as r
            inner join seen_{form.form_id} as x
                on x.judged_id = r.submission_id and x.what = '{EARLIER}' and {same_key(form)}
            where {unreformed(form)}
            group by r.submission_id, r.row_number, r.source_row
        )
        from ({changed}) order by submission_id, _place, row_number
    """


def same_key(form: Form) -> str:
    """Compare the keys of a row ``r`` that is judged and an earlier row ``x``."""
    return " and ".join(f"r.{quoted(key)} = x.{quoted(key)}" for key in form.keys)


def unreformed(form: Form) -> str:
    """Leave out units whose borders changed in between: they are others now."""
    return f"""not exists (
        from reformed as b where b.submission_id = x.judged_id and b.what = x.what
            and b.unit_code = x.{quoted(form.unit_column)}
    )"""


def _named(programme: Programme, column: Column, code: str) -> str:
    codes: Mapping[str, Any] = {}
    if column.code_list in programme.codelists:
        codes = programme.codelists[column.code_list].by_code
    return f"{code} {codes[code].name_zh}" if code in codes else code
