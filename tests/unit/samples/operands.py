"""What a formula of an indicator looks at, and which rows of the samples it finds.

Plain ``ast`` and ``eval``, written apart from the engines that compute indicators.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from tests.unit.samples.edit_rules import TOOLS

AGGREGATES = {"sum", "count", "count_distinct", "min", "max", "avg", "exists"}


@dataclass(frozen=True)
class Operand:
    """One aggregate of a formula: a column of a form, and the condition on its rows."""

    table: str
    column: str
    condition: str | None

    def is_found(self, tables: "Tables") -> bool:
        """Say whether any row meets the condition and has the column filled."""
        return any(row.get(self.column) is not None for row in tables.rows(self))


class Tables:
    """Rows by table number (``SG104``), each with the end of its period."""

    def __init__(self, rows: dict[str, list[tuple[date, dict]]]) -> None:
        """Take the rows with the ends of their periods."""
        self.by_table = rows

    def rows(self, operand: Operand) -> Iterator[dict]:
        """Give the rows that meet an operand's condition; a null in it meets nothing."""
        condition, places = self._compiled(operand.condition or "True")
        tools = TOOLS | places | {"date": date.fromisoformat}
        for end, row in self.by_table.get(operand.table, []):
            names = tools | {"period_end": lambda end=end: end} | row
            try:
                if eval(condition, {}, names):  # noqa: S307 - formulas of the programme
                    yield row
            except (TypeError, AttributeError):
                continue

    def _compiled(self, condition: str):
        """Compile; ``exists`` over another form becomes: the unit is among those that have one."""
        tree = ast.parse(condition, mode="eval")
        replacing = _Units(self)
        tree = ast.fix_missing_locations(replacing.visit(tree))
        return compile(tree, condition, "eval"), replacing.places


class _Units(ast.NodeTransformer):
    def __init__(self, tables: Tables) -> None:
        self.tables, self.places = tables, {}

    def visit_Call(self, node: ast.Call) -> ast.AST:
        if getattr(node.func, "id", "") != "exists":
            return self.generic_visit(node)
        name = f"units_{len(self.places)}"
        self.places[name] = {row["unit_code"] for row in self.tables.rows(_operand(node))}
        return ast.parse(f"unit_code in {name}", mode="eval").body


FORM_OF = {"facility_type": "SG104", "project_type": "SG109"}
"""Forms that scopes speak of by a bare column; all others speak of the community profile."""


def scope_operands(scope: str, grain: str) -> list[Operand]:
    """Give what a scope asks for: a row of each of its parts, whatever it asks not to be there."""
    tree = ast.parse(scope, mode="eval").body
    parts = tree.values if isinstance(tree, ast.BoolOp) else [tree]
    found = (_scope_operand(part, grain) for part in parts)
    return [operand for operand in found if operand]


def _scope_operand(part: ast.AST, grain: str) -> Operand | None:
    if isinstance(part, ast.UnaryOp):
        return None
    if _is_aggregate(part):
        return _operand(part)
    if isinstance(part, ast.Compare) and _is_aggregate(part.left):
        summed = _operand(part.left)  # over the rows of a unit: of a community there is one
        if grain == "street_town":
            return None
        condition = ast.unparse(part).replace(ast.unparse(part.left), summed.column)
        return Operand(summed.table, "unit_code", condition)
    names = {node.id for node in ast.walk(part) if isinstance(node, ast.Name)}
    table = next((form for name, form in FORM_OF.items() if name in names), "SG101")
    return Operand(table, "unit_code", ast.unparse(part))


def operands(formula: str) -> list[Operand]:
    """Give the aggregates of a formula."""
    calls = (node for node in ast.walk(ast.parse(formula, mode="eval")) if _is_aggregate(node))
    return [_operand(node) for node in calls]


def _is_aggregate(node: ast.AST) -> bool:
    named = isinstance(node, ast.Call) and getattr(node.func, "id", "") in AGGREGATES
    return named and any(isinstance(one, ast.Attribute) for one in ast.walk(node.args[0]))


def _operand(node: ast.Call) -> Operand:
    column = next(one for one in ast.walk(node.args[0]) if isinstance(one, ast.Attribute))
    condition = ast.unparse(node.args[1]) if len(node.args) > 1 else None
    return Operand(column.value.id, column.attr, condition)
