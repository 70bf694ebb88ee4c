"""A tiny evaluator of edit rules, written apart from the one in ``rules/``: plain Python ``eval``.

A rule that cannot tell (null operand, division by zero) counts as kept, as in the programme.
"""

import re
from collections.abc import Iterator
from datetime import date

from dagster_project.programme.model import Rule

_PREVIOUS = re.compile(r"\bprev\((\w+)\)")


def failures(
    rule: Rule, rows: list[dict], period_end: date, before: dict | None = None
) -> Iterator:
    """Give the rows that definitely break a rule; ``before`` maps keys to the rows before."""
    words = _PREVIOUS.sub(r"prev_\1", rule.expression)
    condition = compile(words, rule.rule_id, "eval")
    applies = compile(rule.applies_when or "True", rule.rule_id, "eval")
    wanted = set(_PREVIOUS.findall(rule.expression))
    tools = TOOLS | {
        "period_end": lambda: period_end,
        "quarter": lambda: (period_end.month + 2) // 3,
    }
    for row in rows:
        names = tools | row
        if before is not None:
            old = before.get(tuple(row[key] for key in rule.join_keys), {})
            names |= {f"prev_{name}": old.get(name, 0) for name in wanted}
        if _holds(applies, names) and _holds(condition, names) is False:
            yield row


def _holds(code, names) -> bool | None:
    try:
        return bool(eval(code, {}, names))  # noqa: S307 - rules of the programme, not of a report
    except (TypeError, ZeroDivisionError, AttributeError):
        return None


TOOLS = {
    "implies": lambda a, b: not a or b,
    "isnull": lambda x: x is None,
    "between": lambda x, low, high: low <= x <= high,
    "segment": lambda code, first, last: int(code[first - 1 : last]),
    "pct_change": lambda a, b: 100 * (a - b) / b,
    "abs": abs,
    "year": lambda day: day.year,
    "coalesce": lambda *values: next((value for value in values if value is not None), None),
}
