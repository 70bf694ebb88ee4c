"""Every formula of the programme's indicators finds something in the samples.

Not here: whether the indicators are computed right.
"""

import pytest

from dagster_project.programme.indicator import Indicator
from dagster_project.programme.load import load_programme
from dagster_project.programme.period import Period
from tests.unit.samples.operands import Operand, Tables, operands, scope_operands

INDICATORS = load_programme().indicators
ELSEWHERE = {
    "new_community_service_system_formed": "guangzhou",
    "smart_community_platform_built": "shenzhen",
    "community_service_block_database_built": "shenzhen",
    "citizen_appeal_platform_built": "shenzhen",
    "appeal_dispatch_system_built": "shenzhen",
    "grid_service_platform_built": "shenzhen",
    "performance_tracking_system_66810_built": "xiacheng",
    "community_worker_database_built": "xiacheng",
    "community_public_service_platform_built": "jiexiu",
    "large_community_health_centres": "shenzhen",
    "community_health_centre_area": "shenzhen",
    "communities_below_1500_households": "xiacheng",
}
"""Indicators that find nothing in Panyu's samples, with the place that serves them.

Systems are those of one plan; no community of Panyu has more than 20,000 residents; only Xiacheng's
plan has areas that it supports.
"""
NOWHERE = {
    "five_a_building_community_coverage_rate": "the code books list no building communities",
}
"""Indicators that find nothing in any sample, with the reason."""


@pytest.fixture(scope="module")
def places(programme, everything) -> dict[str, Tables]:
    """All rows of ``jiceng demo --all`` by place."""
    return {
        world.collection.collection_id: tables_of(facts, programme) for world, facts in everything
    }


@pytest.fixture(scope="module")
def panyu(places) -> Tables:
    return places["panyu"]


def tables_of(facts, programme) -> Tables:
    rows: dict[str, list] = {}
    for (form_id, _, label), table in facts.items():
        form, end = programme.forms[form_id], Period.parse(label).end
        full = [(end, dict.fromkeys(form.column_names) | row) for row in table]
        rows.setdefault(form.table_number.replace("-", ""), []).extend(full)
    return Tables(rows)


def looked_at(indicator: Indicator) -> list[Operand]:
    scope = scope_operands(indicator.scope, indicator.grain) if indicator.scope else []
    return [*operands(indicator.formula), *scope]


def served_by(tables: Tables) -> set[str]:
    """Give the indicators whose every operand, and scope, finds a row."""
    return {
        one.indicator_id
        for one in INDICATORS
        if all(operand.is_found(tables) for operand in looked_at(one))
    }


def test_every_formula_finds_rows_in_panyu_but_those_listed(panyu):
    everyone, served = {one.indicator_id for one in INDICATORS}, served_by(panyu)
    assert everyone - served == {*ELSEWHERE, *NOWHERE}
    assert len(everyone) == 234
    assert len(served) >= 215


def test_what_panyu_does_not_serve_another_place_does(places):
    others = {name: served_by(tables) for name, tables in places.items()}
    assert {name: place for name, place in ELSEWHERE.items() if name not in others[place]} == {}
    everyone = {one.indicator_id for one in INDICATORS}
    assert everyone - set().union(*others.values()) == set(NOWHERE)


def test_no_formula_is_without_operands():
    assert [one.indicator_id for one in INDICATORS if not operands(one.formula)] == []


@pytest.mark.parametrize(
    ("formula", "found"),
    [
        ("count(SG104.facility_code, facility_type == 'NO_SUCH_TYPE')", False),
        ("sum(SG103.service_hours, staff_category == 'FISC_SW')", False),
        ("sum(SG103.service_hours, staff_category == 'VOL_COMM')", True),
        ("count(SG101.unit_code, exists(SG104.facility_code, status == 'NONE'))", False),
        ("count(SG101.unit_code, exists(SG104.facility_code, status == 'OPEN'))", True),
    ],
    ids=["no such code", "an empty column", "a filled column", "no unit has it", "a unit has it"],
)
def test_an_operand_is_found_only_where_rows_meet_it(panyu, formula, found):
    assert all(operand.is_found(panyu) for operand in operands(formula)) is found
