"""A programme of one's own: its dbt project and suites lie in its own folder, generated."""

import shutil

import duckdb
import pytest
from typer.testing import CliRunner

from dagster_project.cli import app
from dagster_project.defs.assembly import build_definitions
from dagster_project.errors import JicengError
from dagster_project.programme.load import HOME
from dagster_project.settings import Settings
from tests.pipeline import homes


@pytest.fixture
def own(tmp_path, monkeypatch):
    """Give the settings of a home whose programme was copied and has lost a form."""
    root = shutil.copytree(HOME, tmp_path / "programme")
    (root / "forms" / "services.yml").unlink()
    (root / "systems.csv").unlink()  # it names columns of the form
    for collection in (root / "collections").glob("*.yml"):
        lines = collection.read_text(encoding="utf-8").splitlines()
        kept = [one for one in lines if "form: services" not in one]
        collection.write_text("\n".join(kept), encoding="utf-8")
    monkeypatch.setenv("JICENG_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("JICENG_PROGRAMME", str(root))
    return Settings.from_environment()


def test_without_generated_models_the_remedy_is_named(own):
    with pytest.raises(JicengError, match=r"jiceng generate"):
        build_definitions(own)


def test_generated_once_it_builds_and_releases(own, samples):
    assert CliRunner().invoke(app, ["generate"]).exit_code == 0
    assert not list((own.dbt_project / "models").rglob("*services*"))
    assert not (own.expectations / "staff.yml").exists()
    homes.drop(samples, own.home, homes.of_period(samples, "staff", "2015-Q3")[:3])
    done = CliRunner().invoke(app, ["build"])
    assert done.exit_code == 0, done.output
    assert own.published_database.exists()
    again = CliRunner().invoke(app, ["generate"])
    assert "0" in again.output


def test_a_view_stands_until_its_model_is_edited(own, samples):
    assert CliRunner().invoke(app, ["generate"]).exit_code == 0
    homes.drop(samples, own.home, homes.of_period(samples, "staff", "2015-Q4"))
    rules = _rules_after_build(own)
    assert rules
    assert "edited" not in rules
    model = own.dbt_project / "models" / "marts" / "reporting" / "fct_findings.sql"
    text = model.read_text(encoding="utf-8")
    model.write_text(text.replace("findings.rule_id", "'edited' as rule_id"), encoding="utf-8")
    assert _rules_after_build(own) == {"edited"}


def _rules_after_build(own):
    done = CliRunner().invoke(app, ["build"])
    assert done.exit_code == 0, done.output
    with duckdb.connect(own.published_database, read_only=True) as readers:
        found = readers.execute("select distinct rule_id from fct_findings").fetchall()
    return {rule_id for (rule_id,) in found}
