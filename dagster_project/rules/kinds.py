"""What kind of thing each part of a rule is: number, text, date or truth.

Inference only, trusting the rule; the mistakes are found by ``checker``.
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

from dagster_project.programme import model
from dagster_project.rules.functions import DATE, FUNCTIONS, NUMBER, SAME, TEXT, TRUTH
from dagster_project.rules.line_numbers import column_of_line
from dagster_project.rules.tree import Aggregate, Arithmetic, Call, Column, Literal, Node

KIND_OF_TYPE = {
    "code": TEXT,
    "string": TEXT,
    "text": TEXT,
    "boolean": TRUTH,
    "integer": NUMBER,
    "decimal": NUMBER,
    "date": DATE,
}
Resolve = Callable[[Column], model.Column | None]


def resolver(form: model.Form, others: Mapping[str, model.Form] | None = None) -> Resolve:
    """Give the look-up of columns of one form, and of others by table number where given.

    The general rules write ``unit_code`` for the unit's column, whatever a form calls it.
    """
    own = form.table_number.replace("-", "")

    def resolve(column: Column) -> model.Column | None:
        if column.form not in (None, own):
            other = (others or {}).get(column.form or own)
            return other.by_name.get(column.name) if other else None
        if column.name == "unit_code":
            return form.by_name.get(column.name) or form.column(form.unit_column)
        return form.by_name.get(column.name) or column_of_line(column.name, form.columns)

    return resolve


def kind_of(node: Node, resolve: Resolve) -> str | None:
    """Give the kind of a part; None where a column cannot be found.

    >>> kind_of(Call("isnull", (Column("x"),)), lambda column: None)
    'truth'
    """
    match node:
        case Column():
            column = resolve(node)
            return KIND_OF_TYPE[column.type] if column else None
        case Literal(value):
            return kind_of_value(value)
        case Arithmetic():
            return NUMBER
        case Call(function, arguments):
            gives = FUNCTIONS[function].gives if function in FUNCTIONS else TRUTH
            return kind_of(arguments[0], resolve) if gives == SAME else gives
        case Aggregate(function, column):
            gives = FUNCTIONS[function].gives
            return kind_of(column, resolve) if gives == SAME else gives
    return TRUTH


def kind_of_value(value: Decimal | str | date) -> str:
    """Give the kind of a literal's value."""
    if isinstance(value, Decimal):
        return NUMBER
    return DATE if isinstance(value, date) else TEXT
