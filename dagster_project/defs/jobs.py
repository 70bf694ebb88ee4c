"""Jobs and schedules: what runs together, and when it runs by the calendar.

One run per form and period with all its files inside; release is a job of its own. Not here: what
starts runs in between (see ``sensors``).
"""

from calendar import monthrange
from typing import TYPE_CHECKING

import dagster as dg

from dagster_project.defs.collect.assets import SETTLE_SECONDS, Arrivals
from dagster_project.programme.model import DueRule, Form

if TYPE_CHECKING:
    from dagster._core.definitions.unresolved_asset_job_definition import (
        UnresolvedAssetJobDefinition as AssetJob,
    )

COLLECT = "collect"
DIMENSIONS = "dimensions"
RELEASE = "release_job"
SETTLED = dg.RunConfig(ops={"receipts": Arrivals(settle_seconds=SETTLE_SECONDS)})
"""Files that are still being written wait for the next collection."""
LAST_MONTHS = {"M": tuple(range(1, 13)), "Q": (3, 6, 9, 12), "A": (12,)}
"""The months in which periods end."""
NO_LEAP_YEAR = 2015


def process_name(form_id: str | None) -> str:
    """Give the name of the job that processes a form."""
    return f"process_{form_id}"


def collect_job() -> "AssetJob":
    """Give the job that takes files in and reads them."""
    return dg.define_asset_job(
        COLLECT,
        dg.AssetSelection.assets("receipts", "readings", "returned"),
        description="收件、编号、读取、返件。 Takes files in, gives receipts, reads them, returns.",
    )


def process_job(form: Form) -> "AssetJob":
    """Give the job that takes one form through gate, models and audit, for one period."""
    form_id = form.form_id
    inside = (
        dg.AssetSelection.assets(f"raw_{form_id}").downstream()
        & dg.AssetSelection.assets(f"audited_{form_id}").upstream()
    )
    returned = dg.AssetSelection.assets(f"returned_{form_id}")
    checks = dg.AssetSelection.checks_for_assets(f"raw_{form_id}", f"fct_{form_id}")
    return dg.define_asset_job(
        process_name(form_id),
        inside | returned | checks,
        description=(
            f"{form.title.zh}（{form.table_number}）一个报告期：审核、建模、检查。"
            f" {form.title.en}, one period: gate, models, audit."
        ),
    )


def dimensions_job(dimensions: dg.AssetsDefinition) -> "AssetJob":
    """Give the job that builds the dimensions, when the programme or the regions have changed."""
    return dg.define_asset_job(
        DIMENSIONS,
        dg.AssetSelection.assets(dimensions, "dictionary"),
        description=(
            "区划、报告期、报表、代码表、数据字典。"
            " Regions, periods, forms, code lists, the data dictionary."
        ),
    )


def release_job(shared: dg.AssetsDefinition) -> "AssetJob":
    """Give the job that builds what all forms share and publishes."""
    return dg.define_asset_job(
        RELEASE,
        dg.AssetSelection.assets(shared, "release"),
        description="汇总、报送情况，然后发布。 Totals and reporting, then the release.",
    )


def due_schedule(form: Form, collect: "AssetJob") -> dg.ScheduleDefinition:
    """Give the schedule that collects on the morning after a form was due, whatever came."""
    return dg.ScheduleDefinition(
        name=f"due_{form.form_id}",
        job=collect,
        run_config=SETTLED,
        cron_schedule=morning_after(form.due, form.period_type),
        execution_timezone="Asia/Shanghai",
        # As the sensors: what is due on a day should not wait for a hand.
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=(
            f"{form.title.zh}截止次日早六点收件，并重新核对有哪些报表期等待处理。"
            f" At six on the morning after {form.title.en} was due: collects, and looks again"
            " at what waits."
        ),
    )


def morning_after(due: DueRule, period_type: str) -> str:
    """Give the cron line of six o'clock on the day after the due day of each period.

    A day that one of the months does not have moves to the first of the next month.

    >>> morning_after(DueRule(month_offset=1, day=10), "Q")
    '0 6 11 1,4,7,10 *'
    >>> morning_after(DueRule(month_offset=1, day=30), "A")
    '0 6 31 1 *'
    """
    day, months = due.day + 1, _months(period_type, due.month_offset)
    if day > min(monthrange(NO_LEAP_YEAR, month)[1] for month in months):
        day, months = 1, _months(period_type, due.month_offset + 1)
    return f"0 6 {day} {','.join(map(str, months))} *"


def _months(period_type: str, offset: int) -> list[int]:
    """Give the months that lie so many after those in which periods end."""
    return sorted((month + offset - 1) % 12 + 1 for month in LAST_MONTHS[period_type])
