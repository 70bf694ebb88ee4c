"""What collecting makes of files of every kind, when nothing goes wrong."""

import errno
import os
import time
from datetime import datetime, timedelta
from pathlib import Path
from unicodedata import normalize

import pytest

from dagster_project.collecting import archive as archive_module
from dagster_project.collecting.receipts import archived_file, read_receipts


def test_a_file_gets_one_receipt_and_its_bytes_stand_in_the_archive(home):
    home.send("沙湾街道 3月.xlsx", b"workbook")
    (receipt,) = home.collect().receipts
    assert receipt.receipt_number == 1
    assert receipt.original_name == "沙湾街道 3月.xlsx"
    assert receipt.archive_path == f"archive/2016-03/{receipt.sha256[:12]}.xlsx"
    assert (receipt.received_at, receipt.basis, receipt.channel) == (home.now, "clock", None)
    assert archived_file(home.archive, receipt).read_bytes() == b"workbook"
    home.assert_received_once([("沙湾街道 3月.xlsx", b"workbook")])


def test_what_collect_gives_is_what_is_read_back(home):
    home.send("a.xlsx", b"a")
    home.send("b.xlsx", b"b")
    first = home.collect().receipts
    home.send("c.xlsx", b"c")
    second = home.collect().receipts
    assert read_receipts(home.archive) == [*first, *second]


def test_an_empty_or_missing_inbox_gives_nothing_and_makes_nothing(home):
    home.inbox.rmdir()
    result = home.collect()
    assert (result.receipts, result.left, result.waiting) == ((), (), ())
    assert not home.archive.exists()


def test_the_same_bytes_sent_twice_get_two_receipts_and_one_archived_file(home):
    home.send("a.xlsx", b"same")
    home.collect()
    home.now += timedelta(days=40)
    home.send("b.xls", b"same")
    home.collect()
    first, second = read_receipts(home.archive)
    assert first.archive_path == second.archive_path
    assert first.received_at < second.received_at
    home.assert_received_once([("a.xlsx", b"same"), ("b.xls", b"same")])


def test_a_file_of_the_same_name_and_bytes_sent_again_is_a_second_delivery(home):
    for _ in range(2):
        home.send("a.xlsx", b"same")
        home.collect()
    home.assert_received_once([("a.xlsx", b"same")] * 2)


def test_sub_folders_are_part_of_the_name_and_an_empty_file_is_archived_too(home):
    home.send("市桥街道/三月/统计表.XLSX", b"deep")
    home.send("空.xlsx", b"")
    home.collect()
    home.assert_received_once([("市桥街道/三月/统计表.XLSX", b"deep"), ("空.xlsx", b"")])


@pytest.mark.parametrize(
    "name",
    [".hidden.xlsx", "~$open.xlsx", "a.tmp", "a.xlsx.part", "a.CRDOWNLOAD", ".folder/a.xlsx"],
)
def test_unfinished_and_hidden_files_are_left_alone(home, name):
    path = home.send(name, b"under way")
    assert home.collect().receipts == ()
    assert path.exists()


@pytest.mark.parametrize(
    ("name", "extension"),
    [
        ("a.XLSX", "xlsx"),
        ("a", "bin"),
        ("统计表.表格", "bin"),
        ("a.tar.gz", "gz"),
        ("a.much_too_long", "bin"),
        ("a.", "bin"),
    ],
    ids=["upper_case", "none", "chinese", "double", "odd", "dot_only"],
)
def test_the_archived_file_has_the_extension_of_the_name_or_bin(home, name, extension):
    home.send(name, b"x")
    (receipt,) = home.collect().receipts
    assert receipt.archive_path.endswith(f".{extension}")


def test_a_name_in_gbk_bytes_is_read_as_chinese(home):
    """An old archive program unpacked 石碁镇.xls with its GBK name; a receipt is UTF-8."""
    path = Path(os.fsdecode(os.fsencode(home.inbox) + b"/" + "石碁镇.xls".encode("gbk")))
    path.write_bytes(b"gbk")
    home.collect()
    home.assert_received_once([("石碁镇.xls", b"gbk")])


def test_a_name_in_no_encoding_at_all_is_kept_readable(home):
    path = Path(os.fsdecode(os.fsencode(home.inbox) + b"/a\xff.xls"))
    path.write_bytes(b"odd")
    home.collect()
    home.assert_received_once([("a\\xff.xls", b"odd")])


def test_a_decomposed_name_is_receipted_composed_and_its_twin_is_another_delivery(home):
    """A Mac sends names decomposed; on disk both spellings are different files."""
    composed = normalize("NFC", "Café.xlsx")
    home.send(normalize("NFD", composed), b"from a mac")
    home.send(composed, b"from elsewhere")
    home.collect()
    home.assert_received_once([(composed, b"from a mac"), (composed, b"from elsewhere")])


def test_a_link_is_not_followed_and_reported(home, tmp_path):
    (tmp_path / "secret.xlsx").write_bytes(b"not sent")
    (tmp_path / "folder").mkdir()
    home.inbox.joinpath("link.xlsx").symlink_to(tmp_path / "secret.xlsx")
    home.inbox.joinpath("folder").symlink_to(tmp_path / "folder")
    home.send("good.xlsx", b"good")
    result = home.collect()
    assert [one.original_name for one in result.receipts] == ["good.xlsx"]
    assert {(one.name, one.code) for one in result.left} == {
        ("link.xlsx", "COLLECT_FILE_IS_LINK"),
        ("folder", "COLLECT_FILE_IS_LINK"),
    }
    assert home.inbox.joinpath("link.xlsx").is_symlink()


def test_what_is_no_file_at_all_is_reported(home):
    os.mkfifo(home.inbox / "pipe.xlsx")
    (left,) = home.collect().left
    assert (left.name, left.code) == ("pipe.xlsx", "COLLECT_NOT_A_FILE")
    assert "pipe.xlsx" in left.text("zh")
    assert "pipe.xlsx" in left.text("en")


def _refuse(monkeypatch, refused: str) -> None:
    """Let the system refuse to open files of one name, as it does where permission lacks.

    Permissions themselves would not do: the tests may run as root, who may read everything.
    """
    open_really = os.open

    def open_unless_refused(path, *args, **keywords):
        if os.fspath(path).endswith(refused):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
        return open_really(path, *args, **keywords)

    monkeypatch.setattr(os, "open", open_unless_refused)


def test_an_unreadable_file_stays_in_the_inbox_and_stops_nothing(home, monkeypatch):
    path = home.send("locked.xlsx", b"locked")
    home.send("good.xlsx", b"good")
    with monkeypatch.context() as refusing:
        _refuse(refusing, "locked.xlsx")
        result = home.collect()
    assert [one.original_name for one in result.receipts] == ["good.xlsx"]
    assert [(one.name, one.code) for one in result.left] == [
        ("locked.xlsx", "COLLECT_FILE_UNREADABLE")
    ]
    assert path.read_bytes() == b"locked"
    home.collect()
    home.assert_received_once([("good.xlsx", b"good"), ("locked.xlsx", b"locked")])


def test_a_file_that_turns_unreadable_once_claimed_goes_back_to_the_inbox(home, monkeypatch):
    path = home.send("bad_sector.xlsx", b"bad")
    home.send("good.xlsx", b"good")
    with monkeypatch.context() as refusing:
        _refuse(refusing, "000001/bad_sector.xlsx")
        result = home.collect()
    assert [one.original_name for one in result.receipts] == ["good.xlsx"]
    assert [one.name for one in result.left] == ["bad_sector.xlsx"]
    assert path.read_bytes() == b"bad"
    home.collect()
    home.assert_received_once([("good.xlsx", b"good"), ("bad_sector.xlsx", b"bad")])


def test_a_file_written_to_a_moment_ago_waits_when_asked_to(home):
    home.send("new.xlsx", b"new")
    old = home.send("old.xlsx", b"old")
    os.utime(old, (time.time() - 60,) * 2)
    result = home.collect(settle_seconds=2)
    assert [one.original_name for one in result.receipts] == ["old.xlsx"]
    assert result.waiting == ("new.xlsx",)
    assert len(home.collect().receipts) == 1


def test_a_file_dated_in_the_future_does_not_wait_for_ever(home):
    """A sender's clock a year ahead would keep a file out until next year."""
    path = home.send("a.xlsx", b"a")
    os.utime(path, (time.time() + 365 * 86400,) * 2)
    assert len(home.collect(settle_seconds=2).receipts) == 1


def test_while_the_delivery_list_is_being_written_all_files_wait(home):
    path = home.send("a.xlsx", b"a")
    os.utime(path, (time.time() - 60,) * 2)
    home.list_deliveries("a.xlsx,2016-01-08T09:15:00,mail")
    result = home.collect(settle_seconds=2)
    assert (result.receipts, result.waiting) == ((), ("a.xlsx",))
    (receipt,) = home.collect().receipts
    assert receipt.basis == "replayed"


def test_a_file_changed_while_it_is_collected_is_collected_again(home):
    """A clerk's program still writes to the file it opened, though it was moved."""
    home.send("a.xlsx", b"half")

    def write_more(point: str) -> None:
        if point == "stored all":
            (home.inbox / ".claimed" / "000001" / "a.xlsx").write_bytes(b"half and half")

    home.collect(write_more)
    home.collect()
    home.assert_received_once([("a.xlsx", b"half"), ("a.xlsx", b"half and half")])


def test_a_collision_of_short_hashes_gets_a_longer_name(home):
    home.send("a.xlsx", b"first")
    (first,) = home.collect().receipts
    stored = archived_file(home.archive, first)
    stored.unlink()
    stored.write_bytes(b"other bytes, same twelve digits")
    home.send("b.xlsx", b"first")
    (second,) = home.collect().receipts
    assert second.archive_path == f"archive/2016-03/{second.sha256[:16]}.xlsx"
    assert archived_file(home.archive, second).read_bytes() == b"first"
    assert stored.read_bytes() == b"other bytes, same twelve digits"


def test_large_files_are_copied_piece_by_piece(home, monkeypatch):
    monkeypatch.setattr(archive_module, "_CHUNK", 7)
    home.send("large.csv", bytes(range(256)) * 10)
    home.collect()
    home.assert_received_once([("large.csv", bytes(range(256)) * 10)])


def test_recorded_files_cannot_be_written_to(home):
    home.send("a.xlsx", b"a")
    (receipt,) = home.collect().receipts
    recorded = [archived_file(home.archive, receipt), home.archive / "receipts" / "000001.jsonl"]
    assert all(path.stat().st_mode & 0o222 == 0 for path in recorded)


def test_receipts_of_a_batch_stand_by_time_then_name(home):
    home.list_deliveries("z.xlsx,2016-01-01T08:00:00,", "m.xlsx,2016-02-01T08:00:00,")
    for name in ("a.xlsx", "b.xlsx", "m.xlsx", "z.xlsx"):
        home.send(name, name.encode())
    receipts = home.collect().receipts
    assert [one.original_name for one in receipts] == ["z.xlsx", "m.xlsx", "a.xlsx", "b.xlsx"]
    assert receipts[0].received_at == datetime.fromisoformat("2016-01-01T08:00:00")
    assert receipts[0].archive_path.startswith("archive/2016-01/")
