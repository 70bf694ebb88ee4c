"""The release: what was built and audited, published in one piece; the dictionary beside it.

Not here: writing them (see ``releasing``, ``dictionary``).
"""

from typing import Any

import dagster as dg

from dagster_project.defs.pool import POOL
from dagster_project.defs.retries import mendable
from dagster_project.dictionary.write import write_dictionary
from dagster_project.errors import JicengError
from dagster_project.programme.model import Programme
from dagster_project.releasing.publish import Occasion, publish
from dagster_project.settings import Settings
from dagster_project.warehousing.made_from import tables_made_from
from dagster_project.warehousing.workshop import Workshop


class ReleaseError(JicengError):
    """A release that must wait."""


def release_asset(programme: Programme) -> dg.AssetsDefinition:
    """Give the asset that publishes; it stands below every audited form and all shared tables."""
    audited = [f"audited_{form_id}" for form_id in programme.forms]

    @dg.asset(
        name="release",
        deps=[
            *audited,
            "fct_totals",
            "fct_reporting",
            "fct_findings",
            "fct_rule_health",
            "fct_indicators",
            "fct_indicator_units",
            "fct_target_progress",
            "dim_region",
        ],
        group_name="release",
        kinds={"duckdb", "parquet"},
        pool=POOL,
    )
    def release(settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult[Any]:
        """发布：新版本写在旧版本旁边，一次改名生效；内容没有变化就不出新版本。

        Write, audit, publish: a new release beside the old one, put in place by one rename;
        none where the content is the same.
        """
        with mendable(), Workshop.entered(settings) as shop:
            if unfinished := shop.open_partitions():
                raise ReleaseError("RELEASE_MUST_WAIT", count=len(unfinished), first=unfinished[0])
            if shop.dimensions_are_stale():
                raise ReleaseError("RELEASE_DIMENSIONS_OLD")
            if not shop.shared_are_current():
                raise ReleaseError("RELEASE_TOTALS_OLD")
            occasion = Occasion(
                released_at=settings.clock.now(),
                as_of=shop.as_of,
                input_fingerprint=shop.release_print,
                synthetic=programme.is_synthetic,
                made_from=tables_made_from(shop.connection, programme.forms),
            )
            published = publish(shop.connection, settings.warehouse, occasion)
            shop.finish_release()
        manifest = published.manifest
        return dg.MaterializeResult(
            metadata={
                "release_id": manifest.release_id,
                "is_new": published.is_new,
                "content_hash": manifest.content_hash,
                "tables": len(manifest.tables),
                "rows": sum(entry.rows for entry in manifest.tables.values()),
                "as_of": str(manifest.as_of),
                "database": dg.MetadataValue.path(settings.published_database),
                "folder": dg.MetadataValue.path(settings.releases / manifest.release_id),
            }
        )

    return release


def dictionary_asset(programme: Programme) -> dg.AssetsDefinition:
    """Give the asset that writes the data dictionary, when what is declared has changed."""

    @dg.asset(
        name="dictionary",
        deps=["dim_form_column", "dim_indicator", "dim_plan", "dim_plan_system"],
        group_name="release",
        kinds={"html"},
    )
    def dictionary(settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult[Any]:
        """数据字典：已发布的表、代码、指标和规划的数，中英文网页，可离线打开。

        The data dictionary: published tables, codes, indicators and figures of plans as pages.
        """
        index = write_dictionary(settings.dictionary, programme, settings.dbt_project)
        return dg.MaterializeResult(metadata={"index": dg.MetadataValue.path(index)})

    return dictionary
