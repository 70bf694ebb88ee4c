"""All tables that the towns report, by form, town and period.

Not here: how each form's rows are drawn (see the ``facts_*`` modules).
"""

from dagster_project.samples.data import declared
from dagster_project.samples.facts_facilities import FacilityFacts
from dagster_project.samples.facts_profile import ProfileFacts
from dagster_project.samples.facts_services import ServiceFacts
from dagster_project.samples.facts_staff import StaffFacts
from dagster_project.samples.world import Table, World

Facts = dict[tuple[str, str, str], Table]
"""Rows by form id, town code and period label."""


def make_facts(world: World) -> Facts:
    """Draw every table of every town."""
    staff, facilities = StaffFacts(world), FacilityFacts(world)
    services, profile = ServiceFacts(world, facilities), ProfileFacts(world, facilities)
    periods = declared("parameters")["periods"]
    facts: Facts = {}
    for town in world.towns:
        for period in periods["staff"]:
            facts["staff", town.code, period] = staff.table(town, period)
        for period in periods["facilities"]:
            facts["facilities", town.code, period] = facilities.table(town, period)
        for period, table in services.tables(town).items():
            facts["services", town.code, period] = table
        for period in periods["community_profile"]:
            facts["community_profile", town.code, period] = profile.table(town)
    return facts
