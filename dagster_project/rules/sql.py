"""Prints rule trees as DuckDB conditions: true, false, or null where the row cannot tell.

And, or and not follow Kleene; a null operand or a zero divisor makes a comparison null. Numbers are
compared exactly: a division is turned into a product. The row stands as ``r``, all rows of the
batch as ``facts``. Not here: which rows are asked (see ``judge``), figures over rows (``figures``).
"""

# ruff: noqa: PLR0911  (a match over kinds of node returns once per kind)

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from dagster_project.programme.model import Form
from dagster_project.rules import earlier, figures
from dagster_project.rules.algebra import MIRRORED, SIGN, Quotient, plain, product, quotient
from dagster_project.rules.errors import RuleError
from dagster_project.rules.figure_joins import Figures
from dagster_project.rules.functions import EARLIER_VALUES, NUMBER, TRUTH
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
from dagster_project.rules.width import (
    DECIMAL_DIGITS,
    DECIMAL_SCALE,
    INTEGER_DIGITS,
    Number,
    of_literal,
)

PERIOD_FIGURES = {"quarter": "_quarter", "months": "_months", "weeks": "_weeks"}
ZERO = Literal(Decimal(0))
MOST_SCALE = 24
"""Decimal places up to which an exact comparison is tried: more leave 38 digits no room."""


def condition_sql(node: Node, form: Form, join_keys: tuple[str, ...] = ()) -> str:
    """Give the DuckDB condition of a rule without figures over the row ``r`` of a form.

    Raises:
        RuleError: where the rule asks for something a row and its file cannot answer.
    """
    return Printer(form, join_keys).condition(node)


def quoted(name: str) -> str:
    """Give a name so that no SQL keyword can be mistaken for it."""
    return f'"{name}"'


def text_literal(value: str) -> str:
    """Give a text in SQL.

    >>> text_literal("it's")
    "'it''s'"
    """
    return "'" + value.replace("'", "''") + "'"


@dataclass(frozen=True, slots=True)
class Printer:
    """Prints over one row; ``approximate`` gives numbers as DOUBLE, where 38 digits are too few.

    ``forms`` are those that figures may look into, by table number as rules write it; ``figures``
    gathers what has to stand beside the row (``figures.beside(rows)``).
    """

    form: Form
    join_keys: tuple[str, ...] = ()
    alias: str = "r"
    approximate: bool = False
    forms: Mapping[str, Form] = field(default_factory=dict)
    figures: Figures = field(default_factory=Figures)

    def condition(self, node: Node) -> str:
        """Print something that is true, false or null."""
        match plain(node):
            case And(parts):
                return f"({' and '.join(map(self.condition, parts))})"
            case Or(parts):
                return f"({' or '.join(map(self.condition, parts))})"
            case Not(operand):
                return f"(not {self.condition(operand)})"
            case Comparison(operator, left, right):
                return self._comparison(operator, left, right)
            case Membership(operand, values, negated):
                listed = ", ".join(self.value(value) for value in values)
                return f"({self.value(operand)} {'not in' if negated else 'in'} ({listed}))"
            case Column() as column:
                return self._column(column)
            case Call(function, arguments):
                return self._truth_call(function, arguments)
            case Aggregate() as aggregate:
                return figures.exists(self, aggregate)
        raise unprintable(node)

    def value(self, node: Node) -> str:
        """Print a number, text, date or truth."""
        kind = self._kind(node)
        if kind == TRUTH:
            return self.condition(node)
        return self.number(node).text if kind == NUMBER else self._plain_value(node)

    def number(self, node: Node) -> Number:  # noqa: C901 - a case for each kind of number
        """Print a number that holds no division."""
        match node:
            case Literal(Decimal() as value):
                return of_literal(value)
            case Column() as column:
                return self._number_column(column)
            case Arithmetic("+" | "-" | "*" as operator, left, right):
                return self._ready(left).combined(operator, self._ready(right))
            case Call("abs", (term,)):
                inner = self._ready(term)
                return replace(inner, text=f"abs({inner.text})")
            case Call("coalesce", arguments):
                return self._coalesced([self.number(argument) for argument in arguments])
            case Call("segment", (code, Literal(Decimal() as first), Literal(Decimal() as last))):
                return self._segment(code, int(first), int(last))
            case Call("year", (day,)):
                return Number(f"year({self.value(day)})", 6)
            case Call(function, ()) if function in PERIOD_FIGURES:
                return Number(f"{self.alias}.{PERIOD_FIGURES[function]}", 3)
            case Call(which, (Column() as column,)) if which in EARLIER_VALUES:
                own = self._number_column(column)
                return replace(own, text=earlier.value(self, Call(which, (column,))))
            case Aggregate() as aggregate:
                return figures.number(self, aggregate)
            case Call("sum_regions_below", (Column() as column,)):
                return figures.of_regions_below(self, self._number_column(column), column)
        raise unprintable(node)

    def present(self, node: Node) -> str:
        """Print whether a term has a value, which is never null itself."""
        if self._kind(node) != NUMBER:
            return f"({self.value(node)} is not null)"
        term = quotient(node)
        tests = [f"{self.number(term.over).text} is not null"]
        tests += [f"coalesce({self._differs(divisor)}, false)" for divisor in term.divisors]
        return f"({' and '.join(tests)})"

    def inner(self, alias: str, form: Form | None = None) -> "Printer":
        """Give the printer for another row of the same file, or of another form."""
        return replace(self, alias=alias, form=form or self.form)

    def _kind(self, node: Node) -> str | None:
        return kind_of(node, resolver(self.form, self.forms))

    def _column(self, column: Column) -> str:
        found = resolver(self.form)(column)
        if found is None:
            raise unprintable(column)
        return f"{self.alias}.{quoted(found.name)}"

    def _number_column(self, column: Column) -> Number:
        text, found = self._column(column), resolver(self.form)(column)
        if found and found.type == "decimal":
            return Number(text, DECIMAL_DIGITS, DECIMAL_SCALE)
        return Number(text, INTEGER_DIGITS)

    def _ready(self, node: Node) -> Number:
        number = self.number(node)
        return number.doubled() if self.approximate else number.widened()

    def _coalesced(self, numbers: list[Number]) -> Number:
        return Number(
            f"coalesce({', '.join(number.text for number in numbers)})",
            max(number.digits for number in numbers),
            max(number.scale for number in numbers),
            fits=all(number.fits for number in numbers),
        )

    def _segment(self, code: Node, first: int, last: int) -> Number:
        """A cast alone would read ' 1', '1.5' and '1e2' as numbers."""
        count = last - first + 1
        cut = f"substr({self.value(code)}, {first}, {count})"
        digits = f"nullif(regexp_extract({cut}, '^[0-9]{{{count}}}$'), '')"
        return Number(f"cast({digits} as bigint)", count)

    def _plain_value(self, node: Node) -> str:
        match node:
            case Column() as column:
                return self._column(column)
            case Literal(str() as text):
                return text_literal(text)
            case Literal(date() as day):
                return f"date '{day.isoformat()}'"
            case Call("period_end", ()):
                return f"{self.alias}._period_end"
            case Call("respondent_code", ()):
                return f"{self.alias}.respondent_code"
            case Call("code_prefix", (code, Literal(Decimal() as count))):
                return f"substr({self.value(code)}, 1, {int(count)})"
            case Call("coalesce", arguments):
                return f"coalesce({', '.join(map(self.value, arguments))})"
            case Call(which, (Column() as column,)) if which in EARLIER_VALUES:
                return earlier.value(self, Call(which, (column,)))
            case Aggregate("min" | "max") as aggregate:
                return figures.extreme(self, aggregate)
        raise unprintable(node)

    def _truth_call(self, function: str, arguments: tuple[Node, ...]) -> str:
        match function, arguments:
            case "isnull", (term,):
                return f"(not {self.present(term)})"
            case "coalesce", _:
                return f"coalesce({', '.join(map(self.condition, arguments))})"
            case "region_active", (code, day):
                return figures.region_active(self, code, day)
            case "in_column", (term, Column() as column):
                return figures.in_column(self, term, column)
            case "unique", _:
                return figures.unique(self, arguments)
            case (("prev" | "prev_year"), (Column() as column,)):
                return earlier.value(self, Call(function, (column,)))
            case "every_code_in", (Column() as column, *codes):
                return self._every_code(column, codes)
            case "left_blank", (Column() as column,):
                return f"({self._column(column)} is null and not {self.alias}.has_abnormal_cells)"
        raise unprintable(Call(function, arguments))

    def _every_code(self, column: Column, codes: list[Node]) -> str:
        known = ", ".join(self.value(code) for code in codes)
        given = f"regexp_split_to_array({self._column(column)}, '\\s*[;；]\\s*')"
        return f"list_has_all([{known}], {given})"

    def _comparison(self, operator: str, left: Node, right: Node) -> str:
        kinds = {self._kind(left), self._kind(right)}
        if TRUTH in kinds:
            sides = self._truth(left), self._truth(right)
            return f"({sides[0]} {SIGN[operator]} {sides[1]})"
        if NUMBER in kinds:
            return self._numbers_compared(operator, quotient(left), quotient(right))
        return f"({self.value(left)} {SIGN[operator]} {self.value(right)})"

    def _truth(self, node: Node) -> str:
        """A yes/no column is compared with the 1 and 0 of its code list."""
        if isinstance(node, Literal):
            return "true" if node.value == 1 else "false"
        return self.condition(node)

    def _numbers_compared(self, operator: str, left: Quotient, right: Quotient) -> str:
        """Compare a/b with c/d as a*d with c*b, turned round where b*d is negative."""
        over = [product(left.over, right.under), product(right.over, left.under)]
        if not left.divisors and not right.divisors:
            return self.compared(operator, *over)
        under = product(*filter(None, (left.under, right.under)))
        positive, negative = (self.compared(sign, under, ZERO) for sign in "><")
        straight = self.compared(operator, *over)
        turned = self.compared(MIRRORED[operator], *over)
        decided = f"(case when {positive} then {straight} when {negative} then {turned} end)"
        hidden = [divisor for divisor in (*left.divisors, *right.divisors) if divisor != under]
        if not hidden:
            return decided
        return f"(case when {' and '.join(map(self._differs, hidden))} then {decided} end)"

    def _differs(self, divisor: Node) -> str:
        return self.compared("!=", divisor, ZERO)

    def compared(self, operator: str, left: Node, right: Node) -> str:
        """Print a comparison of numbers without division: exact, or rough past 38 digits."""
        first, second = self.number(left), self.number(right)
        exact = f"({first.text} {SIGN[operator]} {second.text})"
        if self.approximate or first.meets(second):
            return exact
        rough = replace(self, approximate=True).compared(operator, left, right)
        if max(first.scale, second.scale) > MOST_SCALE or "(select" in exact:
            return rough  # no type for it, or no try() around a subquery
        return f"coalesce(try({exact}), {rough})"


def unprintable(node: Node) -> RuleError:
    """Give the error for a part that SQL over one file cannot answer."""
    from dagster_project.rules.notation import written

    return RuleError("RULES_UNPRINTABLE", part=written(node))
