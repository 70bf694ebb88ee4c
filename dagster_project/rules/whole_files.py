"""Judges the two general rules that speak of a whole file: every unit listed, total row right.

Both are one query over all submissions of a form. Not here: rules on rows (see ``general``).
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from dagster_project.programme.model import Column, Form, Rule
from dagster_project.rules.bench import Bench
from dagster_project.rules.findings import Found, json_text
from dagster_project.rules.general import COMPLETE_UNITS, TOTAL_ROW
from dagster_project.rules.parser import parse_rule
from dagster_project.rules.places import places_of

NOT_GIVEN = "('L', 'N', 'O', 'Q')"
"""Statuses of a cell whose value exists but is not given: a total can then not be checked."""

FilePlace = tuple[str | None, None, str, str | None, str, str | None]
"""A finding's sheet, row (none), column, cell, value and related cells."""


def file_findings(bench: Bench, form: Form, rules: Sequence[Rule]) -> Iterator[Found]:
    """Tell what the rules about whole files find wrong."""
    for rule in rules:
        tree = parse_rule(rule.expression, rule.applies_when, rule.rule_id)
        if tree == COMPLETE_UNITS and form.lists_all_units:
            yield from _missing_units(bench, form, rule)
        if tree == TOTAL_ROW:
            yield from _wrong_totals(bench, form, rule)


def is_about_totals(rule: Rule) -> bool:
    """Say whether a rule demands that a total row agrees with its rows."""
    return parse_rule(rule.expression, rule.applies_when, rule.rule_id) == TOTAL_ROW


def _missing_units(bench: Bench, form: Form, rule: Rule) -> Iterator[Found]:
    """One finding a community; it has no row, so the finding points at the column's header."""
    missing = bench.ask(missing_units_sql(form))
    places = places_of(bench, missing)
    column = form.column(form.unit_column)
    for submission_id, code, name, _ in zip(*missing.to_pydict().values(), strict=True):
        header = places.header(submission_id, column.name)
        place = (places.sheet_name(submission_id), None, column.name, header, code, None)
        yield _found(rule, submission_id, column, place, unit=f"{code} {name or ''}".strip())


def _wrong_totals(bench: Bench, form: Form, rule: Rule) -> Iterator[Found]:
    given = {row["column_name"] for row in bench.dicts("select distinct column_name from totals")}
    additive = [column for column in form.columns if column.is_additive and column.name in given]
    if not additive:
        return
    wrong = bench.ask(wrong_totals_sql(additive))
    places = places_of(bench, wrong)
    for row in wrong.to_pylist():
        column, submission_id, cell = (
            form.column(row["column_name"]),
            row["submission_id"],
            row["cell"],
        )
        rows = places.rows_of(submission_id, column.name, row["first_row"], row["last_row"])
        total, added = _plain(row["given"]), _plain(row["added"])
        related = ";".join(filter(None, (cell, rows))) or None
        place = (places.sheet_name(submission_id), None, column.name, cell, total, related)
        yield _found(rule, submission_id, column, place, total=total, sum=added)


def _found(
    rule: Rule, submission_id: int, column: Column, place: FilePlace, **params: str
) -> Found:
    words = json_text({"column": column.header_zh, "column_en": column.label_en, **params})
    return Found(submission_id, rule.rule_id, rule.severity, rule.scope, *place, words)


def missing_units_sql(form: Form) -> str:
    """Give the query for the communities of a respondent that have no row in its submission."""
    return f"""
        select
            s.submission_id, g.region_code, any_value(g.name) as name,
            cast(null as integer) as row_number
        from submissions as s
        join periods as p on p.period = s.period
        join regions as g
            on substr(g.region_code, 1, 9) = substr(s.respondent_code, 1, 9)
            and g.level = 'community'
            and (g.valid_from is null or g.valid_from <= p._period_end)
            and (g.valid_to is null or p._period_end < g.valid_to)
        semi join submission_columns as k
            on k.submission_id = s.submission_id and k.column_name = '{form.unit_column}'
        anti join facts as r
            on r.submission_id = s.submission_id and r."{form.unit_column}" = g.region_code
        where s.form_id = '{form.form_id}'
        group by s.submission_id, g.region_code
    """


def wrong_totals_sql(additive: Sequence[Column]) -> str:
    """Give the query for totals of some columns that differ from the sum of their rows.

    A column is left alone where a cell is not given, or blank without a mark though it must be
    filled: nobody can tell what its total should be.
    """
    figures = ",\n".join(_figures_sql(column) for column in additive)
    return f"""
        with added as (
            select
                r.submission_id,
                min(r.source_row) as first_row,
                max(r.source_row) as last_row,
                {figures}
            from facts as r
            semi join totals as t on t.submission_id = r.submission_id
            group by r.submission_id
        ),
        marks as (
            select
                submission_id,
                column_name,
                count(*) filter (where obs_status = 'M') as not_applicable,
                count(*) filter (where obs_status in {NOT_GIVEN}) as not_given
            from cell_status
            group by submission_id, column_name
        ),
        compared as (
            select
                t.submission_id,
                t.column_name,
                t.cell,
                a.first_row,
                a.last_row,
                cast(t.value as decimal(38, 6)) as given,
                cast({_picked(additive, "sum")} as decimal(38, 6)) as added,
                {_picked(additive, "blank")} as blanks,
                coalesce(m.not_applicable, 0) as not_applicable
            from totals as t
            join added as a on a.submission_id = t.submission_id
            left join marks as m
                on m.submission_id = t.submission_id and m.column_name = t.column_name
            where coalesce(m.not_given, 0) = 0
        )
        select
            submission_id, column_name, cell, first_row, last_row, given, added,
            cast(null as integer) as row_number
        from compared
        where given <> added and blanks <= not_applicable
    """


def _figures_sql(column: Column) -> str:
    """A blank cell of a column that may be blank says "not applicable", and adds nothing."""
    name = f'r."{column.name}"'
    blanks = "0" if column.nullable else f"count(*) - count({name})"
    return f'coalesce(sum({name}), 0) as "sum_{column.name}", {blanks} as "blank_{column.name}"'


def _picked(columns: Sequence[Column], figure: str) -> str:
    picks = (f"when '{column.name}' then a.\"{figure}_{column.name}\"" for column in columns)
    return f"case t.column_name {' '.join(picks)} end"


def _plain(number: Decimal) -> str:
    """Give a number without the zeros that its type adds."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
