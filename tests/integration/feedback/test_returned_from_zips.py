"""A district sends many files in one zip: each report goes back by itself, as its own file."""

import io

import duckdb
import openpyxl
import pytest

from dagster_project.checking.check import check_files
from dagster_project.checking.files import named_files
from dagster_project.feedback.returning import ReturnReport
from dagster_project.feedback.styles import PINK, RED
from dagster_project.warehousing.built import PartitionKey
from tests.fixtures.small_files import zipped
from tests.fixtures.spoiled import CSV, NO_REPORT, REFUSED, SAMPLES, STAFF, spoiled
from tests.fixtures.spoiled import with_cells as cells
from tests.integration.feedback.test_returning import Home, coloured

REPORTS = PartitionKey("staff", "2015-Q4")
TEXTS = PartitionKey("services", "2015-12")
NOWHERE = PartitionKey(None, None)
ZIP = "番禺区报送.zip"
IN_THE_ZIP = {
    "东环/队伍.xlsx": (SAMPLES / REFUSED).read_bytes(),
    "小谷围/队伍.xlsx": spoiled(STAFF, cells(C49="=SUM(C10:C48)")),
    "化龙.csv": (SAMPLES / CSV).read_bytes().replace(b",0,", b",-3,", 5),
    "说明.xlsx": (SAMPLES / NO_REPORT).read_bytes(),
    "照片.jpg": b"\xff\xd8\xff\xe0" + bytes(99),
}
"""Refused for a cell, asked about a total, refused as a text, and two files without a report."""


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Home:
    home = Home(tmp_path_factory.mktemp("zip"))
    home.send(ZIP, zipped(IN_THE_ZIP))
    for key, count in ((REPORTS, 2), (TEXTS, 1), (NOWHERE, 1)):
        assert home.keep(key) == ReturnReport(open=count, written=count)
    return home


def returned(home: Home, part: str) -> openpyxl.Workbook:
    (content,) = (content for name, content in home.files().items() if part in name)
    return openpyxl.load_workbook(io.BytesIO(content))


def words(book: openpyxl.Workbook) -> set[str]:
    """Give all texts of a workbook."""
    rows = (row for sheet in book.worksheets for row in sheet.iter_rows(values_only=True))
    return {cell for row in rows for cell in row if isinstance(cell, str)}


def test_a_report_comes_back_as_its_own_workbook_marked_and_else_unchanged(home):
    book, sent = returned(home, "退回修改_00000101.xlsx"), openpyxl.load_workbook(SAMPLES / REFUSED)
    assert book.sheetnames[0] == "审核结果"
    assert book.sheetnames[-len(sent.sheetnames) :] == sent.sheetnames
    saved = io.BytesIO()
    book.save(saved)
    assert book["SG-103"]["G12"].fill.fgColor.rgb == RED
    assert book["SG-103"]["C12"].fill.fgColor.rgb == PINK
    for row in sent["SG-103"].iter_rows():
        for cell in row:
            again = book["SG-103"][cell.coordinate]
            assert (again.value, again.number_format) == (cell.value, cell.number_format)
    widths = {name: one.width for name, one in sent["SG-103"].column_dimensions.items()}
    assert {n: one.width for n, one in book["SG-103"].column_dimensions.items()} == widths


def test_its_sheet_of_results_names_zip_and_file_and_links_to_the_cell(home):
    results = returned(home, "退回修改_00000101.xlsx")["审核结果"]
    assert f"{ZIP}/东环/队伍.xlsx" in {cell.value for row in results.iter_rows() for cell in row}
    links = {
        cell.hyperlink.location for row in results.iter_rows() for cell in row if cell.hyperlink
    }
    assert "'SG-103'!G12" in links


def test_nothing_of_another_town_goes_back_with_it(home):
    """All files of the zip were written into one workbook, which every town got."""
    own, other = words(returned(home, "00000101.xlsx")), words(returned(home, "00000102.xlsx"))
    assert not any("小谷围" in one for one in own)
    assert not any("东环" in one for one in other)


def test_a_question_in_a_zip_has_its_mark_and_its_line_to_answer(home):
    book = returned(home, "00000102.xlsx")
    assert book["SG-103"]["C49"].comment
    assert book["情况说明"]["D4"].value == "C49"


def test_a_text_in_a_zip_comes_back_as_a_workbook_of_its_own(home):
    (name,) = (one for one in home.files() if one.startswith("services/") and "xlsx" in one)
    content = home.files()[name]
    assert coloured(content)[RED]
    assert len(openpyxl.load_workbook(io.BytesIO(content)).sheetnames) <= 3


def test_files_in_a_zip_without_a_report_are_named_and_refuse_no_other(home):
    """A photo in the zip refused the first town's report; a file without a header was silent."""
    states = home_states(home)
    assert states == [(100, "unreadable"), (101, "refused"), (102, "accepted_with_questions"),
                      (103, "refused")]  # fmt: skip
    page = next(c for n, c in home.files().items() if n.startswith("unrecognised/") and "txt" in n)
    text = page.decode("utf-8-sig")
    assert "文件“照片.jpg”的内容是 JPEG" in text
    assert "文件“说明.xlsx”中没有找到任何一张报表的表头" in text


def home_states(home: Home) -> list[tuple[int, str]]:
    query = "select submission_id, state from raw_submission order by submission_id"
    with duckdb.connect(home.settings.build_database, read_only=True) as connection:
        return connection.sql(query).fetchall()


def test_a_check_says_the_same_of_the_zip(home, tmp_path):
    path = tmp_path / ZIP
    path.write_bytes(zipped(IN_THE_ZIP))
    (file,) = check_files(named_files([path]), home.settings).files
    assert [one.state for one in file.submissions] == [
        "refused", "accepted_with_questions", "refused"
    ]  # fmt: skip
    assert {one["sheet_name"] for one in file.findings} == {"照片.jpg", "说明.xlsx"}


def test_what_came_back_from_a_zip_can_be_sent_again(home, tmp_path):
    book = returned(home, "退回修改_00000101.xlsx")
    book["SG-103"]["G12"] = 3
    path = tmp_path / "东环街道.xlsx"
    book.save(path)
    (file,) = check_files(named_files([path]), home.settings).files
    assert [one for one in file.all_findings() if one["severity"] == "M"] == []
