"""Dagster partitions: the reporting periods of each form, by their labels.

Not here: which partitions wait for a run (see ``warehousing.workshop``).
"""

from functools import cache

import dagster as dg

from dagster_project.programme.model import Programme
from dagster_project.programme.periods import known_periods
from dagster_project.settings import Settings

PARTITION_TAG = "dagster/partition"
"""Dagster's own tag on a run, with the key of its partition."""


@cache
def _definition(labels: tuple[str, ...]) -> dg.StaticPartitionsDefinition:
    return dg.StaticPartitionsDefinition(list(labels))


def partitions_of(
    programme: Programme, period_type: str, settings: Settings
) -> dg.PartitionsDefinition:
    """Give the partitions of all forms with a period type, one definition for all of them.

    Quarter labels are no ``strftime`` format, so the keys are listed, up to the end of this year; a
    code location that is reloaded once a year has them all.
    """
    return _definition(known_periods(programme, period_type, settings.clock.now().year))
