"""Rewrites rules that speak of regions: of all rows of a unit, or of the regions below a row's.

A rule joined by ``region_code`` on a form without that column is about the whole submission. A
department's form has regions as rows: the children of a row are the regions below its own. Not
here: printing (see ``figures``).
"""

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

from dagster_project.programme.model import Form, Rule
from dagster_project.rules.kinds import resolver
from dagster_project.rules.tree import Aggregate, And, Call, Column, Node, Not

REGION = "region_code"
"""The join key that stands for a region: a row's own, else that of the submission's unit."""
BELOW = "sum_regions_below"
LEFT_BLANK = "left_blank"
"""A cell of a column that may be blank, in a row without any mark: it does not apply."""


def about_regions(node: Node, rule: Rule, form: Form) -> Node:
    """Give a rule as it is meant on a form, unchanged where it speaks of no region."""
    if form.respondents == "department":
        return _of_regions_below(node)
    if REGION not in rule.join_keys or REGION in form.by_name:
        return node
    match node:
        case Call("implies", (condition, demanded)):
            return _summed(demanded, form, condition)
    return _summed(node, form, None)


def _of_regions_below(node: Node) -> Node:
    if isinstance(node, Aggregate) and node.function == "sum_children":
        return Call(BELOW, (Column(node.column.name),))
    return _mapped(node, _of_regions_below)


def _summed(node: Node, form: Form, condition: Node | None) -> Node:
    """Put the sum over the unit's rows for each of its figures; other forms' stay as they are."""
    own = (None, form.table_number.replace("-", ""))
    if isinstance(node, Column) and node.form in own:
        found = resolver(form)(node)
        is_number = found is not None and found.is_number
        return _figure("sum", node, form, condition) if is_number else node
    if isinstance(node, Aggregate):
        if node.column.form not in own:
            return node
        return _figure(node.function, node.column, form, _both(condition, node.condition))
    return _mapped(node, lambda part: _summed(part, form, condition))


def _figure(function: str, column: Column, form: Form, condition: Node | None) -> Aggregate:
    inner = Column(column.name)
    found = resolver(form)(inner)
    if found is not None and found.nullable:
        condition = _both(condition, Not(Call(LEFT_BLANK, (inner,))))
    return Aggregate(function, inner, condition)


def _both(first: Node | None, second: Node | None) -> Node | None:
    return And((first, second)) if first and second else first or second


def _mapped(node: Node, change: Callable[[Node], Node]) -> Node:
    """Give a node with each node right below it changed."""
    changed: dict[str, Any] = {}
    for field in fields(node):
        value = getattr(node, field.name)
        if isinstance(value, Node):
            changed[field.name] = change(value)
        elif isinstance(value, tuple) and all(isinstance(part, Node) for part in value):
            changed[field.name] = tuple(map(change, value))
    return replace(node, **changed) if changed else node
