"""An open question, answered: inbox, build, command, build, SQL; and what no answer can do."""

import shutil
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from typer.main import get_command

from dagster_project.cli import app
from dagster_project.collecting.answers import Answer, append_answer
from dagster_project.settings import Settings
from dagster_project.warehousing.built import PartitionKey
from dagster_project.warehousing.workshop import Workshop
from tests.conftest import jiceng
from tests.fixtures.questions import PERIOD, asked, run
from tests.pipeline import homes

NAME = "张三丰"
TEXT = "合同制人员当季只发两个月"


@pytest.fixture
def home(built, tmp_path) -> Path:
    shutil.copytree(built, tmp_path / "home")
    return tmp_path / "home"


@pytest.fixture(scope="module")
def question(built, towns) -> dict[str, str]:
    """The one open question of the questioned town."""
    query = f"""
        select rule_id, column_name, row_key from fct_findings
        where is_open and respondent_code = '{towns["questioned"]}' and period = '{PERIOD}'
    """
    (found,) = asked(built, query)
    return dict(zip(("rule_id", "column_name", "row_key"), found, strict=True))


@pytest.fixture(scope="module")
def answered(built, towns, question, tmp_path_factory) -> Path:
    """The home after the question was answered by the command and built again."""
    home = tmp_path_factory.mktemp("answered") / "home"
    shutil.copytree(built, home)
    keys = ["--column", question["column_name"], "--row-key", question["row_key"]]
    done = answer(home, *keys, unit=towns["questioned"][:9], rule=question["rule_id"])
    assert done.exit_code == 0, done.output
    homes.build(home)
    return home


def answer(home, *more: str, unit: str, rule: str, reason: str = "核实无误"):
    place = ["--form", "SG-103", "--unit", unit, "--period", PERIOD, "--rule", rule]
    said = ["--reason", reason, "--because", TEXT, "--by", NAME]
    return run(home, "answer", *place, *said, *more)


def reporting(home: Path, unit: str) -> tuple:
    query = f"""
        select state, open_questions from fct_reporting
        where form_id = 'staff' and period = '{PERIOD}' and respondent_code = '{unit}'
    """
    return asked(home, query)[0]


def doubtful(home: Path) -> int:
    return asked(home, "select count(*) from raw_cell_status where obs_status = 'U'")[0][0]


def test_an_open_question_is_listed_as_the_command_wants_it_named(built, question):
    listed = run(built, "answer", "list").output.replace("\n", "")
    assert question["rule_id"] in listed
    assert question["row_key"] in listed


def test_an_answered_question_stands_with_its_answer_and_is_open_no_more(
    built, answered, towns, question
):
    unit, rule = towns["questioned"], question["rule_id"]
    assert reporting(built, unit) == ("accepted_with_questions", 1)
    assert reporting(answered, unit) == ("accepted", 0)
    assert 0 <= doubtful(answered) < doubtful(built)
    told = asked(
        answered,
        "select is_open, answer_reason, answer_text, answered_by, answer_cell from fct_findings"
        f" where respondent_code = '{unit}' and rule_id = '{rule}'",
    )
    assert told == [(False, "confirmed_as_reported", TEXT, "office", None)]
    facts = f"select count(*), sum(wage_bill) from fct_staff where respondent_code = '{unit}'"
    assert asked(answered, facts) == asked(built, facts)


def test_no_persons_name_reaches_the_warehouse(answered):
    records = (answered / "raw" / "decisions" / "answers").glob("*.jsonl")
    assert NAME in "".join(path.read_text("utf-8") for path in records)
    for path in (answered / "warehouse").rglob("*"):
        assert not path.is_file() or NAME.encode() not in path.read_bytes(), path
    for (table,) in asked(answered, "select table_name from information_schema.tables"):
        assert NAME not in str(asked(answered, f'from "{table}"')), table


def test_an_answer_makes_the_partition_it_speaks_of_build_again_and_no_other(home, towns, question):
    settings = Settings(home)

    def stale() -> list[PartitionKey]:
        with Workshop.entered(settings) as shop:
            return shop.stale()

    assert stale() == []
    append_answer(settings.decisions, _record("440113104000", "SG-103-R02"))
    assert stale() == [], "that unit has reported nothing"
    assert answer(home, unit=towns["questioned"], rule=question["rule_id"]).exit_code == 0
    assert stale() == [PartitionKey("staff", PERIOD)]
    append_answer(settings.decisions, replace(_record(towns["refused"], "no such rule"), periods=2))
    assert [key.period for key in stale()] == [PERIOD, "2016-Q1"]


def test_answers_to_nothing_and_an_answer_taken_back_change_nothing(built, home, towns, question):
    unit, rule = towns["questioned"], question["rule_id"]
    assert (
        answer(home, unit=unit, rule=rule, reason="withdrawn").exception.code == "ANSWER_NOT_GIVEN"
    )
    assert answer(home, unit=unit, rule=rule).exit_code == 0
    again = answer(home, unit=unit, rule=rule)
    assert again.exception.code == "ANSWER_NOT_OPEN", "even before the next build"
    append_answer(home / "raw" / "decisions", _record(unit, "no such rule"))
    assert answer(home, unit=unit, rule=rule, reason="撤回答复").exit_code == 0
    homes.build(home)
    assert reporting(home, unit) == ("accepted_with_questions", 1)
    assert homes.content_hash(home) == homes.content_hash(built)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param({"rule": "SG-103-R99"}, "没有 SG-103-R99 这样的待核实问题", id="no such rule"),
        pytest.param({"period": "2016-Q3"}, "没有待核实问题", id="no such period"),
        pytest.param({"period": "年底"}, "2015-Q4", id="no period at all"),
        pytest.param({"reason": "不清楚"}, "one_off_event", id="no such reason"),
    ],
)
def test_what_cannot_be_answered_is_said_in_two_languages_and_not_recorded(
    built, towns, question, change, words
):
    given = {"unit": towns["questioned"], "rule": question["rule_id"]} | change
    done = _run_as_main("answer", built, given)
    assert done.returncode == 2
    assert words in done.stderr
    assert len(done.stderr.strip().splitlines()) >= 2
    assert not (built / "raw" / "decisions" / "answers").exists()


def test_personal_numbers_are_not_recorded(built, towns, question):
    more = ["--because", "问13800138000"]
    done = answer(built, *more, unit=towns["questioned"], rule=question["rule_id"])
    assert done.exception.code == "ANSWER_TEXT_PERSONAL"


def test_no_flag_decision_or_command_brings_a_refused_report_past_the_gate(home, towns):
    """Answers to every finding of the refused file, by command and by hand, and a new verdict."""
    unit = towns["refused"]
    hard = asked(
        home,
        "select distinct rule_id, severity from fct_findings"
        f" where respondent_code = '{unit}' and submission_state = 'refused'",
    )
    assert "M" in {severity for _, severity in hard}
    for rule, _ in hard:
        done = answer(home, unit=unit, rule=rule)
        assert done.exception.code == "ANSWER_NOT_OPEN"
        append_answer(home / "raw" / "decisions", _record(unit, rule))
    assert run(home, "rejudge").exit_code == 0
    homes.build(home)
    assert reporting(home, unit)[0] == "refused"
    rows = f"select count(*) from hist_staff where respondent_code = '{unit}'"
    assert asked(home, f"{rows} and period = '{PERIOD}'") == [(0,)]
    assert asked(
        home,
        "select count(*) from fct_findings where answer_reason is not null"
        f" and respondent_code = '{unit}' and period = '{PERIOD}'",
    ) == [(0,)]


def test_no_option_of_the_command_speaks_of_force():
    """What decides is the file: nobody gave the command a way round the gate."""
    command, names = get_command(app), set()
    waiting = [command]
    while waiting:
        one = waiting.pop()
        waiting += getattr(one, "commands", {}).values()
        names |= {name for parameter in one.params for name in parameter.opts}
    assert {"--form", "--because"} <= names
    gate = ("force", "accept", "skip", "ignore", "override", "allow", "pass")
    assert not [name for name in names if any(word in name for word in gate)]


def _record(unit: str, rule: str) -> Answer:
    return Answer(
        "staff", unit, PERIOD, rule, "other", "说明", datetime(2026, 1, 5, 9), NAME, periods=1
    )


def _run_as_main(command: str, home: Path, given: dict[str, str]):
    options = {"form": "staff", "period": PERIOD, "reason": "other", "because": "说明", "by": NAME}
    pairs = (options | given).items()
    return jiceng(home, command, *(text for name, value in pairs for text in (f"--{name}", value)))
