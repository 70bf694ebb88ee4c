"""Formulas of indicators taken apart: figures over the rows of forms, joined by + - * /.

A formula is written in the rule language and read by its parser. What comes out is data: a factor,
terms above and below the line, conditions of the scope; each term is one figure over one form, with
the way it goes over time. Not here: mistakes (``formula_checks``), SQL (``fact_sql``).
"""

import ast
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal as OneOf

from dagster_project.programme.indicator import SUMMED_RULES, Indicator
from dagster_project.programme.model import Form, Programme
from dagster_project.programme.period import MONTHS
from dagster_project.rules import tree
from dagster_project.rules.algebra import plain
from dagster_project.rules.errors import RuleError
from dagster_project.rules.notation import written
from dagster_project.rules.parser import Parser
from dagster_project.rules.tree import Aggregate, And, Arithmetic, Call, Column, Comparison, Node

ONE = Decimal(1)
PERIOD_LENGTHS = ("weeks", "months")
OF_ROWS = ("facility", "project")
"""Grains whose units are rows of a form, not regions."""
STOCK = frozenset({"first", "last", "last_in_year"})
"""How columns go over time that nobody sums over periods."""
Part = OneOf["numerator", "denominator", "scope", "lookup"]
Kind = OneOf["figure", "count_by", "weighted", "weights", "scope"]


@dataclass(frozen=True, slots=True)
class Operand:
    """One figure over the rows of a form.

    ``figure`` is an aggregate; ``count_by`` a condition that streets meet; ``weighted`` and
    ``weights`` a ratio of each unit times its weight, and that weight; ``scope`` a condition on the
    figures of a region, 1 or 0. Whether another form has some row is asked ``within`` the row's
    community or street.
    """

    form_id: str
    kind: Kind
    node: Node
    within: OneOf["community", "street"] = "community"

    @property
    def operand_id(self) -> str:
        """Give a name that stays while form, kind and text stay."""
        text = f"{self.kind} {self.within} {self.text}"
        return f"{self.form_id}_{hashlib.sha256(text.encode()).hexdigest()[:8]}"

    @property
    def text(self) -> str:
        """Give the operand in the notation of the forms."""
        return written(self.node)


@dataclass(frozen=True, slots=True)
class Term:
    """An operand's place in a formula: above or below the line, added or taken off."""

    part: Part
    operand: Operand
    sign: int
    time_rule: str


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula taken apart: factor * numerator / denominator.

    ``per`` divides by the length of the period; ``at_least`` asks for how many years in a row the
    value has been no less. ``row_scope`` is the condition on rows where rows are the units.
    """

    indicator: Indicator
    forms: tuple[Form, ...]
    factor: Decimal
    terms: tuple[Term, ...]
    per: str | None = None
    at_least: Decimal | None = None
    row_scope: Node | None = None

    @property
    def period_type(self) -> str:
        """Give the coarsest period type of the forms: figures are there once all have ended."""
        return max((form.period_type for form in self.forms), key=MONTHS.__getitem__)

    def of_part(self, part: Part) -> tuple[Term, ...]:
        """Give the terms of one part."""
        return tuple(term for term in self.terms if term.part == part)


class _FormulaParser(Parser):
    """Knows one thing more than rules: the distinct first digits of a code."""

    def _call(self, node: ast.Call, name: str, arguments: list[ast.expr]) -> Node:
        match name, arguments:
            case (
                "count_distinct",
                [ast.Call(func=ast.Name(id="code_prefix"), args=[code, ast.Constant(value=int(n))]),
                 *condition],
            ):  # fmt: skip
                counted = super()._call(node, name, [code, *condition])
                if isinstance(counted, Aggregate):
                    column = tree.Prefix(counted.column.name, counted.column.form, n)
                    return Aggregate(name, column, counted.condition)
        return super()._call(node, name, arguments)


def parse_formula(text: str, indicator_id: str) -> Node:
    """Give the tree of a formula or scope.

    Raises:
        RuleError: naming the indicator, the place in the text and what is allowed there.

    >>> written(parse_formula("count_distinct(code_prefix(SG101.unit_code, 9))", "streets"))
    'count_distinct(code_prefix(SG101.unit_code, 9))'
    """
    return _FormulaParser(text, indicator_id).parse()


def taken_apart(indicator: Indicator, programme: Programme) -> Formula | None:
    """Take an indicator's formula apart; None where it names a form that is not in use.

    Raises:
        RuleError: where the formula is no factor times figures over figures.
    """
    node = parse_formula(indicator.formula, indicator.indicator_id)
    scope = parse_formula(indicator.scope, indicator.indicator_id) if indicator.scope else None
    numbers = {*_form_numbers(node), *(_form_numbers(scope) if scope else ())}
    if not numbers <= programme.by_table_number.keys():
        return None
    return _Taker(indicator, programme).taken(node, scope)


class _Taker:
    """One taking apart."""

    def __init__(self, indicator: Indicator, programme: Programme) -> None:
        self.indicator = indicator
        self.by_number = programme.by_table_number

    def taken(self, node: Node, scope: Node | None) -> Formula:
        node, at_least = _run_of_years(node)
        if scope and not self.indicator.is_judged_by_unit:
            node, scope = _within(node, scope), None
        factor, over, under, per = _quotient(plain(node))
        terms = [*self._ratio(over, under), *self._lookups(node)]
        of_rows, of_regions = self._scopes(scope)
        terms += [self._scope(one, terms[0].operand.form_id) for one in of_regions]
        used = {term.operand.form_id for term in terms}
        forms = tuple(form for form in self.by_number.values() if form.form_id in used)
        row_scope = And(tuple(of_rows)) if of_rows else None
        return Formula(self.indicator, forms, factor, tuple(terms), per, at_least, row_scope)

    def _ratio(self, over: Node, under: Node | None) -> Iterator[Term]:
        if self.indicator.weight == "1":
            if not isinstance(over, Aggregate) or under:
                raise _misshapen(over)
            under = Aggregate("count", over.column, over.condition)
        elif self.indicator.weight and under:
            yield from self._weighted(over, under, self.indicator.weight)
            return
        yield from self._sums("numerator", over)
        if under:
            yield from self._sums("denominator", under)

    def _weighted(self, over: Node, under: Node, weight: str) -> Iterator[Term]:
        """Every unit's ratio counts by its weight, which several waves of one survey share."""
        if not isinstance(under, Aggregate):
            raise _misshapen(under)
        column = Column(weight, under.column.form)
        node = Arithmetic(
            "/", Arithmetic("*", over, Aggregate("max", column, under.condition)), under
        )
        form_id = self._form(under).form_id
        yield Term("numerator", Operand(form_id, "weighted", node), 1, "last")
        yield Term("denominator", Operand(form_id, "weights", node), 1, "last")

    def _sums(self, part: Part, node: Node, sign: int = 1) -> Iterator[Term]:
        match node:
            case Arithmetic("+" | "-" as operator, left, right):
                yield from self._sums(part, left, sign)
                yield from self._sums(part, right, sign if operator == "+" else -sign)
            case Aggregate():
                looks_around = self.indicator.grain == "street_town" and any(_looked_up(node))
                within: OneOf["community", "street"] = "street" if looks_around else "community"
                operand = Operand(self._form(node).form_id, "figure", node, within)
                yield Term(part, operand, sign, self._time_rule(node))
            case Call("count_by", (_, condition)):
                operand = Operand(self._form(condition).form_id, "count_by", node)
                yield Term(part, operand, sign, self._time_rule(None))
            case _:
                raise _misshapen(node)

    def _lookups(self, node: Node) -> Iterator[Term]:
        """What another form is asked for belongs to the coverage."""
        for one in (found for figure in _outer_figures(node) for found in _looked_up(figure)):
            counted = Aggregate("count", one.column, one.condition)
            operand = Operand(self._form(one).form_id, "figure", counted)
            yield Term("lookup", operand, 1, "last")

    def _scopes(self, scope: Node | None) -> tuple[list[Node], list[Node]]:
        """Cut a scope into conditions on rows and conditions on figures of a region."""
        parts = scope.parts if isinstance(scope, And) else (scope,) if scope else ()
        if self.indicator.grain not in OF_ROWS:
            return [], list(parts)
        of_regions = [part for part in parts if any(isinstance(n, Aggregate) for n in part.walk())]
        return [part for part in parts if part not in of_regions], of_regions

    def _scope(self, node: Node, otherwise: str) -> Term:
        numbers = sorted(_form_numbers(node))
        if len(numbers) > 1:
            raise _misshapen(node)
        form_id = self.by_number[numbers[0]].form_id if numbers else otherwise
        return Term("scope", Operand(form_id, "scope", node), 1, "last")

    def _time_rule(self, figure: Aggregate | None) -> str:
        """A stock is never added up over periods; what a department calls a value may be a flow."""
        rule = self.indicator.period_rule
        if rule not in SUMMED_RULES:
            return "last"
        form = self._form(figure) if figure else None
        column = form.by_name.get(figure.column.name) if form and figure else None
        is_stock = (
            form and form.respondents == "street_town" and column and column.add_time in STOCK
        )
        return "last" if is_stock else rule

    def _form(self, node: Node) -> Form:
        numbers = list(_form_numbers(node))
        if not numbers:
            raise _misshapen(node)
        return self.by_number[numbers[0]]


def operands_of(formulas: Iterable[Formula]) -> dict[str, Operand]:
    """Give every operand once, by its id, in the order of first use."""
    return {term.operand.operand_id: term.operand for one in formulas for term in one.terms}


def formulas_by_id(programme: Programme) -> dict[str, Formula]:
    """Give the formulas of all indicators that the programme's forms can serve, by indicator."""
    found = {one.indicator_id: taken_apart(one, programme) for one in programme.indicators}
    return {indicator_id: formula for indicator_id, formula in found.items() if formula}


def forms_missing(indicator: Indicator, programme: Programme) -> Sequence[str]:
    """Give the numbers of the forms that an indicator needs and the programme lacks."""
    texts = filter(None, (indicator.formula, indicator.scope))
    numbers = {n for text in texts for n in _form_numbers(parse_formula(text, "?"))}
    return sorted(numbers - programme.by_table_number.keys())


def _run_of_years(node: Node) -> tuple[Node, Decimal | None]:
    match node:
        case Call("streak", (Comparison(">=", inner, tree.Literal(Decimal() as least)),)):
            return inner, least
    return node, None


def _quotient(node: Node) -> tuple[Decimal, Node, Node | None, str | None]:
    """Give factor, what stands above and below the line, and the length divided by."""
    match node:
        case Arithmetic("/", left, Call(length, ())) if length in PERIOD_LENGTHS:
            return ONE, left, None, length
        case Arithmetic("/", left, right):
            return *_factor(left), right, None
    return *_factor(node), None, None


def _factor(node: Node) -> tuple[Decimal, Node]:
    match node:
        case Arithmetic("*", tree.Literal(Decimal() as factor), inner):
            return factor, inner
    return ONE, node


def _within(node: Node, scope: Node) -> Node:
    """Put a condition on rows into every figure that has rows of its own."""
    match node:
        case Aggregate(function, column, condition):
            parts = tuple(filter(None, (condition, scope)))
            return Aggregate(function, column, And(parts) if len(parts) > 1 else scope)
        case Arithmetic(operator, left, right):
            return Arithmetic(operator, _within(left, scope), _within(right, scope))
    return node


def _outer_figures(node: Node) -> Iterator[Aggregate]:
    match node:
        case Aggregate():
            yield node
        case Call("count_by", _):
            return
        case _:
            for child in node.children():
                yield from _outer_figures(child)


def _looked_up(figure: Aggregate) -> Iterator[Aggregate]:
    """Give what the condition of a figure asks of other forms."""
    inside = figure.condition.walk() if figure.condition else ()
    return (one for one in inside if isinstance(one, Aggregate))


def _form_numbers(node: Node) -> dict[str, None]:
    return dict.fromkeys(column.form for column in node.columns() if column.form)


def _misshapen(node: Node) -> RuleError:
    return RuleError("RULES_FORMULA_SHAPE", part=written(node))
