"""Works rules out over an Arrow table of landed rows: true, false, or null, a value for each row.

The same three values as the SQL, reckoned in 76-digit decimals: nothing is rounded. It is what the
pandera checks of a form run. Not here: figures over rows (``arrow_figures``), pandas.
"""

# ruff: noqa: PLR0911  (a match over kinds of node returns once per kind)

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import reduce
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from dagster_project.programme.model import Form
from dagster_project.programme.period import PeriodError
from dagster_project.rules import arrow_figures
from dagster_project.rules.algebra import MIRRORED, Quotient, plain, quotient
from dagster_project.rules.arrow_figures import Values, decimals
from dagster_project.rules.binding import bound
from dagster_project.rules.errors import RuleError
from dagster_project.rules.functions import NUMBER, TRUTH
from dagster_project.rules.kinds import kind_of, resolver
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

COMPARE = {
    "==": pc.equal, "!=": pc.not_equal, "<": pc.less, "<=": pc.less_equal,
    ">": pc.greater, ">=": pc.greater_equal,
}  # fmt: skip
RECKON = {"+": pc.add, "-": pc.subtract, "*": pc.multiply}
ZERO = pa.scalar(Decimal(0), pa.decimal256(1, 0))


@dataclass(frozen=True, slots=True)
class ArrowTruths:
    """Answers rules over the rows of a table with the form's columns.

    Figures over rows take rows of one ``submission_id`` together; ``period`` and
    ``respondent_code`` are asked only by rules that name them.
    """

    rows: pa.Table
    form: Form
    join_keys: tuple[str, ...] = ()

    def truth(self, node: Node) -> pa.Array:
        """Give a condition's truth for each row.

        Raises:
            RuleError: where the rule asks for something that the rows cannot answer.
        """
        try:
            return self._rows_of(self.condition(node))
        except pa.ArrowInvalid as error:  # more than 76 digits: known from the types alone
            raise RuleError("RULES_TOO_WIDE", part=written(node)) from error

    def condition(self, node: Node) -> Values:
        """Give a condition's truth, as one value where all rows share it."""
        match plain(node):
            case And(parts):
                return reduce(pc.and_kleene, map(self.condition, parts))
            case Or(parts):
                return reduce(pc.or_kleene, map(self.condition, parts))
            case Not(operand):
                return pc.invert(self.condition(operand))
            case Comparison(operator, left, right):
                return self._comparison(operator, left, right)
            case Membership(operand, values, negated):
                return self._membership(operand, values, negated=negated)
            case Column() as column:
                return self.column(column)
            case Call(function, arguments):
                return self._call(function, arguments)
            case Aggregate() as aggregate:
                counted = Aggregate("count", aggregate.column, aggregate.condition)
                return pc.greater(arrow_figures.figure(self, counted), ZERO)
        raise unanswered(node)

    def value(self, node: Node) -> Values:
        """Give a number, text, date or truth."""
        match node:
            case Column():
                return self.column(node)
            case Literal(str() as text):
                return pa.scalar(text)
            case Literal(date() as day):
                return pa.scalar(day)
            case Call("code_prefix", (code, Literal(Decimal() as count))):
                return pc.utf8_slice_codeunits(self.value(code), 0, int(count))
            case Call("respondent_code", ()):
                return self.rows["respondent_code"]
            case Call("period_end", ()):
                return self._of_period(node)
            case Call("coalesce", arguments) if self.kind(node) != NUMBER:
                return pc.coalesce(*map(self.value, arguments))
            case Aggregate("min" | "max") as aggregate:
                return arrow_figures.figure(self, aggregate)
        return self.condition(node) if self.kind(node) == TRUTH else self.number(node)

    def number(self, node: Node) -> Values:
        """Give a number that holds no division, as decimals."""
        match node:
            case Literal(Decimal() as value):
                return _literal(value)
            case Column() as column:
                return decimals(self.column(column))
            case Arithmetic("+" | "-" | "*" as operator, left, right):
                return RECKON[operator](self.number(left), self.number(right))
            case Call("abs", (term,)):
                return pc.abs(self.number(term))
            case Call("coalesce", arguments):
                return _first(list(map(self.number, arguments)))
            case Call("segment", (code, Literal(Decimal() as first), Literal(Decimal() as last))):
                return _digits(self.value(code), int(first), int(last))
            case Call("year", (day,)):
                return decimals(pc.year(self.value(day)))
            case Call("quarter" | "months" | "weeks", ()):
                return decimals(self._of_period(node))
            case Aggregate() as aggregate:
                return arrow_figures.figure(self, aggregate)
        raise unanswered(node)

    def column(self, column: Column) -> Values:
        """Give the cells of a column."""
        found = resolver(self.form)(column)
        if found is None:
            raise unanswered(column)
        return self.rows[found.name]

    def kind(self, node: Node) -> str | None:
        """Give the kind of a part."""
        return kind_of(node, resolver(self.form))

    def _rows_of(self, values: Values) -> pa.Array:
        if isinstance(values, pa.Scalar):
            return pa.repeat(values, self.rows.num_rows)
        return values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values

    def _call(self, function: str, arguments: tuple[Node, ...]) -> Values:
        match function, arguments:
            case "isnull", (term,):
                return pc.invert(self._present(term))
            case "coalesce", _:
                return pc.coalesce(*map(self.condition, arguments))
            case "unique", _:
                return arrow_figures.unique(self, arguments)
            case "in_column", (term, Column() as column):
                return arrow_figures.in_column(self, term, column)
            case "every_code_in", (Column() as column, *codes):
                known = "|".join(re.escape(str(c.value)) for c in codes if isinstance(c, Literal))
                listed = f"^({known})(;({known}))*$"
                return pc.match_substring_regex(self.column(column), listed)
        raise unanswered(Call(function, arguments))

    def _comparison(self, operator: str, left: Node, right: Node) -> Values:
        kinds = {self.kind(left), self.kind(right)}
        if TRUTH in kinds:
            return COMPARE[operator](self._truth(left), self._truth(right))
        if NUMBER in kinds:
            return self._numbers(operator, quotient(left), quotient(right))
        return COMPARE[operator](self.value(left), self.value(right))

    def _truth(self, node: Node) -> Values:
        return pa.scalar(node.value == 1) if isinstance(node, Literal) else self.condition(node)

    def _membership(self, operand: Node, values: tuple[Literal, ...], *, negated: bool) -> Values:
        equal = [self._comparison("==", operand, value) for value in values]
        found = reduce(pc.or_kleene, equal)
        return pc.invert(found) if negated else found

    def _numbers(self, operator: str, left: Quotient, right: Quotient) -> Values:
        """Compare a/b with c/d as a*d with c*b, turned round where b*d is negative."""
        over = self._product(left.over, right.under), self._product(right.over, left.under)
        straight = COMPARE[operator](*over)
        divisors = [self.number(divisor) for divisor in (*left.divisors, *right.divisors)]
        if not divisors:
            return straight
        under = self._product(*(node for node in (left.under, right.under) if node is not None))
        turned = COMPARE[MIRRORED[operator]](*over)
        decided = pc.if_else(pc.greater(under, ZERO), straight, turned)
        return pc.if_else(self._all_differ(divisors), decided, pa.scalar(None, pa.bool_()))

    def _product(self, *factors: Node | None) -> Values:
        numbers = [self.number(factor) for factor in factors if factor is not None]
        return reduce(pc.multiply, numbers)

    def _all_differ(self, divisors: list[Values]) -> Values:
        known = (pc.fill_null(pc.not_equal(one, ZERO), fill_value=False) for one in divisors)
        return reduce(pc.and_, known)

    def _present(self, node: Node) -> Values:
        if self.kind(node) != NUMBER:
            return pc.is_valid(self.value(node))
        term = quotient(node)
        known = pc.is_valid(self.number(term.over))
        if not term.divisors:
            return known
        return pc.and_(known, self._all_differ([self.number(one) for one in term.divisors]))

    def _of_period(self, node: Call) -> Values:
        """Give what a rule asks of a period; a label that is no period has no answer."""
        labels = self.rows["period"].combine_chunks().dictionary_encode()
        answers = [_answer(node, label) for label in labels.dictionary.to_pylist()]
        kind = pa.date32() if node.function == "period_end" else pa.int64()
        return pa.array(answers, kind).take(labels.indices)


def unanswered(node: Node) -> RuleError:
    """Give the error for a part that the rows of a form alone cannot answer."""
    return RuleError("RULES_UNPRINTABLE", part=written(node))


def _answer(node: Call, label: str | None) -> Any:
    try:
        answer = bound(node, label or "")
    except PeriodError:
        return None
    value = answer.value if isinstance(answer, Literal) else None
    return int(value) if isinstance(value, Decimal) else value


def _literal(value: Decimal) -> pa.Scalar:
    exponent = value.as_tuple().exponent
    scale = max(0, -exponent) if isinstance(exponent, int) else 0
    digits = max(len(value.as_tuple().digits) + max(0, scale), scale + 1)
    return pa.scalar(value, pa.decimal256(digits, scale))


def _first(numbers: list[Values]) -> Values:
    """Give the first that has a value, in one type that holds them all."""
    scale = max(number.type.scale for number in numbers)
    whole = max(number.type.precision - number.type.scale for number in numbers)
    wide = pa.decimal256(whole + scale, scale)
    return pc.coalesce(*(pc.cast(number, wide) for number in numbers))


def _digits(texts: Values, first: int, last: int) -> Values:
    """Read a stretch of digits; what is shorter or holds anything else has no value."""
    cut = pc.utf8_slice_codeunits(texts, first - 1, last)
    whole = pc.match_substring_regex(cut, f"^[0-9]{{{last - first + 1}}}$")
    digits = pc.if_else(whole, cut, pa.scalar(None, cut.type))
    return decimals(pc.cast(digits, pa.int64()))
