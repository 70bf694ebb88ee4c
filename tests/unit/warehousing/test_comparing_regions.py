"""Rules by region: street against department, department against its streets, whole files."""

import pytest

from dagster_project.programme.period import Period
from dagster_project.warehousing import comparing
from tests.unit.warehousing.test_comparing import TOWN, UNIT, Office

DISTRICT, OTHER_TOWN = "440113000000", "440113008000"
TOWNS = (TOWN, OTHER_TOWN)


@pytest.fixture
def office(programme):
    """Two towns and their district owe reports."""
    (panyu,) = (one for one in programme.collections if one.collection_id == "panyu")
    small = panyu.model_copy(update={"units": TOWNS})
    return Office(programme.model_copy(update={"collections": (small,)}))


def profile(people: int, **more):
    return {
        "unit_code": UNIT,
        "registered_population": people,
        "permanent_population": people,
    } | more


def measure(code: str, value: float, region: str = TOWN, **more):
    return {"region_code": region, "measure_code": code, "value": value, "unit": "persons"} | more


def department(office, *rows, period="2015-Q4"):
    return office.send("department_measures", period, list(rows), respondent_code=DISTRICT)


def own_rules(office, number, table="SG"):
    return {rule for rule, _ in office.standing(number) if rule.startswith(table)}


def test_a_street_is_compared_with_what_the_department_says_of_it(office):
    number = office.send("community_profile", "2015", [profile(1000), profile(500)])
    assert own_rules(office, number) == set()  # no department has spoken
    department(office, measure("POP_REGISTERED", 1500))
    assert own_rules(office, number) == set()
    department(office, measure("POP_REGISTERED", 1400))
    assert own_rules(office, number) == {"SG-101-R13"}


def test_a_department_that_says_nothing_of_the_street_or_gives_no_value_asks_nothing(office):
    """A sum over no row would be 0, and every street a question."""
    number = office.send("community_profile", "2015", [profile(1000)])
    department(
        office, measure("POP_REGISTERED", 9, DISTRICT), measure("POP_60_PLUS", 8, OTHER_TOWN)
    )
    assert own_rules(office, number) == set()
    department(office, measure("POP_REGISTERED", None, obs_status="L"))
    assert own_rules(office, number) == set()


def test_a_department_is_compared_with_all_the_streets_of_its_region_or_not_at_all(office):
    """With a street missing the sum would be too small: then nobody can tell."""
    number = department(
        office, measure("POP_PERMANENT", 3000, DISTRICT), measure("POP_PERMANENT", 900)
    )
    office.send("community_profile", "2015", [profile(900)])
    assert own_rules(office, number) == set()
    office.send("community_profile", "2015", [profile(900)], respondent_code=OTHER_TOWN)
    assert own_rules(office, number) == {"SG-201-R05"}
    office.send("community_profile", "2015", [profile(2100)], respondent_code=OTHER_TOWN)
    assert own_rules(office, number) == set()


def test_figures_of_a_row_mean_the_whole_unit_where_a_rule_is_by_region(office):
    """Each row against the unit's payments would question every unit with two rows."""
    rows = [
        {"org_type": "SERVICE", "purchase_amount": 60},
        {"org_type": "CULTURE", "purchase_amount": 40},
        {"org_type": "MUTUAL", "purchase_amount": None},
    ]
    number = office.send("organisations", "2015-Q4", rows)
    paid = {"project_code": "P1", "supplier_type": "SOCIAL_ORG", "paid_in_period": 100}
    office.send("projects", "2015-Q4", [paid, paid | {"supplier_type": "OTHER"}])
    assert own_rules(office, number) == set()
    office.send("projects", "2015-Q4", [paid | {"paid_in_period": 150}])
    assert own_rules(office, number) == {"SG-105-R09"}


def test_a_cell_marked_as_not_reported_leaves_the_whole_unit_untold(office):
    rows = [
        {"org_type": "SERVICE", "purchase_amount": 60},
        {"org_type": "CULTURE", "purchase_amount": None, "has_abnormal_cells": True},
    ]
    number = office.send("organisations", "2015-Q4", rows)
    paid = {"project_code": "P1", "supplier_type": "SOCIAL_ORG", "paid_in_period": 100}
    office.send("projects", "2015-Q4", [paid])
    assert own_rules(office, number) == set()


def test_the_condition_of_a_rule_by_region_says_which_rows_are_summed(office):
    elderly = {
        "population_group": "ELDER60",
        "institutional_care": 8,
        "institutional_out_of_area": 2,
    }
    number = office.send("population_groups", "2015-Q4", [elderly, {"population_group": "DIBAO"}])
    home = {"facility_code": "F1", "facility_type": "ELDER_HOME", "status": "OPEN", "beds": 6}
    office.send("facilities", "2015-Q4", [home])
    assert own_rules(office, number) == set()
    office.send("facilities", "2015-Q4", [home | {"beds": 5}])
    assert own_rules(office, number) == {"SG-107-R12"}


def test_a_measure_is_compared_with_itself_a_quarter_before_by_one_definition(office):
    department(office, measure("GP", 10, definition_version="2015"), period="2015-Q3")
    same = department(office, measure("GP", 16, definition_version="2015"))
    assert own_rules(office, same) == {"SG-201-R06"}
    other = department(office, measure("GP", 16, definition_version="2016"))
    assert own_rules(office, other) == set()


def title(result="MET", **more):
    row = {"object_code": UNIT, "designation": "GREEN", "awarded_on": "2014-05-01"}
    return row | {"result": result, "object_type": "COMMUNITY"} | more


@pytest.mark.parametrize(
    ("before", "now", "rules"),
    [
        pytest.param(title(), [title()], set(), id="carried on"),
        pytest.param(title(), [title("REVOKED")], set(), id="revoked"),
        pytest.param(title(), [], {"SG-110-R07"}, id="gone"),
        pytest.param(title(valid_until="2015-04-30"), [], set(), id="gone after it had ended"),
        pytest.param(title("NOT_MET"), [], set(), id="never met"),
        pytest.param(title(), [title(awarded_on="2015-06-01")], set(), id="awarded anew"),
    ],
)
def test_a_title_without_an_end_carries_on_or_is_revoked(office, before, now, rules):
    """A title that had an end may go: its end stands in the row of the year before."""
    kept = {"object_code": "other", "designation": "STAR", "awarded_on": "2015-01-01"}
    office.send("designations", "2014", [before])
    number = office.send("designations", "2015", [kept, *now])
    assert office.at_the_verdict(number) == rules


def test_of_several_waves_the_last_of_the_year_before_is_compared(office):
    def wave(number, satisfied):
        asked = {"survey_object": "SERVICE", "wave": number, "valid_answers": 100}
        return asked | {"very_satisfied": 0, "satisfied": satisfied}

    office.send("surveys", "2014", [wave(1, 20), wave(2, 80)])
    assert own_rules(office, office.send("surveys", "2015", [wave(1, 85)])) == set()
    assert own_rules(office, office.send("surveys", "2015", [wave(1, 30)])) == {"SG-111-R07"}


def test_a_department_looks_at_every_street_of_its_region_that_owes_or_sent(office):
    office.send("community_profile", "2015", [profile(1)], respondent_code="440113999000")
    number = department(office, measure("POP_PERMANENT", 1, DISTRICT))
    landed = {"submission_id": number, "respondent_code": DISTRICT, "period": "2015-Q4"}
    form = office.programme.forms["department_measures"]
    shelf = comparing.Shelf.filled(
        office.connection, office.receipts, office.verdicts, office.programme.forms
    )
    looked_at = comparing.forms_looked_at(form, office.programme)
    seen = list(comparing._others(shelf, form, office.programme, looked_at, landed))
    found = {one.respondent_code: one.sent is not None for one in seen}
    assert found == {TOWN: False, OTHER_TOWN: False, "440113999000": True}
    assert {one.period for one in seen} == {Period.parse("2015-Q4")}
