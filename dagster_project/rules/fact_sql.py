"""Prints operands of formulas as SQL over the facts of a form, in the dialect of both engines.

The row stands as ``r``; a region without rows has one row of nulls, so that nothing counted is 0.
Whether another form has some row stands in a column ``has_…`` of the row. Not here: which rows
belong to which region and period (see ``dbt/macros/operands/operands_of_forms.sql``).
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from dagster_project.programme.model import Form
from dagster_project.rules.algebra import SIGN
from dagster_project.rules.formula import Operand
from dagster_project.rules.kinds import resolver
from dagster_project.rules.notation import written
from dagster_project.rules.sql import Printer, unprintable
from dagster_project.rules.tree import (
    Aggregate,
    And,
    Arithmetic,
    Call,
    Column,
    Comparison,
    Node,
    Not,
    Or,
    Prefix,
)
from dagster_project.rules.width import Number

ROW = "r"
PLACES = "places"
"""The alias of the region that a condition without figures speaks of."""
PRECISION = "decimal(38, 6)"


@dataclass(frozen=True, slots=True)
class Lookup:
    """What a form is asked for by rows of another: the column that answers, form and condition."""

    column: str
    form: Form
    condition: str
    within: str


@dataclass(frozen=True, slots=True)
class FactPrinter(Printer):
    """Prints conditions on one row of a form's facts, without quotes and DuckDB's own functions."""

    renamed: Mapping[str, str] = field(default_factory=dict)
    within: str = "community"

    def condition(self, node: Node) -> str:
        """Print something that is true, false or null."""
        if isinstance(node, Aggregate):
            return f"{self.alias}.{lookup_column(node, self.within)}"
        return Printer.condition(self, node)

    def _column(self, column: Column) -> str:
        found = resolver(self.form)(column)
        if found is None:
            raise unprintable(column)
        return f"{self.alias}.{self.renamed.get(found.name, found.name)}"

    def _segment(self, code: Node, first: int, last: int) -> Number:
        count = last - first + 1
        cut = f"substr({self.value(code)}, {first}, {count})"
        digits = f"nullif(regexp_extract({cut}, '^[0-9]{{{count}}}$', 0), '')"
        return Number(f"cast({digits} as bigint)", count)


@dataclass(frozen=True, slots=True)
class OperandPrinter:
    """Prints the operands of one form; ``forms`` are all, by table number as formulas write it."""

    form: Form
    forms: Mapping[str, Form]

    def figure(self, operand: Operand) -> str:
        """Print an operand over the rows ``r`` of a group."""
        match operand.kind:
            case "figure":
                return self._aggregate(operand.node, operand.within)
            case "scope":
                truth = self._truth(operand.node)
                return f"case when {truth} then 1 when not {truth} then 0 end"
        raise unprintable(operand.node)

    def where(self, operand: Operand) -> str:
        """Print the condition of a figure on its rows; empty where it has none."""
        node = operand.node
        condition = node.condition if isinstance(node, Aggregate) else None
        return self._on_row(condition, operand.within) if condition else ""

    def value(self, column: Column) -> str:
        """Print a column of the row, or the first digits of its code."""
        name = f"{ROW}.{column.name}"
        return f"substr({name}, 1, {column.digits})" if isinstance(column, Prefix) else name

    def of_unit(self, operand: Operand) -> str:
        """Print what one unit brings to a figure over units: 1 or 0, a weighted ratio, a weight."""
        match operand.node:
            case Call("count_by", (_, condition)):
                return f"case when {self._truth(condition)} then 1 else 0 end"
            case Arithmetic("/", Arithmetic("*", over, weight), under):
                divisor = f"nullif({self._sum(under)}, 0)"
                weighted = f"{self._sum(weight)} * {self._sum(over)}"
                if operand.kind == "weighted":
                    ratio = f"cast({weighted} as double) / {divisor}"
                    return f"cast(round({ratio}, 6) as {PRECISION})"
                told = f"{divisor} is not null and {self._sum(over)} is not null"
                return f"case when {told} then {self._sum(weight)} end"
        raise unprintable(operand.node)

    def counted(self, operand: Operand) -> str:
        """Print the condition on the rows that an operand may speak of; unknown is kept."""
        conditions = [one.condition for one in _aggregates(operand.node)]
        if not conditions or None in conditions:
            return "true"
        printed = dict.fromkeys(self._on_row(one, operand.within) for one in conditions if one)
        return " or ".join(f"coalesce({one}, true)" for one in printed)

    def columns(self, operand: Operand) -> list[str]:
        """Give the form's own columns whose cells an operand reads."""
        names = [
            column.name
            for one in _aggregates(operand.node)
            for column in (one.column, *(one.condition.columns() if one.condition else ()))
            if self.forms.get(column.form or "", self.form) == self.form
        ]
        return [name for name in dict.fromkeys(names) if name in self.form.by_name]

    def lookups(self, operand: Operand) -> Iterator[Lookup]:
        """Give what an operand asks of other forms."""
        for one in _aggregates(operand.node):
            for inner in one.condition.walk() if one.condition else ():
                if isinstance(inner, Aggregate):
                    other = self.forms[inner.column.form or ""]
                    condition = FactPrinter(other).condition(inner.condition or inner)
                    column = lookup_column(inner, operand.within)
                    yield Lookup(column, other, condition, operand.within)

    def on_row(self, condition: Node) -> str:
        """Print a condition on one row."""
        return self._on_row(condition)

    def _on_row(self, condition: Node, within: str = "community") -> str:
        return FactPrinter(self.form, within=within).condition(condition)

    def _truth(self, node: Node) -> str:
        """Print a condition on the figures of a group."""
        match node:
            case And(parts):
                return f"({' and '.join(map(self._truth, parts))})"
            case Or(parts):
                return f"({' or '.join(map(self._truth, parts))})"
            case Not(operand):
                return f"(not {self._truth(operand)})"
            case Aggregate("exists", column, condition):
                return f"({self._aggregate(Aggregate('count', column, condition))} > 0)"
            case Comparison(operator, Aggregate() as figure, right):
                return f"({self._aggregate(figure)} {SIGN[operator]} {written(right)})"
        return FactPrinter(self.form, alias=PLACES, renamed=_UNIT).condition(node)

    def _sum(self, node: Node) -> str:
        """Print a sum of figures."""
        match node:
            case Arithmetic("+" | "-" as operator, left, right):
                return f"({self._sum(left)} {operator} {self._sum(right)})"
        return self._aggregate(node)

    def _aggregate(self, node: Node, within: str = "community") -> str:
        if not isinstance(node, Aggregate):
            raise unprintable(node)
        column, condition = self.value(node.column), node.condition
        on_row = self._on_row(condition, within) if condition else ""
        chosen = f"case when {on_row} then {column} end" if condition else column
        match node.function:
            case "count":
                return f"count({chosen})"
            case "count_distinct":
                return f"count(distinct {chosen})"
            case "min" | "max" as function:
                return f"{function}({chosen})"
            case "sum" if self.form.respondents == "department":
                return f"sum({chosen})"
            case "sum":
                row = f"{ROW}.row_number"
                there = f"case when {on_row} then {row} end" if condition else row
                return f"case when count({there}) > 0 then sum({chosen}) else 0 end"
        raise unprintable(node)


_UNIT = {"unit_code": "region_code"}


def lookup_column(figure: Aggregate, within: str) -> str:
    """Name the column of a row that says whether another form has some row."""
    return f"has_{hashlib.sha256(f'{within} {written(figure)}'.encode()).hexdigest()[:8]}"


def _aggregates(node: Node) -> Iterator[Aggregate]:
    """Give the outermost aggregates of a node."""
    if isinstance(node, Aggregate):
        yield node
    else:
        for child in node.children():
            yield from _aggregates(child)
