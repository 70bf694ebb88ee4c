"""A refused report is read and judged again once its header has been accepted, and only once."""

from datetime import datetime

import pytest

from dagster_project.accepting import Ground, accept
from dagster_project.clock import FixedClock
from dagster_project.collecting.collect import collect
from dagster_project.collecting.decisions import read_verdicts
from dagster_project.settings import Settings
from dagster_project.warehousing.workshop import Workshop
from tests.fixtures.workbooks import Report, as_xlsx

GROUND = Ground("统计科", "与“其中:女性”同义")


def noon(day: int) -> FixedClock:
    return FixedClock(datetime(2016, 1, day, 12))


def settings_on(home, day: int) -> Settings:
    return Settings(home, clock=noon(day), workers=1)


def read_on(home, day: int):
    """Read what is new, as a build of that day does; gives the state of each submission."""
    settings = settings_on(home, day)
    with Workshop.entered(settings) as workshop:
        workshop.read_new()
        shown = workshop.connection.execute(
            "select submission_id, count(*) from landing_finding"
            " where rule_id = 'READ_HEADER_UNKNOWN' group by all"
        ).fetchall()
    verdicts = read_verdicts(settings.decisions).values()
    return [(one.state, one.decided_at.day) for one in verdicts], dict(shown)


@pytest.fixture
def home(tmp_path, programme):
    row = {"unit_code": "440113007003", "staff_category": "RC_MEMBER"}
    form = programme.forms["staff"]
    row |= {one.name: 0 for one in form.columns if one.is_number}
    report = Report(form, [row], headers={"female": "女职工", "party_members": "党员人数（在册）"})
    settings = settings_on(tmp_path, 8)
    settings.inbox.mkdir(parents=True)
    (settings.inbox / "市桥街道.xlsx").write_bytes(as_xlsx(report.sheet()))
    collect(settings.inbox, settings.archive, settings.clock)
    return tmp_path


def test_a_report_is_judged_again_for_each_header_accepted(home):
    (first,), unknown = read_on(home, 8)
    assert (first, unknown) == (("refused", 8), {101: 2})
    accept(settings_on(home, 9), "staff", "女职工", "female", GROUND)
    (second,), unknown = read_on(home, 9)
    assert (second, unknown) == (("refused", 9), {101: 1})
    accept(settings_on(home, 10), "SG-103", "党员人数（在册）", "其中:中共党员", GROUND)
    (third,), unknown = read_on(home, 10)
    assert (third[1], unknown) == (10, {})
    (verdict,) = read_verdicts(home / "raw" / "decisions").values()
    assert not [one for one in verdict.findings if one["rule_id"].startswith("READ_")]
    files = sorted((home / "raw" / "decisions" / "verdicts").iterdir())
    assert read_on(home, 11)[0] == [third]
    assert sorted((home / "raw" / "decisions" / "verdicts").iterdir()) == files


def test_a_rebuild_from_the_archive_replays_the_last_verdict(home):
    read_on(home, 8)
    for header, column in (("女职工", "female"), ("党员人数（在册）", "party_members")):
        accept(settings_on(home, 9), "staff", header, column, GROUND)
    before = read_on(home, 9)
    for path in (home / "warehouse").iterdir():
        path.unlink()
    assert read_on(home, 12) == before
