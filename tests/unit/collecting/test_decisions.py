"""Verdicts and other decisions: append-only, the latest one counts."""

import json
from dataclasses import replace
from datetime import datetime

import pytest

from dagster_project.collecting.decisions import (
    Verdict,
    append_records,
    append_verdicts,
    read_records,
    read_verdicts,
)
from dagster_project.collecting.errors import CollectError

VERDICT = Verdict(
    receipt_number=7,
    ordinal=1,
    form_id="staff",
    respondent_code="440113118000",
    period="2016-03",
    state="refused",
    decided_at=datetime.fromisoformat("2016-04-08T09:15:00"),
    programme_hash="0123456789ab",
    findings=({"rule_id": "SG-103-R01", "cell": "G12", "value_text": "约30"},),
)
NOTHING_FOUND = replace(
    VERDICT, ordinal=0, form_id=None, respondent_code=None, period=None, state="unreadable"
)


def test_verdicts_are_read_back_as_they_were_written(tmp_path):
    append_verdicts(tmp_path, [VERDICT, NOTHING_FOUND])
    assert read_verdicts(tmp_path) == {701: VERDICT, 700: NOTHING_FOUND}


def test_a_later_file_wins_and_the_earlier_one_stays(tmp_path):
    first = append_verdicts(tmp_path, [VERDICT, NOTHING_FOUND])
    before = first.read_bytes()
    accepted = replace(VERDICT, state="accepted", findings=())
    second = append_verdicts(tmp_path, [accepted])
    assert read_verdicts(tmp_path) == {701: accepted, 700: NOTHING_FOUND}
    assert [first.name, second.name] == ["000001.jsonl", "000002.jsonl"]
    assert first.read_bytes() == before


def test_a_build_without_verdicts_writes_no_file(tmp_path):
    assert append_verdicts(tmp_path, []) is None
    assert read_verdicts(tmp_path) == {}
    assert list(tmp_path.iterdir()) == []


def test_other_kinds_of_decisions_are_plain_records_in_order(tmp_path):
    folder = tmp_path / "aliases"
    append_records(folder, [{"header": "人员数", "column": "staff_persons"}])
    append_records(folder, [{"header": "人数"}, {"header": "在岗\u2028人数"}])
    assert [one["header"] for one in read_records(folder)] == ["人员数", "人数", "在岗\u2028人数"]


def test_a_record_that_is_no_plain_json_leaves_no_file(tmp_path):
    with pytest.raises(TypeError):
        append_records(
            tmp_path / "kind", [{"ok": 1}, {"when": datetime.fromisoformat("2016-01-01T00:00:00")}]
        )
    assert read_records(tmp_path / "kind") == []


def test_a_lost_file_of_decisions_is_named(tmp_path):
    first = append_records(tmp_path, [{"a": 1}])
    append_records(tmp_path, [{"a": 2}])
    first.unlink()
    with pytest.raises(CollectError, match=r"000001\.jsonl"):
        read_records(tmp_path)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("receipt_number", 0),
        ("ordinal", 100),
        ("ordinal", -1),
        ("state", "maybe"),
        ("decided_at", datetime.fromisoformat("2016-04-08T09:15:00+08:00")),
    ],
    ids=["receipt_number", "ordinal_high", "ordinal_low", "state", "zoned"],
)
def test_a_verdict_that_cannot_be_is_refused_when_it_is_made(field, value):
    with pytest.raises(ValueError, match=field):
        replace(VERDICT, **{field: value})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("receipt_number", "7"),
        ("ordinal", 100),
        ("form_id", 103),
        ("state", "maybe"),
        ("decided_at", "yesterday"),
        ("programme_hash", None),
        ("findings", {}),
        ("decided_by", "nobody"),
    ],
)
def test_a_bad_field_of_a_verdict_is_named_with_file_and_line(tmp_path, field, value):
    path = append_verdicts(tmp_path, [VERDICT])
    record = json.loads(path.read_bytes()) | {field: value}
    good = path.read_bytes()
    path.unlink()
    path.write_bytes(good + json.dumps(record).encode() + b"\n")
    with pytest.raises(CollectError) as raised:
        read_verdicts(tmp_path)
    assert raised.value.params == {"file": path, "line": 2, "field": field}
