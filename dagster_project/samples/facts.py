"""All tables that the towns report, by form, town and period.

Not here: how each form's rows are drawn (see the ``facts_*`` modules).
"""

from collections.abc import Callable, Iterator

from dagster_project.programme.model import Programme
from dagster_project.samples.facts_appeals import AppealFacts
from dagster_project.samples.facts_departments import DepartmentFacts
from dagster_project.samples.facts_designations import DesignationFacts, SurveyFacts
from dagster_project.samples.facts_facilities import FacilityFacts
from dagster_project.samples.facts_groups import GroupFacts
from dagster_project.samples.facts_organisations import OrganisationFacts
from dagster_project.samples.facts_profile import ProfileFacts
from dagster_project.samples.facts_projects import ProjectFacts
from dagster_project.samples.facts_self_governance import SelfGovernanceFacts
from dagster_project.samples.facts_services import ServiceFacts
from dagster_project.samples.facts_staff import StaffFacts
from dagster_project.samples.world import Table, Town, World

Facts = dict[tuple[str, str, str], Table]
"""Rows by form id, town code and period label."""


TableOf = Callable[[Town, str], Table]


def make_facts(world: World, programme: Programme) -> Facts:
    """Draw every table of every town, and of the district's departments."""
    staff, facilities = StaffFacts(world), FacilityFacts(world)
    profile, services = ProfileFacts(world, facilities), ServiceFacts(world, facilities)
    projects, appeals = ProjectFacts(world), AppealFacts(world)
    measures = programme.codelists["CL_DEPT_MEASURE"]
    departments = DepartmentFacts(world, profile, facilities, measures)
    tables: dict[str, TableOf] = {
        "staff": staff.table,
        "facilities": facilities.table,
        "community_profile": profile.table,
        "organisations": OrganisationFacts(world, projects).table,
        "self_governance": SelfGovernanceFacts(world, staff, profile).table,
        "population_groups": GroupFacts(world, profile).table,
        "projects": projects.table,
        "designations": DesignationFacts(world, facilities).table,
        "surveys": SurveyFacts(world, profile).table,
    }
    facts: Facts = {}
    for town in world.towns:
        facts |= dict(_of_town(world, town, tables))
        flowing = {"services": services.tables(town), "appeals": appeals.tables(town)}
        for form_id, by_period in flowing.items():
            facts |= {(form_id, town.code, label): table for label, table in by_period.items()}
    for label in world.periods["department_measures"]:
        facts["department_measures", world.district.code, label] = departments.table(label)
    return facts


def _of_town(
    world: World, town: Town, tables: dict[str, TableOf]
) -> Iterator[tuple[tuple[str, str, str], Table]]:
    for form_id, table in tables.items():
        for label in world.periods[form_id]:
            yield (form_id, town.code, label), table(town, label)
