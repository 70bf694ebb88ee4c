"""The indicators of the samples: every value again in plain Python, and what holds among them."""

from fractions import Fraction

import duckdb
import pytest

from dagster_project.releasing.explain import explain
from dagster_project.releasing.sources import ExplainError
from tests.fixtures.reckoned import Reckoner, dicts

pytestmark = pytest.mark.pipeline

FEW_COMMUNITIES = ("440113011001", "440113103001", "440113102200")
"""One of each kind of street and town; all of them would take a minute."""
SAME = Fraction(1, 10**5)
"""Values have six decimal places, and so has each rate that is weighted."""
PARTS = ("numerator", "denominator")
RATIOS = "select indicator_id from dim_indicator where aggregation = 'ratio_of_sums'"


@pytest.fixture(scope="module")
def release(demo):
    """Open the release of the demo."""
    with duckdb.connect(demo.home / "warehouse" / "jiceng.duckdb", read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def built(demo):
    """Open the database of the build, which withholds nothing."""
    with duckdb.connect(demo.home / "warehouse" / "build.duckdb", read_only=True) as connection:
        yield connection


WITHOUT_VALUE = {
    "community_health_centre_area": "not_additive",
    "community_hospital_area": "not_additive",
    "community_premises_construction_grant": "not_additive",
    "elderly_activity_room_grant": "not_additive",
    "epidemiological_investigators_per_health_centre": "not_additive",
    "new_community_startup_grant": "not_additive",
    "public_health_physicians_per_health_centre": "not_additive",
    "five_a_building_community_coverage_rate": "zero_denominator",
    "large_community_health_centres": "out_of_scope",
}
"""Indicators that the demo's samples give no value, with the reason that is published.

Seven are judged facility by facility or grant by grant, and nobody adds these up. The code books
list no building communities; no community of Panyu has more than 20,000 residents.
"""


def test_every_indicator_of_the_catalogue_is_published_and_has_a_value_or_the_reason(release):
    """Of a figure that regions above do not add up, what its own level says is the reason."""
    assert release.execute("select count(*) from dim_indicator").fetchall() == [(234,)]
    without = release.execute("""
        select indicator_id, max(reason) from fct_indicators
        group by indicator_id having count(value) = 0
    """).fetchall()
    assert dict(without) == WITHOUT_VALUE


def test_every_value_is_what_plain_python_works_out(built):
    reckoner = Reckoner.of_release(built)
    indicators = {one["indicator_id"]: one for one in dicts(built, "from dim_indicator")}
    few = ", ".join(f"'{code}'" for code in FEW_COMMUNITIES)
    chosen = f"from fct_indicators where region_level <> 'community' or region_code in ({few})"
    different = []
    for one in dicts(built, chosen):
        place = (one["region_level"], one["region_code"], one["period"])
        wanted = reckoner.value(indicators[one["indicator_id"]], *place)
        got = None if one["value"] is None else Fraction(one["value"])
        if got is None or wanted is None:
            is_same = got is wanted is None
        else:
            is_same = abs(got - wanted) <= SAME
        if not is_same:
            different.append((one["indicator_id"], *place, got, wanted))
    assert different == []
    assert built.execute(f"select count(*) {chosen} and value is not null").fetchone() > (5000,)


def test_a_parents_ratio_is_that_of_its_streets_parts(built):
    """Nothing is an average of averages: what a district shows follows from its streets."""
    found = built.execute(f"""
        with streets as (
            select indicator_id, period, sum(numerator) as over, sum(denominator) as under
            from fct_indicators
            where region_level = 'street' and indicator_id in ({RATIOS})
            group by indicator_id, period
        )
        select indicator_id, period, district.numerator - streets.over,
            district.denominator - streets.under,
            district.value - factor * streets.over / streets.under
        from fct_indicators as district
        inner join streets using (indicator_id, period)
        inner join dim_indicator using (indicator_id)
        where district.region_level = 'district' and district.value is not null
            and not contains(forms, 'department_measures')
    """).fetchall()
    assert len(found) > 50
    assert [one for one in found if one[2] or one[3] or abs(one[4]) > SAME] == []


def test_a_town_that_is_missing_lowers_the_coverage_and_never_hides(release):
    """新造镇 sent no staff report for 2016-Q1: the district's figures say that one of 16 lacks."""
    query = """
        select region_level, region_code, value is null, obs_status, reason, units_expected,
            units_reported, is_complete
        from fct_indicators
        where indicator_id = 'residents_committee_members' and period = '2016-Q1'
            and region_code in ('440113000000', '440113103000', '440113007000')
        order by region_code
    """
    assert release.execute(query).fetchall() == [
        ("district", "440113000000", False, "P", None, 16, 15, False),
        ("street", "440113007000", False, "A", None, 1, 1, True),
        ("street", "440113103000", True, "L", "not_reported", 1, 0, False),
    ]


def test_no_value_is_without_a_reason_and_no_status_contradicts_its_coverage(release):
    wrong = release.execute("""
        select indicator_id, region_code, period, value, obs_status, reason
        from fct_indicators
        where (value is null) <> (reason is not null)
            or (is_complete and units_expected <> units_reported)
            or (value is not null and not is_complete and obs_status <> 'P')
            or (value is not null and is_complete and obs_status not in ('A', 'U'))
            or (value is null and obs_status not in ('L', 'M', 'Q'))
            or (obs_status = 'Q') <> (reason is not distinct from 'withheld')
    """).fetchall()
    assert wrong == []


def test_only_indicators_over_sensitive_groups_are_withheld(release):
    found = release.execute("""
        select distinct indicator_id from fct_indicators where obs_status = 'Q'
    """).fetchall()
    assert found == [("vulnerable_groups_social_work_coverage_rate",)]
    small = release.execute("""
        select count(*) from fct_population_groups where persons_closing < 10 and population_group
            in (select code from dim_pop_group where contains(attributes, 'sensitive=Y'))
    """).fetchall()
    assert small == [(0,)]


@pytest.mark.parametrize(
    ("indicator_id", "level", "period", "rows"),
    [
        ("residents_committee_members", "community", "2015-Q4", 1),
        ("community_worker_average_wage", "street", "2015-Q4", None),
        ("consultation_mechanism_coverage_rate", "street", "2015", None),
        ("fisc_service_coverage_rate", "street", "2015", None),
        ("street_one_team_three_centres_rate", "street", "2015", None),
        ("resident_satisfaction_rate", "district", "2015", None),
        ("delegated_departments_count", "district", "2015-Q4", 1),
    ],
)
def test_an_indicator_is_explained_by_the_cells_that_count(
    release, indicator_id, level, period, rows
):
    code = {"community": "440113011001", "street": "440113011000", "district": "440113000000"}
    keys = {"indicator_id": indicator_id, "region_code": code[level], "period": period}
    found = explain(release, "fct_indicators", "value", keys | {"region_level": level})
    counted = [source for one in found.operands for source in one.sources]
    assert found.sources == tuple(counted) != ()
    assert all(source.cell and source.original_name for source in counted)
    assert rows in (None, len(counted))


def test_the_operands_of_a_ratio_are_its_numerator_and_denominator(release):
    place = {"region_code": "440113000000", "region_level": "district", "period": "2015"}
    keys = {"indicator_id": "consultation_mechanism_coverage_rate"} | place
    parts = {part: explain(release, "fct_indicators", part, keys) for part in PARTS}
    told = {one.part: one.value for one in parts["numerator"].operands}
    assert told == {part: found.value for part, found in parts.items()}


def test_the_rows_of_sums_over_a_year_come_from_all_its_periods(release):
    keys = {"indicator_id": "community_worker_average_wage", "region_code": "440113011000"}
    keys |= {"period": "2015", "region_level": "street"}
    found = explain(release, "fct_indicators", "numerator", keys)
    quarters = {one.period: one.value for one in found.operands if one.part == "numerator"}
    assert quarters["2015-Q1"] is None
    assert sum(value for value in quarters.values() if value is not None) == found.value


@pytest.mark.parametrize(
    "indicator_id",
    [
        "residents_committee_office_area",
        "community_hospital_area",
        "community_premises_construction_grant",
    ],
)
def test_the_figure_of_one_unit_is_explained_by_its_cells(release, indicator_id):
    """Regions have theirs in fct_indicators, facilities and projects in one cell of a form."""
    chosen = f"from fct_indicator_units where indicator_id = '{indicator_id}' and value > 0"
    one = dicts(release, f"{chosen} order by period, unit_id limit 1")[0]
    keys = {name: one[name] for name in ("indicator_id", "period", "unit_id", "region_code")}
    found = explain(release, "fct_indicator_units", "value", keys)
    told = [source.value for source in found.sources if not isinstance(source.value, str)]
    assert found.value == one["value"] == sum(told)
    assert all(source.cell for source in found.sources)


def test_units_that_several_rows_fit_are_named(release):
    keys = {"indicator_id": "residents_committee_office_area"}
    with pytest.raises(ExplainError, match="unit_id"):
        explain(release, "fct_indicator_units", "value", keys)


def test_an_indicator_that_is_not_there_is_named(release):
    with pytest.raises(ExplainError, match="no_such_indicator"):
        explain(release, "fct_indicators", "value", {"indicator_id": "no_such_indicator"})
