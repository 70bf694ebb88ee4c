"""A clerk explains in the file that came back: equal content, no new revision, no open question."""

import csv
import io
import random
import shutil
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import openpyxl
import pytest

from dagster_project.collecting.answers import Answer, append_answer
from dagster_project.feedback.mark import mark
from dagster_project.feedback.model import Summary
from tests.fixtures.questions import PERIOD, asked, run
from tests.pipeline import homes

pytestmark = pytest.mark.pipeline

TEXT = "合同制人员当季中途入职"


@pytest.fixture(scope="module")
def delivery(samples):
    """The delivery that is questioned."""
    name = samples.purpose("questioned").file_name
    return next(one for one in samples.deliveries if one.file_name == name)


@pytest.fixture(scope="module")
def explained(built, samples, delivery) -> bytes:
    """The questioned file as it came back, with one line of 情况说明 filled in."""
    with duckdb.connect(built / "warehouse" / "jiceng.duckdb", read_only=True) as reader:
        found = reader.sql(
            f"from fct_findings where original_name = '{delivery.file_name}' and is_open"
        ).to_arrow_table()
    summary = Summary("SG-103", None, None, None, PERIOD, "accepted_with_questions")
    content = (samples.target / delivery.file_name).read_bytes()
    back = mark(content, delivery.file_name, found.to_pylist(), summary)
    book = openpyxl.load_workbook(io.BytesIO(back.content))
    book["情况说明"]["H4"], book["情况说明"]["I4"] = "一次性因素", TEXT
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def drop(samples, home: Path, deliveries, files: dict[str, tuple[bytes, datetime]]) -> None:
    """Put sample files and others into the inbox, each with its time of receipt."""
    homes.drop(samples, home, deliveries)
    inbox = home / "raw" / "inbox"
    with (inbox / homes.CONTROL).open("a", encoding="utf-8", newline="") as lines:
        for name, (content, received_at) in files.items():
            (inbox / name).write_bytes(content)
            csv.writer(lines).writerow([name, received_at.isoformat(), "replay"])


def test_an_explanation_counts_even_where_the_content_is_equal(
    built, samples, towns, delivery, explained, tmp_path
):
    home, unit = tmp_path / "home", towns["questioned"]
    shutil.copytree(built, home)
    sent = delivery.received_at + timedelta(days=2)
    drop(samples, home, [], {"队伍报表_审核结果.xlsx": (explained, sent)})
    homes.build(home)
    submissions = asked(
        home,
        "select state, revision from raw_submission where respondent_code ="
        f" '{unit}' and period = '{PERIOD}' order by received_at",
    )
    assert submissions == [("accepted", 1), ("duplicate", None)]
    reporting = f"""
        select state, open_questions from fct_reporting
        where respondent_code = '{unit}' and period = '{PERIOD}' and form_id = 'staff'
    """
    assert asked(home, reporting) == [("accepted", 0)]
    told = asked(
        home,
        """
        select finding.answer_reason, finding.answer_text, finding.answered_by,
            finding.answered_at, finding.answer_cell, carrier.original_name
        from fct_findings as finding
        inner join raw_submission as carrier
            on carrier.submission_id = finding.answer_submission_id
        where finding.is_in_force and finding.answer_reason is not null
        """,
    )
    place = "情况说明!I4"
    assert told == [("one_off_event", TEXT, "respondent", sent, place, "队伍报表_审核结果.xlsx")]
    again = ["--form", "staff", "--unit", unit, "--period", PERIOD, "--rule", "SG-103-R09"]
    done = run(home, "answer", *again, "--reason", "other", "--because", "x", "--by", "样例")
    assert done.exception.code == "ANSWER_NOT_OPEN"


@pytest.fixture(scope="module")
def parts(samples, towns):
    """The questioned town's reports of two quarters and the other town's of one."""
    return [
        one
        for one in samples.deliveries
        if one.key[0] == "staff"
        and one.key[1:] in {
            (towns["questioned"], PERIOD), (towns["questioned"], "2016-Q1"),
            (towns["refused"], PERIOD),
        }
    ]  # fmt: skip


def answers(towns) -> list[Answer]:
    """One answer that the clerk's replaces later, one to nothing, one to the refused file."""
    first = Answer(
        "staff", towns["questioned"], PERIOD, "SG-103-R09", "seasonal", "说明",
        datetime(2016, 1, 6, 9), "样例", periods=2,
    )  # fmt: skip
    other = replace(first, rule_id="SG-103-R01", respondent_code=towns["refused"])
    return [first, replace(first, rule_id="SG-103-R99"), other]


@pytest.fixture(scope="module")
def at_once(samples, parts, towns, delivery, explained, tmp_path_factory) -> Path:
    home = tmp_path_factory.mktemp("at_once")
    sent = delivery.received_at + timedelta(days=2)
    for one in answers(towns):
        append_answer(home / "raw" / "decisions", one)
    drop(samples, home, parts, {"回.xlsx": (explained, sent)})
    homes.build(home)
    assert asked(home, "select count(*) from fct_findings where answered_by is not null")[0][0] > 0
    return home


def test_one_by_one_with_answers_in_between_gives_the_same_content(
    samples, parts, towns, delivery, explained, at_once, tmp_path
):
    sent = delivery.received_at + timedelta(days=2)
    steps = [*parts, *answers(towns), {"回.xlsx": (explained, sent)}]
    drawn = random.Random(7)
    shuffled = drawn.sample(steps[:-1], len(steps) - 1)
    for one in [*shuffled, steps[-1]]:
        if isinstance(one, Answer):
            append_answer(tmp_path / "raw" / "decisions", one)
            continue
        is_sample = not isinstance(one, dict)
        drop(samples, tmp_path, [one] if is_sample else [], {} if is_sample else one)
        homes.build(tmp_path)
    homes.build(tmp_path)
    assert homes.content_hash(tmp_path) == homes.content_hash(at_once)


def test_a_rebuild_from_archive_and_decisions_gives_the_same_content(at_once, tmp_path):
    shutil.copytree(at_once / "raw", tmp_path / "raw")
    homes.build(tmp_path)
    assert homes.content_hash(tmp_path) == homes.content_hash(at_once)
