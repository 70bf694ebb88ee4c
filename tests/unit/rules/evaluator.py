"""A second, slow reading of the rule language, in fractions: what the SQL is checked against.

Written from the notation alone; it shares the tree with the printers and nothing else.
"""

# ruff: noqa: C901, PLR0911, PLR0912  (a match over kinds of node has a branch and a return for each)

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from operator import eq, ge, gt, le, lt, ne

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
)

Value = Fraction | str | date | bool | None
COMPARE = {"==": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge}


Row = Mapping[str, object]


@dataclass(frozen=True)
class File:
    """The rows beside a row, and what binds them: the rule's join keys, the form's first key."""

    rows: Sequence[Row] = ()
    join_keys: tuple[str, ...] = ()
    key: str = ""


ALONE = File()


def evaluate(node: Node, row: Row, file: File = ALONE) -> Value:
    """Give the value of a rule on a row: true, false or None where it cannot tell."""

    def inner(part: Node) -> Value:
        return evaluate(part, row, file)

    match node:
        case Column(name):
            return exact(row[name])
        case Literal(value):
            return exact(value)
        case And(parts):
            return lowest([inner(part) for part in parts])
        case Or(parts):
            return opposite(lowest([opposite(inner(part)) for part in parts]))
        case Not(operand):
            return opposite(inner(operand))
        case Arithmetic(operator, left, right):
            return reckon(operator, inner(left), inner(right))
        case Comparison(operator, left, right):
            return compare(operator, inner(left), inner(right))
        case Membership(operand, values, negated):
            value = inner(operand)
            if value is None:
                return None
            return (value in [exact(literal.value) for literal in values]) != negated
        case Aggregate():
            return figure(node, row, file)
        case Call("unique", columns):
            values = [inner(column) for column in columns]
            before = file.rows[: next(n for n, one in enumerate(file.rows) if one is row)]
            seen = [[evaluate(column, one) for column in columns] for one in before]
            return None if None in values else values not in seen
        case Call("in_column", (term, Column(name))):
            value = inner(term)
            return None if value is None else value in [exact(one[name]) for one in file.rows]
        case Call(function, arguments):
            return call(function, [inner(argument) for argument in arguments])
    raise TypeError(node)


def figure(node: Aggregate, row: Row, file: File) -> Value:
    """Give a figure over the rows of a file that share the row's keys and meet a condition."""
    values = [
        exact(one[node.column.name])
        for one in file.rows
        if _together(node.function, row, one, file)
        and (node.condition is None or evaluate(node.condition, one) is True)
    ]
    told = [value for value in values if value is not None]
    if node.function == "count":
        return Fraction(len(told))
    if node.function == "exists":
        return bool(told)
    if node.function == "count_distinct":
        return Fraction(len(set(told)))
    if None in values or (node.function in ("avg", "min", "max") and not told):
        return None
    return {
        "sum": lambda: sum(told, Fraction(0)),
        "sum_children": lambda: sum(told, Fraction(0)),
        "avg": lambda: sum(told, Fraction(0)) / len(told),
        "min": lambda: min(told),
        "max": lambda: max(told),
    }[node.function]()


def _together(function: str, row: Row, other: Row, file: File) -> bool:
    pairs = [(row[key], other[key]) for key in file.join_keys]
    if function == "sum_children":
        pairs = [(row[file.key], other[key]) for key in file.join_keys[:1]]
    return all(mine is not None and mine == theirs for mine, theirs in pairs)


def exact(value: object) -> Value:
    if isinstance(value, bool):
        return value
    return Fraction(value) if isinstance(value, int | Decimal) else value


def opposite(value: Value) -> Value:
    return None if value is None else not value


def lowest(values: list[Value]) -> Value:
    if False in values:
        return False
    return None if None in values else True


def reckon(operator: str, left: Value, right: Value) -> Value:
    if left is None or right is None or (operator == "/" and right == 0):
        return None
    ways = {"+": lambda: left + right, "-": lambda: left - right, "*": lambda: left * right}
    return ways.get(operator, lambda: left / right)()


def compare(operator: str, left: Value, right: Value) -> Value:
    if left is None or right is None:
        return None
    if isinstance(left, bool) != isinstance(right, bool):
        left, right = int(left), int(right)
    return COMPARE[operator](left, right)


def call(function: str, given: list[Value]) -> Value:
    if function == "isnull":
        return given[0] is None
    if function == "coalesce":
        return next((value for value in given if value is not None), None)
    if function == "implies":
        return opposite(lowest([given[0], opposite(given[1])]))
    if None in given:
        return lowest_between(given) if function == "between" else None
    return {
        "between": lambda x, low, high: low <= x <= high,
        "abs": abs,
        "pct_change": lambda new, old: 100 * (new - old) / old if old else None,
        "year": lambda day: Fraction(day.year),
        "code_prefix": lambda code, count: code[: int(count)],
        "segment": lambda code, first, last: segment(code, int(first), int(last)),
        "every_code_in": lambda value, *codes: set(value.split(";")) <= set(codes),
    }[function](*given)


def lowest_between(given: list[Value]) -> Value:
    term, low, high = given
    return lowest([compare(">=", term, low), compare("<=", term, high)])


def segment(code: str, first: int, last: int) -> Value:
    digits = code[first - 1 : last]
    complete = len(digits) == last - first + 1 and digits.isascii() and digits.isdigit()
    return Fraction(int(digits)) if complete else None
