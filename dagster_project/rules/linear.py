"""Prints rules as linear conditions for a solver: sums of cells compared with numbers, and/or.

A rule holds where it is not false: a blank operand lets it pass. What is not linear (a product of
two cells, a piece of a code) is None, never an approximation. Not here: solving (see ``solver``).
"""

# ruff: noqa: PLR0911  (a match over kinds of node returns once per kind)

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any as Anything
from typing import Protocol

from dagster_project.rules.algebra import MIRRORED, OPPOSITE, plain, product, quotient
from dagster_project.rules.errors import RuleError
from dagster_project.rules.notation import written
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

Name = Anything
"""What a solver's variable is called by whoever poses the problem."""


@dataclass(frozen=True, slots=True)
class Expression:
    """A sum of variables with factors, and a constant; ``whole`` if it can only be an integer."""

    factors: Mapping[Name, Fraction] = field(default_factory=dict)
    constant: Fraction = Fraction(0)
    whole: bool = True

    def plus(self, other: "Expression", times: Fraction = Fraction(1)) -> "Expression":
        """Give this and so many times another."""
        factors = dict(self.factors)
        for name, factor in other.factors.items():
            factors[name] = factors.get(name, Fraction(0)) + times * factor
        kept = {name: factor for name, factor in factors.items() if factor}
        whole = self.whole and other.whole and times.denominator == 1
        return Expression(kept, self.constant + times * other.constant, whole)


@dataclass(frozen=True, slots=True)
class Row:
    """One linear condition: the expression is at most 0, or equals 0."""

    expression: Expression
    is_equation: bool = False


@dataclass(frozen=True, slots=True)
class All:
    """All of some conditions; of none: always true."""

    parts: tuple["Formula", ...] = ()


@dataclass(frozen=True, slots=True)
class Any:
    """At least one of some conditions; of none: never true."""

    parts: tuple["Formula", ...] = ()


Formula = Row | All | Any
ALWAYS, NEVER = All(), Any()


class Cells(Protocol):
    """What stands for the cells of a row in a problem: variables, or what is known already."""

    def number(self, column: Column) -> Expression | None:
        """Give a number's or a day's expression, of any value where it is blank."""
        ...

    def blank(self, node: Node) -> Formula:
        """Give when a column or figure has no value."""
        ...

    def is_one_of(self, column: Column, codes: tuple[Literal, ...]) -> Formula | None:
        """Give when a filled code or yes/no is one of some; None where nobody can say."""
        ...

    def figure(self, aggregate: Aggregate) -> Expression | None:
        """Give a figure over rows; None where it is not linear."""
        ...


def holds(node: Node, cells: Cells) -> Formula | None:
    """Give when a rule is not false; None where that is not linear."""
    return _told(node, cells, wanted=True)


def fails(node: Node, cells: Cells) -> Formula | None:
    """Give when a rule is false; None where that is not linear."""
    return _told(node, cells, wanted=False)


def _told(node: Node, cells: Cells, *, wanted: bool) -> Formula | None:
    try:
        return _Printer(cells).told(node, wanted=wanted, sure=not wanted)
    except RuleError:
        return None


@dataclass(frozen=True, slots=True)
class _Printer:
    cells: Cells

    def told(self, node: Node, *, wanted: bool, sure: bool) -> Formula | None:
        """Give when a condition has the wanted truth: surely, or else as far as can be told."""
        match plain(node):
            case And(parts) if wanted:
                return self._all(parts, wanted=True, sure=sure)
            case And(parts):
                return self._any(parts, wanted=False, sure=sure)
            case Or(parts) if wanted:
                return self._any(parts, wanted=True, sure=sure)
            case Or(parts):
                return self._all(parts, wanted=False, sure=sure)
            case Not(operand):
                return self.told(operand, wanted=not wanted, sure=sure)
            case Comparison() as comparison:
                return self._comparison(comparison, wanted=wanted, sure=sure)
            case Membership(operand, values, negated):
                return self._codes(operand, values, wanted=wanted != negated, sure=sure)
            case Column() as column:
                yes = (Literal(Decimal(1)),)
                return self._codes(column, yes, wanted=wanted, sure=sure)
            case Call("isnull", (term,)) if not quotient(term).divisors:
                blank = self._blank(term)
                return blank if wanted else opposite(blank)
        return None

    def _all(self, parts: tuple[Node, ...], *, wanted: bool, sure: bool) -> Formula | None:
        told = [self.told(part, wanted=wanted, sure=sure) for part in parts]
        found = tuple(part for part in told if part is not None)
        return All(found) if len(found) == len(parts) else None

    def _any(self, parts: tuple[Node, ...], *, wanted: bool, sure: bool) -> Formula | None:
        told = [self.told(part, wanted=wanted, sure=sure) for part in parts]
        found = tuple(part for part in told if part is not None)
        return Any(found) if len(found) == len(parts) else None

    def _comparison(self, node: Comparison, *, wanted: bool, sure: bool) -> Formula | None:
        if isinstance(node.left, Call) and node.left.function == "isnull":
            return self._same_truth(node, wanted=wanted)
        if isinstance(node.right, Literal) and isinstance(node.left, Column):
            asked = self.cells.is_one_of(node.left, (node.right,))
            if asked is not None and node.operator in ("==", "!="):
                is_asked = wanted == (node.operator == "==")
                return self._codes(node.left, (node.right,), wanted=is_asked, sure=sure)
        operator = node.operator if wanted else OPPOSITE[node.operator]
        test = self._numbers(operator, node, sure=sure)
        if test is None:
            return None
        return self._where_known([node.left, node.right], test, sure=sure)

    def _same_truth(self, node: Comparison, *, wanted: bool) -> Formula | None:
        """Compare two blanks with each other, as in ``isnull(a) == isnull(b)``."""
        match node.left, node.right:
            case Call("isnull", (left,)), Call("isnull", (right,)):
                if quotient(left).divisors or quotient(right).divisors:
                    return None
                first, second = self._blank(left), self._blank(right)
                equal = (node.operator == "==") == wanted
                other = second if equal else opposite(second)
                return Any((All((first, other)), All((opposite(first), opposite(other)))))
        return None

    def _codes(
        self, operand: Node, values: tuple[Literal, ...], *, wanted: bool, sure: bool
    ) -> Formula | None:
        if not isinstance(operand, Column):
            return None
        found = self.cells.is_one_of(operand, values)
        if found is None:
            return None
        return self._where_known([operand], found if wanted else opposite(found), sure=sure)

    def _where_known(self, terms: list[Node], test: Formula, *, sure: bool) -> Formula:
        blanks = [self._blank(term) for term in terms]
        if sure:
            return All((*map(opposite, blanks), test))
        return Any((*blanks, test))

    def _blank(self, node: Node) -> Formula:
        """A term is blank where one of its cells is, a choice where all its cells are.

        Raises:
            RuleError: where nobody has said what blank means there.
        """
        match plain(node):
            case Column() | Aggregate() as leaf:
                return self.cells.blank(leaf)
            case Call("coalesce", arguments):
                return All(tuple(self._blank(argument) for argument in arguments))
            case Literal() | Arithmetic() | Call("abs", _) as term:
                return Any(tuple(self._blank(child) for child in term.children()))
        raise RuleError("RULES_UNPRINTABLE", part=written(node))

    def _numbers(self, operator: str, node: Comparison, *, sure: bool) -> Formula | None:
        """Compare a/b with c/d as a*d with c*b where that is linear, by the sign of b*d."""
        for inner, other, sign in ((node.left, node.right, operator),
                                   (node.right, node.left, MIRRORED[operator])):  # fmt: skip
            if isinstance(inner, Call) and inner.function == "abs":
                return self._absolute(sign, inner.arguments[0], other)
        left, right = quotient(node.left), quotient(node.right)
        first, second = product(left.over, right.under), product(right.over, left.under)
        over = [self.number(first), self.number(second)]
        if over[0] is None or over[1] is None:
            return None
        straight = compared(operator, over[0], over[1])
        if not left.divisors and not right.divisors:
            return straight
        unders = [node for node in (left.under, right.under) if node is not None]
        if len(unders) != 1 or len((*left.divisors, *right.divisors)) != 1:
            return None
        under = self.number(unders[0])
        if under is None:
            return None
        turned = compared(MIRRORED[operator], over[0], over[1])
        zero = Expression()
        decided = (
            All((compared(">", under, zero), straight)),
            All((compared("<", under, zero), turned)),
        )
        return Any(decided if sure else (*decided, compared("==", under, zero)))

    def _absolute(self, operator: str, term: Node, bound: Node) -> Formula | None:
        inner, limit = self.number(term), self.number(bound)
        if inner is None or limit is None or operator in ("==", "!="):
            return None
        below = compared(operator, inner, limit)
        mirrored = compared(operator, Expression().plus(inner, Fraction(-1)), limit)
        return All((below, mirrored)) if operator in ("<", "<=") else Any((below, mirrored))

    def number(self, node: Node) -> Expression | None:
        """Give a number's expression; None where it is not linear."""
        match node:
            case Literal(Decimal() as value):
                return Expression({}, Fraction(value), value == value.to_integral_value())
            case Literal(date() as day):
                return Expression({}, Fraction(day.toordinal()))
            case Column() as column:
                return self.cells.number(column)
            case Aggregate() as aggregate:
                return self.cells.figure(aggregate)
            case Arithmetic(operator, left, right):
                first, second = self.number(left), self.number(right)
                if first is None or second is None:
                    return None
                return _reckoned(operator, first, second)
        return None


STEP = Fraction(1, 1000)
"""How far apart two amounts must be to differ, for a solver that reckons to a millionth."""


def compared(operator: str, left: Expression, right: Expression) -> Formula:
    """Give a comparison; of whole numbers, more than is at least one more than."""
    difference = left.plus(right, Fraction(-1))
    reverse = right.plus(left, Fraction(-1))
    step = Expression({}, Fraction(1) if difference.whole else STEP)
    match operator:
        case "==":
            return Row(difference, is_equation=True)
        case "<=":
            return Row(difference)
        case ">=":
            return Row(reverse)
        case "<":
            return Row(difference.plus(step))
        case ">":
            return Row(reverse.plus(step))
    return Any((Row(difference.plus(step)), Row(reverse.plus(step))))


def opposite(formula: Formula) -> Formula:
    """Give the opposite of a condition on codes and blanks, whose rows are of whole numbers."""
    match formula:
        case All(parts):
            return Any(tuple(map(opposite, parts)))
        case Any(parts):
            return All(tuple(map(opposite, parts)))
        case Row(expression, is_equation):
            operator = "!=" if is_equation else ">"
            return compared(operator, expression, Expression())


def _reckoned(operator: str, first: Expression, second: Expression) -> Expression | None:
    match operator:
        case "+":
            return first.plus(second)
        case "-":
            return first.plus(second, Fraction(-1))
        case "*" if not first.factors:
            return Expression().plus(second, first.constant)
        case "*" if not second.factors:
            return Expression().plus(first, second.constant)
    return None
