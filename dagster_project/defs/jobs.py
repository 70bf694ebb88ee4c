"""Jobs, sensors and schedules: when what runs.

One run per form and period with all its files inside; release is a job of its own.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import dagster as dg

from dagster_project.defs.pending import read_pending
from dagster_project.programme.model import Form
from dagster_project.releasing.manifest import Manifest, latest_release
from dagster_project.settings import Settings

if TYPE_CHECKING:
    from dagster._core.definitions.unresolved_asset_job_definition import (
        UnresolvedAssetJobDefinition as AssetJob,
    )

DIMENSIONS_JOB = "dimensions"
POLL_SECONDS = 30
"""A clerk waits on the phone at most this long before the file is taken."""


def collect_job() -> "AssetJob":
    """Give the job that takes files in and reads them."""
    return dg.define_asset_job("collect", dg.AssetSelection.assets("receipts", "readings"))


def process_job(form: Form) -> "AssetJob":
    """Give the job that takes one form through gate, models and audit, for one period."""
    form_id = form.form_id
    inside = (
        dg.AssetSelection.assets(f"raw_{form_id}").downstream()
        & dg.AssetSelection.assets(f"audited_{form_id}").upstream()
    )
    checks = dg.AssetSelection.checks_for_assets(f"raw_{form_id}", f"fct_{form_id}")
    return dg.define_asset_job(f"process_{form_id}", inside | checks)


def dimensions_job(dimensions: dg.AssetsDefinition) -> "AssetJob":
    """Give the job that builds the dimensions, when the programme or the regions have changed."""
    return dg.define_asset_job(DIMENSIONS_JOB, dg.AssetSelection.assets(dimensions))


def release_job(shared: dg.AssetsDefinition) -> "AssetJob":
    """Give the job that builds what all forms share and publishes."""
    return dg.define_asset_job("release_job", dg.AssetSelection.assets(shared, "release"))


def inbox_sensor() -> dg.SensorDefinition:
    """Give the sensor that starts a collection when files lie in the inbox."""

    @dg.sensor(name="inbox", job_name="collect", minimum_interval_seconds=POLL_SECONDS)
    def inbox(settings: dg.ResourceParam[Settings]) -> dg.RunRequest | dg.SkipReason:
        """收件箱里有文件就收件。 Starts when files lie in raw/inbox."""
        files = sorted(path for path in settings.inbox.rglob("*") if path.is_file())
        if not files:
            return dg.SkipReason("raw/inbox is empty")
        newest = max(path.stat().st_mtime_ns for path in files)
        return dg.RunRequest(run_key=f"{len(files)}-{newest}")

    return inbox


def pending_sensor(later_jobs: "Sequence[AssetJob]") -> dg.SensorDefinition:
    """Give the sensor that starts a run for each partition that waits, and then the release."""

    @dg.sensor(name="pending", jobs=later_jobs, minimum_interval_seconds=POLL_SECONDS)
    def pending(
        settings: dg.ResourceParam[Settings],
    ) -> Iterator[dg.RunRequest | dg.SkipReason]:
        """有待处理的报表期就处理，处理完就发布。 Processes what waits, then releases."""
        waiting = read_pending(settings)
        if waiting.dimensions:
            yield dg.RunRequest(run_key=waiting.release_print, job_name=DIMENSIONS_JOB)
        for key in waiting.partitions:
            yield dg.RunRequest(
                run_key=f"{waiting.release_print}-{key.form_id}-{key.period}",
                job_name=f"process_{key.form_id}",
                partition_key=key.period,
            )
        latest = latest_release(settings.releases)
        if (
            waiting.release_print
            and not (waiting.partitions or waiting.dimensions)
            and (latest is None or Manifest.read(latest).input_fingerprint != waiting.release_print)
        ):
            yield dg.RunRequest(run_key=waiting.release_print, job_name="release_job")

    return pending


def due_schedule(form: Form) -> dg.ScheduleDefinition:
    """Give the schedule that looks at the inbox on the morning after a form was due."""
    months = {"M": "*", "Q": "1,4,7,10", "A": "1"}[form.period_type]
    return dg.ScheduleDefinition(
        name=f"due_{form.form_id}",
        job_name="collect",
        cron_schedule=f"0 6 {form.due.day + 1} {months} *",
        execution_timezone="Asia/Shanghai",
        description=(
            f"{form.title.zh}截止次日清晨收件，缺报名单随之更新。"
            f" The morning after {form.title.en} was due: late units become visible."
        ),
    )
