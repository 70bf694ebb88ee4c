"""A second, slow reading of the rule language, in fractions: what the SQL is checked against.

Written from the notation alone; it shares the tree with the printers and nothing else.
"""

# ruff: noqa: C901, PLR0911  (a match over kinds of node has a branch and a return for each)

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from operator import eq, ge, gt, le, lt, ne

from dagster_project.rules.tree import (
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


def evaluate(node: Node, row: Mapping[str, object]) -> Value:
    """Give the value of a rule on a row: true, false or None where it cannot tell."""
    match node:
        case Column(name):
            return exact(row[name])
        case Literal(value):
            return exact(value)
        case And(parts):
            return lowest([evaluate(part, row) for part in parts])
        case Or(parts):
            return opposite(lowest([opposite(evaluate(part, row)) for part in parts]))
        case Not(operand):
            return opposite(evaluate(operand, row))
        case Arithmetic(operator, left, right):
            return reckon(operator, evaluate(left, row), evaluate(right, row))
        case Comparison(operator, left, right):
            return compare(operator, evaluate(left, row), evaluate(right, row))
        case Membership(operand, values, negated):
            value = evaluate(operand, row)
            if value is None:
                return None
            return (value in [exact(literal.value) for literal in values]) != negated
        case Call(function, arguments):
            return call(function, [evaluate(argument, row) for argument in arguments])
    raise TypeError(node)


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
