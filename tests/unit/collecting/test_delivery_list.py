"""The delivery list: replayed times, and clear errors before anything is touched."""

from datetime import datetime
from pathlib import Path
from unicodedata import normalize

import pytest

from dagster_project.collecting.deliveries import parse_deliveries
from dagster_project.collecting.errors import CollectError
from dagster_project.collecting.receipts import read_receipts

HEADER = b"file_name,received_at,channel\n"
LIST = Path("raw/inbox/deliveries.csv")


def test_listed_files_are_replayed_and_the_others_get_the_clock(home):
    home.list_deliveries("a.xlsx,2016-01-08T09:15:00,mail", "absent.xlsx,2016-01-09T09:15:00,")
    home.send("a.xlsx", b"a")
    home.send("b.xlsx", b"b")
    a, b = home.collect().receipts
    assert (a.received_at, a.basis, a.channel) == (
        datetime.fromisoformat("2016-01-08T09:15:00"),
        "replayed",
        "mail",
    )
    assert (b.received_at, b.basis, b.channel) == (home.now, "clock", None)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2016-01-08T09:15:00", datetime.fromisoformat("2016-01-08T09:15:00")),
        ("2016-01-08T09:15:00+08:00", datetime.fromisoformat("2016-01-08T09:15:00")),
        ("2016-01-08T01:15:00Z", datetime.fromisoformat("2016-01-08T09:15:00")),
        ("2016-01-07T20:15:00-05:00", datetime.fromisoformat("2016-01-08T09:15:00")),
        (" 2016-01-08 09:15 ", datetime.fromisoformat("2016-01-08T09:15:00")),
    ],
    ids=["naive", "china", "utc", "new_york", "short"],
)
def test_times_are_kept_as_china_time(text, moment):
    data = HEADER + f"a.xlsx,{text},\n".encode()
    assert parse_deliveries(LIST, data)["a.xlsx"].received_at == moment


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + HEADER + b"a.xlsx,2016-01-08T09:15:00,\r\n\r\n",
        b"file_name,received_at\na.xlsx,2016-01-08T09:15:00",
    ],
    ids=["from_excel", "without_channel"],
)
def test_lists_from_other_programs_are_read(data):
    assert list(parse_deliveries(LIST, data)) == ["a.xlsx"]


def test_a_row_finds_its_file_whatever_the_unicode_form(home):
    home.list_deliveries(f"{normalize('NFD', 'Café.xlsx')},2016-01-08T09:15:00,")
    home.send(normalize("NFC", "Café.xlsx"), b"a")
    assert home.collect().receipts[0].basis == "replayed"


def test_a_row_finds_a_file_in_a_sub_folder(home):
    home.list_deliveries("2016-01/a.xlsx,2016-01-08T09:15:00,")
    home.send("2016-01/a.xlsx", b"a")
    assert home.collect().receipts[0].basis == "replayed"


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        (HEADER + b"a.xlsx,8 January,\n", "COLLECT_DELIVERY_TIME_BAD", 2),
        (HEADER + b"a.xlsx,2016-01-08,\n", "COLLECT_DELIVERY_TIME_BAD", 2),
        (HEADER + b"a.xlsx,2016-02-30T09:15:00,\n", "COLLECT_DELIVERY_TIME_BAD", 2),
        (HEADER + b"a.xlsx,0001-01-01T00:00:00+14:00,\n", "COLLECT_DELIVERY_TIME_BAD", 2),
        (HEADER + b"a.xlsx,,\n", "COLLECT_DELIVERY_TIME_BAD", 2),
        (HEADER + b"a.xlsx,2016-01-08T09:15:00\n", "COLLECT_DELIVERY_ROW_BAD", 2),
        (HEADER + b",2016-01-08T09:15:00,\n", "COLLECT_DELIVERY_ROW_BAD", 2),
        (HEADER + b'\n"a.xlsx,2016-01-08T09:15:00,\n', "COLLECT_DELIVERY_ROW_BAD", 3),
        (HEADER + b"a,2016-01-08T09:15:00,\n" * 2, "COLLECT_DELIVERY_NAME_TWICE", 3),
        (b"file_name,time\na,2016-01-08T09:15:00\n", "COLLECT_DELIVERIES_HEADER_BAD", 1),
        (b"", "COLLECT_DELIVERIES_HEADER_BAD", 1),
        (HEADER + "\n沙湾,2016-01-08T09:15:00,".encode("gbk"), "COLLECT_DELIVERIES_NOT_UTF8", 3),
    ],
    ids=[
        "words", "date_only", "30_february", "before_time_began", "no_time", "cell_missing",
        "no_name", "open_quote", "twice", "header", "empty", "gbk",
    ],
)  # fmt: skip
def test_a_bad_list_names_file_line_and_remedy_and_nothing_is_collected(home, data, code, line):
    path, sent = home.send("deliveries.csv", data), home.send("a.xlsx", b"a")
    with pytest.raises(CollectError) as raised:
        home.collect()
    assert (raised.value.code, raised.value.params["line"]) == (code, line)
    for lang in ("zh", "en"):
        assert str(path) in raised.value.text(lang)
        assert str(line) in raised.value.text(lang)
    assert sent.read_bytes() == b"a"
    assert not (home.inbox / ".claimed").exists()
    assert not home.archive.exists()


def test_a_list_that_is_a_link_stops_collecting(home, tmp_path):
    """Passed by, its files would silently get the clock's time."""
    (tmp_path / "list.csv").write_bytes(HEADER)
    (home.inbox / "deliveries.csv").symlink_to(tmp_path / "list.csv")
    home.send("a.xlsx", b"a")
    with pytest.raises(CollectError, match=r"deliveries\.csv"):
        home.collect()
    assert (home.inbox / "a.xlsx").exists()


def test_a_list_that_is_a_folder_stops_collecting(home):
    (home.inbox / "deliveries.csv").mkdir()
    with pytest.raises(CollectError, match=r"deliveries\.csv"):
        home.collect()


def test_the_list_goes_when_every_file_it_names_has_come(home):
    path = home.list_deliveries("a.xlsx,2016-01-08T09:15:00,", "b.xlsx,2016-01-09T09:15:00,")
    home.send("a.xlsx", b"a")
    home.collect()
    assert path.exists()
    home.send("b.xlsx", b"b")
    home.collect()
    assert not path.exists()
    assert [one.basis for one in read_receipts(home.archive)] == ["replayed"] * 2


def test_the_list_itself_never_becomes_a_receipt(home):
    home.list_deliveries("a.xlsx,2016-01-08T09:15:00,")
    assert home.collect().receipts == ()
    assert (home.inbox / "deliveries.csv").exists()


def test_the_list_stays_while_a_file_it_names_could_not_be_collected(home):
    path = home.list_deliveries("a.xlsx,2016-01-08T09:15:00,")
    home.send("a.xlsx", b"a")
    home.collect()
    path = home.list_deliveries("a.xlsx,2016-01-08T09:15:00,")
    (home.inbox / "a.xlsx").symlink_to(home.inbox / "nowhere")
    home.send("b.xlsx", b"b")
    home.collect()
    assert path.exists()


def test_a_list_replaced_while_collecting_is_not_thrown_away(home):
    path = home.list_deliveries("a.xlsx,2016-01-08T09:15:00,")
    home.send("a.xlsx", b"a")

    def replace(point: str) -> None:
        if point == "receipts written":
            home.list_deliveries("c.xlsx,2016-01-08T09:15:00,")

    home.collect(replace)
    assert b"c.xlsx" in path.read_bytes()
