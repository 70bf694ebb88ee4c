"""Every rule that compares submissions holds, fails and cannot tell on reports made for it."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from dagster_project.programme.model import Form, Programme, Rule
from dagster_project.programme.period import Period
from dagster_project.rules.bench import lay_out
from dagster_project.rules.general import parts_of
from dagster_project.rules.judge import judged_rows_sql
from dagster_project.warehousing import comparing, judging
from dagster_project.warehousing.shelf import Shelf
from tests.unit.rules.desk import PERIOD
from tests.unit.rules.evaluator import lowest
from tests.unit.rules.rule_rows import TRUTH, changed
from tests.unit.warehousing.test_comparing import TOWN, Office

PATH = Path(__file__).parents[2] / "fixtures" / "rule_submissions.yml"
CASES: dict[str, dict[str, dict[str, Any]]] = yaml.safe_load(PATH.read_text(encoding="utf-8"))
DISTRICT = "440113000000"
ABOUT_FILES = {"ALL-R10", "ALL-R11", "ALL-R12"}
"""Rules about the list of a unit's submissions: they have no row, and tests of their own."""


@pytest.fixture(scope="module")
def furnished(programme: Programme) -> Office:
    """One town and its district owe reports: what a region below says is then all there is."""
    (panyu,) = (one for one in programme.collections if one.collection_id == "panyu")
    only = panyu.model_copy(update={"units": (TOWN,)})
    return Office(programme.model_copy(update={"collections": (only,)}))


@pytest.fixture
def office(furnished: Office) -> Office:
    """Nothing has been sent yet; tables take longer to make than to empty."""
    furnished.clear()
    return furnished


def sent(office: Office, form: Form, period: str, changes: Any) -> int:
    """Send a report of the form's base row with some cells changed."""
    respondent = DISTRICT if form.respondents == "department" else TOWN
    several = changes if isinstance(changes, list) else [changes]
    rows = [changed(form.form_id, one) for one in several]
    return office.send(form.form_id, period, rows, respondent_code=respondent)


def own_submission(office: Office, form: Form, reports: Mapping[str, Any]) -> int:
    """Send all that a case names; give the submission that is judged."""
    period = Period.parse(PERIOD[form.period_type])
    earlier = {"before": period.previous(), "year_before": period.previous_year()}
    for word, changes in reports.items():
        if word in earlier:
            sent(office, form, earlier[word].label, changes)
        elif word != "own":
            other = office.programme.forms[word]
            sent(office, other, PERIOD[other.period_type], changes)
    return sent(office, form, period.label, reports.get("own", {}))


def judged(office: Office, form: Form, rule: Rule, number: int) -> tuple[bool | None, set[str]]:
    """Give whether a rule holds on a submission as everything stands, and which rule asks then."""
    programme, connection = office.programme, office.connection
    query = f"from landing_submission where submission_id = {number}"
    (landed,) = judging.rows_of(connection, query)
    judging.lay_out(connection, form, [number])
    shelf = Shelf.filled(connection, office.receipts, office.verdicts, programme.forms)
    looked_at = comparing.forms_looked_at(form, programme)
    is_of_others = rule.scope == comparing.OF_OTHER_FORMS
    seen = list(
        comparing._others(shelf, form, programme, looked_at, landed)
        if is_of_others
        else comparing._earlier(shelf, form, landed, None)
    )
    if not seen:
        return None, set()
    found = comparing._judged(connection, programme, form, [rule], seen)
    forms = [form, *(other for other, _ in looked_at)]
    bench = lay_out(connection, comparing._looking_at(connection, forms, seen))
    parts = list(parts_of(rule, form, programme))
    rows = bench.dicts(judged_rows_sql(form, programme, parts))
    truths = [row[f"_p{number}"] for row in rows for number in range(len(parts))]
    return lowest(truths), {one["rule_id"] for one in found}


def cases() -> Iterator[Any]:
    for rule_id, outcomes in CASES.items():
        for outcome, reports in outcomes.items():
            yield pytest.param(rule_id, outcome, reports, id=f"{rule_id}-{outcome}")


def ruled(programme: Programme, rule_id: str) -> tuple[Form, Rule]:
    found = [
        (form, rule)
        for form in programme.forms.values()
        for rule in form.rules
        if rule.rule_id == rule_id
    ]
    return found[0]


@pytest.mark.parametrize(("rule_id", "outcome", "reports"), list(cases()))
def test_a_rule_gives_the_outcome_its_reports_were_made_for(office, rule_id, outcome, reports):
    form, rule = ruled(office.programme, rule_id)
    number = own_submission(office, form, reports)
    truth, asked = judged(office, form, rule, number)
    assert truth is TRUTH[outcome]
    assert asked == ({rule_id} if outcome == "fails" else set())


def test_every_rule_that_compares_has_its_reports(programme):
    compared = {
        rule.rule_id
        for form in programme.forms.values()
        for rule in comparing.compared_rules(form, programme)
    }
    assert set(CASES) == compared - ABOUT_FILES
    assert all(set(outcomes) == set(TRUTH) for outcomes in CASES.values())
