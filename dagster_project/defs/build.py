"""``jiceng build``: the very jobs that Dagster schedules, run one after another in this process.

Holds the warehouse lock from first to last step. Not here: what the jobs do.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from weakref import finalize

import dagster as dg

from dagster_project.collecting.lock import WarehouseLock
from dagster_project.defs.jobs import process_name
from dagster_project.defs.partitions import range_tags
from dagster_project.defs.pending import read_pending
from dagster_project.programme.periods import in_a_row
from dagster_project.releasing.manifest import Manifest, latest_release
from dagster_project.releasing.publish import put_in_place
from dagster_project.settings import Settings
from dagster_project.warehousing.built import PartitionKey
from dagster_project.warehousing.database import opened

REASON_LENGTH = 2000
"""The end of a trace, where the cause stands."""

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
"""What failed is said by the command itself; the instance keeps every event."""

Progress = Callable[[str, int, int], None]
"""Told what runs now, how many runs are done, and how many there are."""


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did: how many partitions it built, and the release in force."""

    partitions: int
    failed: tuple[str, ...]
    release: Manifest | None
    is_new: bool


class Builder:
    """Runs the jobs of one code location in this process."""

    def __init__(self, settings: Settings, definitions: dg.Definitions, progress: Progress) -> None:
        """Take the settings, the definitions made for them, and whom to tell."""
        self.settings = settings
        self.definitions = definitions
        self.progress = progress
        self._passing: dg.DagsterInstance | None = None

    def build(self, form_id: str | None = None, period: str | None = None) -> BuildReport:
        """Collect, process every partition that waits (of one form or period only), release."""
        # While the database is open here, every step's own opening of it costs next to nothing.
        with (
            WarehouseLock(self.settings.lock, self.settings.lock_wait_seconds),
            opened(self.settings.build_database),
            self._instance() as instance,
        ):
            failures = [self._run(instance, "collect")]
            if read_pending(self.settings).dimensions:
                failures.append(self._run(instance, "dimensions"))
            waiting = [
                key
                for key in read_pending(self.settings).partitions
                if form_id in (None, key.form_id) and period in (None, key.period)
            ]
            failures += self._process(instance, waiting)
            return self._release(instance, len(waiting), tuple(filter(None, failures)))

    def _process(self, instance: dg.DagsterInstance, waiting: list[PartitionKey]) -> list[str]:
        """Process a form's periods in one run where they follow each other.

        Half of a run is Dagster's and dbt's own. Where one fails, each period runs by itself, so
        that the others are done and the one is named.
        """
        failures: list[str] = []
        done = 0
        for form_id in dict.fromkeys(key.form_id for key in waiting):
            labels = [key.period for key in waiting if key.form_id == form_id and key.period]
            job = process_name(form_id)
            for periods in in_a_row(labels, self._partitions_of(job)):
                self.progress(f"{form_id} {' – '.join(ends(periods))}", done, len(waiting))
                found = [self._run(instance, job, *periods)]
                if found[0] and len(periods) > 1:
                    found = [self._run(instance, job, one) for one in periods]
                failures, done = failures + found, done + len(periods)
        return failures

    def _partitions_of(self, job: str) -> Sequence[str]:
        """Give all periods that a job can run for, in their order."""
        partitions = self.definitions.resolve_job_def(job).partitions_def
        return partitions.get_partition_keys() if partitions else ()

    def _release(
        self, instance: dg.DagsterInstance, partitions: int, failed: tuple[str, ...]
    ) -> BuildReport:
        """Release, unless something failed or the newest release is made from these inputs."""
        pending = read_pending(self.settings)
        latest = latest_release(self.settings.releases)
        before = Manifest.read(latest) if latest else None
        if failed:
            return BuildReport(partitions, failed, before, is_new=False)
        if latest and before and before.input_fingerprint == pending.release_print:
            put_in_place(self.settings.warehouse, latest)
            return BuildReport(partitions, failed, before, is_new=False)
        self.progress("release", partitions, partitions)
        if failure := self._run(instance, "release_job"):
            return BuildReport(partitions, (failure,), before, is_new=False)
        after = latest_release(self.settings.releases)
        manifest = Manifest.read(after) if after else None
        return BuildReport(partitions, failed, manifest, is_new=after != latest)

    @contextmanager
    def _instance(self) -> Iterator[dg.DagsterInstance]:
        """Use the instance that ``DAGSTER_HOME`` names, as the UI does; else one of our own."""
        if os.environ.get("DAGSTER_HOME"):
            with dg.DagsterInstance.get() as kept:
                yield kept
        else:
            if self._passing is None:
                # Kept from build to build: its tables cost more to make than a run to record.
                self._passing = dg.DagsterInstance.ephemeral()
                finalize(self, self._passing.dispose)
            yield self._passing

    def _run(self, instance: dg.DagsterInstance, job: str, *periods: str) -> str:
        """Run one job; gives what failed in it and why, empty where nothing did."""
        resolved = self.definitions.resolve_job_def(job)
        result = resolved.execute_in_process(
            instance=instance,
            partition_key=periods[0] if len(periods) == 1 else None,
            tags=range_tags(periods) if len(periods) > 1 else None,
            raise_on_error=False,
            run_config=QUIET,
        )
        if result.success:
            return ""
        name = " ".join([job, *ends(periods)])
        return "\n".join([name, *(_reason(event) for event in result.get_step_failure_events())])


def ends(periods: Sequence[str]) -> list[str]:
    """Give the first and the last of some periods, once where they are one."""
    return list(dict.fromkeys([*periods[:1], *periods[-1:]]))


def _reason(event: dg.DagsterEvent) -> str:
    """Say in a few lines why a step failed: our own words where it failed on purpose."""
    failure = event.step_failure_data
    said = failure.user_failure_data.description if failure.user_failure_data else None
    return f"  {event.step_key}: {said or failure.error_display_string.strip()[-REASON_LENGTH:]}"
