"""The dbt models as assets: one multi-asset per form (by period), one for what all forms share.

Not here: SQL (see ``dbt/``), running dbt (see ``runner``).
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, dbt_assets

from dagster_project.defs.pending import write_pending
from dagster_project.defs.pool import POOL
from dagster_project.defs.retries import mendable
from dagster_project.defs.warehouse.runner import build, project_print
from dagster_project.settings import Settings
from dagster_project.warehousing.workshop import Workshop

if TYPE_CHECKING:
    from dbt.artifacts.schemas.run import RunResult

SHARED = "tag:cross_form"
DIMENSIONS = "tag:dimension"
FAILED = ("error", "fail", "runtime error")


class Translator(DagsterDbtTranslator):
    """Names assets by their table alone, so that a source is the asset that lands it."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """Give the table's name as key."""
        return dg.AssetKey(dbt_resource_props["name"])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """Group models by the folder they stand in: staging, intermediate, facts …"""
        return Path(dbt_resource_props["original_file_path"]).parent.name


def form_models(
    manifest: Path, form_id: str, partitions: dg.PartitionsDefinition
) -> dg.AssetsDefinition:
    """Give the models of one form as one asset definition, partitioned by its periods."""

    @dbt_assets(
        manifest=manifest,
        select=f"tag:{form_id}",
        name=f"dbt_{form_id}",
        partitions_def=partitions,
        dagster_dbt_translator=Translator(),
        pool=POOL,
    )
    def models(
        context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]
    ) -> Iterator[Any]:
        yield from _run(context, settings, f"tag:{form_id}", [*context.partition_keys])

    return models


def models_without_form(manifest: Path, select: str, name: str) -> dg.AssetsDefinition:
    """Give the models of no form in particular that a dbt selection names, as one definition."""

    @dbt_assets(
        manifest=manifest,
        select=select,
        name=name,
        dagster_dbt_translator=Translator(),
        pool=POOL,
    )
    def models(
        context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]
    ) -> Iterator[Any]:
        yield from _run(context, settings, select, [])

    return models


def _run(
    context: dg.AssetExecutionContext, settings: Settings, select: str, periods: list[str]
) -> Iterator[Any]:
    """Build, report each model and test to Dagster, then fail the step if any of them failed."""
    # The open workshop keeps DuckDB's file open between dbt's own connections: half the time.
    with mendable(), Workshop.entered(settings) as shop:
        if select == SHARED:
            # Verdicts given in this build are archive records too: the calendar reaches them.
            shop.write_reference()
        made_by = project_print(settings)
        unchanged = shop.models_stand(select, made_by)
        results = list(build(settings, select, periods, unchanged=unchanged).results)
        if not unchanged and not _broken(results):
            shop.finish_models(select, made_by)
        if select == DIMENSIONS:
            results += _tables_of_forms_without(shop)
            if not _broken(results):
                shop.finish_dimensions()
                write_pending(settings, shop)
        if select == SHARED and not _broken(results):
            shop.finish_shared()
    for result in results:
        yield from _events(context, result)
    if broken := _broken(results):
        raise dg.Failure(
            description=f"dbt: {', '.join(broken)}", metadata=broken, allow_retries=False
        )


def _tables_of_forms_without(shop: Workshop) -> "list[RunResult]":
    """Make the tables of forms that have none; their tests run when their periods are built."""
    if forms := shop.forms_without_tables():
        select = " ".join(f"tag:{form_id}" for form_id in forms)
        return list(build(shop.settings, select, [], tested=False).results)
    return []


def _broken(results: Iterable["RunResult"]) -> dict[str, str]:
    """Give the names and messages of the models and tests that failed."""
    failed = [result for result in results if str(result.status) in FAILED]
    return {result.node.name: result.message or "" for result in failed}


def _events(context: dg.AssetExecutionContext, result: "RunResult") -> Iterator[Any]:
    seconds = {"seconds": round(result.execution_time, 3)}
    kind, name = str(result.node.resource_type), result.node.name
    is_ours = dg.AssetKey(name) in context.selected_asset_keys
    if kind == "model" and str(result.status) == "success" and is_ours:
        yield dg.MaterializeResult(asset_key=dg.AssetKey(name), metadata=seconds)
    for key in context.selected_asset_check_keys:
        if kind == "test" and key.name == name:
            yield dg.AssetCheckResult(
                asset_key=key.asset_key,
                check_name=key.name,
                passed=str(result.status) == "pass",
                severity=_severity(result),
                metadata=seconds | {"failures": result.failures or 0},
            )


def _severity(result: "RunResult") -> dg.AssetCheckSeverity:
    is_warning = str(result.status) == "warn"
    return dg.AssetCheckSeverity.WARN if is_warning else dg.AssetCheckSeverity.ERROR
