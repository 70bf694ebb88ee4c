"""The submissions of one partition that are open now: refused, or accepted with questions.

A refused one is open until its unit sends another, one of which the unit, form or period is not
known until a file of its name is sent again; questions are open while what they are about is in
force. Not here: what goes back for them (see ``returning``).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from dagster_project.feedback.model import FindingRow, Layout, Summary
from dagster_project.programme.model import Programme
from dagster_project.programme.period import Period
from dagster_project.version import VERSION
from dagster_project.warehousing.built import OF_PARTITION, PartitionKey
from dagster_project.warehousing.database import Connection, rows_of
from dagster_project.warehousing.state import fingerprint

SENT_AS = r"regexp_replace({}.original_name, '(_退回修改_0\d{{7,}})?\.[^.]*$', '')"
"""The name under which a file was sent, also where our marked copy of it is sent."""
SENT_AGAIN = f"""
    exists (
        select 1 from raw_submission as later
        where later.submission_id // 100 > own.submission_id // 100
            and contains(later.original_name, format('_退回修改_0{{:07}}.', own.submission_id))
    )
    or (
        select max(later.submission_id // 100) > own.submission_id // 100
            and count(distinct later.respondent_code) < 2
        from raw_submission as later
        where {SENT_AS.format("later")} = {SENT_AS.format("own")}
    )
"""
"""Our marked copy came back, or the same name, which no two units have used: else who is it?"""
OPEN = f"""
    with ordered as (
        select
            *,
            row_number() over (
                partition by respondent_code order by received_at desc, submission_id desc
            ) = 1 as is_last,
            state = 'unreadable' or respondent_code is null or period is null as is_nobodys
        from raw_submission where {OF_PARTITION}
    ),
    nobodys as (
        select submission_id, original_name from ordered
        where is_nobodys and state in ('refused', 'unreadable')
    ),
    sent_again as (
        select submission_id from nobodys as own where {SENT_AGAIN}
    )
    select
        submission_id, original_name, archive_path, respondent_code, sheet_name, header_row, state,
        received_at, decided_at, rows_read
    from ordered
    where (
        (state = 'accepted_with_questions' and known_to is null) or state = 'unreadable'
        or (state = 'refused' and (is_last or is_nobodys))
    ) and submission_id not in (from sent_again)
    order by submission_id
"""
MAY_BE_OPEN = f"""
    select count(*) from raw_submission
    where {OF_PARTITION} and state not in ('accepted', 'duplicate')
"""
"""Asked first: of most partitions nothing goes back, and this is five times as fast."""
FINDINGS = f"""
    select * from raw_finding
    where {OF_PARTITION} and scope <> 'note' and submission_id in (select unnest($3::bigint[]))
    order by submission_id, finding_number
"""
NAMES = """
    select region_code, any_value(name) from raw_region
    where level in ('street', 'district') and region_code in (select unnest($1::varchar[]))
        and coalesce(valid_from <= $2, true) and coalesce($2 < valid_to, true)
    group by region_code
"""
COLUMNS = """
    select submission_id, column_name, sheet_column from landing_column
    where submission_id in (select unnest($1::bigint[]))
"""


@dataclass(frozen=True, slots=True)
class OpenSubmission:
    """A submission that goes back, with what was found in it."""

    submission_id: int
    form_id: str | None
    original_name: str
    archive_path: str
    sheet_name: str | None
    header_row: int | None
    summary: Summary
    findings: Sequence[FindingRow]

    @property
    def print(self) -> str:
        """Give the fingerprint of all that is said about it, and of who says it."""
        said = [self.original_name, self.archive_path, self.sheet_name, self.header_row]
        told = [list(finding.values()) for finding in self.findings]
        return fingerprint([VERSION, repr(self.summary), *said, *told])


def may_be_open(connection: Connection, key: PartitionKey) -> bool:
    """Say whether some submission of a partition was not plainly accepted."""
    found = connection.execute(MAY_BE_OPEN, [key.form_id, key.period]).fetchone()
    return bool(found and found[0])


def open_submissions(
    connection: Connection, programme: Programme, key: PartitionKey, today: date
) -> list[OpenSubmission]:
    """Give the submissions of a partition that are open now, in the order of their numbers."""
    found = rows_of(connection, OPEN, [key.form_id, key.period])
    if not found:
        return []
    day = Period.parse(key.period).end if key.period else today
    codes = [one["respondent_code"] for one in found if one["respondent_code"]]
    names = dict(connection.execute(NAMES, [codes, day]).fetchall())
    findings: dict[int, list[dict[str, Any]]] = defaultdict(list)
    numbers = [one["submission_id"] for one in found]
    for finding in rows_of(connection, FINDINGS, [key.form_id, key.period, numbers]):
        findings[finding["submission_id"]].append(finding)
    return [
        OpenSubmission(
            one["submission_id"],
            key.form_id,
            one["original_name"],
            one["archive_path"],
            one["sheet_name"],
            one["header_row"],
            _summary(one, names.get(one["respondent_code"]), programme, key),
            findings[one["submission_id"]],
        )
        for one in found
    ]


def _summary(
    one: Mapping[str, Any], unit_name: str | None, programme: Programme, key: PartitionKey
) -> Summary:
    form = programme.forms[key.form_id] if key.form_id else None
    return Summary(
        table_number=form.table_number if form else None,
        title=form.title.zh if form else None,
        unit_code=one["respondent_code"],
        unit_name=unit_name,
        period=key.period,
        state=one["state"],
        received_at=one["received_at"],
        decided_at=one["decided_at"],
        synthetic=programme.is_synthetic,
        rows=one["rows_read"],
    )


def layouts_of(
    connection: Connection, programme: Programme, submissions: Iterable[OpenSubmission]
) -> dict[int, tuple[Layout, ...]]:
    """Give where the columns and rows of submissions stand; of a table on its side nothing."""
    laid = {
        one.submission_id: one for one in submissions if one.form_id and one.sheet_name is not None
    }
    numbers = [*laid]
    columns: dict[int, dict[str, str]] = defaultdict(dict)
    for number, name, letters in connection.execute(COLUMNS, [numbers]).fetchall():
        if not letters.isdigit():
            columns[number][name] = letters
    rows: dict[int, dict[int, int]] = defaultdict(dict)
    for form_id in sorted({one.form_id or "" for one in laid.values()}):
        query = (
            f"select submission_id, row_number, source_row from landing_{form_id}"
            " where submission_id in (select unnest($1::bigint[]))"
        )
        for number, row, source_row in connection.execute(query, [numbers]).fetchall():
            rows[number][row] = source_row
    return {
        number: (
            Layout(
                one.sheet_name or "",
                one.header_row or 1,
                columns[number],
                rows[number],
                _headers(programme, one.form_id),
            ),
        )
        for number, one in laid.items()
    }


def _headers(programme: Programme, form_id: str | None) -> dict[str, str]:
    form = programme.forms.get(form_id or "")
    return {column.name: column.header_zh for column in form.columns} if form else {}
