"""The questions of ``dbt/analyses`` on the demo's release: each answer worked out a second time."""

from decimal import Decimal
from functools import cache

import duckdb
import pytest

from dagster_project.releasing.questions import Question, read_questions
from dagster_project.settings import packaged
from tests.conftest import jiceng
from tests.pipeline import independent_answers

pytestmark = pytest.mark.pipeline

QUESTIONS = read_questions(packaged("dbt"))
NO_LARGE_COMMUNITY = 1
"""The question that nothing in the demo answers; it has a test of its own."""


@pytest.fixture(scope="module")
def tables(demo):
    @cache
    def rows(table: str) -> list[dict]:
        names, found = demo.answer(f"from {table}")
        return [dict(zip(names, row, strict=True)) for row in found]

    return rows


def comparable(value):
    """Give numbers as decimals: what was rounded to two places stands at two places."""
    is_number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    return Decimal(str(value)).normalize() if is_number else value


@pytest.mark.parametrize("asked", QUESTIONS, ids=[one.name for one in QUESTIONS])
def test_an_answer_is_what_plain_python_works_out_from_the_rows(demo, tables, asked: Question):
    answer = [tuple(map(comparable, row)) for row in demo.ask(asked.sql)]
    again = getattr(independent_answers, asked.name)(tables)
    assert answer == [tuple(map(comparable, row)) for row in again]
    assert answer or asked.number == NO_LARGE_COMMUNITY


def test_large_communities_are_found_where_there_are_any(demo, tables):
    """No community of the demo has 20,000 residents: here all have four times as many."""
    names, rows = demo.answer("from fct_community_profile")
    people = names.index("permanent_population")
    grown = [(*row[:people], row[people] * 4, *row[people + 1 :]) for row in rows]
    with duckdb.connect() as connection:
        connection.execute(f"attach '{demo.home}/warehouse/jiceng.duckdb' as release (read_only)")
        connection.execute("create table fct_facilities as from release.fct_facilities")
        connection.execute(
            "create table fct_community_profile as from release.fct_community_profile"
        )
        connection.execute(
            "update fct_community_profile set permanent_population = 4 * permanent_population"
        )
        answer = connection.execute(QUESTIONS[NO_LARGE_COMMUNITY - 1].sql).fetchall()

    def changed(table: str) -> list[dict]:
        if table != "fct_community_profile":
            return tables(table)
        return [dict(zip(names, row, strict=True)) for row in grown]

    assert answer == independent_answers.large_communities_without_a_health_centre(changed)
    assert answer


def test_each_question_has_its_sql_and_each_sql_its_question():
    files = (packaged("dbt") / "analyses").glob("*.sql")
    named = {f"q{one.number:02}_{one.name}" for one in QUESTIONS}
    assert {path.stem for path in files} == named


def test_there_are_twenty_and_each_is_asked_in_two_languages():
    assert [one.number for one in QUESTIONS] == list(range(1, 21))
    assert all(one.zh.endswith(("？", "）", "。")) for one in QUESTIONS)


def test_the_command_lists_the_questions_and_answers_one(demo):
    listed = jiceng(demo.home, "questions")
    assert all(one.zh in listed.stdout for one in QUESTIONS)
    told = jiceng(demo.home, "questions", "8")
    assert "合成样例" in told.stdout
    assert "440113103000" in told.stdout
    alone = jiceng(demo.home, "questions", "8", "--sql")
    assert "{{" not in alone.stdout
    assert demo.ask(alone.stdout) == demo.ask(QUESTIONS[7].sql)


def test_a_question_that_is_not_there_is_refused_in_two_languages(demo):
    told = jiceng(demo.home, "questions", "99")
    assert told.returncode == 2
    assert "没有第 99 个问题" in told.stderr
    assert "no question 99" in told.stderr
