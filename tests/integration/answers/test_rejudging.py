"""A programme that changes: verdicts stand until somebody judges again, and are replayed then."""

import shutil

import duckdb
import pytest
from typer.testing import CliRunner

from dagster_project.cli import app
from dagster_project.collecting.collect import collect
from dagster_project.collecting.decisions import read_verdicts
from dagster_project.programme.load import HOME, load_programme
from dagster_project.settings import Settings
from dagster_project.warehousing.workshop import Workshop
from tests.pipeline import homes

RULE = "SG-103-R09"


@pytest.fixture
def home(tmp_path, samples):
    """A town's staff report is refused for one rule; its services report has no fault."""
    town = samples.purpose("questioned").respondent_code
    wanted = {("staff", "2015-Q4"), ("services", "2015-12")}
    chosen = [one for one in samples.deliveries if one.key[1] == town and one.key[::2] in wanted]
    homes.drop(samples, tmp_path, chosen)
    shutil.copytree(HOME, tmp_path / "programme")
    change_rule(tmp_path, "severity: Q", "severity: M")
    judged(tmp_path)
    return tmp_path


def judged(home) -> dict[str, str]:
    """Collect, judge and load as a build does; gives the state of each form's submission."""
    settings = Settings(home, home / "programme", workers=1)
    load_programme.cache_clear()
    collect(settings.inbox, settings.archive, settings.clock)
    with Workshop.entered(settings) as shop:
        shop.read_new()
        for key in shop.stale():
            shop.process(key)
            shop.finish(key)
    with duckdb.connect(settings.build_database, read_only=True) as connection:
        return dict(connection.execute("select form_id, state from raw_submission").fetchall())


def change_rule(home, old: str, new: str) -> None:
    """Change a text of the rule that refused the report."""
    path = home / "programme" / "forms" / "staff.yml"
    before, found, after = path.read_text("utf-8").partition(f"rule_id: {RULE}")
    assert old in after
    path.write_text(before + found + after.replace(old, new, 1), "utf-8")


def soften(home) -> None:
    change_rule(home, "severity: M", "severity: Q")


def verdicts(home):
    return read_verdicts(home / "raw" / "decisions").values()


def rejudge(home, *options: str) -> str:
    load_programme.cache_clear()
    where = {"JICENG_HOME": str(home), "JICENG_PROGRAMME": str(home / "programme")}
    done = CliRunner().invoke(app, ["rejudge", *options], env=where)
    assert done.exit_code == 0, done.output
    return done.output


def files(home) -> list[str]:
    return sorted(path.name for path in (home / "raw" / "decisions" / "verdicts").iterdir())


def test_a_verdict_stands_until_somebody_judges_again_and_a_rebuild_replays_the_newest(home):
    soften(home)
    assert judged(home)["staff"] == "refused", "a changed rule changes no verdict by itself"
    before, untouched = files(home), {one.form_id: one for one in verdicts(home)}["services"]
    told = rejudge(home, "--dry-run")
    assert "refused → accepted_with_questions" in told
    assert files(home) == before
    told = rejudge(home, "--form", "SG-103", "--period", "2015-Q4")
    assert "refused → accepted_with_questions" in told
    assert len(files(home)) == len(before) + 1
    assert {one.form_id: one for one in verdicts(home)}["services"] == untouched
    assert judged(home)["staff"] == "accepted_with_questions"
    shutil.rmtree(home / "warehouse")
    assert judged(home)["staff"] == "accepted_with_questions"
    assert "没有按另一版制度审核" in rejudge(home)


def test_what_was_known_on_a_day_stays_known_when_it_is_judged_again(home):
    """An accepted report that stays accepted keeps the time of its acceptance."""
    soften(home)
    rejudge(home)
    first = {one.form_id: one for one in verdicts(home)}["staff"]
    change_rule(home, "message: {zh: ", "message: {zh: 请核实，")
    rejudge(home)
    second = {one.form_id: one for one in verdicts(home)}["staff"]
    assert second.programme_hash != first.programme_hash
    assert (second.state, second.decided_at) == (first.state, first.decided_at)
