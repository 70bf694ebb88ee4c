"""What the published warehouse says about reporting: who is late, refused, missing, questioned.

Plain queries on a published database. Not here: printing (see ``console``).
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.errors import JicengError

Rows = list[tuple[Any, ...]]

BY_STATE = """
    select form_id, period, state, count(*) as units
    from fct_reporting
    where is_expected
    group by form_id, period, state
    order by form_id, period, state
"""
TROUBLES = """
    select form_id, period, respondent_code, respondent_name, state, is_on_time, days_late,
        open_questions
    from fct_reporting
    where state not in ('accepted', 'not_due') or is_on_time is false or not is_expected
    order by form_id, period, respondent_code
"""
FILES = """
    select state, original_name, form_id, period, received_at
    from raw_submission
    where state in ('refused', 'duplicate', 'unreadable', 'accepted_with_questions')
        or revision > 1 or submission_no > 1
    order by received_at, submission_id
"""
FINDINGS = """
    select submissions.original_name, findings.severity, findings.rule_id, findings.sheet_name,
        findings.cell, findings.value_text, findings.message_zh
    from fct_findings as findings
    inner join raw_submission as submissions using (submission_id)
    where findings.scope <> 'note' and findings.answer_reason is null
    order by submission_id, finding_number
"""


class StatusError(JicengError):
    """There is nothing to tell about yet."""


@dataclass(frozen=True, slots=True)
class Status:
    """Counts by state, units in trouble, files with a fate of their own, and all findings."""

    by_state: Rows
    troubles: Rows
    files: Rows
    findings: Rows


def published(database: Path) -> duckdb.DuckDBPyConnection:
    """Open the published database for reading, or raise StatusError where there is none."""
    if not database.exists():
        raise StatusError("NOTHING_PUBLISHED", path=database.name)
    return duckdb.connect(database, read_only=True)


def status_of(connection: duckdb.DuckDBPyConnection) -> Status:
    """Ask the published database for its state of reporting."""
    queries = (BY_STATE, TROUBLES, FILES, FINDINGS)
    return Status(*(connection.execute(query).fetchall() for query in queries))
