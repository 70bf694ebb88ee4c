"""The general rules (ALL-R01 …) spelled out for one form, from its columns and code lists.

A rule on rows becomes one part a column, in the same tree as any other rule; the two rules about
whole files are named here and printed in ``whole_files``. Not here: running them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from dagster_project.programme.model import Column, Form, Programme, Rule
from dagster_project.programme.period import Period
from dagster_project.rules import algebra, figures, tree
from dagster_project.rules.earlier import earlier_values
from dagster_project.rules.functions import ABOUT_HISTORY, FUNCTIONS
from dagster_project.rules.kinds import resolver
from dagster_project.rules.parser import parse_rule
from dagster_project.rules.regional import BELOW, about_regions

COMPLETE_UNITS = tree.Call("complete_units")
TOTAL_ROW = tree.Comparison("==", tree.Call("total_row"), tree.Call("sum_children_rows"))
ABOUT_FILES = (COMPLETE_UNITS, TOTAL_ROW, *(tree.Call(name) for name in sorted(ABOUT_HISTORY)))
"""Rules about a whole file, or about a unit's files: there is no row to judge."""
SIGNED_UNITS = frozenset({"degree"})
"""Units whose figures may be negative: a longitude west of Greenwich is one."""
LOOKS_AROUND = frozenset({"unique", "in_column", "region_active", BELOW})
"""Calls that look beyond their row, besides figures over rows."""


@dataclass(frozen=True)
class Part:
    """One condition of a rule: its tree, and the columns it reads, the one to blame first."""

    rule: Rule
    node: tree.Node
    columns: tuple[str, ...]
    is_blank_check: bool = False
    params: tuple[tuple[str, str], ...] = ()

    @cached_property
    def looks_around(self) -> bool:
        """Say whether the condition needs more than its own row."""
        return any(
            call in LOOKS_AROUND or FUNCTIONS[call].is_aggregate
            for call in self.node.calls()
            if call in FUNCTIONS
        )


def parts_of(rule: Rule, form: Form, programme: Programme) -> list[Part]:
    """Give the conditions on rows that a rule makes on a form, cut where a person would point.

    Raises:
        RuleError: where the rule's text cannot be understood.
    """
    node = parse_rule(rule.expression, rule.applies_when, rule.rule_id)
    match node:
        case tree.Call("nonnegative", ()):
            return [_part(rule, form, test) for test in _not_negative(form)]
        case tree.Call("code_in_list", ()):
            return list(_listed(rule, form, programme))
        case tree.Call("not_null", ()):
            return list(_filled(rule, form))
        case tree.Call("unique_key", ()):
            key = tree.Call("unique", tuple(map(tree.Column, form.keys)))
            return [_part(rule, form, key)]
    if node in ABOUT_FILES:
        return []
    return [_part(rule, form, part) for part in algebra.parts(about_regions(node, rule, form))]


def _part(rule: Rule, form: Form, node: tree.Node) -> Part:
    """Blame the first column of what the rule demands (else the unit's), then name the others."""
    resolve = resolver(form)
    demanded = algebra.consequence(node)
    own = [*figures.own_columns(demanded), *figures.own_columns(node)]
    inside = [*demanded.columns(), *node.columns()]
    # Of a rule that compares with an earlier period, only what it reads from this row is in doubt.
    named = own if own and earlier_values(node) else [*own, *inside]
    found = [column.name for column in map(resolve, named) if column] or [form.unit_column]
    return Part(rule, node, tuple(dict.fromkeys(found)))


def _not_negative(form: Form) -> Iterator[tree.Node]:
    for column in form.columns:
        if column.is_number and column.unit not in SIGNED_UNITS:
            yield tree.Comparison(">=", tree.Column(column.name), tree.Literal(Decimal(0)))


def _listed(rule: Rule, form: Form, programme: Programme) -> Iterator[Part]:
    for column in form.columns:
        codelist = programme.codelists.get(column.code_list or "")
        if column.type == "boolean" or codelist is None:
            continue
        titles = (("code_list", codelist.title.zh), ("code_list_en", codelist.title.en))
        codes = tuple(map(tree.Literal, codelist.by_code))
        yield Part(rule, _code_test(column, codes), (column.name,), params=titles)


def _code_test(column: Column, codes: tuple[tree.Literal, ...]) -> tree.Node:
    if column.multiple:
        return tree.Call("every_code_in", (tree.Column(column.name), *codes))
    return tree.Membership(tree.Column(column.name), codes)


def _filled(rule: Rule, form: Form) -> Iterator[Part]:
    for column in form.columns:
        if not column.nullable or column.name in form.keys:
            filled = tree.Not(tree.Call("isnull", (tree.Column(column.name),)))
            yield Part(rule, _where_asked(column, filled), (column.name,), is_blank_check=True)


def _where_asked(column: Column, test: tree.Node) -> tree.Node:
    """Leave rows alone whose period's version of the form has no such column."""
    ends = {">=": column.from_period, "<=": column.to_period}
    asked = [
        tree.Comparison(sign, tree.Call("period_end"), tree.Literal(Period.parse(label).end))
        for sign, label in ends.items()
        if label
    ]
    return tree.Call("implies", (tree.And(tuple(asked)), test)) if asked else test
