"""Prints rules as worksheet formulas (Excel, WPS, LibreOffice): TRUE, FALSE, "" for cannot tell.

A truth on the way is a number: 1 true, 0 false, 0.5 unknown; ``and`` is then MIN, ``or`` MAX, as
with Kleene. A cell has a value where the reader would find one in a filled template: a number in a
column of numbers, a text that is no mark elsewhere. Not here: figures over rows (``excel_spans``).
"""

# ruff: noqa: PLR0911  (a match over kinds of node returns once per kind)

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import accumulate

from dagster_project.programme import model
from dagster_project.programme.model import Form, Programme
from dagster_project.rules import excel_spans
from dagster_project.rules.algebra import SIGN, Quotient, plain, product, quotient
from dagster_project.rules.errors import RuleError
from dagster_project.rules.excel_words import (
    ROUND_PLACES,
    TRUE_WORDS,
    Term,
    found_in,
    has_text,
    has_truth,
    joined,
    texts_of,
    trimmed,
)
from dagster_project.rules.functions import DATE, NUMBER, TEXT, TRUTH
from dagster_project.rules.kinds import kind_of, resolver
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

Place = Callable[[Column], str]
"""Gives the reference of a column: this row's cell (``$F12``), or the range of all its cells."""

LONGEST = 8192
"""Characters that Excel takes in one formula."""
DEEPEST = 64
"""Functions within functions that Excel takes; brackets of any kind are counted."""
DECIMAL_PLACES = 6
"""What a column of amounts is landed with."""
DAYS = 2958466
"""One more than the number of 31 December 9999, the last day that a worksheet knows."""


def formula_of(
    node: Node, place: Place, span: Place, form: Form, more: "More | None" = None
) -> str | None:
    """Give the formula of a rule on one row of a form, beginning with ``=``; None if it has none.

    Args:
        node: the rule, bound to its period and respondent (see ``binding.bound``).
        place: gives this row's cell of a column, as ``$F12``.
        span: gives the cells of a column in all rows, as ``$F$8:$F$200``; rows without a key are
            no rows.
        form: the form, for the kinds of its columns.
        more: the rule's join keys, and the programme, whose labels may stand for codes.
    """
    try:
        return formula(node, place, span, form, more)
    except RuleError:
        return None


def formula(node: Node, place: Place, span: Place, form: Form, more: "More | None" = None) -> str:
    """Give the formula of a rule as ``formula_of`` does, or say why it has none.

    Raises:
        RuleError: naming the part that a worksheet cannot answer, or the length.
    """
    text = f"=CHOOSE(1+2*{CellPrinter(place, span, form, more or More()).truth(node)}"
    text += ',FALSE,"",TRUE)'
    if len(text) > LONGEST or _depth(text) > DEEPEST:
        raise RuleError("RULES_FORMULA_LONG", length=len(text), limit=LONGEST)
    return text


@dataclass(frozen=True, slots=True)
class More:
    """What only some rules need: join keys for figures, a programme for the labels of codes.

    Where the programme is given, a cell may hold a code, its Chinese label, or both.
    """

    join_keys: tuple[str, ...] = ()
    programme: Programme | None = None


@dataclass(frozen=True, slots=True)
class CellPrinter:
    """Prints over the cells of one row."""

    place: Place
    span: Place
    form: Form
    more: More

    def truth(self, node: Node) -> str:
        """Print a condition as a number: 1, 0 or 0.5."""
        match plain(node):
            case And(parts):
                return f"MIN({','.join(map(self.truth, parts))})"
            case Or(parts):
                return f"MAX({','.join(map(self.truth, parts))})"
            case Not(operand):
                return self._opposite(operand)
            case Comparison(operator, left, right):
                return self._comparison(operator, left, right)
            case Membership(operand, values, negated):
                return self._membership(operand, values, negated=negated)
            case Column() as column:
                cell = self.cell(column)
                return Term(f"IF({found_in(cell, TRUE_WORDS)},1,0)", (has_truth(cell),)).guarded()
            case Literal(value):
                return str(int(value == 1))
            case Call() as call:
                return self._call(call)
            case Aggregate("exists", column, condition):
                return f"IF({self.number(Aggregate('count', column, condition)).text}>0,1,0)"
        raise excel_spans.no_formula(node)

    def number(self, node: Node) -> Term:
        """Print a number that holds no division."""
        match node:
            case Literal(Decimal() as value):
                return Term(f"{value:f}" if value >= 0 else f"({value:f})", (), _scale(value))
            case Column() as column:
                cell = self.cell(column)
                return Term(cell, (f"ISNUMBER({cell})",), self.scale(column))
            case Arithmetic("+" | "-" | "*" as operator, left, right):
                return self.number(left).combined(operator, self.number(right))
            case Call("abs", (term,)):
                return self.number(term).wrapped("ABS({})")
            case Call("coalesce", (first, *rest)):
                return self._first_number(self.number(first), tuple(rest))
            case Call("year", (day,)):
                inner = self.text(day)
                within = f"IF(ISNUMBER({inner.text}),AND({inner.text}>=0,{inner.text}<{DAYS}))"
                return Term(f"YEAR({inner.text})", (*inner.known, within))
            case Call("segment", (code, Literal(Decimal() as first), Literal(Decimal() as last))):
                return self._segment(self.text(code), int(first), int(last))
            case Aggregate() as aggregate:
                return excel_spans.figure(self, aggregate)
        raise excel_spans.no_formula(node)

    def text(self, node: Node) -> Term:
        """Print a code, text or date."""
        match node:
            case Literal(str() as value):
                return Term(joined(value))
            case Literal(date() as day):
                return Term(f"DATE({day.year},{day.month},{day.day})")
            case Column() as column if self.kind(column) == DATE:
                return Term(f"INT({self.cell(column)})", (f"ISNUMBER({self.cell(column)})",))
            case Column() as column:
                return Term(trimmed(self.cell(column)), (has_text(self.cell(column)),))
            case Call("code_prefix", (code, Literal(Decimal() as count))):
                return self.text(code).wrapped(f"LEFT({{}},{int(count)})")
            case Call("coalesce", (first, *rest)) if rest:
                return self.text(first).otherwise(self.text(Call("coalesce", tuple(rest))))
            case Call("coalesce", (only,)):
                return self.text(only)
        raise excel_spans.no_formula(node)

    def present(self, node: Node) -> str:
        """Print whether a term has a value, as 1 or 0."""
        kind = self.kind(node)
        if kind == TRUTH:
            return f"IF({self.truth(node)}=0.5,0,1)"
        if kind != NUMBER:
            return Term("1", self.text(node).known).guarded("0")
        term = quotient(node)
        divisors = [self.number(divisor) for divisor in term.divisors]
        needed = self.number(term.over).known + tuple(k for d in divisors for k in d.known)
        return Term(_if_all([f"{divisor.text}<>0" for divisor in divisors], "1", "0"),
                    tuple(dict.fromkeys(needed))).guarded("0")  # fmt: skip

    def cell(self, column: Column) -> str:
        """Give this row's cell of a column, by the form's own name for it."""
        return self.place(self._own(column))

    def cells(self, column: Column) -> str:
        """Give the cells of a column in all rows."""
        return self.span(self._own(column))

    def kind(self, node: Node) -> str | None:
        """Give the kind of a part."""
        return kind_of(node, resolver(self.form))

    def scale(self, column: Column) -> int:
        """Give the decimal places that a column may have."""
        return DECIMAL_PLACES if self._found(column).type == "decimal" else 0

    def words(self, column: Node, codes: tuple[Literal, ...]) -> tuple[str, ...]:
        """Give all texts in a cell that mean one of some codes."""
        found = self._found(column) if isinstance(column, Column) else None
        if found and found.multiple:
            raise excel_spans.no_formula(column)
        lists = self.more.programme.codelists if self.more.programme else {}
        return texts_of(lists.get(found.code_list or "") if found else None, codes)

    def _own(self, column: Column) -> Column:
        return Column(self._found(column).name)

    def _found(self, column: Column) -> model.Column:
        found = resolver(self.form)(column)
        if found is None:
            raise excel_spans.no_formula(column)
        return found

    def _opposite(self, node: Node) -> str:
        if isinstance(node, Call) and node.function == "isnull":
            return self.present(node.arguments[0])
        return f"(1-{self.truth(node)})"

    def _call(self, call: Call) -> str:
        match call:
            case Call("isnull", (term,)):
                return f"(1-{self.present(term)})"
            case Call("coalesce", arguments):
                return self._first_truth(arguments)
            case Call("unique" | "in_column"):
                return excel_spans.lookup(self, call)
        raise excel_spans.no_formula(call)

    def _comparison(self, operator: str, left: Node, right: Node) -> str:
        kinds = {self.kind(left), self.kind(right)}
        if TRUTH in kinds:
            sides = self.truth(left), self.truth(right)
            known = tuple(f"{side}<>0.5" for side in sides)
            return Term(f"IF({sides[0]}{SIGN[operator]}{sides[1]},1,0)", known).guarded()
        if NUMBER in kinds:
            return self._numbers(operator, quotient(left), quotient(right))
        if TEXT in kinds:
            return self._texts(operator, left, right)
        first, second = self.text(left), self.text(right)
        test = f"IF({first.text}{SIGN[operator]}{second.text},1,0)"
        return Term(test, first.known + second.known).guarded()

    def _texts(self, operator: str, left: Node, right: Node) -> str:
        """A code compared with a literal may stand there as its label; else the texts are equal."""
        for code, other in ((left, right), (right, left)):
            if isinstance(other, Literal):
                return self._membership(code, (other,), negated=operator == "!=")
        first, second = self.text(left), self.text(right)
        test = f"EXACT({first.text},{second.text})"
        outcome = f"IF({test},0,1)" if operator == "!=" else f"IF({test},1,0)"
        return Term(outcome, first.known + second.known).guarded()

    def _membership(self, operand: Node, values: tuple[Literal, ...], *, negated: bool) -> str:
        if self.kind(operand) != TEXT:
            either = Or(tuple(Comparison("==", operand, value) for value in values))
            return self.truth(Not(either) if negated else either)
        term = self.text(operand)
        listed = found_in(term.text, self.words(operand, values))
        return Term(
            f"IF({listed},{0 if negated else 1},{1 if negated else 0})", term.known
        ).guarded()

    def _numbers(self, operator: str, left: Quotient, right: Quotient) -> str:
        """Compare a/b with c/d by the sign of (a*d - c*b) * (b*d), without dividing."""
        over = self.number(product(left.over, right.under))
        other = self.number(product(right.over, left.under))
        scale = max(over.scale, other.scale)
        divisors = [self.number(divisor) for divisor in (*left.divisors, *right.divisors)]
        under = [self.number(node) for node in (left.under, right.under) if node is not None]
        if under:
            sign = "*".join(f"SIGN({term.text})" for term in under)
            test = f"{_rounded(f'{over.text}-({other.text})', scale)}*{sign}{SIGN[operator]}0"
        else:
            test = f"{over.rounded(scale)}{SIGN[operator]}{other.rounded(scale)}"
        outcome = _if_all([f"{term.text}<>0" for term in divisors], f"IF({test},1,0)", "0.5")
        known = (*over.known, *other.known, *(known for term in divisors for known in term.known))
        return Term(outcome, tuple(dict.fromkeys(known))).guarded()

    def _first_number(self, first: Term, rest: tuple[Node, ...]) -> Term:
        if not rest:
            return first
        return first.otherwise(self._first_number(self.number(rest[0]), rest[1:]))

    def _first_truth(self, arguments: tuple[Node, ...]) -> str:
        first, *rest = arguments
        if not rest:
            return self.truth(first)
        told = self.truth(first)
        return f"IF({told}=0.5,{self._first_truth(tuple(rest))},{told})"

    def _segment(self, code: Term, first: int, last: int) -> Term:
        """Only where all the characters asked for are there, and are digits 0 to 9."""
        places = ",".join(str(place) for place in range(first, last + 1))
        digits = f'ISNUMBER(FIND(MID({code.text},{{{places}}},1),"0123456789"))'
        complete = f"IF(LEN({code.text})>={last},SUMPRODUCT(--{digits})={last - first + 1})"
        number = f"VALUE(MID({code.text},{first},{last - first + 1}))"
        return Term(number, (*code.known, complete))


def _depth(text: str) -> int:
    return max(accumulate((sign == "(") - (sign == ")") for sign in text))


def _scale(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _rounded(text: str, scale: int) -> str:
    return f"ROUND({text},{min(scale, ROUND_PLACES)})" if scale else f"({text})"


def _if_all(tests: list[str], then: str, otherwise: str) -> str:
    return f"IF(AND({','.join(tests)}),{then},{otherwise})" if tests else then
