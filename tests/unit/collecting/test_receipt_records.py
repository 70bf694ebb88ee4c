"""Reading receipts back: what was altered, cut or lost is named by file and line."""

import json
from pathlib import Path

import pytest

from dagster_project.collecting.errors import CollectError
from dagster_project.collecting.receipts import last_receipt_number, read_receipts


@pytest.fixture
def batches(home) -> Path:
    """Give the receipts folder of three batches with two receipts each."""
    for batch in ("x", "y", "z"):
        home.send(f"{batch}1.xlsx", batch.encode())
        home.send(f"{batch}2.xlsx", batch.encode() * 2)
        home.collect()
    return home.archive / "receipts"


def alter(path: Path, change) -> None:
    """Replace a file by what ``change`` makes of its lines, read-only though it is."""
    lines = change(path.read_text(encoding="utf-8").splitlines(keepends=True))
    path.unlink()
    path.write_bytes("".join(lines).encode("utf-8", errors="surrogateescape"))


def with_field(**changes):
    """Give a change that sets fields on line 2; ``...`` takes the field out."""

    def change(lines: list[str]) -> list[str]:
        values = {**json.loads(lines[1]), **changes}
        kept = {name: value for name, value in values.items() if value is not ...}
        return [lines[0], json.dumps(kept) + "\n"]

    return change


@pytest.mark.parametrize(
    ("change", "code", "line"),
    [
        (lambda lines: [lines[0], "{broken\n"], "COLLECT_RECORD_LINE_BROKEN", 2),
        (lambda lines: [lines[0], "[]\n"], "COLLECT_RECORD_LINE_BROKEN", 2),
        (lambda lines: [lines[0], "\n", *lines[1:]], "COLLECT_RECORD_LINE_BROKEN", 2),
        (lambda lines: [lines[0], lines[1][:-1] + " {}\n"], "COLLECT_RECORD_LINE_BROKEN", 2),
        (lambda lines: [lines[0], "\udcff\n"], "COLLECT_RECORD_LINE_BROKEN", 2),
        (lambda lines: [lines[0], lines[1][:40]], "COLLECT_RECORD_FILE_CUT", 2),
        (lambda _lines: [], "COLLECT_RECORD_FILE_CUT", 1),
        (lambda lines: lines[1:], "COLLECT_RECEIPT_NUMBER_GAP", 1),
        (lambda lines: lines[::-1], "COLLECT_RECEIPT_NUMBER_GAP", 2),
        (with_field(receipt_number=7), "COLLECT_RECEIPT_NUMBER_GAP", 2),
        (with_field(original_name="a.xlsx"), "COLLECT_RECEIPT_ORDER_CHANGED", 2),
        (with_field(received_at="2015-12-31T00:00:00"), "COLLECT_RECEIPT_ORDER_CHANGED", 2),
    ],
    ids=[
        "no_json", "no_object", "blank_line", "two_objects", "no_utf8", "cut", "emptied",
        "first_lost", "swapped", "renumbered", "renamed", "earlier",
    ],
)  # fmt: skip
def test_altered_receipts_are_named_by_file_and_line(home, batches, change, code, line):
    alter(batches / "000002.jsonl", change)
    with pytest.raises(CollectError) as raised:
        read_receipts(home.archive)
    assert raised.value.code == code
    assert raised.value.params["line"] == line
    assert raised.value.params["file"] == batches / "000002.jsonl"
    assert str(batches / "000002.jsonl") in str(raised.value)


@pytest.mark.parametrize(
    "changes",
    [
        {"receipt_number": "4"},
        {"receipt_number": True},
        {"original_name": ""},
        {"original_name": None},
        {"archive_path": "archive/../secret.xlsx"},
        {"archive_path": "archive/2016-03/000000000000.xlsx"},
        {"sha256": "abc"},
        {"bytes": -1},
        {"bytes": 1.5},
        {"received_at": "yesterday"},
        {"received_at": None},
        {"received_at": "2016-03-05T10:30:00+08:00"},
        {"basis": "guess"},
        {"channel": 3},
        {"channel": ...},
        {"signed_by": "nobody"},
    ],
    ids=lambda changes: "_".join(f"{name}_{value}" for name, value in changes.items()),
)
def test_a_bad_field_is_named_with_file_and_line(home, batches, changes):
    alter(batches / "000002.jsonl", with_field(**changes))
    with pytest.raises(CollectError) as raised:
        read_receipts(home.archive)
    (field,) = changes
    assert raised.value.code == "COLLECT_RECORD_FIELD_BAD"
    assert field in raised.value.params["field"]
    assert raised.value.params["file"] == batches / "000002.jsonl"
    assert raised.value.params["line"] == 2


def test_a_lost_last_line_shows_in_the_next_batch(home, batches):
    alter(batches / "000002.jsonl", lambda lines: lines[:1])
    with pytest.raises(CollectError) as raised:
        read_receipts(home.archive)
    assert raised.value.params == {
        "file": batches / "000003.jsonl", "line": 1, "expected": 4, "found": 5,
    }  # fmt: skip


def test_a_lost_batch_is_named(home, batches):
    (batches / "000002.jsonl").unlink()
    with pytest.raises(CollectError, match=r"000002\.jsonl"):
        read_receipts(home.archive)


def test_nothing_is_collected_on_top_of_damaged_receipts(home, batches):
    alter(batches / "000003.jsonl", lambda lines: [lines[0], "{broken\n"])
    home.send("new.xlsx", b"new")
    with pytest.raises(CollectError):
        home.collect()
    assert max(path.name for path in batches.iterdir()) == "000003.jsonl"
    assert (home.inbox / "new.xlsx").read_bytes() == b"new"


def test_no_archive_means_no_receipts(home):
    assert read_receipts(home.archive) == []
    assert last_receipt_number(home.archive) == 0


def test_a_line_separator_inside_a_name_does_not_break_its_line(home):
    home.send("a\u2028b\nc.xlsx", b"a")
    home.collect()
    assert read_receipts(home.archive)[0].original_name == "a\u2028b\nc.xlsx"
