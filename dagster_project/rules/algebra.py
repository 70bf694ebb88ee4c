"""Rewrites rule trees into simpler ones that mean the same: what every printer can start from.

``plain`` leaves only and, or, not, comparisons, memberships and calls; ``quotient`` gathers all
divisions of a term into one, so that printers compare without dividing and stay exact. ``parts``
cuts a rule where a person would point. Not here: anything about an engine.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from dagster_project.rules.errors import RuleError
from dagster_project.rules.tree import (
    Aggregate,
    And,
    Arithmetic,
    Call,
    Comparison,
    Literal,
    Node,
    Not,
    Or,
)

SIGN = {"==": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
"""How SQL and worksheets write what rules write."""
OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
"""What holds where a comparison of known values does not."""
MIRRORED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
"""The same comparison with its sides changed over."""

ONE = Literal(Decimal(1))
HUNDRED = Literal(Decimal(100))


@dataclass(frozen=True, slots=True)
class Quotient:
    """A term as one division; all ``divisors`` must differ from 0, else it has no value."""

    over: Node
    under: Node | None = None
    divisors: tuple[Node, ...] = ()


def plain(node: Node) -> Node:
    """Replace the functions that are short for something longer, one level deep.

    >>> plain(Call("between", (Call("quarter"), ONE, HUNDRED))).parts[0].operator
    '>='
    """
    match node:
        case Call("implies", (condition, consequence)):
            return Or((Not(condition), consequence))
        case Call("between", (term, low, high)):
            return And((Comparison(">=", term, low), Comparison("<=", term, high)))
        case Call("pct_change", (new, old)):
            change = Arithmetic("-", new, old)
            return Arithmetic("/", Arithmetic("*", HUNDRED, change), old)
        case Aggregate("avg", column, condition):
            total = Aggregate("sum", column, condition)
            return Arithmetic("/", total, Aggregate("count", column, condition))
    return node


def quotient(node: Node) -> Quotient:
    """Give a term as a single division, exact whatever the numbers.

    >>> quotient(Arithmetic("/", Call("months"), Call("quarter"))).under.function
    'quarter'
    """
    match plain(node):
        case Arithmetic("/", left, right):
            return _divided(quotient(left), quotient(right))
        case Arithmetic(operator, left, right):
            return _joined(operator, quotient(left), quotient(right))
        case Call("abs", (term,)):
            return _absolute(quotient(term))
        case other if any(_divides(inner) for inner in other.walk()):
            raise RuleError("RULES_DIVISION_INSIDE", inside=getattr(other, "function", "?"))
        case other:
            return Quotient(other)


def parts(node: Node) -> Iterator[Node]:
    """Cut a rule into conditions that must all hold, so that a failure points at few cells.

    >>> rule = And((Call("nonnegative"), Call("not_null")))
    >>> [part.arguments[1].function for part in parts(Call("implies", (ONE, rule)))]
    ['nonnegative', 'not_null']
    """
    match node:
        case And(inner):
            for part in inner:
                yield from parts(part)
        case Call("implies", (condition, consequence)):
            for part in parts(consequence):
                yield Call("implies", (condition, part))
        case _:
            yield node


def consequence(node: Node) -> Node:
    """Give what a rule demands, without the conditions under which it does."""
    match node:
        case Call("implies", (_, demanded)):
            return consequence(demanded)
    return node


def product(*factors: Node | None) -> Node:
    """Multiply the factors that are there; none at all give 1."""
    found: Node | None = None
    for factor in filter(None, factors):
        found = Arithmetic("*", found, factor) if found else factor
    return found or ONE


def _divides(node: Node) -> bool:
    match plain(node):
        case Arithmetic("/", _, _):
            return True
    return False


def _under(left: Quotient, right: Quotient) -> Node | None:
    if left.under and right.under:
        return product(left.under, right.under)
    return left.under or right.under


def _divided(left: Quotient, right: Quotient) -> Quotient:
    over = product(left.over, right.under)
    under = product(right.over, left.under)
    return Quotient(over, under, (*left.divisors, *right.divisors, right.over))


def _joined(operator: str, left: Quotient, right: Quotient) -> Quotient:
    divisors = (*left.divisors, *right.divisors)
    under = _under(left, right)
    if operator == "*":
        return Quotient(product(left.over, right.over), under, divisors)
    over = Arithmetic(operator, product(left.over, right.under), product(right.over, left.under))
    return Quotient(over, under, divisors)


def _absolute(term: Quotient) -> Quotient:
    under = Call("abs", (term.under,)) if term.under else None
    return Quotient(Call("abs", (term.over,)), under, term.divisors)
