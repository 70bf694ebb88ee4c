"""How far targets are reached, from rows of forms: what is missing, and what comes in later."""

import pytest

from tests.fixtures.dbt_runs import failed
from tests.fixtures.tiny_warehouse import DISTRICT, STREETS

CONSULTATION = "panyu_13fyp.consultation_mechanism_coverage_rate.target"
FORMS = ("community_profile", "self_governance")
SELECTED = ("--select", *(f"tag:{form_id}" for form_id in FORMS), "tag:cross_form")


def told(warehouse, region, period, target=CONSULTATION):
    query = f"""
        select cast(value as double), state, state_reason, units_expected, units_reported
        from fct_target_progress
        where target_id = '{target}' and region_code = '{region}' and period = '{period}'
    """
    return warehouse.rows(query)


@pytest.fixture
def all_reported(built, dbt):
    """The third town comes in for both years; in the second its community consults."""
    for period, consults in (("2015", False), ("2016", True)):
        for form_id in FORMS:
            row = {"consultation_mechanism": consults} if form_id == "self_governance" else {}
            built.submit(form_id, STREETS[2], period, [row])
    assert failed(dbt.build(built.path, *SELECTED)) == set()
    return built


def test_a_missing_town_leaves_its_district_untold(built_once):
    assert told(built_once, DISTRICT, "2016") == [(0, "cannot_tell", "incomplete", 3, 2)]


def test_a_town_that_nobody_asks_leaves_its_district_untold_too(built, dbt):
    """Two of three towns are asked and report everything: that is not the district."""
    built.execute(f"delete from raw_expected where unit_code = '{STREETS[2]}'")
    assert failed(dbt.build(built.path, *SELECTED)) == set()
    assert told(built, DISTRICT, "2016") == [(0, "cannot_tell", "region_not_covered", 2, 2)]


def test_the_towns_that_did_report_are_told_by_themselves(built_once):
    assert told(built_once, STREETS[0], "2016") == [(0, "behind", "pace_too_slow", 1, 1)]
    assert told(built_once, STREETS[2], "2016") == [(None, "cannot_tell", "not_reported", 1, 0)]


def test_the_first_year_has_no_pace_and_the_second_has_one(all_reported):
    """From 0 to 1 of 3 in a year, 2 of 3 still missing in the year that is left."""
    assert told(all_reported, DISTRICT, "2015") == [(0, "cannot_tell", "no_earlier_value", 3, 3)]
    assert told(all_reported, DISTRICT, "2016") == [(33.333333, "behind", "pace_too_slow", 3, 3)]
    assert told(all_reported, STREETS[2], "2016") == [(100, "met", "reached", 1, 1)]
    query = f"""
        select cast(gap as double), cast(base_value as double), base_period, is_plan_base,
            cast(actual_pace_per_year as double), cast(required_pace_per_year as double)
        from fct_target_progress
        where target_id = '{CONSULTATION}' and region_code = '{DISTRICT}' and period = '2016'
    """
    assert all_reported.rows(query) == [
        (
            -66.666667,
            0,
            "2015",
            False,
            pytest.approx(33.265, abs=1e-3),
            pytest.approx(66.712, abs=1e-3),
        )
    ]


def test_posts_have_no_pace_from_persons(built_once):
    query = """
        select distinct base_value, actual_pace_per_year from fct_target_progress
        where target_id = 'panyu_13fyp.social_work_service_posts.target'
    """
    assert built_once.rows(query) == [(None, None)]


def test_standards_count_the_units_that_meet_them(built_once):
    query = f"""
        select units_in_scope, units_judged, units_met, cast(share_met_pct as double), value
        from fct_target_progress
        where target_id = 'panyu_13fyp.social_workers_per_community.standard'
            and region_code = '{DISTRICT}' and period = '2016-Q1'
    """
    assert built_once.rows(query) == [(3, 2, 0, 0, None)]


def test_every_target_with_an_indicator_that_came_in_is_followed(built_once):
    query = """
        select count(*) from fct_targets
        where kind <> 'baseline' and plan_id = 'panyu_13fyp'
            and indicator_id in (
                select indicator_id from fct_indicators where region_level = 'district'
            )
            and target_id not in (select target_id from fct_target_progress)
    """
    assert built_once.rows(query) == [(0,)]
