"""The systems that plans name: all of the catalogue's, served by what is there and nothing else."""

import shutil

import pytest
import yaml
from pydantic import ValidationError

from dagster_project.programme.load import HOME, ProgrammeError, load_programme
from dagster_project.programme.system import SHARED_TABLES, PlanSystem
from dagster_project.warehousing.plan_rows import system_rows, system_source_rows
from tests.fixtures.catalogue import (
    REPOSITORY,
    SEEDS,
    TITLE,
    catalogue_rows,
    needs_catalogue,
    needs_seeds,
    plain,
)

MODELS = REPOSITORY / "dbt" / "models"


@needs_catalogue
def test_all_systems_of_the_catalogue_are_declared_as_it_has_them(programme):
    kept = ("system_id", "name_zh", "name_en", "kind", "plan_id")
    rows = catalogue_rows("systems.csv")
    assert len(rows) == 187
    assert [{name: one[name] for name in kept} for one in system_rows(programme)] == [
        {name: one[name] for name in kept} for one in rows
    ]


@needs_seeds
def test_every_chapter_of_a_system_is_a_heading_of_its_plan(programme):
    """Panyu's text is in other characters; the appendix of Shenzhen stands in its contents only."""
    seeds = {row["plan_id"]: row["seed_file"] for row in catalogue_rows("systems.csv")}
    texts = {plan: plain((SEEDS / name).read_text("utf-8")) for plan, name in seeds.items()}
    for system in programme.systems:
        assert TITLE.match(system.chapter) or system.chapter == "目录", system.system_id
        if system.plan_id != "panyu_13fyp":
            assert plain(system.chapter)[:10] in texts[system.plan_id], system.system_id


def test_every_table_column_and_code_that_serves_a_system_is_in_the_dbt_project(programme):
    columns = {}
    for path in MODELS.rglob("*.yml"):
        for model in yaml.safe_load(path.read_text(encoding="utf-8")).get("models", []):
            columns[model["name"]] = {column["name"] for column in model["columns"]}
    assert columns.keys() >= SHARED_TABLES
    for source in system_source_rows(programme):
        if source["source_kind"] in ("column", "code"):
            assert (source["column_name"] or "code") in columns[source["table_name"]]


def test_nobody_serves_everything(programme):
    """A judgement of 187 systems that finds no gap has not been made."""
    by_state = dict.fromkeys(("fully", "partly", "not_served"), 0)
    for system in programme.systems:
        by_state[system.served] += 1
    assert all(count > 5 for count in by_state.values())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("fct_appeals.handling_hours", "fct_appeals.handling_days"),
        ("dim_staff_category.GRID_PART", "dim_staff_category.GRID_SOME"),
        ("grid_application_system_built", "grid_application_system_bought"),
        (",dim_event_category,", ",dim_event,"),
        ("panyu_13fyp", "panyu_14fyp"),
        (",partly,", ",somewhat,"),
    ],
    ids=["column", "code", "indicator", "table", "plan", "state"],
)
def test_a_system_that_names_what_is_not_there_is_refused_with_its_line(tmp_path, old, new):
    root = tmp_path / "programme"
    shutil.copytree(HOME, root, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    path = root / "systems.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text.splitlines()[1]
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ProgrammeError, match=r"systems\.csv 第 2 行"):
        load_programme(root)


@pytest.mark.parametrize(
    "changes",
    [{"reason": None}, {"served": "not_served"}, {"columns": (), "tables": (), "indicators": ()}],
    ids=["no reason", "not served and yet served", "served by nothing"],
)
def test_a_system_says_what_serves_it_or_why_nothing_does(programme, changes):
    system = programme.systems[0]
    assert PlanSystem.model_validate(system.model_dump()) == system
    with pytest.raises(ValidationError):
        PlanSystem.model_validate(system.model_dump() | changes)
