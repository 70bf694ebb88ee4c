"""The dbt project on a tiny warehouse: what it builds, what it recomputes, what its tests catch."""

import re
import shutil

import pytest

from dagster_project.defs.warehouse.runner import DbtError, parse
from dagster_project.settings import Settings
from tests.fixtures.dbt_runs import executed, failed
from tests.fixtures.tiny_warehouse import COMMUNITIES, DISTRICT, STREETS, TinyWarehouse

ABOVE = {"city": "440100000000", "district": DISTRICT, "province": "440000000000"}
IN_TWO_LANGUAGES = re.compile(r"[\u4e00-\u9fff][\s\S]* / [\s\S]*[A-Za-z]")


def models(dbt):
    return [node for node in dbt.manifest.nodes.values() if node.resource_type == "model"]


def test_every_column_that_is_built_is_described_in_two_languages(dbt, built_once):
    query = "select table_name, list(column_name) from duckdb_columns() group by 1"
    built_columns = dict(built_once.rows(query))
    for model in models(dbt):
        described = {name: column.description for name, column in model.columns.items()}
        built = built_columns[model.name]
        assert sorted(described) == sorted(built), model.name
        poor = [name for name, text in described.items() if not IN_TWO_LANGUAGES.search(text)]
        assert poor == [], model.name


def test_every_model_source_and_test_is_described_in_two_languages(dbt):
    manifest = dbt.manifest
    described = [*manifest.nodes.values(), *manifest.sources.values(), *manifest.exposures.values()]
    described += manifest.unit_tests.values()
    poor = [node.name for node in described if not IN_TWO_LANGUAGES.search(node.description)]
    assert poor == []


def test_every_mart_has_a_contract_an_owner_and_a_grain(dbt):
    marts = [model for model in models(dbt) if "marts" in model.path]
    assert len(marts) > 20
    for mart in marts:
        assert mart.config.contract.enforced, mart.name
        assert mart.access == "public", mart.name
        assert mart.config.group == "grassroots_statistics", mart.name
        assert set(mart.config.meta["grain"]) <= set(mart.columns), mart.name


def test_comments_in_the_database_are_chinese_and_english(built_once):
    query = """
        select comment from duckdb_columns()
        where table_name = 'fct_staff' and column_name = 'headcount_closing'
    """
    ((comment,),) = built_once.rows(query)
    assert comment.startswith("期末人数")
    assert "Headcount at end" in comment


def test_every_unit_test_runs_and_passes(dbt, built_once):
    outcome = dbt.invoke(built_once.path, "test", "--select", "test_type:unit")
    assert failed(outcome) == set()
    declared = {unit_test.name for unit_test in dbt.manifest.unit_tests.values()}
    assert executed(outcome) == declared != set()


def test_facts_hold_what_is_in_force_and_history_holds_every_revision(built_once):
    query = "select revision, count(*) from {} where period = '2015-Q4' group by all order by all"
    assert built_once.rows(query.format("hist_staff")) == [(1, 2), (2, 2)]
    assert built_once.rows(query.format("fct_staff")) == [(1, 1), (2, 2)]


def test_history_answers_what_was_known_at_a_date(built_once):
    query = """
        select sum(headcount_closing) from hist_staff
        where period = '2015-Q4'
            and known_from <= $at and (known_to is null or $at < known_to)
    """
    asked = {"2016-01-19": 2, "2016-01-21": 7}
    with built_once.connected() as connection:
        answers = {at: connection.execute(query, {"at": at}).fetchone()[0] for at in asked}
    assert answers == asked


def test_rows_carry_the_street_and_district_of_the_period_end(built_once):
    query = "select distinct street_code, district_code, region_level from fct_services order by 1"
    assert built_once.rows(query) == [(code, DISTRICT, "community") for code in STREETS[:2]]


def test_totals_say_which_units_they_cover(built_once):
    query = """
        select region_level, region_code, breakdown_code, value, units_expected, units_reported,
            is_complete
        from fct_totals
        where form_id = 'staff' and period = '2015-Q4' and column_name = 'headcount_closing'
            and breakdown_code in ('_T', 'VC_MEMBER') and region_level <> 'community'
        order by all
    """
    assert built_once.rows(query) == [
        *(
            (level, code, breakdown, value, 3, 2, False)
            for level, code in ABOVE.items()
            for breakdown, value in (("VC_MEMBER", 1), ("_T", 7))
        ),
        ("street", STREETS[0], "VC_MEMBER", 1, 1, 1, True),
        ("street", STREETS[0], "_T", 6, 1, 1, True),
        ("street", STREETS[1], "_T", 1, 1, 1, True),
        ("street", STREETS[2], "_T", None, 1, 0, False),
    ]


def test_a_form_without_categories_has_totals_over_all_only(built_once):
    query = """
        select distinct breakdown_code, breakdown_column from fct_totals
        where form_id = 'community_profile'
    """
    assert built_once.rows(query) == [("_T", None)]


def test_a_community_has_its_own_figures_and_its_street_says_whether_they_came(built_once):
    query = """
        select region_code, breakdown_code, value, obs_status, units_expected, units_reported
        from fct_totals
        where form_id = 'staff' and period = '2015-Q4' and column_name = 'headcount_closing'
            and region_level = 'community'
        order by all
    """
    assert built_once.rows(query) == [
        (COMMUNITIES[STREETS[0]], "_T", 6, "A", 1, 1),
        (COMMUNITIES[STREETS[1]], "_T", 1, "A", 1, 1),
        (COMMUNITIES[STREETS[2]], "_T", None, "L", 1, 0),
    ]


def test_totals_of_every_form_hold_its_additive_columns(built_once, programme):
    query = "select distinct form_id, column_name from fct_totals"
    additive = {
        (form.form_id, column.name)
        for form in programme.forms.values()
        for column in form.columns
        if form.rolls_up and column.is_additive
    }
    assert set(built_once.rows(query)) == additive


def test_reporting_has_a_row_for_every_unit_form_and_period(built_once, programme):
    assert built_once.rows("select count(*) from fct_reporting") == [
        (3 * 2 * len(programme.forms),)
    ]


def test_reporting_names_units_as_they_were_called_at_the_periods_end(built):
    """Districts had no name on the status page."""
    built.execute(f"""
        update raw_region set valid_from = date '2016-01-01' where region_code = '{STREETS[0]}';
        insert into raw_region by name
        select * replace ('旧名' as name, null as valid_from, date '2016-01-01' as valid_to)
        from raw_region where region_code = '{STREETS[0]}';
        insert into raw_expected by name
        select * replace ('{DISTRICT}' as unit_code) from raw_expected limit 1
    """)
    names = dict(
        built.rows(f"""
        select period, respondent_name from fct_reporting
        where respondent_code = '{STREETS[0]}' and form_id = 'staff' order by 1
    """)
    )
    now = "select name from raw_region where region_code = '{}' and valid_to is null"
    assert names["2015-Q4"] == "旧名"
    assert [(names["2016-Q1"],)] == built.rows(now.format(STREETS[0]))
    query = (
        f"select distinct respondent_name from fct_reporting where respondent_code = '{DISTRICT}'"
    )
    assert built.rows(query) == built.rows(now.format(DISTRICT))


def test_a_cell_not_reported_makes_its_column_incomplete_and_no_other(dbt, built):
    ((submission_id,),) = built.rows(
        "select submission_id from fct_community_profile"
        f" where period = '2015' and respondent_code = '{STREETS[0]}'"
    )
    cell = {"submission_id": submission_id, "row_number": 1, "column_name": "households"}
    built.insert("raw_cell_status", [cell | {"obs_status": "L", "raw_text": "未报"}])
    built.execute(
        f"update raw_community_profile set households = null where submission_id = {submission_id}"
    )
    outcome = dbt.build(built.path, "--select", "tag:community_profile", periods=("2015",))
    assert failed(outcome) == set()
    query = """
        select column_name, value, units_reported, cells_missing from fct_totals
        where form_id = 'community_profile' and period = '2015' and region_level = 'district'
            and column_name in ('households', 'grids')
        order by 1
    """
    assert built.rows(query) == [("grids", 2, 2, 0), ("households", 1, 1, 1)]


def test_building_a_form_touches_that_form_only(dbt, built):
    outcome = dbt.build(built.path, "--select", "tag:staff", periods=("2015-Q4",))
    assert failed(outcome) == set()
    assert executed(outcome)
    assert all("staff" in name for name in executed(outcome))


def test_only_the_periods_of_the_run_are_computed_again(dbt, built):
    built.execute("update raw_staff set headcount_closing = headcount_closing + 100")
    outcome = dbt.build(built.path, "--select", "tag:staff", periods=("2016-Q1",))
    assert failed(outcome) == set()
    query = "select period, sum(headcount_closing) from {} group by 1 order by 1"
    assert built.rows(query.format("fct_staff")) == [("2015-Q4", 7), ("2016-Q1", 202)]
    assert built.rows(query.format("hist_staff")) == [("2015-Q4", 8), ("2016-Q1", 202)]
    totals = (
        "select period, value from fct_totals where form_id = 'staff' and breakdown_code = '_T'"
    )
    of_district = " and region_level = 'district' and column_name = 'headcount_closing' order by 1"
    assert built.rows(totals + of_district) == [("2015-Q4", 7), ("2016-Q1", 202)]


def test_a_run_that_names_no_period_computes_all(dbt, built):
    built.execute("update raw_staff set headcount_closing = 10")
    assert failed(dbt.build(built.path, "--select", "tag:staff")) == set()
    query = "select period, sum(headcount_closing) from fct_staff group by 1 order by 1"
    assert built.rows(query) == [("2015-Q4", 30), ("2016-Q1", 20)]


def test_a_first_build_computes_all_periods_whatever_the_run_names(dbt, built):
    built.execute("drop table hist_staff")
    assert failed(dbt.build(built.path, "--select", "tag:staff", periods=("2016-Q1",))) == set()
    query = "select distinct period from fct_staff order by 1"
    assert built.rows(query) == [("2015-Q4",), ("2016-Q1",)]


def test_a_period_that_became_empty_is_emptied(dbt, built):
    """Deleting by the new rows would have left the rows of a withdrawn report standing."""
    for table in ("raw_submission", "raw_staff", "raw_expected"):
        built.execute(f"delete from {table} where period = '2015-Q4'")
    assert failed(dbt.build(built.path, "--select", "tag:staff", periods=("2015-Q4",))) == set()
    for table in ("fct_staff", "hist_staff", "int_staff_totals"):
        assert built.rows(f"select distinct period from {table}") == [("2016-Q1",)], table


def test_totals_are_shown_before_every_form_has_been_built(dbt, tmp_path, programme):
    tiny = TinyWarehouse(tmp_path / "build.duckdb", programme)
    with tiny.connected():
        tiny.create()
        tiny.submit("staff", STREETS[0], "2015-Q4", [{}])
    outcome = dbt.build(tiny.path, "--select", "tag:staff", "tag:cross_form")
    assert failed(outcome) == set()
    assert tiny.rows("select distinct form_id from fct_totals") == [("staff",)]


def test_a_label_that_is_no_period_is_refused(dbt, built):
    outcome = dbt.build(built.path, "--select", "hist_staff", periods=("2015-Q5",))
    assert "hist_staff" in failed(outcome)
    assert "2015-Q5" in outcome.result.results[0].message


def test_a_unit_that_nobody_expected_is_in_reporting_and_named_in_the_total(dbt, built):
    built.execute(f"delete from raw_expected where unit_code = '{STREETS[0]}'")
    outcome = dbt.build(built.path, "--select", "tag:services", "tag:cross_form")
    assert failed(outcome) == set()
    query = f"select distinct is_expected from fct_reporting where respondent_code = '{STREETS[0]}'"
    assert built.rows(query) == [(False,)]
    query = """
        select distinct units_expected, units_reported, units_unexpected, value from fct_totals
        where form_id = 'services' and region_level = 'district' and column_name = 'accepted'
    """
    assert built.rows(query) == [(2, 1, 1, 2)]


SPOILED = {
    "fct_staff_has_one_row_for_each_key": (
        "insert into hist_staff from hist_staff where known_to is null limit 1"
    ),
    "fct_staff_keys_and_lineage_are_filled": "update hist_staff set staff_category = null",
    "fct_staff_codes_stand_in_their_lists": "update hist_staff set wage_basis = 'NO_SUCH_CODE'",
    "fct_staff_units_exist_at_period_end": "update raw_region set valid_to = date '2015-10-01'",
    "fct_staff_has_every_accepted_row": "delete from hist_staff where staff_category = 'VC_MEMBER'",
    "hist_staff_has_every_accepted_row": "insert into hist_staff from hist_staff limit 1",
    "hist_staff_has_one_revision_in_force": "update hist_staff set known_to = null",
    "int_staff_totals_has_one_row_for_each_key": (
        "insert into int_staff_totals from int_staff_totals limit 1"
    ),
    "int_staff_totals_streets_add_up_to_district": (
        "update int_staff_totals set value = value + 1 where region_level = 'street'"
    ),
    "int_staff_totals_says_what_it_covers": "update int_staff_totals set units_reported = 4",
    "fct_reporting_has_one_row_for_each_unit_form_and_period": """
        insert into raw_submission
        from raw_submission where state = 'accepted' and known_to is null limit 1
    """,
    "fct_indicators_has_one_row_for_each_key": (
        "insert into fct_indicators from fct_indicators limit 1"
    ),
    "fct_indicator_units_has_one_row_for_each_key": (
        "insert into fct_indicator_units from fct_indicator_units limit 1"
    ),
    "fct_target_progress_has_one_row_for_each_target_region_and_period": (
        "insert into fct_target_progress from fct_target_progress limit 1"
    ),
    "fct_findings_are_numbered_once": """
        insert into raw_finding (submission_id, finding_number) values (1, 1), (1, 1)
    """,
    "fct_rule_health_has_one_row_for_each_rule_form_and_period": """
        create or replace view fct_rule_health as
        select 'staff' as form_id, '2015-Q4' as period, 'SG-103-R01' as rule_id from range(2)
    """,
    "rule_health_accounts_for_every_finding": """
        insert into raw_finding (submission_id, finding_number, scope, answer_reason)
        select submission_id, 1, 'row', 'no such reason' from raw_submission limit 1
    """,
    "every_submission_is_in_reporting": """
        create or replace view fct_reporting as
        select form_id, respondent_code, period from raw_submission where form_id <> 'staff'
    """,
    "every_refused_submission_says_why": (
        "insert into raw_submission (submission_id, state) values (9, 'refused')"
    ),
    "every_form_with_accepted_rows_has_totals": (
        "create or replace view fct_totals as from int_services_totals"
    ),
    "regions_of_one_code_do_not_overlap": "insert into raw_region from raw_region limit 1",
    "codes_stand_once_in_their_list": "insert into raw_code from raw_code limit 1",
}


@pytest.mark.parametrize("name", SPOILED)
def test_a_data_test_fails_on_spoiled_data(dbt, built, name):
    built.execute(SPOILED[name])
    assert failed(dbt.invoke(built.path, "test", "--select", name)) == {name}


def test_every_kind_of_data_test_has_been_seen_to_fail(dbt, programme):
    """A test that cannot fail proves nothing; forms share their tests, so staff stands for all."""
    names = {node.name for node in dbt.manifest.nodes.values() if node.resource_type == "test"}
    other_forms = [form_id for form_id in programme.forms if form_id != "staff"]
    assert {name for name in names if not any(form in name for form in other_forms)} == set(SPOILED)


def test_a_model_that_dbt_cannot_parse_is_an_error_in_two_languages(tmp_path, monkeypatch):
    settings = Settings(home=tmp_path)
    project = shutil.copytree(settings.dbt_project, tmp_path / "dbt")
    (project / "models" / "marts" / "broken.sql").write_text("select {{ ref('no_such_model' }}")
    monkeypatch.setattr(Settings, "dbt_project", project)
    with pytest.raises(DbtError, match=r"(?s)dbt 未能运行.*broken.*dbt could not run"):
        parse(settings)
