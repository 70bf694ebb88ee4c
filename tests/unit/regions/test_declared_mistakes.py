"""A mistake in the programme's region data is named with its file and line, in two languages."""

import shutil

import pytest

from dagster_project.regions.books import HOME
from dagster_project.regions.model import RegionError
from dagster_project.regions.register import load_register

XIACHENG = "district,330103000000,下城区,DISTRICT,1,1,"
EVENT = "BE-2020-001,split,2020-06-30,edition,street,440111107000"

# file, what stands there, what is put in its place, what the message says
MISTAKES = {
    "an unknown level": ("regions.csv", "district,330103", "ward,330103", "level"),
    "a short code": ("regions.csv", XIACHENG, XIACHENG.replace("000000", ""), "code"),
    "a code of another level": ("regions.csv", XIACHENG, XIACHENG.replace("000,", "001,"), "code"),
    "a letter in a code": ("regions.csv", XIACHENG, XIACHENG.replace("000,", "O00,"), "code"),
    "no name": ("regions.csv", XIACHENG, XIACHENG.replace("下城区", " "), "name"),
    "twice in one edition": ("regions.csv", XIACHENG, f"{XIACHENG}\n{XIACHENG}", "330103000000"),
    "an unknown event": ("events.csv", EVENT, EVENT.replace("split", "parted"), "split"),
    "an impossible day": ("events.csv", EVENT, EVENT.replace("06-30", "06-31"), "06-31"),
    "an unknown basis": (
        "events.csv",
        EVENT,
        EVENT.replace("edition", "rumour"),
        "decree, edition",
    ),
    "a missing column": ("events.csv", "date_basis,", "basis,", "date_basis"),
    "an edition without column": ("editions.csv", "2021-10-31,", "2022-10-31,", "2022-10-31"),
}


@pytest.fixture
def programme(tmp_path):
    shutil.copytree(HOME, tmp_path / "regions")
    return tmp_path


@pytest.mark.parametrize(("file", "good", "bad", "says"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_named(programme, file, good, bad, says):
    path = programme / "regions" / file
    text = path.read_text("utf-8")
    assert good in text
    path.write_text(text.replace(good, bad, 1), "utf-8")
    with pytest.raises(RegionError) as raised:
        load_register(programme)
    message = str(raised.value)
    assert says in message
    line = text[: text.index(good)].count("\n") + 1 + bad.count("\n")
    missing = raised.value.code == "REGION_COLUMN_MISSING"
    assert missing or (file in message and f"第 {line} 行" in message)


def test_a_missing_file_is_named(programme):
    (programme / "regions" / "events.csv").unlink()
    with pytest.raises(RegionError, match=r"events\.csv"):
        load_register(programme)


def test_a_byte_order_mark_and_a_swapped_column_make_no_difference(programme):
    path = programme / "regions" / "editions.csv"
    rows = [line.split(",") for line in path.read_text("utf-8").splitlines()]
    path.write_text("\n".join(",".join(row[::-1]) for row in rows), "utf-8-sig")
    assert load_register(programme).own == load_register().own
