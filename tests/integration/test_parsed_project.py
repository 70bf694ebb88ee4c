"""The parsed dbt project: kept between processes, cut to what a run needs, its views standing."""

import json
from datetime import datetime

import dagster as dg
import duckdb
import pytest

from dagster_project.defs.assembly import build_definitions
from dagster_project.defs.warehouse import parsed, runner, slices
from dagster_project.defs.warehouse.assets import DIMENSIONS, SHARED
from dagster_project.settings import Settings
from dagster_project.warehousing import reference
from dagster_project.warehousing.database import opened
from dagster_project.warehousing.indicator_periods import Recomputed
from dagster_project.warehousing.made_from import OF_CALENDAR
from dagster_project.warehousing.tables import prepare
from dagster_project.warehousing.workshop import Workshop

SHARE, TAKE = parsed.share, parsed.take


@pytest.fixture(scope="module")
def settings(tmp_path_factory) -> Settings:
    found = Settings(home=tmp_path_factory.mktemp("home"), workers=1)
    runner.parse(found)
    return found


@pytest.fixture
def forgetful(monkeypatch):
    """This process, as if it had parsed nothing, and what it asks dbt for."""
    asked = []

    def invoke(_settings, arguments, _manifest):
        asked.append(arguments)
        return "parsed anew"

    monkeypatch.setattr(runner, "_parsed", {})
    monkeypatch.setattr(runner, "_invoke", invoke)
    for name in ("keep", "share", "take"):
        monkeypatch.setattr(parsed, name, lambda *_: None)
    return asked


def test_what_one_process_parsed_the_next_one_reads(settings, forgetful):
    kept = runner.parse(settings)
    assert forgetful == []
    node = kept.nodes["model.jiceng.fct_staff"]
    assert (node.name, node.config.materialized) == ("fct_staff", "view")
    assert kept.flat_graph["nodes"].keys() == kept.nodes.keys()


@pytest.mark.parametrize("changed", ["project_print", "version"])
def test_a_changed_file_or_another_dbt_is_parsed_again(settings, forgetful, monkeypatch, changed):
    monkeypatch.setattr(runner, changed, lambda _: "another")
    assert runner.parse(settings) == "parsed anew"
    assert forgetful == [["parse", "--no-write-json"]]


def test_a_manifest_that_is_gone_is_parsed_again(settings, forgetful):
    path = runner.target_path(settings) / parsed.PARSED
    content = path.read_bytes()
    path.unlink()
    assert runner.parse(settings) == "parsed anew"
    assert len(forgetful) == 1
    path.write_bytes(content)


def test_another_home_takes_what_is_kept_beside_the_project(settings, forgetful, tmp_path):
    """Of other files it takes none, and where nobody may write there is none."""
    project, other = tmp_path / "programme" / "dbt", tmp_path / "home" / "dbt"
    project.mkdir(parents=True)
    print_ = runner.parsed_print(settings)
    SHARE(runner.target_path(settings), project)
    TAKE(project, "another", other)
    assert not parsed.is_current(other, print_)
    TAKE(project, print_, other)
    assert parsed.is_current(other, print_)
    assert parsed.read(other).nodes.keys() == runner.parse(settings).nodes.keys()
    (other / parsed.FINGERPRINT).write_text("newer", encoding="utf-8")
    SHARE(other, project)
    assert [one.name for one in (project.parent / ".cache").iterdir()] == ["dbt-newer"]
    SHARE(other, tmp_path / "home" / "dbt" / parsed.FINGERPRINT / "no folder")
    assert forgetful == []


def test_a_part_holds_the_nodes_of_its_tag_and_their_parents(settings):
    manifest = runner.parse(settings)
    part = slices.part_of_manifest(manifest, ["cross_form"])
    own = slices.own_nodes(manifest, ["cross_form"]).keys()
    parents = {parent for one in own for parent in part.nodes[one].depends_on_nodes}
    assert parents | own == part.nodes.keys() | part.sources.keys()
    others = part.nodes.keys() - own
    assert others
    assert not any(part.nodes[one].depends_on_nodes for one in others)
    assert all(manifest.nodes[one].depends_on_nodes for one in others)


def test_every_model_and_data_test_is_of_a_tag(settings, programme):
    """A test without a tag of its own was left out of every build: it goes with its model."""
    manifest = runner.parse(settings)
    tags = [*programme.forms, SHARED, DIMENSIONS]
    found = [slices.own_nodes(manifest, [tag]).keys() for tag in tags]
    whole = {
        one for one, node in manifest.nodes.items() if str(node.resource_type) in {"model", "test"}
    }
    assert set().union(*found) == whole
    untagged = [one for one in whole if not set(manifest.nodes[one].tags).intersection(tags)]
    assert any("fct_reporting_has_one_row" in one for one in untagged)


def test_every_data_test_of_one_model_is_an_asset_check(settings):
    manifest = runner.parse(settings)
    checks = {
        key.name
        for one in build_definitions(settings).assets or ()
        if isinstance(one, dg.AssetsDefinition)
        for key in one.check_keys
    }
    tests = {node.name for node in manifest.nodes.values() if getattr(node, "attached_node", None)}
    assert tests
    assert tests <= checks


def test_the_part_of_the_document_holds_all_ancestors(settings):
    document = json.loads(runner.manifest_path(settings).read_text(encoding="utf-8"))
    part = slices.part_of_document(document, "cross_form")
    kept = part["nodes"].keys() | part["sources"].keys()
    assert "model.jiceng.stg_staff" in kept
    assert all(kept >= {*document["parent_map"][one]} for one in kept)
    assert not any("population_groups_has" in one for one in kept)
    assert part["child_map"].keys() == kept


def sources_of(manifest, name: str) -> set[str]:
    """Give the landed and declared tables that a model follows from."""
    waiting, found = [f"model.jiceng.{name}"], set()
    while waiting:
        one = waiting.pop()
        if one in manifest.sources:
            found.add(manifest.sources[one].name)
        else:
            waiting += manifest.nodes[one].depends_on_nodes
    return found


@pytest.fixture
def written(monkeypatch, programme, register) -> dict[str, set[str]]:
    """Name the tables that are written when declarations change, and when time goes on."""
    found: dict[str, set[str]] = {"declared": set(), "calendar": set()}
    with duckdb.connect() as connection:
        for kind, write, given in (
            ("declared", reference.write_programme, register),
            ("calendar", reference.write_calendar, datetime(2016, 1, 1)),
        ):
            names = found[kind]
            monkeypatch.setattr(
                reference, "_replace_rows", lambda _, rows, to=names: to.update(rows)
            )
            monkeypatch.setattr(
                reference, "replace_table", lambda _, name, __, to=names: to.add(name)
            )
            write(connection, programme, given)
    return found


def test_what_a_release_takes_over_follows_from_the_inputs_that_are_looked_at(
    settings, programme, written
):
    """`made_from` looks at declared tables for dimensions, at the form's partitions for facts."""
    manifest = runner.parse(settings)
    dimensions = [one for one in runner.models_of(settings, "dimension") if one.startswith("dim_")]
    assert OF_CALENDAR in dimensions
    for name in dimensions:
        more = written["calendar"] if name == OF_CALENDAR else set()
        assert sources_of(manifest, name) <= written["declared"] | more, name
    landed = {"raw_submission", "raw_submission_column", "raw_cell_status", "raw_region"}
    for form_id in programme.forms:
        hist, fct = f"hist_{form_id}", f"fct_{form_id}"
        assert sources_of(manifest, hist) <= landed | {f"raw_{form_id}", "raw_period"}
        assert manifest.nodes[f"model.jiceng.{fct}"].depends_on_nodes == [f"model.jiceng.{hist}"]


def test_models_come_after_their_parents(settings):
    models = [*runner.models_of(settings, "staff")]
    assert models.index("stg_staff") < models.index("int_staff_versioned")
    assert models.index("hist_staff") < models.index("fct_staff")
    assert sorted(models) == sorted(
        ["stg_staff", "int_staff_versioned", "int_staff_totals", "hist_staff", "fct_staff"]
    )


def test_standing_views_are_not_built_and_their_tests_are_run(settings, monkeypatch):
    asked = []

    class Nothing:
        results = ()

    def invoke(_settings, arguments, _manifest):
        asked.append(arguments)
        return Nothing()

    monkeypatch.setattr(runner, "_invoke", invoke)
    runner.build(settings, ["staff"], Recomputed(), standing=True)
    runner.build(settings, ["staff"], Recomputed())
    standing, whole = ({*one[2 : one.index("--indirect-selection")]} for one in asked)
    assert whole - standing == {"stg_staff", "int_staff_versioned", "fct_staff"}
    assert "fct_staff_has_one_row_for_each_key" in standing
    runner.build(settings, ["staff"], Recomputed(), tested=False)
    assert {*asked[-1][2 : asked[-1].index("--indirect-selection")]} == {
        *runner.models_of(settings, "staff")
    }


@pytest.mark.parametrize(
    ("made_by", "views", "stands"),
    [
        ("p1", {"one_view"}, True),
        ("p2", {"one_view"}, False),
        ("p1", {"one_view", "gone"}, False),
    ],
    ids=["unchanged", "another project", "a view is gone"],
)
def test_views_stand_while_the_project_is_the_same_and_all_are_there(
    tmp_path, monkeypatch, made_by, views, stands
):
    monkeypatch.setattr(Workshop, "forms_without_tables", lambda _: [])
    settings = Settings(home=tmp_path)
    with opened(settings.build_database) as connection:
        shop = Workshop(settings, connection)
        prepare(connection, shop.programme)
        connection.execute("create view one_view as select 1 as one")
        shop.finish_models("staff", "p1")
        assert shop.models_stand("staff", made_by, views) == stands
