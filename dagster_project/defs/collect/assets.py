"""The first steps of a report's path: deliveries get receipts, files are read, some go back.

Not here: how (see ``collecting``, ``reading``, ``warehousing``, ``feedback``).
"""

from typing import Any

import dagster as dg

from dagster_project.collecting.collect import collect
from dagster_project.collecting.lock import WarehouseLock
from dagster_project.defs.pending import write_pending
from dagster_project.defs.pool import POOL
from dagster_project.defs.process.metadata import returned_metadata
from dagster_project.defs.retries import mendable
from dagster_project.feedback.returning import Returner
from dagster_project.settings import Settings
from dagster_project.warehousing.workshop import Workshop

SETTLE_SECONDS = 5.0
"""A file is taken when nobody has written to it for so long: copies over a network pause."""


class Arrivals(dg.Config):
    """How young a file may be; the command takes what lies there, sensors let it settle."""

    settle_seconds: float = 0.0


@dg.asset(group_name="collect", kinds={"file"}, pool=POOL)
def receipts(config: Arrivals, settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult[Any]:
    """收件登记：收件箱里的每个文件存档一次，每次报送编一个号。

    Every file in ``raw/inbox`` is archived once by its content; every delivery gets a numbered
    receipt.
    """
    with mendable(), WarehouseLock(settings.lock, settings.lock_wait_seconds):
        result = collect(
            settings.inbox,
            settings.archive,
            settings.clock,
            settle_seconds=config.settle_seconds,
        )
    left = "\n".join(one.text("zh") for one in result.left) or "—"
    return dg.MaterializeResult(
        metadata={
            "new_receipts": len(result.receipts),
            "left_in_inbox": dg.MetadataValue.md(left),
            "still_being_written": len(result.waiting),
        }
    )


@dg.asset(
    group_name="collect",
    deps=[receipts],
    kinds={"excel", "duckdb"},
    pool=POOL,
)
def readings(settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult[Any]:
    """读取：识别表号、单位、报告期，逐行逐格读出；认不出的文件也留下记录。

    New files are read into typed rows with their cells; a file in which no report is found keeps a
    record. Writes the list of partitions that now wait for a run.
    """
    with mendable(), Workshop.entered(settings) as shop:
        report = shop.read_new()
        waiting = write_pending(settings, shop).partitions
    return dg.MaterializeResult(
        metadata={
            "files_read": report.files,
            "submissions": report.submissions,
            "files_without_report": sum(report.unassigned.submissions.values()),
            "forms_changed": ", ".join(report.changed_forms) or "—",
            "partitions_waiting": len(waiting),
        }
    )


@dg.asset(group_name="collect", deps=[readings], kinds={"excel", "file"}, pool=POOL)
def returned(settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult[Any]:
    """返件：认不出报表或报告期的文件退给送件人；returned/ 里缺的补上。

    Files without a form or a period go back to their senders, and whatever is gone from
    ``returned/`` is made again.
    """
    with mendable(), Workshop.entered(settings) as shop:
        returner = Returner(shop.connection, shop.programme, settings)
        reports = returner.keep(returner.missing())
    return dg.MaterializeResult(metadata=returned_metadata(settings, reports))
