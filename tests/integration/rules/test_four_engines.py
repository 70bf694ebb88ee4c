"""One file, four engines: what a clerk's blank shows, what the check says, the warehouse, pandera.

The blank is filled with mistakes and worked out as a spreadsheet does; that very file is then
checked and sent.
"""

from dataclasses import replace

import pandera.pandas as pandera
import pytest
from pandera.errors import SchemaErrors

from dagster_project.checking.check import check_files
from dagster_project.checking.files import named_files
from dagster_project.collecting.collect import collect
from dagster_project.rules.pandera_checks import rule_checks
from dagster_project.settings import Settings
from dagster_project.warehousing.database import rows_of, rows_of_periods
from dagster_project.warehousing.schemas import frame_of
from dagster_project.warehousing.workshop import Workshop
from tests.integration.feedback.test_filled_blanks import (
    answers,
    few_rows,
    fill,
    reports,
    without_office,
)

__all__ = ["few_rows", "reports"]

MISTAKES = {
    "staff": [(0, "headcount_closing", 900), (1, "full_time", 90), (2, "wage_bill", -5)],
    "community_profile": [
        (0, "pop_age_60_plus", 7),
        (1, "estates_with_party_org", 900),
        (2, "permanent_population", -1),
    ],
}


@pytest.fixture
def filled(request, reports, programme, register, tmp_path):
    """A small blank of a form with mistakes, worked out; and what its own formulas say."""
    whole = reports[request.param]
    report = replace(whole, table=whole.table[:3])
    _, book, _ = fill(report, programme, register, MISTAKES[request.param], is_small=True)
    content = without_office(book, tmp_path)
    path = tmp_path / "填好.xlsx"
    path.write_bytes(content)
    broken: dict[str, bool] = {}
    for rule, count, _ in answers(content):  # a rule may take several lines
        broken[rule] = broken.get(rule, False) or bool(count)
    return report.form, path, broken


@pytest.mark.usefixtures("few_rows")
@pytest.mark.parametrize("filled", MISTAKES, indirect=True)
def test_the_same_rules_fail_in_all_of_them(filled, programme, tmp_path):
    form, path, by_formulas = filled
    settings = Settings(home=tmp_path / "home", workers=1)
    checked = _by_check(path, settings)
    told, rows = _by_warehouse(path, settings, form)
    by_pandera = {check.name: _fails(check, rows) for check in rule_checks(form, programme)}
    common = by_formulas.keys() & by_pandera.keys()
    assert len(common) >= 8
    verdicts = {
        rule: (by_formulas[rule], rule in checked, rule in told, by_pandera[rule])
        for rule in sorted(common)
    }
    assert {rule: found for rule, found in verdicts.items() if len(set(found)) > 1} == {}
    assert sum(all(found) for found in verdicts.values()) >= 2
    asked = by_formulas.keys() - by_pandera.keys()
    assert {one for one in asked if by_formulas[one]} <= checked
    assert checked == told


def _by_check(path, settings):
    (file,) = check_files(named_files([path]), settings).files
    (report,) = file.submissions
    return {one["rule_id"] for one in report.findings}


def _by_warehouse(path, settings, form):
    """Send the file; give the rules it breaks, and its rows as they were landed."""
    settings.inbox.mkdir(parents=True)
    (settings.inbox / path.name).write_bytes(path.read_bytes())
    collect(settings.inbox, settings.archive, settings.clock)
    with Workshop.entered(settings) as shop:
        shop.read_new()
        for key in shop.stale():
            shop.process(key)
        told = {one["rule_id"] for one in rows_of(shop.connection, "from raw_finding")}
        return told, rows_of_periods(shop.connection, f"landing_{form.form_id}", [])


def _fails(check, rows):
    try:
        pandera.DataFrameSchema(checks=[check]).validate(frame_of(rows), lazy=True)
    except SchemaErrors:
        return True
    return False
