"""Prints what a rule asks of other rows of the same file, and of the register of regions.

Figures are columns joined to the row by equal keys (see ``figure_joins``); the rest are subqueries
bound to it. Figures over no row are 0; a figure over rows with an unknown value is unknown. Figures
over another form look at the unit's own submission of it (see ``earlier``), or at those of its
region: of the department above a street, of all the streets below a department's row. Not here:
which those are.
"""

from typing import TYPE_CHECKING

from dagster_project.programme.model import Form
from dagster_project.rules import earlier
from dagster_project.rules.errors import RuleError
from dagster_project.rules.figure_joins import OTHER, ROW, Grouping
from dagster_project.rules.functions import EARLIER_VALUES
from dagster_project.rules.notation import written
from dagster_project.rules.regional import BELOW, REGION
from dagster_project.rules.tree import Aggregate, Call, Column, Node
from dagster_project.rules.width import ROWS_DIGITS, Number

if TYPE_CHECKING:
    from dagster_project.rules.sql import Printer

OF_ABOVE, OF_BELOW = "above", "below"
UNIT_LEVELS = "('street', 'community')"


def number(row: "Printer", figure: Aggregate) -> Number:
    """Print a count, sum, least or greatest value over the rows a figure speaks of."""
    if figure.function in ("count", "count_distinct"):
        what = "distinct " if figure.function == "count_distinct" else ""
        counted = _over(row, figure, f"count({what}{_value(row, figure)})")
        return Number(_asked(row, figure, counted, "0"), ROWS_DIGITS)
    term = _inner(row, figure).number(Column(figure.column.name))
    if figure.function in ("sum", "sum_children"):
        added = f"coalesce({_over(row, figure, f'sum({term.text})')}, 0)"
        told, nothing = _whole(row, figure, term.text, added), "0"
        if _speaks_of_regions(row, figure) == OF_ABOVE:
            told = f"case when {_over(row, figure, 'count(*)')} > 0 then {told} end"
            nothing = "null"
        text = _asked(row, figure, told, nothing)
        return Number(text, term.digits + ROWS_DIGITS, term.scale, wide=True)
    return Number(extreme(row, figure), term.digits, term.scale)


def extreme(row: "Printer", figure: Aggregate) -> str:
    """Print the least or greatest value of a column."""
    value = _value(row, figure)
    found = _over(row, figure, f"{figure.function}({value})")
    return _asked(row, figure, _whole(row, figure, value, found), "null")


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
    counted = _over(row, figure, f"count({_value(row, figure)})")
    return f"({_asked(row, figure, counted, '0')} > 0)"


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
    number = f"min({OTHER}.row_number)"
    first = f"coalesce({_over(row, figure, number)}, {number})"
    chosen = _asked(row, Aggregate("min", figure.column), first, "null")
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


def _over(row: "Printer", figure: Aggregate, what: str) -> str:
    """Reckon only with the rows that meet a figure's condition."""
    if figure.condition is None:
        return what
    return f"{what} filter (where {_inner(row, figure).condition(figure.condition)})"


def _whole(row: "Printer", figure: Aggregate, value: str, told: str) -> str:
    """A figure is known only where all the values it is made of are."""
    every, known = (_over(row, figure, f"count({what})") for what in ("*", value))
    return f"case when {every} = {known} then {told} end"


def _asked(row: "Printer", figure: Aggregate, told: str, over_nothing: str) -> str:
    """Have a figure joined to the row that is judged, and give its column."""
    if row.alias != ROW:
        raise RuleError("RULES_UNPRINTABLE", part=written(figure))
    other = _other_form(row, figure)
    file = f"{OTHER}.submission_id", f"{row.alias}.submission_id"
    if other is None:
        own = Grouping("facts", "true", (file, *_same_group(row, figure)))
        return row.figures.column(own, told, over_nothing)
    looked_at = earlier.look(other, row.join_keys)
    if _speaks_of_regions(row, figure) == OF_BELOW:
        return _asked_below(row, figure, told, looked_at)
    table, where = f"seen_{other.form_id}", f"{OTHER}.what = '{looked_at}'"
    judged = f"{OTHER}.judged_id", file[1]
    seen = Grouping("seen", where, (file,))
    found = row.figures.column(
        Grouping(table, where, (judged, *_same_keys(row, other))), told, over_nothing
    )
    is_seen = row.figures.column(seen, "count(*) > 0", "false")
    return f"(case when {is_seen} then {found} end)"


def _asked_below(row: "Printer", figure: Aggregate, told: str, looked_at: str) -> str:
    """Ask the rows of all units below a region: its code begins theirs, which is no equal key."""
    other = _inner(row, figure).form
    tests = [f"{key} = {own}" for key, own in _same_keys(row, other)]
    tests += [f"{OTHER}.judged_id = {row.alias}.submission_id", f"{OTHER}.what = '{looked_at}'"]
    tests.append(earlier.is_below(row, OTHER))
    found = f"(select {told} from seen_{other.form_id} as {OTHER} where {' and '.join(tests)})"
    return f"(case when {earlier.all_below_are_seen(row, looked_at)} then {found} end)"


def _same_keys(row: "Printer", other: Form) -> list[tuple[str, str]]:
    """Rows of another form agree in the join keys that both forms have, and in the region above."""
    keys = [key for key in row.join_keys if key in other.by_name and key in row.form.by_name]
    inner = row.inner(OTHER, other)
    same = [(inner.value(Column(key)), row.value(Column(key))) for key in keys]
    if _regions_between(row, other) == OF_ABOVE:
        same.append((f'{OTHER}."{other.unit_column}"', f"{row.alias}.respondent_code"))
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


def _same_group(row: "Printer", figure: Aggregate) -> list[tuple[str, str]]:
    """Rows of a group agree in the join keys; children name this row's key as their parent."""
    other, keys = row.inner(OTHER), [key for key in row.join_keys if key in row.form.by_name]
    if figure.function == "sum_children":
        own = Column(row.form.keys[0])
        return [(other.value(Column(key)), row.value(own)) for key in keys[:1]]
    return [(other.value(Column(key)), row.value(Column(key))) for key in keys]
