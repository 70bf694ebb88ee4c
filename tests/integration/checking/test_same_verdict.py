"""A check says what a build says of a file alone: the same states, the same findings.

What a build adds by rules that compare submissions, the check names as not checked.
"""

import pytest

from dagster_project.checking.answered import ANSWER_FIELDS
from dagster_project.checking.check import check_files
from dagster_project.checking.files import named_files
from dagster_project.checking.model import EXIT_CODES
from dagster_project.checking.order import cell_place
from dagster_project.collecting.collect import collect
from dagster_project.collecting.decisions import read_verdicts
from dagster_project.collecting.receipts import read_receipts
from dagster_project.rules.gate import state_of
from dagster_project.settings import Settings
from dagster_project.warehousing.workshop import Workshop
from tests.fixtures.spoiled import spoiled_files


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder of good, spoiled and broken files."""
    folder = tmp_path_factory.mktemp("sent")
    for name, content in spoiled_files():
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture(scope="module")
def built(folder, checked, tmp_path_factory):
    """By file name, what a build decided: form, unit, period, state and findings."""
    elsewhere = {rule.rule_id for rule in checked.rules_not_run}
    settings = Settings(home=tmp_path_factory.mktemp("home"), workers=1)
    settings.inbox.mkdir(parents=True)
    for path in folder.iterdir():
        (settings.inbox / path.name).write_bytes(path.read_bytes())
    collect(settings.inbox, settings.archive, settings.clock)
    with Workshop.entered(settings) as shop:
        shop.read_new()
        for key in shop.stale():
            shop.process(key)
    names = {one.receipt_number: one.original_name for one in read_receipts(settings.archive)}
    decided = {name: [] for name in names.values()}
    for verdict in read_verdicts(settings.decisions).values():
        place = (verdict.form_id, verdict.respondent_code, verdict.period)
        findings = [one for one in verdict.findings if one["rule_id"] not in elsewhere]
        state = state_of(findings) if len(findings) < len(verdict.findings) else verdict.state
        decided[names[verdict.receipt_number]].append((*place, state, plain(findings)))
    return decided


@pytest.fixture(scope="module")
def checked(folder):
    """The same files checked, from a home in which there is nothing."""
    return check_files(named_files([folder]), Settings(home=folder / "nowhere", workers=1))


def plain(findings):
    """Give findings in an order of their own, whatever the order they came in."""
    return sorted(findings, key=str)


def _asked(findings):
    """Give findings without their answers, which a build keeps apart from the verdict."""
    return [
        {name: value for name, value in one.items() if name not in ANSWER_FIELDS}
        for one in findings
    ]


def said(file):
    """Give what a check said of a file in the shape of ``built``."""
    reports = [
        (one.form_id, one.unit_code, one.period, one.state, plain(_asked(one.findings)))
        for one in file.submissions
    ]
    if file.findings:
        reports.append((None, None, None, "unreadable", plain(_asked(file.findings))))
    return reports


def test_every_file_gets_the_verdict_of_a_build(built, checked):
    assert {file.name for file in checked.files} == set(built)
    different = [
        file.name
        for file in checked.files
        if sorted(said(file), key=str) != sorted(built[file.name], key=str)
    ]
    assert different == []


def test_the_files_are_worth_comparing(checked):
    """All four states occur, and many different rules speak."""
    assert set(checked.counts) == set(EXIT_CODES)
    assert all(checked.counts.values())
    rules = {one["rule_id"] for file in checked.files for one in file.all_findings()}
    assert len({rule for rule in rules if rule.startswith(("SG-", "ALL-"))}) >= 8
    assert len({rule for rule in rules if rule.startswith("READ_")}) >= 8


def test_a_file_checked_alone_is_judged_as_among_others(folder, checked):
    for file in checked.files[::7]:
        (alone,) = check_files(named_files([folder / file.name]), Settings(home=folder)).files
        assert said(alone) == said(file)


def test_findings_stand_in_the_order_of_their_cells(checked):
    for file in checked.files:
        for one in file.submissions:
            own = [found for found in one.findings if found["sheet_name"] == one.sheet_name]
            places = [cell_place(found["cell"]) for found in own]
            assert places == sorted(places)


def test_every_finding_says_what_is_wrong_and_what_to_do(checked):
    for file in checked.files:
        for finding in file.all_findings():
            texts = [
                finding[f"{what}_{lang}"] for what in ("message", "remedy") for lang in ("zh", "en")
            ]
            assert all(texts), finding


def test_nothing_is_written(folder, checked):
    assert not (folder / "nowhere").exists()
    assert len(checked.files) == len(list(folder.iterdir()))
