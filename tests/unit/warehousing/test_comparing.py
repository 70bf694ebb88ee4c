"""Rules that compare a unit's submissions: with earlier periods, with other forms, with copies."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

from dagster_project.programme.model import Programme
from dagster_project.reading.arrow_tables import SIDE_SCHEMAS, schema_of
from dagster_project.warehousing import comparing, judging
from dagster_project.warehousing.built import PartitionKey
from dagster_project.warehousing.database import ensure_table
from dagster_project.warehousing.schema import raw_table_ddl
from dagster_project.warehousing.shelf import Shelf

TOWN, UNIT = "440113007000", "440113007001"
LANDED = {
    "submissions": "landing_submission", "totals": "landing_total", "columns": "landing_column",
    "cell_status": "landing_cell_status", "findings": "landing_finding",
}  # fmt: skip
START = datetime(2016, 1, 4, 9)


@dataclass
class Office:
    """Landed submissions with their verdicts, each an hour after the one before."""

    programme: Programme
    connection: duckdb.DuckDBPyConnection = field(default_factory=duckdb.connect)
    receipts: dict[int, Any] = field(default_factory=dict)
    verdicts: dict[int, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Create the tables that landing leaves."""
        for name, table in LANDED.items():
            ensure_table(self.connection, table, SIDE_SCHEMAS[name])
        for form in self.programme.forms.values():
            ensure_table(self.connection, f"landing_{form.form_id}", schema_of(form))
        for statement in raw_table_ddl(self.programme).values():
            self.connection.execute(statement)

    def send(self, form_id: str, period: str, rows: list[dict[str, Any]], **said: Any) -> int:
        """Land an accepted submission and give its id."""
        receipt = len(self.receipts) + 1
        number = receipt * 100 + 1
        self.receipts[receipt] = SimpleNamespace(received_at=START + timedelta(hours=receipt))
        self.verdicts[number] = SimpleNamespace(state=said.pop("state", "accepted"))
        submission: dict[str, Any] = {
            "submission_id": number,
            "receipt_number": receipt,
            "form_id": form_id,
            "period": period,
            "respondent_code": TOWN,
            "sheet_name": "报表",
            "header_row": 4,
            "content_hash": f"h{number}",
        } | said
        self._insert("landing_submission", submission)
        form = self.programme.forms[form_id]
        for place, name in enumerate(form.column_names):
            column = {"submission_id": number, "column_name": name, "sheet_column": f"C{place}"}
            self._insert("landing_column", column)
        for place, row in enumerate(rows, start=1):
            known: dict[str, Any] = {"submission_id": number, "row_number": place}
            known["source_row"] = place + 4
            known |= {"period": period, "respondent_code": submission["respondent_code"]}
            known |= {"has_abnormal_cells": False, form.unit_column: UNIT}
            self._insert(f"landing_{form_id}", known | row)
        return number

    def clear(self) -> None:
        """Forget all that was sent."""
        forms = [f"landing_{form_id}" for form_id in self.programme.forms]
        for table in [*LANDED.values(), *forms]:
            self.connection.execute(f"delete from {table}")
        self.receipts.clear()
        self.verdicts.clear()

    def reform(self, day: str) -> None:
        """Let the unit's borders change on a day."""
        self._insert("raw_boundary_event", {"old_code": UNIT, "new_code": UNIT, "happened_on": day})

    def at_the_verdict(self, number: int) -> set[str]:
        """Give the rules that a submission breaks against what came in before it."""
        return {one["rule_id"] for one in self._found(comparing.against_earlier, number)}

    def standing(self, number: int) -> set[tuple[str, str]]:
        """Give the rules, with severity, by which a submission in force is questioned now."""
        found = self._found(comparing.standing, number)
        return {(one["rule_id"], one["severity"]) for one in found}

    def _found(self, ask: Any, number: int) -> list[dict[str, Any]]:
        query = f"from landing_submission where submission_id = {number}"
        landed = judging.rows_of(self.connection, query)
        form = self.programme.forms[landed[0]["form_id"]]
        judging.lay_out(self.connection, form, [number])
        shelf = Shelf.filled(self.connection, self.receipts, self.verdicts, self.programme.forms)
        return ask(self.connection, self.programme, form, shelf, landed)

    def _insert(self, table: str, row: dict[str, Any]) -> None:
        marks = ", ".join("?" * len(row))
        names = ", ".join(row)
        self.connection.execute(f"insert into {table} ({names}) values ({marks})", [*row.values()])


@pytest.fixture
def office(programme):
    return Office(programme)


def staff(opening: int, closing: int, category: str = "RC_MEMBER") -> dict[str, Any]:
    return {
        "staff_category": category,
        "headcount_opening": opening,
        "headcount_closing": closing,
    }


def test_the_opening_figure_is_the_closing_one_of_the_period_before(office):
    office.send("staff", "2015-Q3", [staff(9, 9)])
    good = office.send("staff", "2015-Q4", [staff(9, 9)])
    bad = office.send("staff", "2015-Q4", [staff(8, 8)])
    assert office.at_the_verdict(good) == set()
    assert office.at_the_verdict(bad) == {"SG-103-R14"}


def test_a_category_that_was_not_there_before_opens_with_nothing(office):
    office.send("staff", "2015-Q3", [staff(9, 9)])
    fresh = office.send("staff", "2015-Q4", [staff(9, 9), staff(0, 2, "VC_MEMBER")])
    odd = office.send("staff", "2015-Q4", [staff(9, 9), staff(2, 2, "VC_MEMBER")])
    assert "SG-103-R14" not in office.at_the_verdict(fresh)
    assert "SG-103-R14" in office.at_the_verdict(odd)


@pytest.mark.parametrize(
    "before",
    [
        pytest.param({}, id="nothing was sent before"),
        pytest.param({"state": "refused"}, id="what was sent was refused"),
        pytest.param({"blank": True}, id="the figure before is not known"),
        pytest.param({"event": "2015-11-02"}, id="the unit's borders changed in between"),
    ],
)
def test_where_nothing_can_be_compared_nothing_is_said(office, before):
    if before:
        closing = None if before.get("blank") else 5
        said = {"state": before["state"]} if "state" in before else {}
        office.send("staff", "2015-Q3", [staff(5, closing)], **said)
    if "event" in before:
        office.reform(before["event"])
    assert office.at_the_verdict(office.send("staff", "2015-Q4", [staff(9, 9)])) == set()


def test_a_verdict_knows_nothing_of_what_came_later_but_the_later_file_asks(office):
    """The unit keeps its acceptance; the finding that a later correction raises only asks."""
    office.send("staff", "2015-Q3", [staff(9, 9)])
    accepted = office.send("staff", "2015-Q4", [staff(9, 9)])
    office.send("staff", "2015-Q3", [staff(9, 7)], submission_no=2, resubmission_reason="漏报")
    assert office.at_the_verdict(accepted) == set()
    assert ("SG-103-R14", "Q") in office.standing(accepted)


def test_a_facility_may_not_vanish(office):
    kept = {"facility_code": "F1", "status": "OPEN"}
    office.send("facilities", "2015-Q3", [kept, {"facility_code": "F2", "status": "OPEN"}])
    number = office.send("facilities", "2015-Q4", [kept])
    found = office._found(comparing.against_earlier, number)
    vanished = [one for one in found if one["rule_id"] == "SG-104-R15"]
    assert [(one["value_text"], one["row_number"], one["cell"]) for one in vanished] == [
        ("F2", None, vanished[0]["cell"])
    ]
    assert vanished[0]["cell"].endswith("4")  # the header, for there is no row
    listed = office.send(
        "facilities", "2015-Q4", [kept, {"facility_code": "F2", "status": "CLOSED"}]
    )
    assert "SG-104-R15" not in office.at_the_verdict(listed)


def test_another_form_asks_as_it_stands_now_and_never_refuses(office):
    cases = {"service_category": "S0101", "accepted": 4}
    number = office.send("services", "2015-12", [cases])
    assert office.standing(number) == set()  # no register of facilities yet: cannot tell
    office.send("facilities", "2015-Q3", [{"facility_code": "F1", "status": "CLOSED"}])
    assert ("SG-102-R10", "Q") in office.standing(number)
    office.send("facilities", "2015-Q3", [{"facility_code": "F1", "status": "OPEN"}])
    assert office.standing(number) == set()
    assert office.at_the_verdict(number) == set()


@pytest.mark.parametrize(
    ("said", "rules"),
    [
        ({"submission_no": 2, "resubmission_reason": "更正"}, set()),
        ({"submission_no": 1, "resubmission_reason": "更正"}, {"ALL-R11"}),
        ({"submission_no": 2}, {"ALL-R11"}),
        ({"submission_no": None}, set()),
        ({"submission_no": 1, "content_hash": "h101"}, set()),
    ],
    ids=["newer", "number not raised", "no reason", "no number at all", "the same file again"],
)
def test_a_resubmission_is_newer_and_says_why(office, said, rules):
    office.send("staff", "2015-Q4", [staff(9, 9)], submission_no=1)
    assert office.at_the_verdict(office.send("staff", "2015-Q4", [staff(9, 9)], **said)) == rules


def test_a_skipped_period_and_a_copied_one_are_asked_about(office):
    office.send("staff", "2015-Q2", [staff(9, 9)])
    late = office.send("staff", "2015-Q4", [staff(9, 9)])
    assert office.standing(late) == {("ALL-R10", "Q")}
    copied = office.send("staff", "2016-Q1", [staff(9, 9)], content_hash=f"h{late}")
    assert office.standing(copied) == {("ALL-R12", "Q")}
    office.send("staff", "2015-Q3", [staff(9, 9)])
    assert office.standing(late) == set()  # it came after all


def test_soft_questions_are_put_as_everything_stands_now(office):
    office.send("staff", "2015-Q3", [staff(3, 3)])
    number = office.send("staff", "2015-Q4", [staff(13, 13)])
    assert "SG-103-R18" not in office.at_the_verdict(number)
    assert ("SG-103-R18", "Q") in office.standing(number)
    office.send("staff", "2015-Q3", [staff(3, 13)], submission_no=2, resubmission_reason="漏报")
    assert ("SG-103-R18", "Q") not in office.standing(number)


def test_a_verdict_is_the_same_however_replayed_deliveries_were_batched(office):
    """What was received earlier but comes in later is no submission that came before."""
    office.send("staff", "2015-Q4", [staff(9, 9)], submission_no=2, resubmission_reason="更正")
    first = office.send("staff", "2015-Q4", [staff(8, 8)], submission_no=1)
    receipts = list(office.receipts.values())
    receipts[0].received_at, receipts[1].received_at = (
        receipts[1].received_at,
        receipts[0].received_at,
    )
    assert office.at_the_verdict(first) == set()


def test_a_partition_depends_on_those_its_rules_look_at(programme):
    known = [
        PartitionKey("staff", "2015-Q3"),
        PartitionKey("staff", "2015-Q4"),
        PartitionKey("facilities", "2015-Q3"),
        PartitionKey("facilities", "2015-Q4"),
        PartitionKey("facilities", "2013-Q4"),
        PartitionKey("services", "2015-11"),
        PartitionKey("services", "2014-12"),
        PartitionKey(None, None),
    ]

    def looked_at(form_id: str, period: str) -> set[tuple[str | None, str | None]]:
        key = PartitionKey(form_id, period)
        found = comparing.partitions_looked_at(programme, [*known, key])[key]
        return {(one.form_id, one.period) for one in found}

    assert looked_at("staff", "2015-Q4") == {("staff", "2015-Q3")}
    assert looked_at("services", "2015-12") == {
        ("services", "2015-11"),
        ("services", "2014-12"),
        ("facilities", "2015-Q3"),
        ("facilities", "2015-Q4"),
    }
