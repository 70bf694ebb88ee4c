"""In which order new submissions of a form are judged: by period, each unit's one after another.

What shows in a submission alone is asked of all at once. Not here: the verdict (see ``judging``),
loading what was accepted (see ``partitions``).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from dagster_project.collecting.aliases import UNKNOWN_HEADER, is_reopened
from dagster_project.collecting.decisions import Verdict
from dagster_project.warehousing.built import OF_PARTITION, PartitionKey
from dagster_project.warehousing.database import Connection, rows_of
from dagster_project.warehousing.judging import Bench, found_alone, judge_submissions
from dagster_project.warehousing.shelf import Shelf


def submissions_of(connection: Connection, key: PartitionKey) -> list[dict[str, Any]]:
    """Give the landed submissions of a partition."""
    query = f"from landing_submission where {OF_PARTITION} order by submission_id"
    return rows_of(connection, query, [key.form_id, key.period])


def judge_new(
    connection: Connection,
    bench: Bench,
    keys: Iterable[PartitionKey],
    verdicts: Mapping[int, Verdict],
) -> list[Verdict]:
    """Give verdicts on the submissions that have none yet, in partitions of one form.

    One after another where a unit sent several: a later one is compared with what was accepted.
    """
    found = [one for key in keys for one in submissions_of(connection, key)]
    new = [one for one in found if _waits(connection, bench, one, verdicts)]
    return judge_in_turns(connection, bench, new, verdicts)


def judge_in_turns(
    connection: Connection,
    bench: Bench,
    landed: list[dict[str, Any]],
    verdicts: Mapping[int, Verdict],
) -> list[Verdict]:
    """Give verdicts on some landed submissions of one form, in the order of their periods.

    Of each period, each unit's are judged one after another.
    """
    form = bench.form_of(landed)
    alone = found_alone(connection, bench, landed)
    given: dict[int, Verdict] = {}
    for turn in _turns(landed):
        known = {**verdicts, **given}
        own = [form.form_id] if form else []
        shelf = Shelf.filled(connection, bench.receipts, known, own)
        judged = judge_submissions(connection, bench, turn, shelf, alone)
        given |= {one.submission_id: one for one in judged}
    return list(given.values())


def _waits(
    connection: Connection, bench: Bench, landed: dict[str, Any], verdicts: Mapping[int, Verdict]
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


def _turns(submissions: Iterable[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Put each unit's first, second … submission of a period into one turn each, by receipt."""
    turns: dict[tuple[str, int], list[dict[str, Any]]] = defaultdict(list)
    sent: Counter[tuple[str, str | None]] = Counter()
    for one in submissions:
        period, unit = one["period"] or "", one["respondent_code"]
        turns[period, sent[period, unit]].append(one)
        sent[period, unit] += 1
    return [turns[at] for at in sorted(turns)]
