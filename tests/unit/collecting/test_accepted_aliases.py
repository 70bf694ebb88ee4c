"""Decisions on headers: recorded for ever, the later one counts, what waits is reopened."""

from dataclasses import replace
from datetime import datetime

import pytest

from dagster_project.collecting.aliases import (
    AcceptedAlias,
    append_alias,
    in_force,
    is_reopened,
    read_aliases,
)
from dagster_project.collecting.decisions import Verdict, append_records
from dagster_project.collecting.errors import CollectError

ALIAS = AcceptedAlias(
    form_id="staff",
    header="女性 职工人数",
    column_name="female",
    decided_at=datetime.fromisoformat("2016-04-08T09:15:00"),
    decided_by="统计科",
    reason="与“其中:女性”同义",
    source="市桥街道.xlsx",
)
VERDICT = Verdict(
    receipt_number=7,
    ordinal=1,
    form_id="staff",
    respondent_code="440113007000",
    period="2015-Q4",
    state="refused",
    decided_at=datetime.fromisoformat("2016-01-08T09:15:00"),
    programme_hash="0123456789ab",
    findings=(
        {"rule_id": "READ_HEADER_UNKNOWN", "cell": "I4", "value_text": "女性职工人数"},
        {"rule_id": "SG-103-R01", "cell": "G12", "value_text": "约30"},
    ),
)


def test_decisions_are_read_back_in_their_order_and_the_later_counts(tmp_path):
    other = replace(ALIAS, column_name="party_members", source=None)
    first = append_alias(tmp_path, ALIAS)
    before = first.read_bytes()
    append_alias(tmp_path, other)
    assert read_aliases(tmp_path) == (ALIAS, other)
    assert in_force([ALIAS, other]) == {"staff": {"女性 职工人数": "party_members"}}
    assert first.read_bytes() == before
    assert read_aliases(tmp_path / "nowhere") == ()


def test_a_refusal_for_the_header_is_reopened_and_no_other():
    accepted = in_force([ALIAS])
    assert is_reopened(VERDICT, accepted)
    assert not is_reopened(replace(VERDICT, form_id="facilities"), accepted)
    assert not is_reopened(replace(VERDICT, findings=VERDICT.findings[1:]), accepted)
    assert not is_reopened(VERDICT, {})


@pytest.mark.parametrize(
    "broken",
    [{"header": 7}, {"decided_at": "gestern"}, {"column_name": None}, {"since": "2016"}],
    ids=["number", "no date", "null", "unknown field"],
)
def test_a_broken_record_is_named_with_file_and_line(tmp_path, broken):
    append_alias(tmp_path, ALIAS)
    record = {
        "form_id": "staff", "header": "x", "column_name": "female", "decided_by": "x",
        "decided_at": "2016-04-08T09:15:00", "reason": "x", "source": None,
    }  # fmt: skip
    append_records(tmp_path / "aliases", [record, record | broken])
    with pytest.raises(CollectError) as error:
        read_aliases(tmp_path)
    assert (error.value.params["file"].name, error.value.params["line"]) == ("000002.jsonl", 2)
