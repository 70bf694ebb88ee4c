"""The dbt models as assets: one multi-asset per form (by period), one for what all forms share.

Not here: SQL (see ``dbt/``), running dbt (see ``runner``).
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, dbt_assets

from dagster_project.defs.pending import write_pending
from dagster_project.defs.pool import POOL
from dagster_project.defs.retries import mendable
from dagster_project.defs.warehouse.runner import build, models_of, project_print
from dagster_project.defs.warehouse.slices import part_of_document
from dagster_project.settings import Settings
from dagster_project.warehousing.indicator_periods import Recomputed, to_compute
from dagster_project.warehousing.judges import start_judges
from dagster_project.warehousing.workshop import Workshop

if TYPE_CHECKING:
    from dbt.artifacts.schemas.run import RunResult

SHARED = "cross_form"
DIMENSIONS = "dimension"
"""Tags of the models that belong to no form; a form's models are tagged by its id."""
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
        manifest=part_of_document(_document(manifest), form_id),
        select=f"tag:{form_id}",
        name=f"dbt_{form_id}",
        partitions_def=partitions,
        dagster_dbt_translator=Translator(),
        pool=POOL,
    )
    def models(
        context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]
    ) -> Iterator[Any]:
        yield from _run(context, settings, form_id, [*context.partition_keys])

    return models


def models_without_form(manifest: Path, tag: str, name: str) -> dg.AssetsDefinition:
    """Give the models of no form in particular that carry a tag, as one definition."""

    @dbt_assets(
        manifest=part_of_document(_document(manifest), tag),
        select=f"tag:{tag}",
        name=name,
        dagster_dbt_translator=Translator(),
        pool=POOL,
    )
    def models(
        context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]
    ) -> Iterator[Any]:
        yield from _run(context, settings, tag, [])

    return models


def _document(manifest: Path) -> dict[str, Any]:
    """Give a manifest file's content, read once for all definitions."""
    return _read(manifest, manifest.stat().st_mtime_ns)


@cache
def _read(manifest: Path, _changed: int) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(manifest.read_text(encoding="utf-8"))
    return content


def _run(
    context: dg.AssetExecutionContext, settings: Settings, tag: str, periods: list[str]
) -> Iterator[Any]:
    """Build, report each model and test to Dagster, then fail the step if any of them failed."""
    scope = Recomputed(periods)
    # The open workshop keeps DuckDB's file open between dbt's own connections: half the time.
    with mendable(), Workshop.entered(settings) as shop:
        if tag == SHARED:
            start_judges()  # they load while the models are built
            # Verdicts given in this build are archive records too: the calendar reaches them.
            shop.write_reference()
            scope = to_compute(shop.connection, shop.dimensions_print)
        made_by, models = project_print(settings), models_of(settings, tag)
        views = {name for name, is_view in models.items() if is_view}
        standing = shop.models_stand(tag, made_by, views)
        results = list(build(settings, [tag], scope, standing=standing))
        if not standing and not _broken(results):
            shop.finish_models(tag, made_by)
        if tag == DIMENSIONS:
            results += _tables_of_forms_without(shop, made_by)
            if not _broken(results):
                shop.finish_dimensions()
                write_pending(settings, shop)
        if tag == SHARED and not _broken(results):
            shop.finish_shared()
    yield from _told(context, results, models, standing=standing)


def _told(
    context: dg.AssetExecutionContext,
    results: "list[RunResult]",
    models: Iterable[str],
    *,
    standing: bool,
) -> Iterator[Any]:
    """Tell Dagster of models, parents first, and of tests; fail the step if any of them failed.

    A view that stands was not made and shows other rows all the same: what waits for it goes on.
    """
    made = {result.node.name: result for result in results}
    are_good = all(str(made[name].status) == "success" for name in models if name in made)
    for name in models:
        if name in made:
            yield from _events(context, made.pop(name))
        elif standing and are_good:
            yield dg.MaterializeResult(asset_key=dg.AssetKey(name), metadata={"stands": True})
    for result in made.values():
        yield from _events(context, result)
    if broken := _broken(results):
        raise dg.Failure(
            description=f"dbt: {', '.join(broken)}", metadata=broken, allow_retries=False
        )


def _tables_of_forms_without(shop: Workshop, made_by: str) -> "list[RunResult]":
    """Make the tables of forms that have none; their tests run when their periods are built."""
    forms = shop.forms_without_tables()
    results = list(build(shop.settings, forms, Recomputed(), tested=False)) if forms else []
    if not _broken(results):
        for form_id in forms:
            shop.finish_models(form_id, made_by)
    return results


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
