"""``jiceng answer``: a person answers an open question; the next build takes the answer in.

Checks against the published release that there is such a question before anything is recorded. Not
here: the record (see ``collecting.answers``), what it does (see ``warehousing.answers``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from dagster_project.collecting.answers import (
    MOST_PERIODS,
    Answer,
    append_answer,
    read_answers,
)
from dagster_project.errors import JicengError
from dagster_project.messages import render
from dagster_project.programme.load import load_programme
from dagster_project.programme.model import Form, Programme
from dagster_project.programme.period import Period
from dagster_project.programme.reasons import REASONS, WITHDRAWN, label, reason_of
from dagster_project.reading.personal_data import has_personal_number
from dagster_project.reading.register import unit_code
from dagster_project.reading.text import plain
from dagster_project.releasing.status import published
from dagster_project.settings import Settings
from dagster_project.warehousing.answers import Said, last_word, said_by_office

QUESTIONS = """
    select form_id, respondent_code, period, rule_id, column_name, row_key, cell, related_cells,
        value_text, message_zh, answer_reason, answered_at
    from fct_findings
    where is_in_force and (is_open or answer_reason is not null)
    order by form_id, period, respondent_code, submission_id, finding_number
"""

Question = dict[str, Any]


class AnswerError(JicengError):
    """An answer that cannot be recorded: says why and what can."""


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked to be recorded, as it was typed; None where nothing was."""

    form: str | None
    unit: str | None
    period: str | None
    rule: str | None
    reason: str | None
    because: str | None
    by: str | None
    column: str | None = None
    row_key: str | None = None
    periods: int = 1

    @property
    def missing(self) -> list[str]:
        """Give the options that are needed and were not given."""
        needed = ("form", "unit", "period", "rule", "reason", "because", "by")
        return [f"--{name}" for name in needed if getattr(self, name) is None]


@dataclass(frozen=True, slots=True)
class Recorded:
    """An answer that was recorded, and how many questions of the release it speaks of."""

    answer: Answer
    questions: int


def record(settings: Settings, request: Request) -> Recorded:
    """Record an answer to questions that are open, or take an answer back.

    Raises:
        AnswerError: something is missing, unknown or blank, or no such question is open.
        StatusError: nothing has been published yet.
    """
    answer = _checked(settings, request)
    (said,) = said_by_office([answer])
    recorded = said_by_office(read_answers(settings.decisions))
    questions = _questions(settings)
    wanted = answer.reason != WITHDRAWN
    there = [one for one in questions if said.answers(one) and one["period"] == answer.period]
    found = [one for one in there if _is_open(one, recorded) == wanted]
    if not found:
        raise _nothing_there(said, questions, recorded)
    append_answer(settings.decisions, answer)
    return Recorded(answer, len(found))


def open_questions(settings: Settings) -> list[Question]:
    """Give the questions of the release that nobody has answered, not even since."""
    recorded = said_by_office(read_answers(settings.decisions))
    return [one for one in _questions(settings) if _is_open(one, recorded)]


def _questions(settings: Settings) -> list[Question]:
    """Give the questions of the published release, answered ones too."""
    with published(settings.published_database) as connection:
        return _rows(connection.execute(QUESTIONS))


def _rows(cursor: duckdb.DuckDBPyConnection) -> list[Question]:
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _is_open(question: Question, recorded: Sequence[Said]) -> bool:
    """Say whether a question is open once the next build has taken in what was recorded."""
    last, published_at = last_word(question, recorded), question["answered_at"]
    if last is None or (published_at and published_at > last.at):
        return question["answer_reason"] is None
    return last.reason == WITHDRAWN


def _checked(settings: Settings, request: Request) -> Answer:
    """Make an answer of a request in which every field makes sense."""
    if request.missing:
        raise AnswerError("ANSWER_OPTION_MISSING", missing=" ".join(request.missing))
    programme = load_programme(settings.programme_root)
    text, by = (request.because or "").strip(), (request.by or "").strip()
    if not text or not by:
        raise AnswerError("ANSWER_TEXT_BLANK")
    if has_personal_number(text):
        raise AnswerError("ANSWER_TEXT_PERSONAL")
    if not 1 <= request.periods <= MOST_PERIODS:
        raise AnswerError("ANSWER_PERIODS_BAD", periods=request.periods, most=MOST_PERIODS)
    form = form_named(programme, request.form or "")
    return Answer(
        form_id=form.form_id,
        respondent_code=unit_code(request.unit or "") or (request.unit or ""),
        period=Period.parse(request.period or "").label,
        rule_id=(request.rule or "").strip(),
        reason=_reason(request.reason or ""),
        text=text,
        decided_at=settings.clock.now(),
        decided_by=by,
        column_name=_column(form, request.column),
        row_key=request.row_key,
        periods=request.periods,
    )


def form_named(programme: Programme, text: str) -> Form:
    """Give the form of an id or 表号, raising AnswerError where there is none."""
    wanted = plain(text)
    for form in programme.forms.values():
        if wanted in {form.form_id, plain(form.table_number)}:
            return form
    raise AnswerError("ANSWER_FORM_UNKNOWN", form=text, known="、".join(programme.forms))


def _reason(text: str) -> str:
    found = reason_of(text)
    if found is None:
        words = {
            lang: ", ".join(f"{one} {label(one, lang)}" for one in (*REASONS, WITHDRAWN))
            for lang in ("zh", "en")
        }
        raise AnswerError(
            "ANSWER_REASON_UNKNOWN", reason=text, known=words["zh"], known_en=words["en"]
        )
    return found


def _column(form: Form, text: str | None) -> str | None:
    """Give a column by its name or header; a name that is none finds no question."""
    known = {plain(column.header_zh): column.name for column in form.columns}
    return known.get(plain(text), text) if text else None


def _nothing_there(
    said: Said, questions: Sequence[Question], recorded: Sequence[Said]
) -> AnswerError:
    """Say that no such question is open, and which ones are."""
    place = {"form": said.form_id, "unit": said.respondent_code, "period": said.periods[0]}
    if said.reason == WITHDRAWN:
        return AnswerError("ANSWER_NOT_GIVEN", rule=said.rule_id, **place)
    here = (said.form_id, said.respondent_code, said.periods[0])
    rules = {
        one["rule_id"]
        for one in questions
        if (one["form_id"], one["respondent_code"], one["period"]) == here
        and _is_open(one, recorded)
    }
    code = "ANSWER_OPEN_THERE" if rules else "ANSWER_NONE_OPEN_THERE"
    known, known_en = (render(code, lang, rules=", ".join(sorted(rules))) for lang in ("zh", "en"))
    return AnswerError(
        "ANSWER_NOT_OPEN", rule=said.rule_id, known=known, known_en=known_en, **place
    )
