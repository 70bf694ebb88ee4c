"""Prints what a rule asks of other rows of the same file, and of the register of regions.

All are subqueries bound to the row by equal columns, which DuckDB answers for all rows at once.
Figures over no row are 0; a figure over rows with an unknown value is unknown. Figures over another
form look at the unit's own submission of it (see ``earlier``), or at those of its region: of the
department above a street, of all the streets below a department's row. Not here: which those are.
"""

from typing import TYPE_CHECKING

from dagster_project.programme.model import Form
from dagster_project.rules import earlier
from dagster_project.rules.functions import EARLIER_VALUES
from dagster_project.rules.regional import BELOW, REGION
from dagster_project.rules.tree import Aggregate, Call, Column, Node
from dagster_project.rules.width import ROWS_DIGITS, Number

if TYPE_CHECKING:
    from dagster_project.rules.sql import Printer

OTHER = "c"
"""The other row, beside the row ``r`` that is judged."""
OF_ABOVE, OF_BELOW = "above", "below"
UNIT_LEVELS = "('street', 'community')"


def number(row: "Printer", figure: Aggregate) -> Number:
    """Print a count, sum, least or greatest value over the rows a figure speaks of."""
    if figure.function == "count":
        return Number(_select(row, figure, f"count({_value(row, figure)})"), ROWS_DIGITS)
    if figure.function == "count_distinct":
        return Number(_select(row, figure, f"count(distinct {_value(row, figure)})"), ROWS_DIGITS)
    term = _inner(row, figure).number(Column(figure.column.name))
    if figure.function in ("sum", "sum_children"):
        told = _whole(term.text, f"coalesce(sum({term.text}), 0)")
        if _speaks_of_regions(row, figure) == OF_ABOVE:
            told = f"case when count(*) > 0 then {told} end"
        text = _select(row, figure, told)
        return Number(text, term.digits + ROWS_DIGITS, term.scale, wide=True)
    return Number(extreme(row, figure), term.digits, term.scale)


def extreme(row: "Printer", figure: Aggregate) -> str:
    """Print the least or greatest value of a column."""
    value = _value(row, figure)
    return _select(row, figure, _whole(value, f"{figure.function}({value})"))


def of_regions_below(row: "Printer", number: Number, column: Column) -> Number:
    """Print the sum over the rows of the regions right below this row's, by the register.

    Known only where each of them has its row, with a value, and all else in the key is the same.
    """
    own, other = row.form.unit_column, row.inner(OTHER)
    on = f"{row.alias}._period_end"
    below = f"""
        g.parent_code = {row.alias}."{own}" and g.region_code <> g.parent_code
        and (g.valid_from is null or g.valid_from <= {on})
        and (g.valid_to is null or {on} < g.valid_to)
    """
    same = [f'{OTHER}."{key}" = {row.alias}."{key}"' for key in row.form.keys if key != own]
    joined = " and ".join([_same_file(row), f'{OTHER}."{own}" = g.region_code', *same])
    value = other.value(Column(column.name))
    told = f"case when count(*) > 0 and count(*) = count({value}) then sum({value}) end"
    text = f"(select {told} from regions as g left join facts as {OTHER} on {joined} where {below})"
    return Number(text, number.digits + ROWS_DIGITS, number.scale, wide=True)


def exists(row: "Printer", figure: Aggregate) -> str:
    """Print whether there is a row with a value that meets the condition."""
    return f"({_select(row, figure, f'count({_value(row, figure)})')} > 0)"


def in_column(row: "Printer", term: Node, column: Column) -> str:
    """Print whether a value stands somewhere in a column of the file."""
    value, listed = row.value(term), row.inner(OTHER).value(column)
    same = f"{_same_file(row)} and {listed} = {value}"
    found = f"exists (select 1 from facts as {OTHER} where {same})"
    return f"(case when {value} is not null then {found} end)"


def unique(row: "Printer", columns: tuple[Node, ...]) -> str:
    """Print whether no earlier row has the same values; the first of several is never blamed."""
    values = [row.value(column) for column in columns]
    known = " and ".join(f"{value} is not null" for value in values)
    window = f"partition by {row.alias}.submission_id, {', '.join(values)}"
    order = f"order by {row.alias}.row_number"
    return f"(case when {known} then row_number() over ({window} {order}) = 1 end)"


def first_row(row: "Printer", columns: tuple[Node, ...]) -> str:
    """Print the sheet row in which the row's values stand for the first time."""
    values = ", ".join(row.value(column) for column in columns)
    return f"min({row.alias}.source_row) over (partition by {row.alias}.submission_id, {values})"


def region_active(row: "Printer", code: Node, day: Node) -> str:
    """Print whether a code is a community, street or town (any region for departments) on a day."""
    value, on = row.value(code), row.value(day)
    tests = [
        f"g.region_code = {value}",
        f"(g.valid_from is null or g.valid_from <= {on})",
        f"(g.valid_to is null or {on} < g.valid_to)",
    ]
    if row.form.respondents == "street_town":
        tests.append(f"g.level in {UNIT_LEVELS}")
    found = f"exists (select 1 from regions as g where {' and '.join(tests)})"
    return f"(case when {value} is not null and {on} is not null then {found} end)"


def once_a_group(row: "Printer", rule: Node, condition: str) -> str:
    """Leave a rule about a group of rows to one of them: the first that its first figure counts."""
    figures = [node for node in rule.walk() if isinstance(node, Aggregate)]
    own = (node for node in figures if _other_form(row, node) is None)
    figure = next(own, Aggregate("min", Column(row.form.unit_column)))
    counted = row.inner(OTHER).condition(figure.condition) if figure.condition else "true"
    first = f"coalesce(min({OTHER}.row_number) filter (where {counted}), min({OTHER}.row_number))"
    chosen = _select(row, Aggregate("min", figure.column), first)
    return f"(case when {row.alias}.row_number = {chosen} then {condition} end)"


def is_about_a_group(rule: Node) -> bool:
    """Say whether a rule speaks of several rows only: each row of them would repeat it."""
    figures = [node for node in rule.walk() if isinstance(node, Aggregate)]
    of_one_row = EARLIER_VALUES | {"sum_children"}
    return bool(figures) and not own_columns(rule) and of_one_row.isdisjoint(rule.calls())


def own_columns(rule: Node) -> list[Column]:
    """Give the columns that a rule reads from its own row, not through a figure over rows."""
    if isinstance(rule, Column):
        return [rule]
    if isinstance(rule, Aggregate):
        return []
    if isinstance(rule, Call) and rule.function in {*EARLIER_VALUES, BELOW}:
        return []
    if isinstance(rule, Call) and rule.function == "in_column":
        return own_columns(rule.arguments[0])
    return [column for child in rule.children() for column in own_columns(child)]


def _value(row: "Printer", figure: Aggregate) -> str:
    return _inner(row, figure).value(Column(figure.column.name))


def _other_form(row: "Printer", figure: Aggregate) -> Form | None:
    """Give the form a figure looks into, None where it is the row's own."""
    other = row.forms.get(figure.column.form or "")
    return None if other is None or other.form_id == row.form.form_id else other


def _inner(row: "Printer", figure: Aggregate) -> "Printer":
    return row.inner(OTHER, _other_form(row, figure))


def _whole(value: str, figure: str) -> str:
    """A figure is known only where all the values it is made of are."""
    return f"case when count(*) = count({value}) then {figure} end"


def _select(row: "Printer", figure: Aggregate, what: str) -> str:
    other = _other_form(row, figure)
    tests = _same_group(row, figure) if other is None else _same_keys(row, other)
    if figure.condition is not None:
        tests.append(_inner(row, figure).condition(figure.condition))
    if other is None:
        tests.append(_same_file(row))
        return f"(select {what} from facts as {OTHER} where {' and '.join(tests)})"
    looked_at = earlier.look(other, row.join_keys)
    tests += [f"{OTHER}.judged_id = {row.alias}.submission_id", f"{OTHER}.what = '{looked_at}'"]
    found = f"(select {what} from seen_{other.form_id} as {OTHER} where {' and '.join(tests)})"
    is_below = _speaks_of_regions(row, figure) == OF_BELOW
    known = earlier.all_below_are_seen if is_below else earlier.is_seen
    return f"(case when {known(row, looked_at)} then {found} end)"


def _same_keys(row: "Printer", other: Form) -> list[str]:
    """Rows of another form agree in the join keys that both forms have, and in the region."""
    keys = [key for key in row.join_keys if key in other.by_name and key in row.form.by_name]
    inner = row.inner(OTHER, other)
    same = [f"{inner.value(Column(key))} = {row.value(Column(key))}" for key in keys]
    between = _regions_between(row, other)
    if between == OF_ABOVE:
        same.append(f'{OTHER}."{other.unit_column}" = {row.alias}.respondent_code')
    if between == OF_BELOW:
        same.append(earlier.is_below(row, OTHER))
    return same


def _speaks_of_regions(row: "Printer", figure: Aggregate) -> str | None:
    other = _other_form(row, figure)
    return _regions_between(row, other) if other else None


def _regions_between(row: "Printer", other: Form) -> str | None:
    """Say whether a rule by region looks from a street at a department, or the other way round."""
    if REGION not in row.join_keys or other.respondents == row.form.respondents:
        return None
    return OF_ABOVE if other.respondents == "department" else OF_BELOW


def _same_file(row: "Printer") -> str:
    return f"{OTHER}.submission_id = {row.alias}.submission_id"


def _same_group(row: "Printer", figure: Aggregate) -> list[str]:
    """Rows of a group agree in the join keys; children name this row's key as their parent."""
    other, keys = row.inner(OTHER), [key for key in row.join_keys if key in row.form.by_name]
    if figure.function == "sum_children":
        own = Column(row.form.keys[0])
        return [f"{other.value(Column(key))} = {row.value(own)}" for key in keys[:1]]
    return [f"{other.value(Column(key))} = {row.value(Column(key))}" for key in keys]
