"""Prints what a rule asks of the unit's other submissions: earlier periods, other forms.

Which submissions those are stands in ``seen``: for each that is judged (``submission_id``), what is
looked at (``prev``, ``prev_year``, or a table number with the span of time) and the one seen
(``seen_id``, null where a unit owes it). Their rows stand in ``seen_<form>``. Nothing seen: the
rule cannot tell. Not here: choosing them.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from dagster_project.programme.model import Form
from dagster_project.rules.functions import EARLIER_VALUES
from dagster_project.rules.tree import Aggregate, Call, Node

if TYPE_CHECKING:
    from dagster_project.rules.sql import Printer

Keys = tuple[str, ...]
LATEST, WITHIN_YEAR, SAME_PERIOD = "latest", "year", "period"
ZEROS = "(0{3}|0{6}|0{8}|0{10})$"
"""What the digits of a level are filled up with to twelve: 3 behind a street, 6 behind a county."""
SPANS = {"year": WITHIN_YEAR, "period": SAME_PERIOD}
"""Join keys that say which period of another form is looked at; without one, the latest."""


def value(row: "Printer", call: Call) -> str:
    """Print an earlier value: the rows that are judged carry it as a column (``with_earlier``)."""
    return f'{row.alias}."{_name(call, keys_of(row.form, row.join_keys))}"'


def with_earlier(form: Form, rows: str, asked: Iterable[tuple[Keys, Call]]) -> str:
    """Give rows of a form with a column for each earlier value that rules ask for, by their keys.

    One join for each period looked at: asking in a subquery for each value costs seconds a form.
    """
    joins: dict[tuple[str, Keys], str] = {}
    columns = {}
    for keys, call in asked:
        alias = joins.setdefault((call.function, keys), f"e{len(joins)}")
        columns[_name(call, keys)] = _earlier_column(form, call, keys, alias)
    if not joins:
        return rows
    given = ", ".join(f'{text} as "{name}"' for name, text in columns.items())
    joined = " ".join(_join(form, *looked_at, alias) for looked_at, alias in joins.items())
    return f"(select r.*, {given} from {rows} as r {joined})"


def _name(call: Call, keys: Keys) -> str:
    return f"{call.function} {call.columns()[0].name} by {' '.join(keys)}"


def _earlier_column(form: Form, call: Call, keys: Keys, alias: str) -> str:
    """A number was 0 where the key was not there; changed borders make all incomparable."""
    column = form.column(call.columns()[0].name)
    absent = "0" if column.is_number else "null"
    known = " and ".join(f'r."{key}" is not null' for key in keys)
    tests = f"{alias}s.submission_id is not null and {alias}b.submission_id is null and {known}"
    found = f'case when {alias}.judged_id is null then {absent} else {alias}."{column.name}" end'
    return f"case when {tests} then {found} end"


def _join(form: Form, which: str, keys: Keys, alias: str) -> str:
    same = " and ".join(f'{alias}."{key}" = r."{key}"' for key in keys)
    named = ", ".join(f'"{key}"' for key in keys)
    own = f"submission_id from seen where what = '{which}'"
    reformed = f"submission_id, unit_code from reformed where what = '{which}'"
    return f"""
        left join (select distinct {own}) as {alias}s on {alias}s.submission_id = r.submission_id
        left join (select distinct {reformed}) as {alias}b
            on {alias}b.submission_id = r.submission_id
            and {alias}b.unit_code = r."{form.unit_column}"
        left join (
            select distinct on (judged_id, {named}) * from seen_{form.form_id}
            where what = '{which}'
            order by judged_id, {named}, {_latest_first(form, keys)}
        ) as {alias} on {alias}.judged_id = r.submission_id and {same}
    """


def _latest_first(form: Form, keys: Keys) -> str:
    """Of several rows that a rule cannot tell apart the last one counts, as the last wave."""
    others = [f'"{key}" desc nulls last' for key in form.keys if key not in keys]
    return ", ".join([*others, "row_number desc"])


def is_below(row: "Printer", alias: str) -> str:
    """Print whether a unit lies in the region of a department's row, by the digits of its code."""
    code = f'{row.alias}."{row.form.unit_column}"'
    return f"starts_with({alias}.respondent_code, regexp_replace({code}, '{ZEROS}', ''))"


def all_below_are_seen(row: "Printer", what: str) -> str:
    """Print whether every unit that owes a report within a row's region has one to look at."""
    same = f"s.submission_id = {row.alias}.submission_id and s.what = '{what}'"
    found = f"select count(*) > 0 and count(*) = count(s.seen_id) from seen as s where {same}"
    return f"({found} and {is_below(row, 's')})"


def look(form: Form, join_keys: tuple[str, ...]) -> str:
    """Give the word by which ``seen`` knows the submission of another form."""
    span = next((SPANS[key] for key in join_keys if key in SPANS), LATEST)
    return f"{form.table_number.replace('-', '')} {span}"


def gone_rows_sql(form: Form, asked: Iterable[str] = ()) -> str:
    """Give rows for the keys of the period before that are in this submission no more.

    They have their key, the columns ``asked`` as they were, and nothing else: a rule can say that
    something may not vanish.
    """
    kept = dict.fromkeys([*form.keys, *asked])
    keys = ", ".join(f'e."{key}"' for key in kept)
    same = " and ".join(f'r."{key}" = e."{key}"' for key in form.keys)
    period = "p._period_end, p._quarter, p._months, p._weeks"
    return f"""
        select
            e.judged_id as submission_id, null::integer as row_number, null::integer as source_row,
            s.period, s.respondent_code, {period}, {keys}
        from seen_{form.form_id} as e
        join submissions as s on s.submission_id = e.judged_id
        left join periods as p on p.period = s.period
        anti join facts as r on r.submission_id = e.judged_id and {same}
        where e.what = 'prev'
    """


def speaks_of_the_gone(node: Node) -> bool:
    """Say whether a rule compares what was there before with what is there now."""
    calls = set(node.calls())
    own = any(isinstance(part, Aggregate) for part in node.walk())
    return own and bool(calls & EARLIER_VALUES)


def earlier_values(node: Node) -> list[Call]:
    """Give each earlier value a rule names, once."""
    calls = (part for part in node.walk() if isinstance(part, Call))
    return list(dict.fromkeys(call for call in calls if call.function in EARLIER_VALUES))


def keys_of(form: Form, join_keys: Keys) -> Keys:
    """Give the columns by which a rule finds the same thing in another submission."""
    return tuple(key for key in join_keys if key in form.by_name) or form.keys
