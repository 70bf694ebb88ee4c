"""The first two steps of a report's path: deliveries get receipts, files are read.

Not here: how (see ``collecting``, ``reading``, ``warehousing``).
"""

import dagster as dg

from dagster_project.collecting.collect import collect
from dagster_project.collecting.lock import WarehouseLock
from dagster_project.defs.pending import write_pending
from dagster_project.defs.retries import TRANSIENT, mendable
from dagster_project.settings import Settings
from dagster_project.warehousing.workshop import Workshop

POOL = "warehouse"


@dg.asset(group_name="collect", kinds={"file"}, retry_policy=TRANSIENT, pool=POOL)
def receipts(settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult:
    """收件登记：收件箱里的每个文件存档一次，每次报送编一个号。

    Every file in ``raw/inbox`` is archived once by its content; every delivery gets a numbered
    receipt.
    """
    with mendable(), WarehouseLock(settings.lock, settings.lock_wait_seconds):
        result = collect(settings.inbox, settings.archive, settings.clock)
    left = "\n".join(one.text("zh") for one in result.left) or "—"
    return dg.MaterializeResult(
        metadata={"new_receipts": len(result.receipts), "left_in_inbox": dg.MetadataValue.md(left)}
    )


@dg.asset(
    group_name="collect",
    deps=[receipts],
    kinds={"excel", "duckdb"},
    retry_policy=TRANSIENT,
    pool=POOL,
)
def readings(settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult:
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
