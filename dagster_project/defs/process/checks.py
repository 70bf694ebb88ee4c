"""Great Expectations as asset checks: one per form and period, one per mart that all forms share.

A failed expectation that is an error blocks what comes after; the Data Docs show every outcome.
Not here: the suites (see ``expectations/``) and how they run (see ``warehousing.expectations``).
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import dagster as dg
import pyarrow as pa

from dagster_project.defs.partitions import PARTITION_TAG
from dagster_project.defs.pool import POOL
from dagster_project.defs.retries import mendable
from dagster_project.messages import two_languages
from dagster_project.programme.model import Form, Programme
from dagster_project.settings import Settings
from dagster_project.warehousing.data_docs import page_name, write_data_docs
from dagster_project.warehousing.expectations import SuiteResult, run_suite
from dagster_project.warehousing.schemas import frame_of
from dagster_project.warehousing.suites import Suite, basic_expectations, load_suite
from dagster_project.warehousing.workshop import Workshop

CHECK = "expectations"
SHOWN = 5
"""Failed expectations named in Dagster; the Data Docs hold all."""


@cache
def _suite(path: Path) -> Suite:
    return load_suite(path)


def period_check(form: Form, settings: Settings) -> dg.AssetChecksDefinition:
    """Give the check of one form's period across its units."""
    path = settings.expectations / f"{form.form_id}.yml"
    table = f"fct_{form.form_id}"

    @dg.asset_check(
        asset=table,
        name=CHECK,
        blocking=True,
        pool=POOL,
        description=f"{form.title.zh}：一个报告期各单位放在一起看。 One period across all units.",
    )
    def expectations(
        context: dg.AssetCheckExecutionContext, settings: dg.ResourceParam[Settings]
    ) -> dg.AssetCheckResult:
        # A check has no partitions of its own yet; it runs in the run of its asset's partition.
        period = context.run.tags.get(PARTITION_TAG)
        if period is None:
            raise dg.Failure(description=two_languages("RUN_CHECK_NEEDS_PERIOD"))
        with mendable(), Workshop.entered(settings) as shop:
            suite = basic_expectations(form, shop.programme, period)
            if path.exists():
                suite = suite.plus(_suite(path))
            rows = shop.rows(table, [period])
        return _judged(suite, rows, settings, period, synthetic=shop.programme.is_synthetic)

    return expectations


def table_checks(settings: Settings, programme: Programme) -> list[dg.AssetChecksDefinition]:
    """Give the checks of the marts that all forms share, one per suite of scope ``table``."""
    known = {f"{form_id}.yml" for form_id in programme.forms}
    paths = sorted(path for path in settings.expectations.glob("*.yml") if path.name not in known)
    return [_table_check(path) for path in paths]


def _table_check(path: Path) -> dg.AssetChecksDefinition:
    suite = _suite(path)

    @dg.asset_check(
        asset=suite.table,
        name=CHECK,
        blocking=True,
        pool=POOL,
        description=f"{suite.title.zh}。 {suite.title.en}.",
    )
    def expectations(settings: dg.ResourceParam[Settings]) -> dg.AssetCheckResult:
        with mendable(), Workshop.entered(settings) as shop:
            # What an earlier release was judged on has not changed since.
            periods = shop.periods_to_judge() if suite.scope == "period" else []
            rows = shop.rows(suite.table, periods)
        period = periods[0] if len(periods) == 1 else None
        return _judged(suite, rows, settings, period, synthetic=shop.programme.is_synthetic)

    return expectations


def _judged(
    suite: Suite,
    rows: pa.Table,
    settings: Settings,
    period: str | None,
    *,
    synthetic: bool,
) -> dg.AssetCheckResult:
    result, docs = run_suite(suite, frame_of(rows), period), settings.warehouse / "data_docs"
    write_data_docs(docs, [result], synthetic=synthetic)
    severity = dg.AssetCheckSeverity.ERROR if result.blocks else dg.AssetCheckSeverity.WARN
    return dg.AssetCheckResult(
        passed=result.success,
        severity=severity,
        metadata={
            "rows": result.rows,
            "expectations": len(result.outcomes),
            "failed": _failures(result),
            "data_docs": dg.MetadataValue.path(docs / f"{page_name(result)}.html"),
        },
    )


def _failures(result: SuiteResult) -> dg.MetadataValue[Any]:
    failed = "\n".join(_failed(result))
    return dg.MetadataValue.md(failed) if failed else dg.MetadataValue.text("—")


def _failed(result: SuiteResult) -> Iterator[str]:
    failed = [outcome for outcome in result.outcomes if not outcome.success]
    for outcome in failed[:SHOWN]:
        yield f"- **{outcome.severity}** {outcome.column}: {outcome.why_zh} / {outcome.why_en}"
