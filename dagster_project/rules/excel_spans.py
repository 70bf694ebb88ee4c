"""Prints what a worksheet formula asks of other rows: counts, sums, presence.

All are SUMPRODUCT over whole ranges, in which a test is 1 or 0 for each row; IF is left out, which
Excel does not take row by row there. Not here: the row itself (see ``excel``).
"""

# ruff: noqa: PLR0911  (a match over kinds of node returns once per kind)

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from dagster_project.rules.algebra import OPPOSITE, SIGN, plain
from dagster_project.rules.errors import RuleError
from dagster_project.rules.excel_words import (
    FALSE_WORDS,
    TRUE_WORDS,
    Term,
    found_in,
    has_text,
    trimmed,
)
from dagster_project.rules.functions import DATE, NUMBER, TEXT, TRUTH
from dagster_project.rules.notation import written
from dagster_project.rules.tree import (
    Aggregate,
    And,
    Call,
    Column,
    Comparison,
    Literal,
    Membership,
    Node,
    Not,
    Or,
)

if TYPE_CHECKING:
    from dagster_project.rules.excel import CellPrinter


def figure(row: "CellPrinter", aggregate: Aggregate) -> Term:
    """Print a count or sum over the rows a figure speaks of; unknown where a summed cell is."""
    rows = _Rows(row)
    mask = rows.asked(aggregate)
    known = rows.known(aggregate.column)
    if aggregate.function == "count":
        return Term(f"SUMPRODUCT({mask}*{known})")
    if aggregate.function not in ("sum", "sum_children"):
        raise no_formula(aggregate)
    values = row.cells(aggregate.column)
    whole = f"SUMPRODUCT({mask}*(1-{known}))=0"
    return Term(f"SUMPRODUCT({mask},{values})", (whole,), row.scale(aggregate.column))


def lookup(row: "CellPrinter", call: Call) -> str:
    """Print whether a row's values stand in no row before, or its value somewhere in a column."""
    rows = _Rows(row)
    if call.function == "unique":
        columns = [node for node in call.arguments if isinstance(node, Column)]
        before = f"(ROW({row.cells(columns[0])})<ROW({row.cell(columns[0])}))"
        same = [rows.equal(column, column) for column in columns]
        found = f"SUMPRODUCT({'*'.join([before, *same])})=0"
        return Term(f"IF({found},1,0)", _known_cells(row, columns)).guarded()
    match call.arguments:
        case (Column() as own, Column() as listed):
            found = f"SUMPRODUCT({rows.present()}*{rows.equal(listed, own)})>0"
            return Term(f"IF({found},1,0)", _known_cells(row, [own])).guarded()
    raise no_formula(call)


@dataclass(frozen=True, slots=True)
class _Rows:
    """Prints tests over all rows, each as an array of 1 and 0."""

    row: "CellPrinter"

    def asked(self, aggregate: Aggregate) -> str:
        """Print which rows a figure is about: rows of the same group that meet its condition."""
        tests = [self.present(), *self._group(aggregate)]
        if aggregate.condition is not None:
            tests.append(self.holds(aggregate.condition))
        return "*".join(tests)

    def present(self) -> str:
        """Print which rows are rows: those with a key."""
        keys = [f"(LEN(TRIM({self.row.cells(Column(key))}))>0)" for key in self.row.form.keys]
        return f"({'+'.join(keys)}>0)"

    def known(self, column: Column) -> str:
        """Print in which rows a column has a value."""
        span = self.row.cells(column)
        kind = self.row.kind(column)
        if kind == TRUTH:
            return f"(1*{found_in(span, (*TRUE_WORDS, *FALSE_WORDS))})"
        return f"(1*ISNUMBER({span}))" if kind in (NUMBER, DATE) else f"(1*{has_text(span)})"

    def equal(self, column: Column, own: Column) -> str:
        """Print in which rows a column equals this row's cell of a column."""
        span, cell = self.row.cells(column), self.row.cell(own)
        if self.row.kind(column) in (NUMBER, DATE):
            return f"{self.known(column)}*({span}={cell})"
        return f"{self.known(column)}*EXACT({trimmed(span)},{trimmed(cell)})"

    def holds(self, node: Node) -> str:
        """Print in which rows a condition is true."""
        match plain(node):
            case And(parts):
                return f"({'*'.join(map(self.holds, parts))})"
            case Or(parts):
                return f"(({'+'.join(map(self.holds, parts))})>0)"
            case Not(operand):
                return self.fails(operand)
            case Comparison(operator, Column() as column, Literal() as value):
                return self._compared(operator, column, value)
            case Membership(Column() as column, values, negated):
                return self._listed(column, values, negated=negated)
            case Call("isnull", (Column() as column,)):
                return f"(1-{self.known(column)})"
            case Column() as column:
                return f"(1*{found_in(self.row.cells(column), TRUE_WORDS)})"
        raise no_formula(node)

    def fails(self, node: Node) -> str:
        """Print in which rows a condition is false."""
        match plain(node):
            case And(parts):
                return f"(({'+'.join(map(self.fails, parts))})>0)"
            case Or(parts):
                return f"({'*'.join(map(self.fails, parts))})"
            case Not(operand):
                return self.holds(operand)
            case Comparison(operator, left, right):
                return self.holds(Comparison(OPPOSITE[operator], left, right))
            case Membership(operand, values, negated):
                return self.holds(Membership(operand, values, not negated))
            case Call("isnull", (Column() as column,)):
                return self.known(column)
            case Column() as column:
                return f"(1*{found_in(self.row.cells(column), FALSE_WORDS)})"
        raise no_formula(node)

    def _compared(self, operator: str, column: Column, value: Literal) -> str:
        span, kind = self.row.cells(column), self.row.kind(column)
        match value.value:
            case Decimal() as number if kind == NUMBER:
                return f"({self.known(column)}*({span}{SIGN[operator]}{number:f}))"
            case Decimal() as number if kind == TRUTH and operator in ("==", "!="):
                wanted = (number == 1) == (operator == "==")
                return self.holds(column) if wanted else self.fails(column)
            case date() as day:
                test = f"{span}{SIGN[operator]}DATE({day.year},{day.month},{day.day})"
                return f"({self.known(column)}*({test}))"
            case str() if kind == TEXT and operator in ("==", "!="):
                return self._listed(column, (value,), negated=operator == "!=")
        raise no_formula(Comparison(operator, column, value))

    def _listed(self, column: Column, values: tuple[Literal, ...], *, negated: bool) -> str:
        if self.row.kind(column) != TEXT:
            either = Or(tuple(Comparison("==", column, value) for value in values))
            return self.holds(Not(either) if negated else either)
        found = found_in(trimmed(self.row.cells(column)), self.row.words(column, values))
        return (
            f"({self.known(column)}*(1-{found}))" if negated else f"({self.known(column)}*{found})"
        )

    def _group(self, aggregate: Aggregate) -> list[str]:
        """Rows of a group agree in the join keys; children name this row's key as their parent."""
        keys = [key for key in self.row.more.join_keys if key in self.row.form.by_name]
        if aggregate.function == "sum_children":
            own = Column(self.row.form.keys[0])
            return [self.equal(Column(key), own) for key in keys[:1]]
        return [self.equal(Column(key), Column(key)) for key in keys]


def _known_cells(row: "CellPrinter", columns: list[Column]) -> tuple[str, ...]:
    cells = [(row.cell(column), row.kind(column)) for column in columns]
    return tuple(
        f"ISNUMBER({cell})" if kind in (NUMBER, DATE) else has_text(cell) for cell, kind in cells
    )


def no_formula(node: Node) -> RuleError:
    """Give the error for a part that a worksheet cannot answer."""
    return RuleError("RULES_NO_FORMULA", part=written(node))
