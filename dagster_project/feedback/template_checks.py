"""The rules of a form as formulas of its blank: true, false or not yet to be told, for each row.

They stand on a hidden sheet, row beside row with the sheet that is filled in. Not here: how a rule
becomes a formula (see ``rules.excel``).
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from typing import Any

from dagster_project.feedback.template_plan import Plan, Row
from dagster_project.programme.model import Rule
from dagster_project.rules.binding import bound
from dagster_project.rules.checker import status_of
from dagster_project.rules.excel import More, formula_of
from dagster_project.rules.general import Part, parts_of
from dagster_project.rules.tree import Call, Column, Literal, Node

GENERAL = frozenset({"ALL-R03"})
"""Of the general rules: a key stands only once. That nothing is negative or left out is shown by
the cells themselves while they are filled; a formula for each would be tens of thousands."""
THIS_ROW = "\x01"
NOT_TOLD = '=""'


@dataclass(frozen=True, slots=True)
class Check:
    """One condition with its formulas for all rows, the first detail row first."""

    part: Part
    formulas: tuple[str, ...]


def checks_of(plan: Plan) -> Iterator[Check]:
    """Give the conditions that the blank can check, in the order of the programme."""
    for rule in plan.programme.rules_of(plan.form.form_id):
        if _is_checked(plan, rule):
            for part in parts_of(rule, plan.form, plan.programme):
                if formulas := _formulas(plan, rule, part):
                    yield Check(part, formulas)


def _is_checked(plan: Plan, rule: Rule) -> bool:
    """Say whether one sheet can answer a rule, with the period before where that is known."""
    if rule.rule_id.startswith("ALL"):
        return rule.rule_id in GENERAL
    if rule.scope == "cross_period":
        return bool(plan.previous)
    return status_of(rule, plan.form, plan.programme).status == "active"


def _formulas(plan: Plan, rule: Rule, part: Part) -> tuple[str, ...]:
    """Give a formula for each row, none where a worksheet cannot answer the condition."""
    node = bound(part.node, plan.period.label, plan.unit.code)
    plain = _formula(plan, rule, node)
    asks_before = bool(plan.previous) and "prev" in node.calls()
    found = []
    for number in range(plan.first_row, plan.last_row + 1):
        place = number - plan.first_row
        row = plan.listed[place] if place < len(plan.listed) else None
        known = _with_previous(plan, node, row) if asks_before and row else node
        formula = plain if known is node else _formula(plan, rule, known)
        found.append(formula.replace(THIS_ROW, str(number + 1)) if formula else NOT_TOLD)
    return tuple(found) if set(found) != {NOT_TOLD} else ()


def _formula(plan: Plan, rule: Rule, node: Node) -> str | None:
    """Give the formula of a row, whose number is still to be filled in."""
    text = formula_of(
        node,
        lambda column: f"'{plan.name}'!${plan.letters(column.name)}${THIS_ROW}",
        lambda column: plan.span(column.name),
        plan.form,
        More(join_keys=rule.join_keys, programme=plan.programme),
    )
    if text is None:
        return None
    keys = ",".join(f"'{plan.name}'!${plan.letters(key)}${THIS_ROW}" for key in plan.form.keys)
    return f'=IF(COUNTA({keys})<{len(plan.form.keys)},"",{text.removeprefix("=")})'


def _with_previous(plan: Plan, node: Node, row: Row) -> Node:
    """Put the figures of a period before in the place of ``prev``, where the row is known."""
    if isinstance(node, Call) and node.function == "prev":
        (column,) = node.arguments
        before = plan.previous_of(row)
        value = before.get(column.name) if before and isinstance(column, Column) else Decimal(0)
        literal = _literal(value)
        return literal if literal is not None else node
    changed: dict[str, Any] = {}
    for one in fields(node):
        value = getattr(node, one.name)
        if isinstance(value, Node):
            changed[one.name] = _with_previous(plan, value, row)
        elif isinstance(value, tuple) and value and isinstance(value[0], Node):
            changed[one.name] = tuple(_with_previous(plan, part, row) for part in value)
    return replace(node, **changed) if changed else node


def _literal(value: object) -> Literal | None:
    """Give a value of a period before as a rule would write it."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | Decimal | float):
        return Literal(Decimal(str(value)))
    return Literal(value) if isinstance(value, str | date) else None
