"""Dagster partitions: the periods that collections ask of each form, by their labels.

Not here: which partitions wait for a run (see ``warehousing.workshop``).
"""

from collections.abc import Mapping, Sequence
from functools import cache

import dagster as dg

from dagster_project.programme.model import Form, Programme
from dagster_project.programme.periods import asked_periods
from dagster_project.settings import Settings

PARTITION_TAG = "dagster/partition"
"""Dagster's own tag on a run, with the key of its partition."""


RANGE_TAGS = ("dagster/asset_partition_range_start", "dagster/asset_partition_range_end")
"""Dagster's own tags on a run of several partitions, with the keys of the first and the last.

Half of a run is the tools' own: periods that follow each other are processed in one.
"""


def range_tags(periods: Sequence[str]) -> dict[str, str]:
    """Give the tags of a run over some periods that follow each other."""
    return dict(zip(RANGE_TAGS, (periods[0], periods[-1]), strict=True))


def periods_of_run(tags: Mapping[str, str], partitions: dg.PartitionsDefinition) -> Sequence[str]:
    """Give the periods of a run by its tags, none for a run without partition."""
    if PARTITION_TAG in tags:
        return (tags[PARTITION_TAG],)
    first, last = (tags.get(name) for name in RANGE_TAGS)
    if not (first and last):
        return ()
    return partitions.get_partition_keys_in_range(dg.PartitionKeyRange(first, last))


@cache
def _definition(labels: tuple[str, ...]) -> dg.StaticPartitionsDefinition:
    return dg.StaticPartitionsDefinition(list(labels))


def partitions_of(programme: Programme, form: Form, settings: Settings) -> dg.PartitionsDefinition:
    """Give the partitions of a form, one definition for all forms asked in the same periods.

    Quarter labels are no ``strftime`` format, so the keys are listed, up to the end of this year; a
    code location that is reloaded once a year has them all.
    """
    return _definition(asked_periods(programme, form.form_id, settings.clock.now().year))
