"""What a data engineer sees beside a partition: rows in and out, findings, what went back.

Not here: the rows and the findings themselves (see ``warehousing.partitions``, ``fct_findings``).
"""

from collections.abc import Sequence
from typing import Any

import dagster as dg

from dagster_project.feedback.returning import ReturnReport
from dagster_project.settings import Settings
from dagster_project.warehousing.database import rows_of
from dagster_project.warehousing.partitions import PartitionReport
from dagster_project.warehousing.workshop import Workshop

FINDINGS = """
    select
        rule_id, severity, count(*) as findings, count(distinct submission_id) as submissions,
        min(message_zh) as for_example
    from raw_finding where form_id = ? and period in (select unnest(?))
    group by rule_id, severity order by severity, findings desc, rule_id limit 20
"""


def partition_metadata(
    shop: Workshop, form_id: str, periods: Sequence[str], report: PartitionReport
) -> dict[str, Any]:
    """Give what became of the rows and submissions of some periods, and where the findings are."""
    listed = ", ".join(f"'{period}'" for period in periods)
    query = f"select * from fct_findings where form_id = '{form_id}' and period in ({listed})"
    counted = {"dagster/partition_row_count": report.rows_accepted} if len(periods) == 1 else {}
    return counted | {
        "rows_read": report.rows_read,
        "rows_accepted": report.rows_accepted,
        "rows_refused": report.rows_refused,
        "rows_withdrawn": report.rows_withdrawn,
        "submissions": report.submissions,
        "findings": report.findings,
        "findings_by_rule": _table(rows_of(shop.connection, FINDINGS, [form_id, [*periods]])),
        "findings_query": dg.MetadataValue.md(f"```sql\n{query}\n```"),
        "findings_database": dg.MetadataValue.path(shop.settings.published_database),
    }


def returned_metadata(settings: Settings, reports: Sequence[ReturnReport]) -> dict[str, Any]:
    """Give what went back to the senders, and what could not."""
    unmarked = [words for one in reports for words in one.unmarked]
    failed = [words for one in reports for words in one.failed]
    return {
        "open": sum(one.open for one in reports),
        "written": sum(one.written for one in reports),
        "removed": sum(one.removed for one in reports),
        "returned_without_marks": "\n".join(unmarked) or "—",
        "not_written": "\n".join(failed) or "—",
        "folder": dg.MetadataValue.path(settings.returned),
    }


def _table(rows: list[dict[str, Any]]) -> dg.MetadataValue[Any]:
    """Give rows as a table, or as a dash: Dagster refuses a table without columns."""
    return dg.MetadataValue.table([dg.TableRecord(row) for row in rows]) if rows else _NOTHING


_NOTHING = dg.MetadataValue.text("—")
