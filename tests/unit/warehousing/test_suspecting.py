"""Which cell a finding suspects, and what its verdict could know: never what came in later."""

from types import SimpleNamespace

import pytest

from dagster_project.warehousing.database import rows_of
from dagster_project.warehousing.judging import Bench, judge_submissions
from dagster_project.warehousing.shelf import Shelf
from tests.unit.rules.rule_rows import changed
from tests.unit.warehousing.test_comparing import Office

WRONG = {"headcount_opening": 10, "joined": 13, "departed": 1, "headcount_closing": 12}
"""By itself 13 looks like 3 with a digit too many; not to a unit that ended on nobody before."""
BEFORE = {"headcount_closing": 0}


@pytest.fixture
def office(programme):
    return Office(programme)


def cell(office, column):
    """Give where the office's files hold a column of their first row."""
    return f"C{office.programme.forms['staff'].column_names.index(column)}5"


def suspected(office, number):
    """Judge a submission as a build does; give what its findings of R01 suspect and suggest."""
    receipts = {
        key: SimpleNamespace(received_at=one.received_at, basis="replayed")
        for key, one in office.receipts.items()
    }
    bench = Bench(office.programme, receipts, None, "", frozenset({"2015-Q3", "2015-Q4"}))
    columns = "* replace (1 as ordinal, 1 as rows_read)"
    query = f"select {columns} from landing_submission where submission_id = ?"
    landed = rows_of(office.connection, query, [number])
    shelf = Shelf.filled(office.connection, receipts, office.verdicts, ["staff"])
    (verdict,) = judge_submissions(office.connection, bench, landed, shelf)
    found = [one for one in verdict.findings if one["rule_id"] == "SG-103-R01"]
    return [(one["suspect_cells"], one["suggested_value"]) for one in found]


def test_the_units_own_history_says_which_cell_is_wrong(office):
    office.send("staff", "2015-Q3", [changed("staff", BEFORE)])
    number = office.send("staff", "2015-Q4", [changed("staff", WRONG)], state="refused")
    assert suspected(office, number) == [(cell(office, "headcount_opening"), "0")]


def test_a_verdict_looks_at_no_history_that_came_in_later(office):
    number = office.send("staff", "2015-Q4", [changed("staff", WRONG)], state="refused")
    office.send("staff", "2015-Q3", [changed("staff", BEFORE)])
    assert suspected(office, number) == [(cell(office, "joined"), None)]
