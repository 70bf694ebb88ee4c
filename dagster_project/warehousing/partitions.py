"""One partition, that is one form and period: its new submissions judged, its accepted rows loaded.

The whole partition is written again each time, in one transaction. Submissions that name no form or
period stand in the partition (None, None) of their form. Not here: dbt models on top (see
``dbt/``).
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from dagster_project.collecting.aliases import UNKNOWN_HEADER, is_reopened
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
from dagster_project.warehousing.database import Connection, append_rows, rows_of, transaction
from dagster_project.warehousing.judging import (
    Bench,
    FindingsOf,
    judge_submissions,
    standing_findings,
)
from dagster_project.warehousing.revisions import Judged, with_revisions
from dagster_project.warehousing.shelf import Shelf
from dagster_project.warehousing.suspecting import NO_SUSPECT

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
        where "{column}" is null
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


def submissions_of(connection: Connection, key: PartitionKey) -> list[dict[str, Any]]:
    """Give the landed submissions of a partition."""
    query = f"from landing_submission where {OF_PARTITION} order by submission_id"
    return rows_of(connection, query, [key.form_id, key.period])


def judge_new(
    connection: Connection, bench: Bench, key: PartitionKey, verdicts: dict[int, Verdict]
) -> list[Verdict]:
    """Give verdicts on the partition's submissions that have none yet.

    One after another where a unit sent several: a later one is compared with what was accepted.
    """
    found = submissions_of(connection, key)
    new = [one for one in found if _waits(connection, bench, one, verdicts)]
    return judge_in_turns(connection, bench, key, new, verdicts)


def judge_in_turns(
    connection: Connection,
    bench: Bench,
    key: PartitionKey,
    landed: list[dict[str, Any]],
    verdicts: Mapping[int, Verdict],
) -> list[Verdict]:
    """Give verdicts on some landed submissions of a partition, each unit's one after another."""
    form = bench.programme.forms[key.form_id] if key.form_id else None
    given: dict[int, Verdict] = {}
    for turn in _turns(landed):
        shelf = _shelf(connection, bench, form, {**verdicts, **given}) if form else None
        judged = judge_submissions(connection, bench, form, turn, shelf)
        given |= {one.submission_id: one for one in judged}
    return list(given.values())


def _waits(
    connection: Connection, bench: Bench, landed: dict[str, Any], verdicts: dict[int, Verdict]
) -> bool:
    """Say whether a submission has no verdict, or one for a header that was decided on since."""
    number = landed["submission_id"]
    if number not in verdicts:
        return True
    if not bench.accepted_headers:
        return False
    query = "select value_text from landing_finding where submission_id = ? and rule_id = ?"
    still = connection.execute(query, [number, UNKNOWN_HEADER]).fetchall()
    return is_reopened(verdicts[number], bench.accepted_headers, [text or "" for (text,) in still])


def _turns(submissions: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Put each unit's first, second … submission into one turn each, by receipt."""
    turns: list[list[dict[str, Any]]] = []
    sent: Counter[str | None] = Counter()
    for one in submissions:
        turn = sent[one["respondent_code"]]
        sent[one["respondent_code"]] += 1
        turns += [[]] if turn == len(turns) else []
        turns[turn].append(one)
    return turns


def load(
    connection: Connection, bench: Bench, key: PartitionKey, verdicts: dict[int, Verdict]
) -> PartitionReport:
    """Write the partition's rows in the ``raw_`` tables from landing and verdicts."""
    landed = {one["submission_id"]: one for one in submissions_of(connection, key)}
    folded = with_revisions(_judged(bench, landed[one], verdicts[one]) for one in landed)
    accepted = [one.submission_id for one in folded if one.revision]
    in_force = [landed[one.submission_id] for one in folded if one.revision and not one.known_to]
    asked = _standing(connection, bench, key, in_force, verdicts)
    findings = _finding_rows(folded, verdicts, asked)
    form = bench.programme.forms[key.form_id] if key.form_id else None
    findings = with_row_keys(connection, form, findings)
    findings = with_corrections(connection, form, findings, folded)
    sayings = [*bench.answers, *said_by_respondents(connection, folded, verdicts)]
    folded = [_questioned(one, asked) for one in folded]
    findings, folded = answered(findings, folded, sayings)
    with transaction(connection):
        _clear(connection, key)
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
        if key.form_id and key.period:
            _copy_accepted(connection, f"raw_{key.form_id}", f"landing_{key.form_id}")
            for column in _not_asked(bench, key.form_id, key.period):
                connection.execute(NOT_ASKED.format(form_id=key.form_id, column=column))
            connection.execute(QUESTIONED_CELLS)
            connection.execute(QUESTIONED_ROWS.format(form_id=key.form_id))
    return _report(folded, landed, verdicts)


def _not_asked(bench: Bench, form_id: str, period: str) -> list[str]:
    columns = bench.programme.forms[form_id].columns
    return [column.name for column in columns if not column.is_asked(period)]


def _judged(bench: Bench, landed: dict[str, Any], verdict: Verdict) -> Judged:
    return Judged(
        submission_id=landed["submission_id"],
        respondent_code=landed["respondent_code"],
        received_at=bench.receipts[landed["receipt_number"]].received_at,
        decided_at=verdict.decided_at,
        content_hash=landed["content_hash"],
        state=verdict.state,
    )


def _clear(connection: Connection, key: PartitionKey) -> None:
    connection.execute(
        "create or replace temp table cleared_id as select submission_id from raw_submission"
        f" where {OF_PARTITION}",
        [key.form_id, key.period],
    )
    forget_built(connection, key)
    forget_returned(connection, key)
    names = ["raw_submission", "raw_finding", *CONTENT_TABLES]
    names += [f"raw_{key.form_id}"] if key.form_id else []
    for name in names:
        connection.execute(f"delete from {name} where submission_id in (from cleared_id)")


def _copy_accepted(connection: Connection, target: str, landing: str) -> None:
    connection.execute(
        f"insert into {target} by name from {landing} semi join accepted_id using (submission_id)"
    )


def _submission_row(
    bench: Bench, landed: dict[int, dict[str, Any]], one: Judged, verdicts: dict[int, Verdict]
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
    key: PartitionKey,
    in_force: list[dict[str, Any]],
    verdicts: dict[int, Verdict],
) -> FindingsOf:
    """Give the questions to the submissions in force that no verdict could know."""
    if not key.form_id or not key.period:
        return {}
    form = bench.programme.forms[key.form_id]
    known = [one for one in in_force if one["respondent_code"]]
    shelf = _shelf(connection, bench, form, verdicts)
    return standing_findings(connection, bench, form, known, shelf)


def _shelf(
    connection: Connection, bench: Bench, form: Form, verdicts: Mapping[int, Verdict]
) -> Shelf:
    """Put up what the rules of a form may look at."""
    others = [other.form_id for other, _ in forms_looked_at(form, bench.programme)]
    return Shelf.filled(connection, bench.receipts, verdicts, [form.form_id, *others])


def _questioned(one: Judged, asked: FindingsOf) -> Judged:
    return replace(one, state="accepted_with_questions") if one.submission_id in asked else one


def _finding_rows(
    folded: list[Judged], verdicts: dict[int, Verdict], asked: FindingsOf
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
    folded: list[Judged], landed: dict[int, dict[str, Any]], verdicts: dict[int, Verdict]
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
