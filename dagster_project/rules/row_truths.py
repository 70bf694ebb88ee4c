"""Works rules out in Python over the rows of one file: for many trials on few cells.

A rule becomes a chain of small functions once; numbers are exact fractions; rows are not changed
between two questions, a change makes a new list. The same three values as the SQL, which decides.
Not here: bulk (see ``sql``, ``arrow_truths``).
"""

# ruff: noqa: PLR0911  (a match over kinds of node returns once per kind)

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from operator import add, eq, ge, gt, le, lt, mul, ne, sub
from typing import Any

from dagster_project.programme.model import Form
from dagster_project.rules.algebra import plain
from dagster_project.rules.errors import RuleError
from dagster_project.rules.kinds import resolver
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

Value = Any
"""An int, Fraction, text, date, bool, or None."""
Row = Mapping[str, Value]
Ask = Callable[[Sequence[Row], int], Value]
"""Answers for the n-th of some rows, from 0."""


def exact(value: object) -> Value:
    """Give a cell's value as the rules reckon with it.

    >>> exact(Decimal("2.50")), exact(Decimal("3.0")), exact("A")
    (Fraction(5, 2), 3, 'A')
    """
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else Fraction(value)
    return value


def compiled(node: Node, form: Form, join_keys: tuple[str, ...] = ()) -> Ask:
    """Give the function that answers a rule, bound to its period and respondent.

    Raises:
        RuleError: where the rule asks for something that the rows of a file cannot answer.

    >>> from dagster_project.programme.load import load_programme
    >>> rule = Comparison("<=", Column("female"), Column("headcount_closing"))
    >>> compiled(rule, load_programme().forms["staff"])([{"female": 3, "headcount_closing": 2}], 0)
    False
    """
    return _Compiler(form, join_keys).ask(node)


class _Compiler:
    def __init__(self, form: Form, join_keys: tuple[str, ...]) -> None:
        self.form = form
        self.join_keys = tuple(key for key in join_keys if key in form.by_name)
        self.resolve = resolver(form)

    def ask(self, node: Node) -> Ask:
        match plain(node):
            case Column() as column:
                return _cell(self._name(column))
            case Literal(value):
                return _always(exact(value))
            case And(parts):
                return _lowest([self.ask(part) for part in parts])
            case Or(parts):
                return _opposite(_lowest([_opposite(self.ask(part)) for part in parts]))
            case Not(operand):
                return _opposite(self.ask(operand))
            case Arithmetic() | Comparison() as pair:
                way = WAYS[type(pair), pair.operator]
                return _known(way, self.ask(pair.left), self.ask(pair.right))
            case other:
                return self._other(other)

    def _other(self, node: Node) -> Ask:
        match node:
            case Membership(operand, values, negated):
                listed = frozenset(exact(value.value) for value in values)
                return _known(lambda value: (value in listed) != negated, self.ask(operand))
            case Call() as call:
                return self._call(call)
            case Aggregate() as aggregate:
                return self._figure(aggregate)
        raise _unanswered(node)

    def _call(self, call: Call) -> Ask:
        given = call.arguments
        match call.function:
            case "isnull":
                term = self.ask(given[0])
                return lambda rows, at: term(rows, at) is None
            case "coalesce":
                return _first(list(map(self.ask, given)))
            case "unique":
                return self._unique([self._name(c) for c in given if isinstance(c, Column)])
            case "in_column":
                return self._in_column(given)
            case "every_code_in":
                codes = {c.value for c in given[1:] if isinstance(c, Literal)}
                return _known(lambda text: set(text.split(";")) <= codes, self.ask(given[0]))
        if call.function not in SIMPLE:
            raise _unanswered(call)
        return _known(SIMPLE[call.function], *map(self.ask, given))

    def _unique(self, names: list[str]) -> Ask:
        def first_places(rows: Sequence[Row]) -> dict[tuple[Value, ...], int]:
            first: dict[tuple[Value, ...], int] = {}
            for at, row in enumerate(rows):
                first.setdefault(tuple(row.get(name) for name in names), at)
            return first

        known = _once(first_places)

        def ask(rows: Sequence[Row], at: int) -> bool | None:
            own = tuple(rows[at].get(name) for name in names)
            return None if None in own else bool(known(rows)[own] == at)

        return ask

    def _in_column(self, given: tuple[Node, ...]) -> Ask:
        term, listed = self.ask(given[0]), self.ask(given[1])
        known = _once(lambda rows: {listed(rows, other) for other in range(len(rows))})
        return _known_among(term, known)

    def _figure(self, figure: Aggregate) -> Ask:
        """Gather the values of the rows of each group; a figure over an unknown one is unknown."""
        value = self.ask(figure.column)
        condition = self.ask(figure.condition) if figure.condition else None
        pairs = self._group(figure.function)
        tell = FIGURES[figure.function]

        def gathered(rows: Sequence[Row]) -> dict[tuple[Value, ...], list[Value]]:
            groups: dict[tuple[Value, ...], list[Value]] = {}
            for other, row in enumerate(rows):
                if condition is None or condition(rows, other) is True:
                    key = tuple(row.get(theirs) for _, theirs in pairs)
                    groups.setdefault(key, []).append(value(rows, other))
            return groups

        known = _once(gathered)

        def ask(rows: Sequence[Row], at: int) -> Value:
            own = tuple(rows[at].get(mine) for mine, _ in pairs)
            return tell([] if None in own else known(rows).get(own, []))

        return ask

    def _group(self, function: str) -> list[tuple[str, str]]:
        """Pair the keys of the row itself with those of the rows it asks."""
        if function == "sum_children":
            return [(self.form.keys[0], key) for key in self.join_keys[:1]]
        return [(key, key) for key in self.join_keys]

    def _name(self, column: Column) -> str:
        found = self.resolve(column)
        if found is None:
            raise _unanswered(column)
        return found.name


def _unanswered(node: Node) -> RuleError:
    return RuleError("RULES_UNPRINTABLE", part=written(node))


def _once(work: Callable[[Sequence[Row]], Value]) -> Callable[[Sequence[Row]], Value]:
    """Remember what was worked out over the rows that were asked last."""
    last: list[Any] = [None, None]

    def known(rows: Sequence[Row]) -> Value:
        if last[0] is not rows:
            last[:] = rows, work(rows)
        return last[1]

    return known


def _known_among(term: Ask, known: Callable[[Sequence[Row]], set[Value]]) -> Ask:
    def ask(rows: Sequence[Row], at: int) -> bool | None:
        value = term(rows, at)
        return None if value is None else value in known(rows)

    return ask


def _cell(name: str) -> Ask:
    return lambda rows, at: rows[at].get(name)


def _always(value: Value) -> Ask:
    return lambda *_: value


def _lowest(asks: list[Ask]) -> Ask:
    def ask(rows: Sequence[Row], at: int) -> bool | None:
        unknown = False
        for one in asks:
            truth = one(rows, at)
            if truth is False:
                return False
            unknown = unknown or truth is None
        return None if unknown else True

    return ask


def _opposite(inner: Ask) -> Ask:
    def ask(rows: Sequence[Row], at: int) -> bool | None:
        truth = inner(rows, at)
        return None if truth is None else not truth

    return ask


def _known(function: Callable[..., Value], *asks: Ask) -> Ask:
    """Answer only where all that is asked is known."""

    def ask(rows: Sequence[Row], at: int) -> Value:
        values = [one(rows, at) for one in asks]
        return None if None in values else function(*values)

    return ask


def _first(asks: list[Ask]) -> Ask:
    def ask(rows: Sequence[Row], at: int) -> Value:
        told = (one(rows, at) for one in asks)
        return next((value for value in told if value is not None), None)

    return ask


def _divided(over: Value, under: Value) -> Value:
    return Fraction(over) / under if under else None


def _segment(code: str, first: int, last: int) -> int | None:
    digits = code[first - 1 : last]
    complete = len(digits) == last - first + 1 and digits.isascii() and digits.isdigit()
    return int(digits) if complete else None


def _year(day: date) -> int:
    return day.year


WAYS: dict[tuple[type[Node], str], Callable[..., Value]] = {
    (Comparison, "=="): eq, (Comparison, "!="): ne, (Comparison, "<"): lt, (Comparison, "<="): le,
    (Comparison, ">"): gt, (Comparison, ">="): ge, (Arithmetic, "+"): add, (Arithmetic, "-"): sub,
    (Arithmetic, "*"): mul, (Arithmetic, "/"): _divided,
}  # fmt: skip
SIMPLE: dict[str, Callable[..., Value]] = {
    "abs": abs,
    "year": _year,
    "code_prefix": lambda code, count: code[: int(count)],
    "segment": lambda code, first, last: _segment(code, int(first), int(last)),
}


def _sum(values: list[Value]) -> Value:
    return None if None in values else sum(values)


def _extreme(pick: Callable[[list[Value]], Value]) -> Callable[[list[Value]], Value]:
    return lambda values: None if None in values or not values else pick(values)


def _count(values: list[Value]) -> int:
    return sum(value is not None for value in values)


FIGURES: dict[str, Callable[[list[Value]], Value]] = {
    "sum": _sum,
    "sum_children": _sum,
    "count": _count,
    "exists": lambda values: _count(values) > 0,
    "count_distinct": lambda values: len(set(values) - {None}),
    "min": _extreme(min),
    "max": _extreme(max),
}
