"""What is opened in the own process, and what happens to files that kill or hang another one."""

import time
import zipfile
from contextlib import suppress
from io import BytesIO

import pytest

from dagster_project.reading import guard, workbook_xlsx
from dagster_project.reading.guard import end_kept, is_harmless, open_guarded
from dagster_project.reading.limits import MAX_BYTES_HERE
from dagster_project.reading.sheets import SheetError
from dagster_project.reading.workers import Work
from tests.fixtures.small_files import ods, rezipped, xlsb, zipped
from tests.fixtures.workbooks import Sheet, as_calculated_xlsx, as_xls, as_xlsx
from tests.unit.reading.deadly_work import a_second, nothing, open_deadly

BOOK = as_xlsx(Sheet([["甲", 1]]))


@pytest.fixture(autouse=True)
def _fresh():
    """Leave no process behind, before or after."""
    end_kept()
    yield
    end_kept()


@pytest.mark.parametrize(
    "data",
    [
        BOOK,
        as_calculated_xlsx(Sheet([["甲"]])),
        b"a,b\n1,2",
        "社区".encode("gbk"),
        b"%PDF-1.4",
        b"",
    ],
    ids=["xlsx", "another xlsx", "csv", "gbk", "pdf", "empty"],
)
def test_plain_files_start_no_process(data):
    assert is_harmless(data)
    with suppress(SheetError):
        open_guarded(data)
    assert guard._KEPT == {}


FAR_CELL = (b"</sheetData>", b'<row r="9"><c r="XFD999999"><v>1</v></c></row></sheetData>')
DOUBTFUL = {
    "older workbook": as_xls(Sheet([["甲"]])),
    "binary workbook": xlsb([]),
    "opendocument": ods(""),
    "markup": b"<table><tr><td>a</table>",
    "plain zip": zipped({"a.csv": "a,b"}),
    "large": b"a,b\n" * (MAX_BYTES_HERE // 4 + 1),
    "far cell": rezipped(BOOK, {"xl/worksheets/sheet1.xml": FAR_CELL}),
    "cells without addresses": rezipped(BOOK, {"xl/worksheets/sheet1.xml": (b'<c r="A1"', b"<c")}),
}


@pytest.mark.parametrize("data", DOUBTFUL.values(), ids=DOUBTFUL.keys())
def test_every_other_file_is_opened_elsewhere(data):
    assert not is_harmless(data)


def _two_directories() -> bytes:
    return BOOK[: BOOK.index(b"PK\x01\x02")] + BOOK


def _other_name_in_the_heading() -> bytes:
    return BOOK.replace(b"xl/workbook.xml", b"xl/workbook.xmm", 1)


DECEIVING = {
    "bytes before": b"PK\x03\x04" + BOOK,
    "two directories": _two_directories(),
    "another name in the heading": _other_name_in_the_heading(),
}


@pytest.mark.parametrize("data", DECEIVING.values(), ids=DECEIVING.keys())
def test_the_parser_sees_only_what_was_looked_at(data, monkeypatch):
    """A zip that two readers understand differently is packed anew from what one of them read."""
    given = []
    open_workbook = workbook_xlsx.open_workbook
    monkeypatch.setattr(
        workbook_xlsx, "open_workbook", lambda data: given.append(data) or open_workbook(data)
    )
    (sheet,) = open_guarded(data)
    assert sheet.grid == [["甲", 1]]
    with zipfile.ZipFile(BytesIO(given[0])) as archive:
        assert archive.testzip() is None
        assert "xl/worksheets/sheet1.xml" in archive.namelist()
        assert not {"docProps/app.xml", "xl/theme/theme1.xml"} & set(archive.namelist())


def test_two_parts_of_one_name_are_refused():
    data = zipped({"xl/workbook.xml": "a", "XL/workbook.xml": "b"})
    with pytest.raises(SheetError, match="READ_FILE_BROKEN"):
        open_guarded(data)


def test_one_process_is_kept_and_used_again():
    data = as_xls(Sheet([["甲", 1.5]]))
    first = open_guarded(data)
    (process,) = guard._KEPT.values()
    again = open_guarded(data)
    assert [*guard._KEPT.values()] == [process]
    assert [one.grid for one in (*first, *again)] == [[["甲", 1.5]]] * 2


def test_a_refusal_crosses_from_the_other_process_with_its_values():
    with pytest.raises(SheetError) as caught:
        open_guarded(zipped({"word/document.xml": "x"}))
    assert (caught.value.code, caught.value.params) == ("READ_FILE_FORMAT", {"kind": ".docx"})


@pytest.mark.parametrize(
    ("what", "code"),
    [("die", "READ_FILE_CRASHED"), ("hang", "READ_FILE_TOO_SLOW"),
     ("grow", "READ_FILE_EXHAUSTS_MEMORY")],
)  # fmt: skip
def test_a_file_that_harms_its_process_costs_itself_alone(what, code, monkeypatch):
    monkeypatch.setattr(guard, "_WORK", Work(open_deadly, a_second, nothing))
    began = time.monotonic()
    with pytest.raises(SheetError) as caught:
        open_guarded(zipped({what: what}))
    assert caught.value.code == code
    assert time.monotonic() - began < 20
    assert [one.name for one in open_guarded(zipped({"good": "good"}))] == ["good"]


def test_a_process_that_died_between_two_files_is_replaced():
    data = as_xls(Sheet([["甲"]]))
    open_guarded(data)
    (process,) = guard._KEPT.values()
    process.popen.kill()
    assert open_guarded(data)[0].grid == [["甲"]]


def test_entities_are_refused_in_a_workbook_of_xml():
    bomb = (b"<workbook", b"<!DOCTYPE x [<!ENTITY a 'aaaa'>]><workbook")
    with pytest.raises(SheetError, match="READ_FILE_ENTITIES"):
        open_guarded(rezipped(BOOK, {"xl/workbook.xml": bomb}))
