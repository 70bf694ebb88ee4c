"""Writes a rule tree back in the notation of the forms, for messages and for reading it again.

Brackets stand wherever they could matter: ``parse_rule(written(node)) == node``.
"""

# ruff: noqa: PLR0911  (a match over kinds of node returns once per kind)

from datetime import date
from decimal import Decimal

from dagster_project.rules.tree import (
    Aggregate,
    And,
    Arithmetic,
    Call,
    Column,
    Comparison,
    Literal,
    Membership,
    Node,
    Not,
    Or,
    Prefix,
)


def written(node: Node) -> str:
    """Give the text of a rule.

    >>> written(Comparison("<=", Column("part"), Column("whole")))
    'part <= whole'
    """
    match node:
        case Column():
            return _column(node)
        case Literal(value):
            return _literal(value)
        case Arithmetic(operator, left, right) | Comparison(operator, left, right):
            return f"{_inner(left)} {operator} {_inner(right)}"
        case Membership(operand, values, negated):
            listed = ", ".join(map(written, values))
            return f"{_inner(operand)} {'not in' if negated else 'in'} ({listed})"
        case And(parts):
            return " and ".join(map(_inner, parts))
        case Or(parts):
            return " or ".join(map(_inner, parts))
        case Not(operand):
            return f"not {_inner(operand)}"
        case Call(function, arguments):
            return f"{function}({', '.join(map(written, arguments))})"
        case Aggregate(function, column, condition):
            given = (
                written(column) if condition is None else f"{written(column)}, {written(condition)}"
            )
            return f"{function}({given})"
    raise TypeError(node)


def _column(column: Column) -> str:
    name = f"{column.form}.{column.name}" if column.form else column.name
    return f"code_prefix({name}, {column.digits})" if isinstance(column, Prefix) else name


def _inner(node: Node) -> str:
    alone = isinstance(node, Column | Literal | Call | Aggregate)
    return written(node) if alone else f"({written(node)})"


def _literal(value: Decimal | str | date) -> str:
    match value:
        case Decimal():
            return f"{value:f}"
        case date():
            return f"date('{value.isoformat()}')"
    return repr(value)
