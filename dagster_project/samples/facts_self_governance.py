"""What a town would report on ``self_governance`` (SG-106): elections, consultation, burden.

Committee members are those of the staff form. Calibrated to nothing. Not here: layouts.
"""

from datetime import date
from typing import Any

from dagster_project.samples.data import declared
from dagster_project.samples.dice import Dice, share
from dagster_project.samples.facts_profile import ProfileFacts
from dagster_project.samples.facts_staff import StaffFacts
from dagster_project.samples.world import Row, Table, Town, Unit, World

MEMBERS = ("RC_MEMBER", "VC_MEMBER")
SUBCOMMITTEES = ("mediation", "security", "health", "environment", "service")


class SelfGovernanceFacts:
    """The self-governance tables of all towns."""

    def __init__(self, world: World, staff: StaffFacts, profile: ProfileFacts) -> None:
        """Take what other forms say of the same communities."""
        self.world, self.staff, self.profile = world, staff, profile
        self.parameters: dict[str, Any] = declared("parameters_community")["self_governance"]

    def table(self, town: Town, year: str) -> Table:
        """Give the rows of one town, one for each community and village."""
        return [self._row(unit, town, year) for unit in town.communities]

    def _row(self, unit: Unit, town: Town, year: str) -> Row:
        lasting = self.world.dice("self-governance", unit.code)
        now = self.world.dice("self-governance", unit.code, year)
        return (
            {"unit_code": unit.code}
            | self._election(unit, town, year)
            | self._members(unit, year, lasting)
            | _bodies(lasting)
            | _consultation(now)
            | self._works(unit, lasting, now)
            | _burden(lasting, now)
        )

    def _election(self, unit: Unit, town: Town, year: str) -> Row:
        """The last election was in the anchor year; later years carry its figures."""
        dice = self.world.dice("election", unit.code)
        people = self.profile.row(unit, town, str(self.world.year))
        voters = share(int(str(people["registered_population"])), dice.between(70, 85))
        return {
            "term_no": self.parameters["term"],
            "election_held": int(year) == self.world.year,
            "election_date": date(self.world.year, 6, dice.between(1, 28)),
            "election_method": dice.pick(self.parameters["methods"]),
            "registered_voters": voters,
            "voters_participated": share(voters, dice.between(62, 96)),
        }

    def _members(self, unit: Unit, year: str, dice: Dice) -> Row:
        members = self._committee(unit, year)
        both = share(members, dice.between(20, 60))
        return {
            "committee_members": members,
            "secretary_is_director": dice.chance(60),
            "team_members": members + dice.between(0, 3),
            "members_cross_appointed": both,
        }

    def _committee(self, unit: Unit, year: str) -> int:
        """Units without an elected committee have a small one that is appointed."""
        for category in MEMBERS:
            if flows := self.staff.flows.get((unit.code, category)):
                return flows[f"{year}-Q4"].closing
        return int(self.parameters["appointed"])

    def _works(self, unit: Unit, lasting: Dice, now: Dice) -> Row:
        needs = now.between(5, 40)
        is_village = unit.kind == "VC"
        return {
            "sanshe_linkage": lasting.chance(25),
            "in_rural_programme": lasting.chance(30) if is_village else None,
            "legal_adviser": lasting.chance(70),
            "law_literate_persons": lasting.between(0, 4),
            "party_members_reporting": lasting.between(10, 160),
            "demand_surveys": now.between(0, 3),
            "needs_listed": needs,
            "needs_matched": share(needs, now.between(40, 95)),
            "resources_listed": lasting.between(8, 60),
            "emergency_plan": lasting.chance(85),
            "emergency_drills": now.between(0, 3),
        }


def _bodies(dice: Dice) -> Row:
    row: Row = {f"sub_{name}": dice.chance(75) for name in SUBCOMMITTEES}
    return row | {"supervision_committee": dice.chance(90)}


def _consultation(dice: Dice) -> Row:
    """A working mechanism has met in the year; without meetings there is nothing to count."""
    held = dice.between(0, 6)
    topics = sum(dice.between(1, 3) for _ in range(held))
    participants = sum(dice.between(8, 40) for _ in range(held))
    return {
        "consultation_mechanism": held > 0 and dice.chance(85),
        "consultations_held": held,
        "consultation_topics": topics,
        "topics_settled": share(topics, dice.between(50, 100)),
        "consultation_participants": participants,
        "org_representatives": share(participants, dice.between(0, 12)),
    }


def _burden(lasting: Dice, now: Dice) -> Row:
    tasks = lasting.between(12, 40)
    return {
        "signboards": lasting.between(3, 20),
        "ledgers": lasting.between(10, 60),
        "meetings": now.between(40, 160),
        "certificate_items": lasting.between(5, 30),
        "admitted_tasks": tasks,
        "admitted_tasks_funded": share(tasks, lasting.between(10, 50)),
        "tasks_outside_list": now.between(0, 8),
        "department_assessments": now.between(0, 6),
        "veto_items": lasting.between(0, 3),
    }
