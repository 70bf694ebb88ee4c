"""Recorded answers: kept in order, never changed, every field checked when read."""

import json
from datetime import datetime

import pytest

from dagster_project.collecting.answers import Answer, append_answer, read_answers
from dagster_project.collecting.errors import CollectError

ANSWER = Answer(
    "staff",
    "440113009000",
    "2015-Q4",
    "SG-103-R09",
    "seasonal",
    "年底",
    datetime(2016, 1, 7, 9),
    "样例",
)


def test_answers_are_read_as_they_were_recorded_each_in_a_file_of_its_own(tmp_path):
    second = Answer(**{**_fields(), "row_key": "a,b", "column_name": "joined", "periods": 4})
    paths = [append_answer(tmp_path, one) for one in (ANSWER, second)]
    assert len(set(paths)) == 2
    assert read_answers(tmp_path) == (ANSWER, second)


@pytest.mark.parametrize(
    ("field", "value"),
    [("reason", "because"), ("periods", 0), ("periods", "4"), ("period", "年底"),
     ("decided_at", "yesterday"), ("rule_id", None), ("more", "x")],
)  # fmt: skip
def test_a_broken_record_names_its_file_line_and_field(tmp_path, field, value):
    folder = tmp_path / "answers"
    folder.mkdir()
    record = _fields() | {"decided_at": ANSWER.decided_at.isoformat(), field: value}
    (folder / "000001.jsonl").write_text(json.dumps(record) + "\n", "utf-8")
    with pytest.raises(CollectError) as error:
        read_answers(tmp_path)
    assert error.value.params["field"] == field
    assert error.value.params["line"] == 1


def _fields():
    return {name: getattr(ANSWER, name) for name in Answer.__dataclass_fields__}
