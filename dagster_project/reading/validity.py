"""Whether a form may be reported at all: its validity, its version, and what the sheet is stamped.

A form out of force is refused with the rule quoted. Not here: whether a period is collected (see
``warehousing.judging``).
"""

import re
from datetime import date

from dagster_project.programme.model import Form
from dagster_project.programme.period import Period
from dagster_project.reading.cover import Cover
from dagster_project.reading.findings import Findings
from dagster_project.reading.periods import named_periods
from dagster_project.reading.sources import Sources
from dagster_project.reading.text import narrow, plain

_STAMP = re.compile(r"(?:19|20)\d{2}年?版|第[一二三四五六七八九十\d]+版|v\d+(?:\.\d+)*")
"""What a form is stamped with beside its number: 2014版, 第三版, v2.1."""

ALWAYS = "—"


def check_validity(form: Form, sources: Sources, period: Period | None, findings: Findings) -> None:
    """Refuse a form that is not in force at the period, or a version that is not the form's."""
    if period and not _in_force(form, period):
        findings.add(
            "READ_FORM_NOT_IN_FORCE", sources.place_of("table_number"),
            form=_named(form), period=period.label, rule=_rule(form),
        )  # fmt: skip
    _check_stamped_end(form, sources, period, findings)
    _check_version(form, sources, findings)


def _in_force(form: Form, period: Period) -> bool:
    starts_in_time = form.valid_from is None or form.valid_from <= period.end
    return starts_in_time and (form.valid_until is None or period.end <= form.valid_until)


def _check_stamped_end(
    form: Form, sources: Sources, period: Period | None, findings: Findings
) -> None:
    """Hold the date after 有效期至 against the period, and against the form's own."""
    text = sources.cover.text("valid_until")
    stamped = _last_day(text)
    if stamped is None or period is None:
        return
    at = sources.place_of("valid_until")
    if stamped < period.end:
        findings.add(
            "READ_FORM_STAMP_EXPIRED", at, text, form=_named(form), period=period.label,
            rule=_rule(form),
        )  # fmt: skip
    elif form.valid_until and (stamped.year, stamped.month) != (
        form.valid_until.year,
        form.valid_until.month,
    ):
        findings.add("READ_FORM_VERSION", at, text, form=_named(form), rule=_rule(form))


def _check_version(form: Form, sources: Sources, findings: Findings) -> None:
    """Refuse a version, or an approval number, that is another than the form's."""
    cover = sources.cover
    label, stamp = _stamp(cover)
    if stamp and plain(stamp) != plain(form.version or ""):
        findings.add(
            "READ_FORM_VERSION", sources.place_of(label), stamp, form=_named(form),
            rule=_rule(form),
        )  # fmt: skip
    number = cover.text("approval_number")
    if form.approval_number and number and _bare(number) != _bare(form.approval_number):
        at = sources.place_of("approval_number")
        findings.add("READ_FORM_VERSION", at, number, form=_named(form), rule=_rule(form))


def _stamp(cover: Cover) -> tuple[str, str]:
    """Give the version a sheet states, in its own field or beside the 表号."""
    if version := cover.text("form_version"):
        return "form_version", version
    match = _STAMP.search(narrow(cover.text("table_number")).lower())
    return "table_number", match[0] if match else ""


def _last_day(text: str) -> date | None:
    """Give the last day that a text names."""
    named = named_periods(text)
    days = [*named.days, *(period.end for period in named.periods)]
    return max(days, default=None)


def _bare(number: str) -> str:
    """Give a document's number without brackets, which are written 〔〕, [] or ()."""
    return re.sub(r"\W", "", plain(number))


def _named(form: Form) -> str:
    return f"{form.table_number} {form.title.zh}"


def _rule(form: Form) -> str:
    """Quote what the programme says of a form's validity."""
    first = form.valid_from.isoformat() if form.valid_from else ALWAYS
    last = form.valid_until.isoformat() if form.valid_until else ALWAYS
    parts = [f"{first} … {last}", form.approval_number or "", form.version or ""]
    return "，".join(part for part in parts if part)
