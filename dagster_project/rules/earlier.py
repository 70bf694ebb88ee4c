"""Prints what a rule asks of the unit's other submissions: earlier periods, other forms.

Which submissions those are stands in ``seen``: for each that is judged (``submission_id``), what is
looked at (``prev``, ``prev_year``, or a table number with the span of time) and the one seen
(``seen_id``). Their rows stand in ``seen_<form>``. Nothing seen: the rule cannot tell. Not here:
choosing them.
"""

from typing import TYPE_CHECKING

from dagster_project.programme.model import Form
from dagster_project.rules.functions import EARLIER_VALUES
from dagster_project.rules.tree import Aggregate, Call, Node

if TYPE_CHECKING:
    from dagster_project.rules.sql import Printer

SEEN = "e"
"""The row of another submission, beside the row ``r`` that is judged."""
LATEST, WITHIN_YEAR, SAME_PERIOD = "latest", "year", "period"
SPANS = {"year": WITHIN_YEAR, "period": SAME_PERIOD}
"""Join keys that say which period of another form is looked at; without one, the latest."""


def value(row: "Printer", which: str, column: str, absent: str) -> str:
    """Print the value of a column (``r."name"``) in the row of the same key one period earlier.

    ``absent`` stands where that submission lacks the key; a unit whose borders changed in between
    cannot be compared at all.
    """
    name = column.removeprefix(f"{row.alias}.")
    keys = _keys(row)
    same = " and ".join(f'{SEEN}."{key}" = {row.alias}."{key}"' for key in keys)
    known = " and ".join(f'{row.alias}."{key}" is not null' for key in keys)
    found = (
        f"(select case when count(*) = 0 then {absent} else any_value({SEEN}.{name}) end"
        f" from seen_{row.form.form_id} as {SEEN}"
        f" where {SEEN}.judged_id = {row.alias}.submission_id"
        f" and {SEEN}.what = '{which}' and {same})"
    )
    tests = [is_seen(row, which), known, f"not {_is_reformed(row, which)}"]
    return f"(case when {' and '.join(tests)} then {found} end)"


def is_seen(row: "Printer", what: str) -> str:
    """Print whether there is such a submission to look at."""
    same = f"s.submission_id = {row.alias}.submission_id and s.what = '{what}'"
    return f"exists (select 1 from seen as s where {same})"


def look(form: Form, join_keys: tuple[str, ...]) -> str:
    """Give the word by which ``seen`` knows the submission of another form."""
    span = next((SPANS[key] for key in join_keys if key in SPANS), LATEST)
    return f"{form.table_number.replace('-', '')} {span}"


def gone_rows_sql(form: Form) -> str:
    """Give rows for the keys of the period before that are in this submission no more.

    They have their key and nothing else: a rule can say that something may not vanish.
    """
    keys = ", ".join(f'e."{key}"' for key in form.keys)
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


def _keys(row: "Printer") -> tuple[str, ...]:
    return tuple(key for key in row.join_keys if key in row.form.by_name) or row.form.keys


def _is_reformed(row: "Printer", which: str) -> str:
    same = f"b.submission_id = {row.alias}.submission_id and b.what = '{which}'"
    unit = f'b.unit_code = {row.alias}."{row.form.unit_column}"'
    return f"exists (select 1 from reformed as b where {same} and {unit})"
