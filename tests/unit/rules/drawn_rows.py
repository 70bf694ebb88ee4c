"""Rows of any form full of coincidences, and the rules that can be asked of them."""

import random
from datetime import date
from decimal import Decimal

from dagster_project.programme.model import Form, Programme
from dagster_project.rules.general import parts_of
from dagster_project.rules.judge import active_rules
from dagster_project.rules.parser import parse_rule
from dagster_project.rules.tree import Literal
from tests.unit.rules import engines

REGISTER = {"region_active", "sum_regions_below"}
"""Asked of the register of regions, which neither a worksheet nor a data frame holds."""


UNITS = ["440113007000", "440113007001", "440113007200", "440113008001", "44011300700x"]
DAYS = [date(2015, 12, 31), date(2015, 3, 1), date(2016, 1, 1), date(2014, 6, 30)]
POOLS = {
    "integer": [0, 0, 0, 1, 1, 2, 3, 5, 12, 200, -1],
    "decimal": [Decimal(0), Decimal(1), Decimal("2.5"), Decimal("60000.01"), Decimal(-1)],
    "boolean": [True, False],
    "date": DAYS,
}


def cells_of(form: Form, programme: Programme, seed: int, count: int) -> list[dict]:
    """Draw rows in which rules hold, fail and cannot tell by turns; keys are never blank."""
    dice = random.Random(f"{form.form_id} {seed}")
    named = [
        str(node.value)
        for rule in form.rules
        for node in parse_rule(rule.expression, rule.applies_when).walk()
        if isinstance(node, Literal) and isinstance(node.value, str)
    ]

    def pool(column):
        if column.type in POOLS:
            return POOLS[column.type]
        if codelist := programme.codelists.get(column.code_list or ""):
            asked = [code for code in named if code in codelist.by_code]
            return [*codelist.by_code, *asked * 5, "XX"]
        return UNITS if column.code_list else ["F1", "F2", "F3", *UNITS]

    def cell(column):
        blank = column.name not in form.keys and dice.random() < 0.15
        return None if blank else dice.choice(pool(column))

    return [{column.name: cell(column) for column in form.columns} for _ in range(count)]


def rules_within_a_file(form: Form, programme: Programme) -> list[tuple[str, engines.Rule]]:
    return [
        (rule.rule_id, (part.node, rule.join_keys))
        for rule in active_rules(form, programme)
        for part in parts_of(rule, form, programme)
        if not REGISTER & set(part.node.calls())
    ]
