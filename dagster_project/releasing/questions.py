"""Questions a statistician asks, as SQL that answers them on the published tables.

They stand in ``dbt/analyses``, one file each, so that dbt shows them in its lineage; their words in
Chinese and English stand in the YAML beside them. Not here: the answers.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import yaml

from dagster_project.errors import JicengError
from dagster_project.programme.base import Text

REFERENCE = re.compile(r"\{\{ ref\('(\w+)'\) \}\}")
"""How dbt names a table; in the published database it is there under its plain name."""
WORDS = "_questions.yml"


class QuestionError(JicengError):
    """There is no question of that number."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question: its number and name, its words, and the SQL as anyone can run it."""

    number: int
    name: str
    zh: str
    en: str
    sql: str


def read_questions(dbt_project: Path) -> tuple[Question, ...]:
    """Give all questions of a dbt project in the order of their numbers."""
    words = dbt_project / "analyses" / WORDS
    if not words.exists():  # a programme of other forms has none yet
        return ()
    document = yaml.load(words.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return tuple(_question(words.parent, entry) for entry in document["analyses"])


def question(dbt_project: Path, number: int) -> Question:
    """Give one question.

    Raises:
        QuestionError: none has that number.
    """
    asked = read_questions(dbt_project)
    for one in asked:
        if one.number == number:
            return one
    raise QuestionError("QUESTION_UNKNOWN", number=number, count=len(asked))


def answer(
    connection: duckdb.DuckDBPyConnection, asked: Question
) -> tuple[Sequence[str], Sequence[tuple[Any, ...]]]:
    """Give the names of the answer's columns, and its rows."""
    found = connection.execute(asked.sql)
    return [column[0] for column in found.description], found.fetchall()


def _question(folder: Path, entry: Mapping[str, str]) -> Question:
    number, _, name = entry["name"].removeprefix("q").partition("_")
    words = Text.from_description(entry["description"])
    query = (folder / f"{entry['name']}.sql").read_text(encoding="utf-8").strip()
    return Question(int(number), name, words.zh, words.en, REFERENCE.sub(r"\1", query))
