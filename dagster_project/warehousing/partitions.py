"""Partitions, each one form and period: their accepted rows and all findings, loaded for dbt.

Whole partitions of one form are written again each time, in one transaction. Submissions that name
no form or period stand in the partition (None, None) of their form. Not here: verdicts (see
``turns``, ``judging``), dbt models on top (see ``dbt/``).
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from dagster_project.collecting.decisions import Verdict
from dagster_project.programme.model import Form
from dagster_project.warehousing.answers import answered, said_by_respondents, with_row_keys
from dagster_project.warehousing.built import (
    OF_PARTITION,
    PartitionKey,
    forget_built,
    forget_returned,
)
from dagster_project.warehousing.comparing import forms_looked_at
from dagster_project.warehousing.corrections import with_corrections
from dagster_project.warehousing.database import Connection, append_rows, transaction
from dagster_project.warehousing.judging import (
    Bench,
    FindingsOf,
    few_at_once,
    standing_findings,
)
from dagster_project.warehousing.revisions import Judged, with_revisions
from dagster_project.warehousing.shelf import Shelf
from dagster_project.warehousing.suspecting import NO_SUSPECT
from dagster_project.warehousing.turns import submissions_of

ROWS_AT_ONCE = 200_000
"""Rows loaded in one pass: with two years of history their figures take some hundred megabytes."""
CONTENT_TABLES = {
    "raw_submission_column": "landing_column",
    "raw_cell_status": "landing_cell_status",
}

OPEN_QUESTIONS = """
    select submission_id, row_number, column_name, max(value_text) as raw_text
    from raw_finding semi join accepted_id using (submission_id)
    where row_number is not null and column_name is not null and scope <> 'note'
        and answer_reason is null
    group by all
"""
"""Cells of accepted submissions with an open question: all that the gate leaves there."""

QUESTIONED_CELLS = f"""
    merge into raw_cell_status as cells using ({OPEN_QUESTIONS}) as questions
    on cells.submission_id = questions.submission_id and cells.row_number = questions.row_number
        and cells.column_name = questions.column_name
    when matched and cells.obs_status is null then update set obs_status = 'U'
    when not matched then insert (submission_id, row_number, column_name, obs_status, raw_text)
        values (submission_id, row_number, column_name, 'U', raw_text)
"""
QUESTIONED_ROWS = f"""
    update raw_{{form_id}} as facts set has_abnormal_cells = true
    from ({OPEN_QUESTIONS}) as questions
    where facts.submission_id = questions.submission_id and facts.row_number = questions.row_number
"""
"""A value in question carries status U until a person explains or corrects it."""


NOT_ASKED = """
    merge into raw_cell_status as cells using (
        select submission_id, row_number
        from raw_{form_id} semi join accepted_id using (submission_id)
        where "{column}" is null and period in (select unnest(?::varchar[]))
    ) as blanks
    on cells.submission_id = blanks.submission_id and cells.row_number = blanks.row_number
        and cells.column_name = '{column}'
    when matched and coalesce(cells.raw_text, '') = '' then update set obs_status = 'M'
    when not matched then insert (submission_id, row_number, column_name, obs_status)
        values (submission_id, row_number, '{column}', 'M')
"""
"""A column that the period's version of the form does not have applies to none of its rows."""


@dataclass(frozen=True, slots=True)
class PartitionReport:
    """What became of the submissions and rows of one partition."""

    submissions: dict[str, int]
    rows_read: int
    rows_accepted: int
    rows_refused: int
    rows_withdrawn: int
    findings: int


def added(reports: list[PartitionReport]) -> PartitionReport:
    """Give one report of several partitions."""
    states: dict[str, int] = {}
    for report in reports:
        for name, count in report.submissions.items():
            states[name] = states.get(name, 0) + count
    return PartitionReport(
        submissions=states,
        rows_read=sum(one.rows_read for one in reports),
        rows_accepted=sum(one.rows_accepted for one in reports),
        rows_refused=sum(one.rows_refused for one in reports),
        rows_withdrawn=sum(one.rows_withdrawn for one in reports),
        findings=sum(one.findings for one in reports),
    )


def load(
    connection: Connection,
    bench: Bench,
    keys: Iterable[PartitionKey],
    verdicts: Mapping[int, Verdict],
) -> PartitionReport:
    """Write the rows of a form's partitions in the ``raw_`` tables from landing and verdicts."""
    found = {key: submissions_of(connection, key) for key in keys}
    some = few_at_once(found.items(), lambda one: _rows_in(one[1]), ROWS_AT_ONCE)
    return added([_load_some(connection, bench, dict(few), verdicts) for few in some])


def _rows_in(submissions: Iterable[Mapping[str, Any]]) -> int:
    return sum(one["rows_read"] for one in submissions)


def _load_some(
    connection: Connection,
    bench: Bench,
    found: Mapping[PartitionKey, list[dict[str, Any]]],
    verdicts: Mapping[int, Verdict],
) -> PartitionReport:
    form_id = next(iter(found)).form_id
    form = bench.programme.forms[form_id] if form_id else None
    landed = {one["submission_id"]: one for of_key in found.values() for one in of_key}
    folds = [
        with_revisions(_judged(bench, one, verdicts[one["submission_id"]]) for one in of_key)
        for of_key in found.values()
    ]
    folded = list(chain.from_iterable(folds))
    accepted = [one.submission_id for one in folded if one.revision]
    in_force = [landed[one.submission_id] for one in folded if one.revision and not one.known_to]
    asked = _standing(connection, bench, form, in_force, verdicts)
    findings = _finding_rows(folded, verdicts, asked)
    findings = with_row_keys(connection, form, findings)
    findings = with_corrections(connection, form, findings, folds)
    sayings = [*bench.answers, *said_by_respondents(connection, folded, verdicts)]
    folded = [_questioned(one, asked) for one in folded]
    findings, folded = answered(findings, folded, sayings)
    with transaction(connection):
        _clear(connection, found)
        append_rows(
            connection,
            "raw_submission",
            [_submission_row(bench, landed, one, verdicts) for one in folded],
        )
        append_rows(connection, "raw_finding", findings)
        connection.execute("create or replace temp table accepted_id (submission_id bigint)")
        connection.execute("insert into accepted_id select unnest(?::bigint[])", [accepted])
        for target, landing in CONTENT_TABLES.items():
            _copy_accepted(connection, target, landing)
        if form:
            _load_rows(connection, form, found)
    return _report(folded, landed, verdicts)


def _load_rows(connection: Connection, form: Form, keys: Iterable[PartitionKey]) -> None:
    """Write the accepted rows, and which of their cells do not apply or are in question."""
    _copy_accepted(connection, f"raw_{form.form_id}", f"landing_{form.form_id}")
    for column in form.columns:
        periods = [key.period for key in keys if key.period and not column.is_asked(key.period)]
        if periods:
            query = NOT_ASKED.format(form_id=form.form_id, column=column.name)
            connection.execute(query, [periods])
    connection.execute(QUESTIONED_CELLS)
    connection.execute(QUESTIONED_ROWS.format(form_id=form.form_id))


def _judged(bench: Bench, landed: dict[str, Any], verdict: Verdict) -> Judged:
    return Judged(
        submission_id=landed["submission_id"],
        respondent_code=landed["respondent_code"],
        received_at=bench.receipts[landed["receipt_number"]].received_at,
        decided_at=verdict.decided_at,
        content_hash=landed["content_hash"],
        state=verdict.state,
    )


def _clear(connection: Connection, keys: Collection[PartitionKey]) -> None:
    connection.execute("create or replace temp table cleared_id (submission_id bigint)")
    for key in keys:
        query = (
            f"insert into cleared_id select submission_id from raw_submission where {OF_PARTITION}"
        )
        connection.execute(query, [key.form_id, key.period])
        forget_built(connection, key)
        forget_returned(connection, key)
    rows = [f"raw_{form_id}" for form_id in {key.form_id for key in keys} if form_id]
    for name in ["raw_submission", "raw_finding", *CONTENT_TABLES, *rows]:
        connection.execute(f"delete from {name} where submission_id in (from cleared_id)")


def _copy_accepted(connection: Connection, target: str, landing: str) -> None:
    connection.execute(
        f"insert into {target} by name from {landing} semi join accepted_id using (submission_id)"
    )


def _submission_row(
    bench: Bench, landed: dict[int, dict[str, Any]], one: Judged, verdicts: Mapping[int, Verdict]
) -> dict[str, Any]:
    read = landed[one.submission_id]
    receipt = bench.receipts[read["receipt_number"]]
    names = ("submission_id", "receipt_number", "ordinal", "form_id", "respondent_code", "period",
             "sheet_name", "header_row", "submission_no", "rows_read", "content_hash")  # fmt: skip
    return {name: read[name] for name in names} | {
        "original_name": receipt.original_name,
        "archive_path": receipt.archive_path,
        "file_sha256": receipt.sha256,
        "file_bytes": receipt.bytes,
        "received_at": receipt.received_at,
        "received_basis": receipt.basis,
        "state": one.state,
        "decided_at": one.decided_at,
        "programme_hash": verdicts[one.submission_id].programme_hash,
        "revision": one.revision,
        "known_from": one.known_from,
        "known_to": one.known_to,
    }


def _standing(
    connection: Connection,
    bench: Bench,
    form: Form | None,
    in_force: Iterable[dict[str, Any]],
    verdicts: Mapping[int, Verdict],
) -> FindingsOf:
    """Give the questions to the submissions in force that no verdict could know."""
    known = [one for one in in_force if one["respondent_code"] and one["period"]]
    if not form or not known:
        return {}
    others = [other.form_id for other, _ in forms_looked_at(form, bench.programme)]
    shelf = Shelf.filled(connection, bench.receipts, verdicts, [form.form_id, *others])
    return standing_findings(connection, bench, form, known, shelf)


def _questioned(one: Judged, asked: FindingsOf) -> Judged:
    return replace(one, state="accepted_with_questions") if one.submission_id in asked else one


def _finding_rows(
    folded: list[Judged], verdicts: Mapping[int, Verdict], asked: FindingsOf
) -> list[dict[str, Any]]:
    return [
        {
            "submission_id": one.submission_id,
            "finding_number": number,
            "form_id": verdict.form_id,
            "respondent_code": verdict.respondent_code,
            "period": verdict.period,
        }
        | NO_SUSPECT  # verdicts of earlier versions name none
        | finding
        for one in folded
        for verdict in [verdicts[one.submission_id]]
        for number, finding in enumerate(
            [*verdict.findings, *asked.get(one.submission_id, [])], start=1
        )
    ]


def _report(
    folded: list[Judged], landed: dict[int, dict[str, Any]], verdicts: Mapping[int, Verdict]
) -> PartitionReport:
    rows: Counter[str] = Counter()
    for one in folded:
        fate = (
            "accepted" if one.revision else "withdrawn" if one.state == "duplicate" else "refused"
        )
        rows[fate] += landed[one.submission_id]["rows_read"]
    return PartitionReport(
        submissions=dict(sorted(Counter(one.state for one in folded).items())),
        rows_read=rows.total(),
        rows_accepted=rows["accepted"],
        rows_refused=rows["refused"],
        rows_withdrawn=rows["withdrawn"],
        findings=sum(len(verdicts[one.submission_id].findings) for one in folded),
    )
