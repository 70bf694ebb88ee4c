"""Puts what a submission knows beforehand into a rule: its period's figures and its respondent.

Printers for places where nothing can be asked (a worksheet, a data frame, a solver) start from a
bound rule. Not here: how an engine asks a table (see ``sql``).
"""

from collections.abc import Mapping
from dataclasses import fields, replace
from decimal import Decimal
from typing import Any

from dagster_project.programme.period import MONTHS, Period
from dagster_project.rules.tree import Call, Literal, Node

DAYS_A_WEEK = 7
MONTHS_A_QUARTER = 3


def bound(node: Node, period: str, respondent_code: str | None = None) -> Node:
    """Give the rule with ``period_end()``, ``quarter()`` and the like replaced by their values.

    Raises:
        PeriodError: where ``period`` is no period label.

    >>> bound(Call("quarter"), "2015-Q4")
    Literal(value=Decimal('4'))
    """
    return replaced(node, _answers(Period.parse(period), respondent_code))


def _answers(period: Period, respondent_code: str | None) -> dict[Node, Literal]:
    days = (period.end - period.start).days + 1
    figures = {
        "quarter": (period.end.month + MONTHS_A_QUARTER - 1) // MONTHS_A_QUARTER,
        "months": MONTHS[period.period_type],
        "weeks": days // DAYS_A_WEEK,
    }
    answers: dict[Node, Literal] = {
        Call(name): Literal(Decimal(figure)) for name, figure in figures.items()
    }
    answers[Call("period_end")] = Literal(period.end)
    if respondent_code:
        answers[Call("respondent_code")] = Literal(respondent_code)
    return answers


def replaced(node: Node, answers: Mapping[Node, Literal]) -> Node:
    """Give a rule with some of its nodes answered."""
    if node in answers:
        return answers[node]
    changed: dict[str, Any] = {}
    for field in fields(node):
        value = getattr(node, field.name)
        if isinstance(value, Node):
            changed[field.name] = replaced(value, answers)
        elif isinstance(value, tuple):
            changed[field.name] = tuple(replaced(part, answers) for part in value)
    return replace(node, **changed) if changed else node
