"""Pandera holds accepted rows against the form, and against the rules that they were judged by."""

import pytest

from dagster_project.programme.load import form_hash
from dagster_project.warehousing.handover import handover_failures
from tests.fixtures.tiny_warehouse import STREETS, TinyWarehouse

WELL = {"headcount_opening": 1, "joined": 0, "departed": 0, "headcount_closing": 1, "full_time": 1,
        "part_time": 0, "staff_category": "RC_MEMBER", "wage_basis": "GROSS"}  # fmt: skip


@pytest.fixture
def handed_over(tmp_path, programme):
    """Give the failures of one row of staff, accepted under this or an earlier programme."""
    form = programme.forms["staff"]

    def failures(row, judged_by):
        tiny = TinyWarehouse(tmp_path / "build.duckdb", programme)
        tiny.create()
        tiny.submit("staff", STREETS[0], "2015-Q4", [{**WELL, **row}])
        tiny.execute(f"update raw_submission set programme_hash = '{judged_by}'")
        with tiny.connected() as connection:
            rows = connection.sql("from raw_staff").to_arrow_table()
            return handover_failures(connection, form, programme, rows)

    return failures


def test_a_blank_that_no_cell_explains_is_named(handed_over):
    assert handed_over({"female": None}, "an earlier one") == ["rows: blanks_are_marked (1)"]


def test_a_rule_stops_what_was_judged_by_it_and_let_through(handed_over, programme):
    today = form_hash(programme, "staff")
    rule = next(one for one in programme.forms["staff"].rules if one.rule_id == "SG-103-R01")
    found = handed_over({"headcount_closing": 13}, today)
    assert [line for line in found if rule.message.zh in line] == [
        f"rows: {rule.message.zh} / {rule.message.en} (1)"
    ]


def test_what_an_earlier_programme_accepted_stays_accepted(handed_over):
    assert handed_over({"headcount_closing": 13}, "an earlier one") == []
