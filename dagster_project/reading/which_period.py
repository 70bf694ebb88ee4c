"""Which period a submission is of: block, title, sheet name, file name and rows must agree.

Where they do not, that is a finding, never a choice. Not here: taking the block apart (see
``cover``), how periods are written (see ``periods``).
"""

from collections.abc import Iterable, Mapping
from datetime import date

from dagster_project.programme.model import Form
from dagster_project.programme.period import Period
from dagster_project.reading.findings import NOWHERE, Findings
from dagster_project.reading.periods import Named, named_in_calendar, named_periods
from dagster_project.reading.sources import BLOCK, ROWS, TITLE, Sources

ByPlace = Mapping[str, list[Period]]
"""Periods by the place that names them."""

Spans = Mapping[str, tuple[tuple[int, int], ...]]
"""Spans of years by the place that names them."""

EXAMPLES = {"M": "2015-12", "Q": "2015-Q4", "A": "2015"}
LABEL = "period"


def which_period(sources: Sources, form: Form, findings: Findings) -> Period | None:
    """Give the one period of the form's type that the sources name, or None and a finding."""
    named = _named(sources, form)
    fitting = {
        where: [period for period in found.periods if period.period_type == form.period_type]
        for where, found in named.items()
    }
    for where in (BLOCK, TITLE):
        ending = None if fitting[where] else _ending_on(named[where].days, form.period_type)
        fitting[where] += [ending] if ending else []
    if len({period for periods in fitting.values() for period in periods}) > 1:
        at = sources.place_of(LABEL)
        said_by = [where for where, periods in fitting.items() if periods]
        findings.add(
            "READ_PERIOD_CONFLICT", at, related=sources.cells(said_by, LABEL),
            **_said(sources, fitting),
        )  # fmt: skip
        return _first({ROWS: fitting.get(ROWS, []), **fitting})
    others = {where: [*found.periods] for where, found in named.items() if not fitting[where]}
    period = _first(fitting)
    if period is None:
        _say_none(sources, others, form.period_type, findings)
    else:
        spans = {where: found.spans for where, found in named.items()}
        _doubt(sources, period, others, spans, findings)
    return period


def _named(sources: Sources, form: Form) -> dict[str, Named]:
    """Give what each place names; only where a period is asked for, bare years are the form's."""
    named = {where: named_periods(text) for where, text in sources.texts.items()}
    calendar = form.period_calendar
    if calendar != "western":
        named[BLOCK] = named_in_calendar(sources.texts[BLOCK], calendar)
    if sources.in_rows:
        named[ROWS] = named_in_calendar(sources.in_rows.text, calendar)
    return named


def _first(named: ByPlace) -> Period | None:
    return next((period for periods in named.values() for period in periods), None)


def _ending_on(days: Iterable[date], period_type: str) -> Period | None:
    """Give the period that ends on the one day named, as 2015年12月31日 on a yearly form."""
    ends = {(_around(day, period_type), day) for day in days}
    periods = {period for period, day in ends if period.end == day}
    return periods.pop() if len(periods) == 1 else None


def _around(day: date, period_type: str) -> Period:
    first_month = {"M": day.month, "Q": (day.month - 1) // 3 * 3 + 1, "A": 1}[period_type]
    return Period.of(period_type, day.year, first_month)


def _say_none(sources: Sources, others: ByPlace, period_type: str, findings: Findings) -> None:
    code = "READ_PERIOD_TYPE" if _first(others) else "READ_PERIOD_MISSING"
    at, value = sources.place_of(LABEL), sources.texts[BLOCK] or None
    example = EXAMPLES[period_type]
    findings.add(code, at, value, example=example, **_said(sources, others))


def _doubt(
    sources: Sources, period: Period, others: ByPlace, spans: Spans, findings: Findings
) -> None:
    """Ask about periods of another type, and spans of years, that lie apart from the one found."""
    apart = {
        where: [other for other in found if other.end < period.start or period.end < other.start]
        for where, found in others.items()
    }
    for where, found in spans.items():
        years = [span for span in found if not span[0] <= period.start.year <= span[1]]
        ends = [Period.of("A", year, 1) for span in years for year in span]
        apart[where] = [*apart.get(where, []), *ends]
    if _first(apart):
        findings.ask(
            "READ_PERIOD_DOUBT", NOWHERE, None, period=period.label, **_said(sources, apart)
        )


def _said(sources: Sources, named: ByPlace) -> dict[str, str]:
    labels = {where: [period.label for period in periods] for where, periods in named.items()}
    return sources.said(labels, LABEL)
