"""Verifying the archive: what is missing, changed, unreadable or foreign is named."""

import pytest

from dagster_project.collecting.receipts import archived_file, read_receipts
from dagster_project.collecting.verify import verify


@pytest.fixture
def full(home):
    """Give a home with three receipts for two archived files."""
    home.send("a.xlsx", b"a")
    home.send("b.xlsx", b"bb")
    home.send("b again.xlsx", b"bb")
    home.collect()
    return home


def stored(home, name: str):
    """Give a receipt by its file's name, and where its bytes are."""
    (receipt,) = [one for one in read_receipts(home.archive) if one.original_name == name]
    return receipt, archived_file(home.archive, receipt)


def test_a_whole_archive_is_sound_and_counted(full):
    report = verify(full.archive)
    assert (report.receipts, report.files, report.bytes) == (3, 2, 3)
    assert report.is_sound
    assert report.foreign == ()
    assert report.lines("en") == ["3 receipts, 2 archived files, 3 bytes."]


@pytest.mark.parametrize(
    ("data", "kind"),
    [(None, "missing"), (b"x", "changed"), (b"aa", "changed"), (b"", "changed")],
    ids=["removed", "other_byte", "longer", "emptied"],
)
def test_what_happened_to_an_archived_file_is_named(full, data, kind):
    receipt, path = stored(full, "a.xlsx")
    path.unlink()
    if data is not None:
        path.write_bytes(data)
    report = verify(full.archive)
    assert not report.is_sound
    assert getattr(report, kind) == (receipt.archive_path,)
    assert receipt.archive_path in report.lines("zh")[1]


def test_a_link_in_place_of_a_file_is_not_followed(full, tmp_path):
    receipt, path = stored(full, "a.xlsx")
    path.rename(tmp_path / "elsewhere.xlsx")
    path.symlink_to(tmp_path / "elsewhere.xlsx")
    assert verify(full.archive).unreadable == (receipt.archive_path,)


def test_a_file_that_no_receipt_names_is_foreign_but_does_no_harm(full):
    (full.archive / "2016-03" / "copy of a.xlsx").write_bytes(b"a")
    (full.archive / "receipts" / "000001 (1).jsonl").write_bytes(b"")
    report = verify(full.archive)
    assert report.is_sound
    assert report.foreign == (
        "archive/2016-03/copy of a.xlsx",
        "archive/receipts/000001 (1).jsonl",
    )


def test_an_archive_that_is_not_there_yet_is_sound(home):
    assert verify(home.archive).is_sound
