"""What the samples are made to add up to: figures that the plan published for the end of 2015.

The samples are MADE equal to these figures; that proves the path of a report, never the data. Other
places than the demo's add up to figures that are merely usual.
Not here: which rows carry the figures (see the ``facts_*`` modules).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dagster_project.errors import JicengError
from dagster_project.programme.model import Programme
from dagster_project.programme.plan import Plan
from dagster_project.samples.data import declared

HUNDRED = 100


class SampleError(JicengError):
    """Samples that cannot be made from the programme at hand."""


@dataclass(frozen=True, slots=True)
class Targets:
    """The published figures, by indicator of the plan."""

    residents_committee_members: int
    villagers_committee_members: int
    community_fulltime_workers: int
    grid_staff: int
    fisc_social_work_employees: int
    fisc_social_work_professionals: int
    social_worker_exam_passed: int
    public_service_stations: int
    delegated_service_items_count: int
    delegated_departments_count: int
    community_facility_investment_cumulative: int
    community_facility_hardware_projects_cumulative: int
    consultation_pilot_communities: int
    service_complex_pilots_urban: int
    service_complex_pilots_village: int
    sanshe_demo_communities: int

    @classmethod
    def from_programme(cls, programme: Programme, plan_id: str) -> "Targets":
        """Read the baselines of a plan, raising SampleError for one that is not there."""
        plan = next((plan for plan in programme.plans if plan.plan_id == plan_id), None)
        if plan is None:
            raise SampleError("SAMPLES_PLAN_MISSING", plan=plan_id)
        return cls(**{name: _baseline(plan, name) for name in cls.__slots__})

    @classmethod
    def usual(cls, kinds: Iterable[str]) -> "Targets":
        """Give figures as usual for units of some kinds, where no plan publishes any."""
        hundreds: Counter[str] = Counter()
        for kind in kinds:
            hundreds.update(declared("places")["usual"].get(kind, {}))
        return cls(**{name: hundreds[name] // HUNDRED for name in cls.__slots__})


def _baseline(plan: Plan, indicator_id: str) -> int:
    for figure in plan.figures:
        if (figure.indicator_id, figure.kind) == (indicator_id, "baseline") and figure.value:
            return int(figure.value)
    raise SampleError("SAMPLES_FIGURE_MISSING", plan=plan.plan_id, indicator=indicator_id)


def spread(
    total: int, weights: Sequence[int], low: Sequence[int], high: Sequence[int]
) -> list[int]:
    """Share out a total by weights within bounds, by largest remainder.

    >>> spread(10, [1, 1, 2], [1, 1, 1], [9, 9, 9])
    [3, 3, 4]
    """
    if not sum(low) <= total <= sum(high):
        raise SampleError("SAMPLES_TOTAL_DOES_NOT_FIT", total=total, low=sum(low), high=sum(high))
    parts = list(low)
    while left := total - sum(parts):
        places = [place for place, part in enumerate(parts) if part < high[place]]
        whole = sum(weights[place] for place in places)
        quotas = {place: divmod(left * weights[place], whole) for place in places}
        if not _give_quotas(parts, high, quotas):
            _give_remainders(parts, high, total - sum(parts), quotas)
    return parts


Quotas = dict[int, tuple[int, int]]
"""Place to its whole share and the remainder left over."""


def _give_quotas(parts: list[int], high: Sequence[int], quotas: Quotas) -> bool:
    """Give the whole shares; say whether a bound cut one, so that the rest is shared again."""
    cut = False
    for place, (quota, _) in quotas.items():
        cut |= quota > high[place] - parts[place]
        parts[place] = min(high[place], parts[place] + quota)
    return cut


def _give_remainders(parts: list[int], high: Sequence[int], left: int, quotas: Quotas) -> None:
    ranking = sorted(quotas, key=lambda place: (-quotas[place][1], place))
    for place in [place for place in ranking if parts[place] < high[place]][:left]:
        parts[place] += 1
