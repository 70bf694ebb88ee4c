"""What answers do to questions: an answered one stands with its answer and is open no more.

Only questions to accepted submissions are answered: nothing here touches a verdict or lets a row
past the gate. Pure but for the two queries. Not here: recording answers (see
``collecting.answers``), reading the sheet 情况说明 (see ``reading.explanations``).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from dagster_project.collecting.answers import Answer
from dagster_project.collecting.decisions import Verdict
from dagster_project.programme.model import Form
from dagster_project.programme.period import Period
from dagster_project.programme.reasons import WITHDRAWN
from dagster_project.rules.gate import NOTE, refuses
from dagster_project.warehousing.database import Connection, rows_of, table_names
from dagster_project.warehousing.revisions import ACCEPTED, Judged

OFFICE, RESPONDENT = "office", "respondent"
"""Who answered, by office alone: no person's name reaches the warehouse."""

ANSWERABLE = (*ACCEPTED, "duplicate")
KEY_SEPARATOR = ","
NO_ANSWER = dict.fromkeys(
    ("answer_reason", "answer_text", "answered_by", "answered_at", "answer_submission_id",
     "answer_cell"),
)  # fmt: skip

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Said:
    """One answer, from whichever side: what it is about, what it says, where it stands.

    A rule that is not named is any; ``cell`` counts where neither column nor row is named.
    ``submission_id`` and ``place`` are the file and the cell in which a respondent answered;
    ``order`` is that of the office's records.
    """

    form_id: str
    respondent_code: str
    periods: tuple[str, ...]
    rule_id: str | None
    column_name: str | None
    row_key: str | None
    cell: str | None
    reason: str
    text: str
    by: str
    at: datetime
    order: int = 0
    submission_id: int | None = None
    place: str | None = None

    def answers(self, question: Mapping[str, Any]) -> bool:
        """Say whether it speaks of a question: a finding with its form, unit and period."""
        is_asked = (
            self.rule_id in {None, question["rule_id"]}
            and question["form_id"] == self.form_id
            and question["respondent_code"] == self.respondent_code
            and question["period"] in self.periods
        )
        return is_asked and self._names_place_of(question)

    def _names_place_of(self, question: Mapping[str, Any]) -> bool:
        if self.row_key is None and self.column_name is None:
            related = (question.get("related_cells") or "").split(";")
            return self.cell is None or self.cell in {question.get("cell"), *related}
        is_column = self.column_name in {None, question["column_name"]}
        return is_column and self.row_key in {None, question["row_key"]}

    @property
    def as_columns(self) -> Row:
        """Give what a finding says of its answer."""
        return {
            "answer_reason": self.reason,
            "answer_text": self.text,
            "answered_by": self.by,
            "answered_at": self.at,
            "answer_submission_id": self.submission_id,
            "answer_cell": self.place,
        }


def said_by_office(answers: Iterable[Answer]) -> tuple[Said, ...]:
    """Give the recorded answers in the form in which they meet questions."""
    return tuple(
        Said(
            one.form_id, one.respondent_code, periods_of(one), one.rule_id, one.column_name,
            one.row_key, None, one.reason, one.text, OFFICE, one.decided_at, order,
        )
        for order, one in enumerate(answers, start=1)
    )  # fmt: skip


def periods_of(answer: Answer) -> tuple[str, ...]:
    """Give the periods in which an answer holds."""
    period, labels = Period.parse(answer.period), []
    for _ in range(answer.periods):
        labels.append(period.label)
        period = period.next()
    return tuple(labels)


def is_question(finding: Mapping[str, Any]) -> bool:
    """Say whether a finding is one that a person can answer: it neither refuses nor only tells."""
    return finding["scope"] != NOTE and not refuses(finding["severity"], finding["scope"])


def standing_answer(question: Mapping[str, Any], sayings: Iterable[Said]) -> Said | None:
    """Give the answer that holds for a question: the last one, unless it takes the others back."""
    last = last_word(question, sayings)
    return last if last and last.reason != WITHDRAWN else None


def last_word(question: Mapping[str, Any], sayings: Iterable[Said]) -> Said | None:
    """Give what was said last on a question, be it that an earlier answer is withdrawn."""
    found = [one for one in sayings if one.answers(question)]
    return max(found, key=lambda one: (one.at, one.order, one.text), default=None)


def answered(
    rows: Sequence[Row], folded: Sequence[Judged], sayings: Sequence[Said]
) -> tuple[list[Row], list[Judged]]:
    """Give the rows of findings with their answers, and the submissions as they stand with them.

    An answer given when a revision was no longer in force leaves that revision as it was.
    """
    by_id = {one.submission_id: one for one in folded if one.state in ANSWERABLE}
    with_answers = [row | _answer_to(row, by_id.get(row["submission_id"]), sayings) for row in rows]
    open_ids = {one["submission_id"] for one in with_answers if is_open(one)}
    settled = {one["submission_id"] for one in with_answers if one["answer_reason"]} - open_ids
    states = [
        replace(one, state="accepted")
        if one.state == "accepted_with_questions" and one.submission_id in settled
        else one
        for one in folded
    ]
    return with_answers, states


def is_open(row: Row) -> bool:
    """Say whether a question waits for an answer."""
    return is_question(row) and row["answer_reason"] is None


def _answer_to(row: Row, asked: Judged | None, sayings: Sequence[Said]) -> Row:
    if asked is None or not sayings or not is_question(row):
        return NO_ANSWER
    in_time = (one for one in sayings if asked.known_to is None or one.at < asked.known_to)
    found = standing_answer(row, in_time)
    return found.as_columns if found else NO_ANSWER


def with_row_keys(connection: Connection, form: Form | None, rows: Sequence[Row]) -> list[Row]:
    """Give rows of findings with the keys of the row that each is about, joined by commas."""
    places = {(row["submission_id"], row["row_number"]) for row in rows if row["row_number"]}
    known = _keys_of(connection, form, sorted(places)) if form and places else {}
    return [row | {"row_key": known.get((row["submission_id"], row["row_number"]))} for row in rows]


def key_sql(form: Form) -> str:
    """Give the SQL of a row's key."""
    keys = ", ".join(f'"{key}"' for key in form.keys)
    return f"concat_ws('{KEY_SEPARATOR}', {keys})"


def _keys_of(
    connection: Connection, form: Form, places: Sequence[tuple[int, int]]
) -> dict[tuple[int, int], str]:
    query = f"""
        with wanted as (
            select unnest($ids::bigint[]) as submission_id, unnest($rows::integer[]) as row_number
        )
        select submission_id, row_number, {key_sql(form)}
        from landing_{form.form_id} semi join wanted using (submission_id, row_number)
    """
    ids, numbers = zip(*places, strict=True)
    found = connection.execute(query, {"ids": list(ids), "rows": list(numbers)}).fetchall()
    return {(number, row): key for number, row, key in found}


EXPLAINED = """
    select submission.form_id, submission.respondent_code, submission.period, line.*
    from landing_explanation as line
    inner join landing_submission as submission using (submission_id)
    where submission_id in (select unnest(?::bigint[])) and submission.respondent_code is not null
"""


def said_by_respondents(
    connection: Connection, folded: Iterable[Judged], verdicts: Mapping[int, Verdict]
) -> list[Said]:
    """Give what the sheets 情况说明 of accepted and repeated files of one partition say.

    They were said when the file that carries them was decided on.
    """
    carrying = [one.submission_id for one in folded if one.state in ANSWERABLE]
    if not carrying or "landing_explanation" not in table_names(connection):
        return []
    return [
        Said(
            one["form_id"], one["respondent_code"], (one["period"],), one["rule_id"],
            one["column_name"], one["row_key"], one["cell"], one["reason"], one["text"],
            RESPONDENT, verdicts[one["submission_id"]].decided_at, 0, one["submission_id"],
            f"{one['sheet_name']}!{one['sheet_cell']}",
        )
        for one in rows_of(connection, EXPLAINED, [carrying])
    ]  # fmt: skip
