"""Gate and audit of one form: ``raw_<form>`` at the entrance, ``audited_<form>`` at the exit.

Beside them ``returned_<form>``: what goes back to the senders. Not here: rules (see ``rules``),
schemas and suites (see ``warehousing``), models (see ``defs.warehouse``).
"""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from dagster_project.defs.pending import write_pending
from dagster_project.defs.pool import POOL
from dagster_project.defs.process.metadata import partition_metadata, returned_metadata
from dagster_project.defs.retries import mendable
from dagster_project.feedback.returning import Returner
from dagster_project.programme.model import Form
from dagster_project.settings import Settings
from dagster_project.warehousing.built import PartitionKey
from dagster_project.warehousing.database import rows_of_periods
from dagster_project.warehousing.handover import handover_failures
from dagster_project.warehousing.judges import start_judges
from dagster_project.warehousing.workshop import Workshop

HANDOVER = "handover_schema"
TOTALS = "int_{}_totals"
AUDITED = ("fct_{}", "hist_{}", TOTALS)
"""The models that an audit waits for."""


def landed_rows(form: Form, partitions: dg.PartitionsDefinition) -> dg.AssetsDefinition:
    """Give the asset of a form's accepted rows, with the check at the hand-over to dbt."""
    name = f"raw_{form.form_id}"

    @dg.asset(
        name=name,
        deps=["readings"],
        group_name="process",
        kinds={"duckdb", "pandera"},
        partitions_def=partitions,
        check_specs=[dg.AssetCheckSpec(HANDOVER, asset=name, blocking=True)],
        description=(
            f"{form.title.zh}（{form.table_number}）通过审核的各行，含全部修订。\n\n"
            f"Accepted rows of {form.title.en}, all revisions, as the edit rules decided."
        ),
        pool=POOL,
    )
    def rows(
        context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]
    ) -> Iterator[Any]:
        periods = context.partition_keys
        start_judges()  # they load while rows land and models are built
        with mendable(), Workshop.entered(settings) as shop:
            report = shop.process(*(PartitionKey(form.form_id, period) for period in periods))
            landed = rows_of_periods(shop.connection, name, periods)
            wrong = handover_failures(shop.connection, form, shop.programme, landed)
            metadata = partition_metadata(shop, form.form_id, periods, report)
        yield dg.MaterializeResult(metadata=metadata)
        yield dg.AssetCheckResult(
            check_name=HANDOVER, passed=not wrong, metadata={"failures": "\n".join(wrong) or "—"}
        )

    return rows


def returned(form: Form, partitions: dg.PartitionsDefinition) -> dg.AssetsDefinition:
    """Give the asset of what goes back to the senders; no figure waits for it."""

    @dg.asset(
        name=f"returned_{form.form_id}",
        deps=[f"raw_{form.form_id}"],
        group_name="process",
        kinds={"excel", "file"},
        partitions_def=partitions,
        description=(
            f"{form.title.zh}：被退回和待核实的报送，标注后返给填报单位。\n\n"
            "Refused and questioned submissions as marked workbooks for their senders."
        ),
        pool=POOL,
    )
    def files(
        context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]
    ) -> dg.MaterializeResult[Any]:
        with mendable(), Workshop.entered(settings) as shop:
            returner = Returner(shop.connection, shop.programme, settings)
            keys = [PartitionKey(form.form_id, period) for period in context.partition_keys]
            reports = returner.keep(keys)
        return dg.MaterializeResult(metadata=returned_metadata(settings, reports))

    return files


def audited(form: Form, partitions: dg.PartitionsDefinition) -> dg.AssetsDefinition:
    """Give the asset that says a partition passed all its checks and may be released."""

    @dg.asset(
        name=f"audited_{form.form_id}",
        deps=[name.format(form.form_id) for name in AUDITED if form.rolls_up or name != TOTALS],
        group_name="audit",
        kinds={"duckdb"},
        partitions_def=partitions,
        description=(
            f"{form.title.zh}：本期已通过全部检查，可以发布。\n\n"
            "The period passed every check; a release may take it."
        ),
        pool=POOL,
    )
    def passed(context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]) -> None:
        with mendable(), Workshop.entered(settings) as shop:
            shop.finish(*(PartitionKey(form.form_id, one) for one in context.partition_keys))
            write_pending(settings, shop)

    return passed
