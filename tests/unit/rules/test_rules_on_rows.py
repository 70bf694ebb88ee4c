"""Every rule that runs holds, fails and cannot tell on a row made for it."""

from datetime import date
from decimal import Decimal

import pytest

from dagster_project.programme.model import Programme
from dagster_project.rules.general import parts_of
from dagster_project.rules.judge import active_rules
from tests.unit.rules.desk import Desk
from tests.unit.rules.evaluator import evaluate, lowest
from tests.unit.rules.rule_rows import CONTENT, TRUTH, cases, changed

LOOK_FURTHER = {
    "ALL-R01",
    "ALL-R02",
    "ALL-R03",
    "SG-104-R01",
    "SG-104-R06",
    "SG-104-R13",
    "SG-104-R14",
    "SG-106-R09",
    "SG-107-R13",
    "SG-109-R01",
    "SG-110-R01",
    "SG-110-R04",
    "SG-111-R04",
    "SG-201-R04",
}
"""Rules that need more than their row: the register, the file, the period or the respondent."""
ALONE = [
    pytest.param(*case, id="-".join(case[:3])) for case in cases() if case[1] not in LOOK_FURTHER
]
DISTRICT = "440113000000"
WHOLE_FILES = {"ALL-R07", "ALL-R08"}


@pytest.fixture(scope="module")
def outcomes(programme: Programme):
    """Lay the rows of all cases down once, a file each, and ask each rule once."""
    laid = {form_id: Desk(form, programme) for form_id, form in programme.forms.items()}
    for desk in laid.values():
        desk.hold("district", DISTRICT)
        for code in ("440113007000", "440113008000"):
            desk.hold("street", code, parent=DISTRICT)
        for code in ("440113007001", "440113007002", "440113007200", "440113008001"):
            desk.hold("community", code)
    files = {case[:3]: laid[case[0]].lay(case[3]) for case in cases()}
    rules = {case[:2] for case in files}
    truths = {key: laid[key[0]].truths(key[1]) for key in rules}
    return {case: truths[case[:2]][file] for case, file in files.items()}


@pytest.mark.parametrize(("form_id", "rule_id", "outcome"), [case[:3] for case in cases()])
def test_a_rule_gives_the_outcome_its_row_was_made_for(outcomes, form_id, rule_id, outcome):
    assert outcomes[form_id, rule_id, outcome] is TRUTH[outcome]


@pytest.mark.parametrize(("form_id", "rule_id", "outcome", "rows"), ALONE)
def test_the_slow_reading_of_the_language_gives_the_same_outcome(
    programme, form_id, rule_id, outcome, rows
):
    form = programme.forms[form_id]
    rule = next(rule for rule in programme.rules_of(form_id) if rule.rule_id == rule_id)
    row = _typed(form, rows[0])
    truths = [evaluate(part.node, row) for part in parts_of(rule, form, programme)]
    assert lowest(truths) is TRUTH[outcome]


@pytest.mark.parametrize("form_id", CONTENT)
def test_every_active_rule_of_a_form_has_its_rows(programme: Programme, form_id):
    active = {rule.rule_id for rule in active_rules(programme.forms[form_id], programme)}
    assert set(CONTENT[form_id]["rules"]) == active - WHOLE_FILES


def test_every_form_of_the_programme_has_its_rows(programme: Programme):
    assert set(CONTENT) == set(programme.forms)


@pytest.mark.parametrize("form_id", CONTENT)
def test_a_rule_that_can_always_tell_is_one_about_blanks_or_listed_codes(form_id):
    """`unsure: never` is a claim; only rules that ask for nulls or for presence can keep it."""
    never = {
        rule_id
        for rule_id, outcomes in CONTENT[form_id]["rules"].items()
        if outcomes["unsure"] == "never"
    }
    assert never <= {"ALL-R06", "SG-103-R10", "SG-104-R13"}


@pytest.mark.parametrize("form_id", CONTENT)
def test_the_base_row_of_a_form_has_no_finding(desk, form_id):
    table = desk(form_id)
    table.hold("community", "440113007001")
    table.lay([changed(form_id, {})])
    assert table.findings() == []


def _typed(form, row):
    """Give a row's cells as DuckDB would hold them."""
    makers = {"decimal": Decimal, "date": date.fromisoformat}
    return {
        column.name: value
        if (value := row.get(column.name)) is None
        else makers.get(column.type, lambda same: same)(value)
        for column in form.columns
    }
