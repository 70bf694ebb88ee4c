"""Great Expectations as asset checks: one per form and period, one per mart that all forms share.

A failed expectation that is an error blocks what comes after; the Data Docs show every outcome.
Not here: the suites (see ``expectations/``) and how they run (see ``warehousing.expectations``).
"""

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import dagster as dg
import pyarrow as pa

from dagster_project.defs.partitions import periods_of_run
from dagster_project.defs.pool import POOL
from dagster_project.defs.retries import mendable
from dagster_project.messages import two_languages
from dagster_project.programme.model import Form, Programme
from dagster_project.settings import Settings
from dagster_project.warehousing.data_docs import page_name, write_data_docs
from dagster_project.warehousing.database import rows_of_periods
from dagster_project.warehousing.expectations import SuiteResult
from dagster_project.warehousing.judges import ToJudge, judge
from dagster_project.warehousing.suites import Suite, load_suite
from dagster_project.warehousing.workshop import Workshop

CHECK = "expectations"
SHOWN = 5
"""Failed expectations named in Dagster; the Data Docs hold all."""


@cache
def _suite(path: Path) -> Suite:
    return load_suite(path)


def period_checks(
    form: Form, partitions: dg.PartitionsDefinition, settings: Settings
) -> list[dg.AssetChecksDefinition]:
    """Give the check of one form's period across its units, none where it has no suite."""
    path = settings.expectations / f"{form.form_id}.yml"
    return [_period_check(form, partitions, path)] if path.exists() else []


def _period_check(
    form: Form, partitions: dg.PartitionsDefinition, path: Path
) -> dg.AssetChecksDefinition:
    @dg.asset_check(
        asset=f"fct_{form.form_id}",
        name=CHECK,
        blocking=True,
        pool=POOL,
        description=f"{form.title.zh}：一个报告期各单位放在一起看。 One period across all units.",
    )
    def expectations(
        context: dg.AssetCheckExecutionContext, settings: dg.ResourceParam[Settings]
    ) -> dg.AssetCheckResult:
        # A check has no partitions of its own yet; it runs in the run of its asset's partition.
        periods = periods_of_run(context.run.tags, partitions)
        if not periods:
            raise dg.Failure(description=two_languages("RUN_CHECK_NEEDS_PERIOD"))
        with mendable(), Workshop.entered(settings) as shop:
            suite = _suite(path)
            wanted = [ToJudge(suite, _rows(shop, suite, [period]), period) for period in periods]
            results = judge(wanted, settings.workers)
        return _told(results, settings, synthetic=shop.programme.is_synthetic)

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
            period = periods[0] if len(periods) == 1 else None
            results = judge([ToJudge(suite, _rows(shop, suite, periods), period)], settings.workers)
        return _told(results, settings, synthetic=shop.programme.is_synthetic)

    return expectations


def _rows(shop: Workshop, suite: Suite, periods: Sequence[str]) -> pa.Table:
    """Give the rows to judge, with the columns that the suite speaks of."""
    columns = suite.columns_of(shop.connection.sql(f"from {suite.table}").columns)
    return rows_of_periods(shop.connection, suite.table, periods, columns)


def _told(
    results: Sequence[SuiteResult], settings: Settings, *, synthetic: bool
) -> dg.AssetCheckResult:
    """Tell the outcome of one or more periods as one: what blocks one, blocks the run."""
    docs = settings.warehouse / "data_docs"
    write_data_docs(docs, list(results), synthetic=synthetic)
    blocks = any(result.blocks for result in results)
    return dg.AssetCheckResult(
        passed=all(result.success for result in results),
        severity=dg.AssetCheckSeverity.ERROR if blocks else dg.AssetCheckSeverity.WARN,
        metadata={
            "rows": sum(result.rows for result in results),
            "expectations": sum(len(result.outcomes) for result in results),
            "failed": _failures(results),
            "data_docs": dg.MetadataValue.path(docs / f"{page_name(results[-1])}.html"),
        },
    )


def _failures(results: Sequence[SuiteResult]) -> dg.MetadataValue[Any]:
    failed = "\n".join(line for result in results for line in _failed(result))
    return dg.MetadataValue.md(failed) if failed else dg.MetadataValue.text("—")


def _failed(result: SuiteResult) -> Iterator[str]:
    failed = [outcome for outcome in result.outcomes if not outcome.success]
    for outcome in failed[:SHOWN]:
        yield f"- **{outcome.severity}** {outcome.column}: {outcome.why_zh} / {outcome.why_en}"
