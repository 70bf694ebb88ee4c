"""Which period a submission is of: block, title, sheet name and file name must agree.

Where they do not, that is a finding, never a choice. Not here: taking the block apart (see
``cover``), how periods are written (see ``periods``).
"""

from collections.abc import Iterable, Mapping
from datetime import date

from dagster_project.programme.period import Period
from dagster_project.reading.findings import NOWHERE, Findings
from dagster_project.reading.periods import named_periods
from dagster_project.reading.sources import BLOCK, TITLE, Sources, said

Named = Mapping[str, list[Period]]
"""Periods by the place that names them."""

EXAMPLES = {"M": "2015-12", "Q": "2015-Q4", "A": "2015"}


def which_period(sources: Sources, period_type: str, findings: Findings) -> Period | None:
    """Give the one period of a type that the sources name, or None and a finding."""
    named = {where: named_periods(text) for where, text in sources.texts.items()}
    fitting = {
        where: [period for period in found.periods if period.period_type == period_type]
        for where, found in named.items()
    }
    if len({period for periods in fitting.values() for period in periods}) > 1:
        at = sources.place_of("period")
        findings.add("READ_PERIOD_CONFLICT", at, **_said(fitting))
        return _first(fitting)
    others = {where: [*found.periods] for where, found in named.items() if not fitting[where]}
    days = [day for where in (BLOCK, TITLE) for day in named[where].days]
    period = _first(fitting) or _ending_on(days, period_type)
    if period is None:
        _say_none(sources, others, period_type, findings)
    else:
        _doubt(period, others, findings)
    return period


def _first(named: Named) -> Period | None:
    return next((period for periods in named.values() for period in periods), None)


def _ending_on(days: Iterable[date], period_type: str) -> Period | None:
    """Give the period that ends on the one day named, as 2015年12月31日 on a yearly form."""
    ends = {(_around(day, period_type), day) for day in days}
    periods = {period for period, day in ends if period.end == day}
    return periods.pop() if len(periods) == 1 else None


def _around(day: date, period_type: str) -> Period:
    first_month = {"M": day.month, "Q": (day.month - 1) // 3 * 3 + 1, "A": 1}[period_type]
    return Period.of(period_type, day.year, first_month)


def _say_none(sources: Sources, others: Named, period_type: str, findings: Findings) -> None:
    code = "READ_PERIOD_TYPE" if _first(others) else "READ_PERIOD_MISSING"
    at, value = sources.place_of("period"), sources.texts[BLOCK] or None
    example = EXAMPLES[period_type]
    findings.add(code, at, value, example=example, **_said(others))


def _doubt(period: Period, others: Named, findings: Findings) -> None:
    """Ask about periods of another type that lie apart from the one found."""
    apart = {
        where: [other for other in found if other.end < period.start or period.end < other.start]
        for where, found in others.items()
    }
    if _first(apart):
        findings.ask("READ_PERIOD_DOUBT", NOWHERE, None, period=period.label, **_said(apart))


def _said(named: Named) -> dict[str, str]:
    return said({where: [p.label for p in periods] for where, periods in named.items()})
