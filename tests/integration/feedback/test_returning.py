"""What lies in ``returned/`` is what is open now: made, kept, removed and made again by itself."""

import io
import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest
import xlwt

from dagster_project.checking.check import check_files
from dagster_project.checking.files import named_files
from dagster_project.collecting.collect import collect
from dagster_project.feedback import returning
from dagster_project.feedback.returning import LIST, Returner, ReturnReport
from dagster_project.feedback.styles import PINK, RED
from dagster_project.settings import Settings
from dagster_project.warehousing.built import PartitionKey
from dagster_project.warehousing.workshop import Workshop
from tests.fixtures import killers
from tests.fixtures.spoiled import CSV, NO_REPORT, REFUSED, SAMPLES, spoiled
from tests.fixtures.spoiled import with_cells as cells

OTHER_UNIT = "SG-103_沙头街道_2015-Q4.xlsx"
STAFF = PartitionKey("staff", "2015-Q4")
NOWHERE = PartitionKey(None, None)
STEM = "东环街道_社区服务队伍季报_退回修改_00000101"


@dataclass
class Home:
    """A home whose files are collected, judged and returned as a build does it."""

    path: Path

    @property
    def settings(self) -> Settings:
        return Settings(home=self.path, workers=2)

    def send(self, name: str, content: bytes) -> None:
        """Put a file into the inbox and let it be judged."""
        inbox = self.settings.inbox
        inbox.mkdir(parents=True, exist_ok=True)
        (inbox / name).write_bytes(content)
        collect(inbox, self.settings.archive, self.settings.clock)
        with Workshop.entered(self.settings) as shop:
            shop.read_new()
            for key in shop.stale():
                shop.process(key)

    def keep(self, key: PartitionKey = STAFF) -> ReturnReport:
        with Workshop.entered(self.settings) as shop:
            return Returner(shop.connection, shop.programme, self.settings).keep([key])[0]

    def missing(self) -> list[PartitionKey]:
        with Workshop.entered(self.settings) as shop:
            return Returner(shop.connection, shop.programme, self.settings).missing()

    def files(self) -> dict[str, bytes]:
        """Give all that lies there, by path, without the lists."""
        root = self.settings.returned
        found = sorted(path for path in root.rglob("*") if path.is_file() and path.name != LIST)
        return {path.relative_to(root).as_posix(): path.read_bytes() for path in found}

    def page(self, ending: str) -> bytes:
        """Give the one file with an ending."""
        (found,) = (content for name, content in self.files().items() if name.endswith(ending))
        return found


@pytest.fixture
def home(tmp_path) -> Home:
    return Home(tmp_path)


@pytest.fixture
def refused(home) -> Home:
    home.send(REFUSED, (SAMPLES / REFUSED).read_bytes())
    assert home.keep() == ReturnReport(open=1, written=1)
    return home


def as_xls(content: bytes) -> bytes:
    """Give a workbook's first sheet as an older program would have saved it."""
    sheet, book = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0], xlwt.Workbook()
    page = book.add_sheet(sheet.title)
    for row in sheet.iter_rows():
        for cell in row:
            if cell.value is not None and cell.data_type != "f":
                page.write(cell.row - 1, cell.column - 1, cell.value)
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def coloured(content: bytes) -> dict[str, set[str]]:
    """Give the cells of a colour, after the sheet of results."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    found: dict[str, set[str]] = {RED: set(), PINK: set()}
    for row in book.worksheets[1].iter_rows():
        for cell in row:
            if cell.fill.fgColor.rgb in found:
                assert cell.comment, cell.coordinate
                found[cell.fill.fgColor.rgb].add(cell.coordinate)
    return found


@pytest.mark.parametrize(("name", "as_sent"), [(REFUSED, bytes), ("队伍.xls", as_xls)])
def test_a_refused_workbook_comes_back_with_its_wrong_cell_in_red(home, name, as_sent):
    home.send(name, as_sent((SAMPLES / REFUSED).read_bytes()))
    assert home.keep() == ReturnReport(open=1, written=1)
    endings = (".json", ".txt", ".xlsx")
    assert [*home.files()] == [f"staff/2015-Q4/{STEM}{ending}" for ending in endings]
    found = coloured(home.page(".xlsx"))
    assert found == {RED: {"G12"}, PINK: {"C12", "D12", "E12", "K12", "L12"}}
    page = home.page(".txt").decode("utf-8-sig")
    assert "期末人数（G12=13）应等于期初人数（C12=3）" in page
    assert "很可能是 G12 填错了（可能多写了一位数字），建议改为 3。" in page
    failed = [one for one in json.loads(home.page(".json")) if one["value"] == "0"]
    assert {one["rule"]["description"].split()[0] for one in failed} == {"SG-103-R01", "SG-103-R04"}


def test_a_text_comes_back_as_a_workbook(home):
    home.send(CSV, (SAMPLES / CSV).read_bytes().replace(b",0,", b",-3,", 5))
    key = PartitionKey("services", "2015-12")
    assert home.keep(key).written == 1
    assert coloured(home.page(".xlsx"))[RED]
    book = openpyxl.load_workbook(io.BytesIO(home.page(".xlsx")))
    columns = [book.worksheets[0].cell(row, 4).value for row in range(1, 40)]
    assert len({one for one in columns if one}) > 1, "the findings name their columns"


def test_what_came_back_can_be_corrected_and_sent_again(refused):
    book = openpyxl.load_workbook(io.BytesIO(refused.page(".xlsx")))
    book.worksheets[1]["G12"] = 3
    path = refused.path / f"{STEM}.xlsx"
    book.save(path)
    (check,) = check_files(named_files([path]), refused.settings).files
    hard = [one for one in check.all_findings() if one["severity"] == "M"]
    assert (hard, check.submissions[0].period) == ([], "2015-Q4")


def test_a_corrected_report_lies_there_no_more(refused):
    refused.send("更正.xlsx", spoiled(REFUSED, cells(G12=3, G101=None)))
    refused.keep()
    assert not [name for name in refused.files() if "00000101" in name]


def test_of_two_refused_reports_of_a_unit_only_the_later_one_is_open(refused):
    refused.send("更正.xlsx", spoiled(REFUSED, cells(G12=30)))
    assert refused.keep() == ReturnReport(open=1, written=1, removed=1)
    assert {name.split("_")[-1].split(".")[0] for name in refused.files()} == {"00000201"}


def test_what_is_unchanged_is_not_written_again(refused):
    before = {path: path.stat().st_mtime_ns for path in refused.settings.returned.rglob("*")}
    assert refused.keep() == ReturnReport(open=1)
    assert before == {
        path: path.stat().st_mtime_ns for path in refused.settings.returned.rglob("*")
    }


@pytest.mark.parametrize("what", ["all", "one file", "the list"])
def test_what_is_deleted_is_missed_and_made_again(refused, what):
    before = refused.files()
    folder = refused.settings.returned / "staff" / "2015-Q4"
    if what == "all":
        shutil.rmtree(refused.settings.returned)
    else:
        (folder / (LIST if what == "the list" else f"{STEM}.txt")).unlink()
    assert refused.missing() == [STAFF]
    refused.keep()
    assert (refused.files(), refused.missing()) == (before, [])


def test_what_a_killed_build_left_goes_and_what_others_put_there_stays(refused):
    folder = refused.settings.returned / "staff" / "2015-Q4"
    for name in ("别的单位_社区服务队伍季报_退回修改_00009901.xlsx", ".x.xlsx.77.tmp", "备忘.txt"):
        (folder / name).write_bytes(b"?")
    (folder / LIST).unlink()
    refused.keep()
    assert {Path(name).name for name in refused.files()} == {
        "备忘.txt", *(f"{STEM}{ending}" for ending in (".json", ".txt", ".xlsx")),
    }  # fmt: skip


def test_files_reach_the_disk_before_the_list_says_they_are_there(refused, monkeypatch):
    """Else a power cut could leave empty files that are never made again."""
    for path in refused.settings.returned.rglob("*"):
        if path.is_file():
            path.unlink()
    events, reached, replaced = [], returning.fsync_files, returning.replace_file

    def settle(paths):
        settled = [*paths]
        events.append(sorted(path.suffix for path in settled))
        reached(settled)

    def listed(path, data):
        events.append(path.name)
        replaced(path, data)

    monkeypatch.setattr(returning, "fsync_files", settle)
    monkeypatch.setattr(returning, "replace_file", listed)
    refused.keep()
    assert events == [[".json", ".txt", ".xlsx"], LIST]


def test_a_file_that_is_no_report_comes_back_under_its_own_name(home):
    home.send(NO_REPORT, (SAMPLES / NO_REPORT).read_bytes())
    assert home.missing() == [NOWHERE]
    home.keep(NOWHERE)
    name = f"unrecognised/{Path(NO_REPORT).stem}_退回修改_00000100"
    assert [*home.files()] == [f"{name}{ending}" for ending in (".json", ".txt", ".xlsx")]
    assert "没有找到任何一张报表的表头" in home.page(".txt").decode("utf-8-sig")


@pytest.mark.parametrize("name", [NO_REPORT, f"{Path(NO_REPORT).stem}_退回修改_00000100.xlsx"])
def test_a_file_that_is_no_report_goes_when_one_of_its_name_is_recognised(home, name):
    """It stayed for good: nothing tells whose it was but its name, or that of our marked copy."""
    home.send(NO_REPORT, (SAMPLES / NO_REPORT).read_bytes())
    home.send("另一份通知.txt", "第2号通知".encode())
    home.keep(NOWHERE)
    assert len(home.files()) == 6
    home.send(name, (SAMPLES / REFUSED).read_bytes())
    home.keep(STAFF)
    left = {Path(one).name.split("_")[0] for one in home.files() if one.startswith("unrecognised")}
    assert left == {"另一份通知"}
    assert home.missing() == []


def test_a_name_that_two_units_use_tells_nobody_whose_file_was_answered(home):
    generic = "SG-103.xlsx"
    home.send(generic, (SAMPLES / NO_REPORT).read_bytes())
    home.send(generic, (SAMPLES / REFUSED).read_bytes())
    home.send(generic, (SAMPLES / OTHER_UNIT).read_bytes())
    home.keep(NOWHERE)
    assert [one for one in home.files() if one.startswith("unrecognised")]


def test_a_file_that_cannot_be_written_is_named_and_stops_no_other(refused):
    before = refused.files()
    shutil.rmtree(refused.settings.returned)
    in_the_way = refused.settings.returned / "staff" / "2015-Q4" / f"{STEM}.xlsx" / "x"
    in_the_way.mkdir(parents=True)
    report = refused.keep()
    assert (report.open, report.written, len(report.failed)) == (1, 0, 1)
    assert report.failed[0].startswith("101: ")
    assert refused.missing() == [STAFF]
    shutil.rmtree(in_the_way.parent)
    assert refused.keep().failed == ()
    assert refused.files() == before


def test_an_archived_file_that_is_gone_comes_back_blank_and_says_what_was_found(refused):
    shutil.rmtree(refused.settings.returned)
    for path in refused.settings.archive.rglob("*.xlsx"):
        path.unlink()
    report = refused.keep()
    assert (report.written, len(report.unmarked)) == (1, 1)
    book = openpyxl.load_workbook(io.BytesIO(refused.page(".xlsx")))
    texts = [cell.value for row in book["审核结果"].iter_rows() for cell in row if cell.value]
    assert "SG-103-R01" in texts


def test_many_are_made_by_processes_and_one_that_kills_its_process_comes_back_blank(
    home, monkeypatch
):
    inbox = home.settings.inbox
    inbox.mkdir(parents=True)
    for number in range(45):
        (inbox / f"通知{number}.txt").write_text(f"第{number}号通知", encoding="utf-8")
    home.send("害.txt", killers.DEADLY)
    monkeypatch.setattr(returning, "make_each", killers.make_each)
    report = home.keep(NOWHERE)
    assert (report.open, report.written, len(report.unmarked)) == (46, 46, 1)
    assert report.unmarked[0].endswith("READ_FILE_CRASHED")
    assert len(home.files()) == 3 * 46
