"""Every formula of the catalogue's indicators finds something in the samples.

Skipped where the catalogue is not at hand. Not here: whether the indicators are computed right.
"""

import csv
import os
from pathlib import Path

import pytest

from dagster_project.programme.period import Period
from dagster_project.samples.facts import make_facts
from dagster_project.samples.world import make_world
from dagster_project.samples.write import SEED
from tests.unit.samples.operands import Operand, Tables, operands, scope_of

REPOSITORY = Path(__file__).parents[3]
REAL_DATA = REPOSITORY / os.environ.get("JICENG_REAL_DATA", "../shared/data")
SOURCES = REAL_DATA.parent / "catalogue" / "indicator_sources.csv"
ELSEWHERE = {
    "new_community_service_system_formed": "a system of Guangzhou",
    "smart_community_platform_built": "a system of Shenzhen",
    "community_service_block_database_built": "a system of Shenzhen",
    "citizen_appeal_platform_built": "a system of Shenzhen",
    "appeal_dispatch_system_built": "a system of Shenzhen",
    "grid_service_platform_built": "a system of Shenzhen",
    "performance_tracking_system_66810_built": "a system of Xiacheng",
    "community_worker_database_built": "a system of Xiacheng",
    "community_public_service_platform_built": "a system of Jiexiu",
    "large_community_health_centres": "no community of Panyu has over 20,000 residents",
    "five_a_building_community_coverage_rate": "the code books list no building communities",
}
"""Indicators that find nothing in Panyu's samples, with the reason."""

pytestmark = pytest.mark.skipif(not SOURCES.is_file(), reason="the catalogue is not at hand")


@pytest.fixture(scope="module")
def everything(programme, register) -> Tables:
    """All rows of Panyu's samples, as ``jiceng demo --all`` writes them."""
    facts = make_facts(make_world(programme, register, SEED, everything=True), programme)
    rows: dict[str, list] = {}
    for (form_id, _, label), table in facts.items():
        form, end = programme.forms[form_id], Period.parse(label).end
        full = [(end, dict.fromkeys(form.column_names) | row) for row in table]
        rows.setdefault(form.table_number.replace("-", ""), []).extend(full)
    return Tables(rows)


def formulas() -> list[dict[str, str]]:
    with SOURCES.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def looked_at(indicator: dict[str, str]) -> list[Operand]:
    scope = scope_of(indicator["scope"]) if indicator["scope"] else None
    return [*operands(indicator["formula"]), *([scope] if scope else [])]


def test_every_formula_finds_rows_in_panyu_but_those_listed(everything):
    empty = {
        one["indicator_id"]
        for one in formulas()
        if not all(operand.is_found(everything) for operand in looked_at(one))
    }
    assert empty == set(ELSEWHERE)
    assert len(formulas()) - len(empty) >= 215


def test_no_formula_is_without_operands():
    assert [one["indicator_id"] for one in formulas() if not operands(one["formula"])] == []


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
def test_an_operand_is_found_only_where_rows_meet_it(everything, formula, found):
    assert all(operand.is_found(everything) for operand in operands(formula)) is found
