"""Comparing: what a unit reported against its own other submissions, earlier or of other forms.

A verdict looks only at submissions received before; what came later can only ask (``standing``),
for nobody loses an acceptance. All of it is a pure function of receipts and verdicts.
Not here: the rules (see ``rules``) and when they are asked (see ``partitions``).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dagster_project.programme.model import Form, Programme, Rule
from dagster_project.programme.period import Period
from dagster_project.regions.codes import digits_of, is_within
from dagster_project.rules.earlier import LATEST, SAME_PERIOD, WITHIN_YEAR
from dagster_project.rules.judge import Relations, active_rules, judge
from dagster_project.rules.questions import EARLIER
from dagster_project.warehousing.bench_views import LAID_OUT
from dagster_project.warehousing.built import PartitionKey
from dagster_project.warehousing.database import Connection, append_rows
from dagster_project.warehousing.histories import history_findings
from dagster_project.warehousing.shelf import Sent, Shelf, is_spanned

PREV, PREV_YEAR = "prev", "prev_year"
MOST_EARLIER = 8
"""Periods of a unit's own history that a figure is held against: two years of quarters."""
OF_OTHER_FORMS = "cross_form"
HARD, SOFT = "M", "Q"


@dataclass(frozen=True, slots=True)
class Seen:
    """What a judged submission is compared with; ``what`` is the word that rules look it up by.

    ``sent`` is None where a unit below a department owes a report and none is there.
    """

    submission_id: int
    what: str
    sent: Sent | None
    period: Period
    respondent_code: str


def compared_rules(form: Form, programme: Programme) -> list[Rule]:
    """Give the rules of a form that need the unit's other submissions."""
    return active_rules(form, programme, "compared")


def forms_looked_at(form: Form, programme: Programme) -> list[tuple[Form, str]]:
    """Give the other forms that a form's rules look into, each with the span of time."""
    found = {}
    for rule in compared_rules(form, programme):
        for table, span in looks_of(rule):
            other = programme.by_table_number[table]
            if other.form_id != form.form_id:
                found[other.form_id, span] = (other, span)
    return list(found.values())


def partitions_looked_at(
    programme: Programme, known: Iterable[PartitionKey]
) -> dict[PartitionKey, list[PartitionKey]]:
    """Give for the known partitions those, of all known, whose content their rules may look at."""
    of_form: dict[str | None, dict[PartitionKey, Period]] = defaultdict(dict)
    for key in known:
        if key.form_id in programme.forms and key.period is not None:
            of_form[key.form_id][key] = Period.parse(key.period)
    looked_at = {}
    for form in programme.forms.values():
        others = [(of_form[one.form_id], span) for one, span in forms_looked_at(form, programme)]
        for key, period in of_form[form.form_id].items():
            earlier = (period.previous_year(), *_before(period))
            found = {PartitionKey(form.form_id, one.label) for one in earlier}
            found &= of_form[form.form_id].keys()
            for ends, span in others:
                found |= {one for one, at in ends.items() if is_spanned(at.end, period, span)}
            looked_at[key] = sorted(found, key=str)
    return looked_at


def against_earlier(
    connection: Connection,
    programme: Programme,
    form: Form,
    shelf: Shelf,
    submissions: Sequence[Mapping[str, Any]],
) -> list[dict[str, Any]]:
    """Give the hard rules that submissions (laid out as ``bench_``) break against earlier ones.

    Only what was there when a submission came in counts, however deliveries are batched.
    """
    rules = [rule for rule in _of_earlier(form, programme) if rule.severity == HARD]
    seen = [
        one
        for landed in submissions
        for one in _earlier(shelf, form, landed, shelf.sent_of(landed))
    ]
    found = _judged(connection, programme, form, rules, seen)
    return [*found, *history_findings(shelf, rules, form, submissions)]


def standing(
    connection: Connection,
    programme: Programme,
    form: Form,
    shelf: Shelf,
    in_force: Sequence[Mapping[str, Any]],
) -> list[dict[str, Any]]:
    """Give the questions to the submissions in force, as everything stands now.

    Soft rules, rules on other forms, and hard rules where an earlier period was corrected after the
    verdict: that only asks, for nobody loses an acceptance.
    """
    rules = compared_rules(form, programme)
    of_others = [rule for rule in rules if rule.scope == OF_OTHER_FORMS]
    looked_at = forms_looked_at(form, programme)
    others = [
        one for landed in in_force for one in _others(shelf, form, programme, looked_at, landed)
    ]
    soft = [rule for rule in _of_earlier(form, programme) if rule.severity != HARD]
    hard = [rule for rule in _of_earlier(form, programme) if rule.severity == HARD]
    now = [one for landed in in_force for one in _earlier(shelf, form, landed, None)]
    then = {
        one for landed in in_force for one in _earlier(shelf, form, landed, shelf.sent_of(landed))
    }
    corrected = [one for one in now if one not in then]
    later = _judged(connection, programme, form, hard, corrected)
    return [
        *_judged(connection, programme, form, of_others, others),
        *_judged(connection, programme, form, soft, now),
        *history_findings(shelf, soft, form, in_force),
        *(finding | {"severity": SOFT} for finding in later),
        *_far_figures(connection, programme, form, shelf, in_force),
    ]


def _far_figures(
    connection: Connection,
    programme: Programme,
    form: Form,
    shelf: Shelf,
    in_force: Sequence[Mapping[str, Any]],
) -> list[dict[str, Any]]:
    """Ask about figures far from the unit's own history as it stands now, or from its peers."""
    from dagster_project.rules.outliers import outliers  # numpy, which no check of a file needs

    seen = []
    for landed in in_force:
        period = Period.parse(landed["period"])
        for one in _before(period):
            unit = landed["respondent_code"]
            if sent := shelf.in_force(form.form_id, unit, one.label, None):
                seen.append(Seen(landed["submission_id"], EARLIER, sent, period, unit))
    relations = _looking_at(connection, [form], seen) if seen else LAID_OUT
    return [found._asdict() for found in outliers(connection, form, programme, relations)]


def _before(period: Period) -> Iterator[Period]:
    for _ in range(MOST_EARLIER):
        period = period.previous()
        yield period


def _of_earlier(form: Form, programme: Programme) -> list[Rule]:
    return [one for one in compared_rules(form, programme) if one.scope != OF_OTHER_FORMS]


def _earlier(
    shelf: Shelf, form: Form, landed: Mapping[str, Any], before: Sent | None
) -> list[Seen]:
    """Give the unit's submissions of the period before and of a year before."""
    period = Period.parse(landed["period"])
    found = []
    for what, other in ((PREV, period.previous()), (PREV_YEAR, period.previous_year())):
        sent = shelf.in_force(form.form_id, landed["respondent_code"], other.label, before)
        if sent:
            found.append(Seen(landed["submission_id"], what, sent, period, sent.respondent_code))
    return found


def _others(
    shelf: Shelf,
    form: Form,
    programme: Programme,
    looked_at: Iterable[tuple[Form, str]],
    landed: Mapping[str, Any],
) -> Iterator[Seen]:
    period = Period.parse(landed["period"])
    for other, span in looked_at:
        what = f"{other.table_number.replace('-', '')} {span}"
        for unit in _units_looked_at(shelf, programme, form, other, landed["respondent_code"]):
            sent = shelf.of_other_form(other, unit, period, span)
            if sent or unit != landed["respondent_code"]:
                yield Seen(landed["submission_id"], what, sent, period, unit)


def _units_looked_at(
    shelf: Shelf, programme: Programme, form: Form, other: Form, respondent: str
) -> list[str]:
    """Give the unit itself, or the department above a street, or the streets below a department."""
    if form.respondents == other.respondents:
        return [respondent]
    sent = shelf.units_of(other.form_id)
    if other.respondents == "department":
        above = [unit for unit in sent if is_within(respondent, unit)]
        return sorted(above, key=digits_of, reverse=True)[:1]
    units = sent | set(programme.units_asked(other.form_id))
    return sorted(unit for unit in units if is_within(unit, respondent))


def _judged(
    connection: Connection,
    programme: Programme,
    form: Form,
    rules: Sequence[Rule],
    seen: Sequence[Seen],
) -> list[dict[str, Any]]:
    """Judge the rows laid out as ``bench_row`` by rules that look at other submissions."""
    if not rules or not seen:
        return []
    forms = [form, *(other for other, _ in forms_looked_at(form, programme))]
    relations = _looking_at(connection, forms, seen)
    found: list[dict[str, Any]] = judge(connection, form, programme, relations, rules).to_pylist()
    return found


def _looking_at(connection: Connection, forms: Iterable[Form], seen: Sequence[Seen]) -> Relations:
    """Lay beside what is judged what it is compared with."""
    connection.execute(
        "create or replace temp table bench_seen"
        " (submission_id bigint, what varchar, seen_id bigint, seen_end date, own_end date,"
        " respondent_code varchar)"
    )
    append_rows(connection, "bench_seen", [_seen_row(one) for one in seen])
    connection.execute(REFORMED)
    return replace(
        LAID_OUT,
        seen="bench_seen",
        reformed="bench_reformed",
        seen_rows={one.form_id: f"landing_{one.form_id}" for one in forms},
    )


def _seen_row(one: Seen) -> dict[str, Any]:
    return {
        "submission_id": one.submission_id,
        "what": one.what,
        "seen_id": one.sent.submission_id if one.sent else None,
        "seen_end": one.sent.end if one.sent else None,
        "own_end": one.period.end,
        "respondent_code": one.respondent_code,
    }


REFORMED = """
    create or replace temp view bench_reformed as
    with units as (
        select happened_on, unnest([old_code, new_code]) as unit_code from raw_boundary_event
    )
    select seen.submission_id, seen.what, units.unit_code
    from bench_seen as seen
    join units on seen.seen_end < units.happened_on and units.happened_on <= seen.own_end
"""
"""Units that took part in a change of borders between two periods: not comparable by code."""


def looks_of(rule: Rule) -> Iterator[tuple[str, str]]:
    """Give the tables a rule looks into (``SG104``), with the span of time its join keys mean."""
    from dagster_project.rules.parser import parse_rule

    tree = parse_rule(rule.expression, rule.applies_when, rule.rule_id)
    span = next(
        (one for one in (WITHIN_YEAR, SAME_PERIOD) if one in rule.join_keys),
        LATEST,
    )
    for table in {column.form for column in tree.columns() if column.form}:
        yield table, span
