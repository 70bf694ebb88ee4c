"""The two sensors that keep reports flowing: files in the inbox, partitions that wait.

A sensor looks at what is there, never at what it asked for before; so a lost run, a correction of
an old month or a deleted warehouse flow on by themselves. Not here: the jobs (see ``jobs``), what
waits (see ``pending``).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

import dagster as dg

from dagster_project.collecting.claim import claim_folders
from dagster_project.collecting.deliveries import CONTROL_NAME
from dagster_project.collecting.inbox import is_settled, list_inbox
from dagster_project.defs import jobs
from dagster_project.defs.collect.assets import SETTLE_SECONDS
from dagster_project.defs.partitions import PARTITION_TAG
from dagster_project.defs.pending import Pending, read_pending, recipe_print
from dagster_project.messages import two_languages
from dagster_project.releasing.manifest import Manifest, latest_release
from dagster_project.settings import Settings
from dagster_project.warehousing.state import fingerprint

if TYPE_CHECKING:
    from dagster._core.definitions.unresolved_asset_job_definition import (
        UnresolvedAssetJobDefinition as AssetJob,
    )

INPUTS_TAG = "jiceng/inputs"
"""Says on a run which inputs it was asked for."""
INBOX_SECONDS = 10
"""A clerk waits on the phone for the answer; listing the inbox costs milliseconds."""
PENDING_SECONDS = 10
"""Reading one small file costs a millisecond, and a report passes three waits on its path."""
TRIES = 2
"""Once more for a run that a restart broke; what fails twice on the same inputs needs a person."""
AT_ONCE = 100
"""Runs asked for by one look: one run goes at a time, a longer queue only hides what is next."""


class Standing(Enum):
    """How a wanted run stands with the runs there were."""

    FREE = "free"
    UNDER_WAY = "under way"
    STUCK = "stuck"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A run that something waits for, and the fingerprint of its inputs."""

    job: str
    inputs: str
    period: str | None = None

    @property
    def name(self) -> str:
        """Give its name for people."""
        return f"{self.job} {self.period}" if self.period else self.job

    def standing(self, instance: dg.DagsterInstance) -> Standing:
        """Look up whether such a run is under way, or was tried in vain on the same inputs."""
        tags = {PARTITION_TAG: self.period} if self.period else {}
        last = instance.get_runs(dg.RunsFilter(job_name=self.job, tags=tags), limit=TRIES)
        if any(not run.is_finished for run in last):
            return Standing.UNDER_WAY
        in_vain = [run for run in last if run.tags.get(INPUTS_TAG) == self.inputs]
        return Standing.STUCK if len(in_vain) == TRIES else Standing.FREE

    def request(self) -> dg.RunRequest:
        """Give the request; it has no run key, since what waits is looked up anew each time."""
        config = jobs.SETTLED if self.job == jobs.COLLECT else None
        tags = {INPUTS_TAG: self.inputs}
        return dg.RunRequest(
            job_name=self.job, partition_key=self.period, tags=tags, run_config=config
        )


def inbox_sensor(collect: "AssetJob") -> dg.SensorDefinition:
    """Give the sensor that starts a collection when there is a reason to."""

    @dg.sensor(
        name="inbox",
        job=collect,
        minimum_interval_seconds=INBOX_SECONDS,
        # A dropped file that nobody takes is the silent failure this project is against.
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=two_languages("RUN_SENSOR_INBOX"),
    )
    def inbox(
        context: dg.SensorEvaluationContext, settings: dg.ResourceParam[Settings]
    ) -> Iterator[dg.RunRequest | dg.SkipReason]:
        reason = _reason_to_collect(settings)
        wanted = [Wanted(jobs.COLLECT, reason)] if reason else []
        yield from _requests(context.instance, wanted, two_languages("RUN_INBOX_EMPTY"))

    return inbox


def pending_sensor(later_jobs: "Sequence[AssetJob]") -> dg.SensorDefinition:
    """Give the sensor that starts a run for each partition that waits, and then the release."""

    @dg.sensor(
        name="pending",
        jobs=later_jobs,
        minimum_interval_seconds=PENDING_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,  # as above
        description=two_languages("RUN_SENSOR_PENDING"),
    )
    def pending(
        context: dg.SensorEvaluationContext, settings: dg.ResourceParam[Settings]
    ) -> Iterator[dg.RunRequest | dg.SkipReason]:
        wanted = _wanted(settings, read_pending(settings))
        yield from _requests(context.instance, wanted, two_languages("RUN_NOTHING_WAITS"))

    return pending


def _reason_to_collect(settings: Settings) -> str | None:
    """Give the fingerprint of what calls for a collection, None where nothing does.

    Files that have settled, files that a killed collection had claimed, or a list of what waits
    that was made with other declarations (or is gone, with receipts there to rebuild from).
    """
    control = settings.inbox / CONTROL_NAME
    files = list_inbox(settings.inbox, SETTLE_SECONDS).files
    claims = [folder.name for folder in claim_folders(settings.inbox)]
    if claims or (files and is_settled(control, SETTLE_SECONDS)):
        stats = [(settings.inbox / name).stat() for name in files]
        listed = [(one.st_ino, one.st_size, one.st_ctime_ns) for one in stats]
        control_changed = control.stat().st_ctime_ns if control.exists() else None
        return fingerprint([claims, files, listed, control_changed])
    recipe = recipe_print(settings)
    is_started = settings.pending.exists() or any(settings.archive.glob("receipts/*"))
    is_old = is_started and read_pending(settings).recipe_print != recipe
    return recipe if is_old else None


def _wanted(settings: Settings, waiting: Pending) -> list[Wanted]:
    """Give the runs to come next: dimensions before facts, facts before the release."""
    if waiting.dimensions:
        return [Wanted(jobs.DIMENSIONS, waiting.dimensions_print)]
    if waiting.inputs:
        return [
            Wanted(jobs.process_name(key.form_id), print_, key.period)
            for key, print_ in waiting.inputs.items()
        ]
    latest = latest_release(settings.releases)
    is_new = latest is None or Manifest.read(latest).input_fingerprint != waiting.release_print
    return [Wanted(jobs.RELEASE, waiting.release_print)] if waiting.release_print and is_new else []


def _requests(
    instance: dg.DagsterInstance, wanted: list[Wanted], idle: str
) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """Ask for the runs that may start; where none may, say what everything waits for."""
    standing = {one: one.standing(instance) for one in wanted}
    free = [one for one in wanted if standing[one] is Standing.FREE][:AT_ONCE]
    stuck = [one.name for one in wanted if standing[one] is Standing.STUCK]
    yield from (one.request() for one in free)
    if free:
        return
    if stuck:
        text = two_languages(
            "RUN_STUCK", count=len(stuck), names=", ".join(stuck[:AT_ONCE]), tries=TRIES
        )
        yield dg.SkipReason(text)
    else:
        yield dg.SkipReason(two_languages("RUN_UNDER_WAY", count=len(wanted)) if wanted else idle)
