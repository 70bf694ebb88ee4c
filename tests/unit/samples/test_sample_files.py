"""The files themselves, read by their header words with other libraries than the reader's."""

import csv
import re
import zipfile
import zlib
from collections import Counter

import openpyxl
import pytest
import xlrd

from dagster_project.programme.periods import between
from dagster_project.samples.committed import committed_names, copy_committed
from dagster_project.samples.deliveries import regular_deliveries
from dagster_project.samples.facts import make_facts
from dagster_project.samples.purposes import Stage
from dagster_project.samples.world import make_world
from dagster_project.samples.write import SEED

HEADERS = {
    "category": {"人员类别代码", "人员类别"},
    "closing": {"期末人数", "期末人数(人)", "在岗人数"},
    "exam": {
        "其中:通过全国社会工作者职业水平考试(人)",
        "通过全国社会工作者职业水平考试",
        "社工考试通过人数",
    },
    "type": {"设施类型代码", "类型"},
    "status": {"状态", "运营状态"},
    "five": {"五统一是否达标", "五统一"},
    "items": {"站点可办业务事项数", "下沉事项数"},
}
"""Every way in which some town heads a column."""


def cells_of(path):
    """Give the rows of the first sheet as plain values."""
    if path.suffix == ".xls":
        sheet = xlrd.open_workbook(path).sheet_by_index(0)
        return [sheet.row_values(row) for row in range(sheet.nrows)]
    if path.suffix == ".csv":
        return list(csv.reader(path.read_bytes().decode("gb18030").splitlines()))
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    return [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]


def column_of(rows, name):
    return next(place for row in rows for place, cell in enumerate(row) if cell in HEADERS[name])


def read(rows, *names):
    """Give the values of some columns, row by row, as text."""
    places = [column_of(rows, name) for name in names]
    for row in rows:
        if len(row) > max(places):
            yield tuple(str(row[place]) for place in places)


def last_files(report, generated, form_id, period):
    names = {
        one.key: one.file_name for one in report.deliveries if one.key[::2] == (form_id, period)
    }
    return [generated / name for name in names.values()]


@pytest.fixture(scope="module")
def staff(report, generated, programme):
    """Closing headcount and examination passes by category, added up over all files of 2015-Q4."""
    labels = programme.codelists["CL_STAFF_CATEGORY"].by_label
    heads, exams = Counter(), Counter()
    files = last_files(report, generated, "staff", "2015-Q4")
    assert len(files) == 16
    for path in files:
        for category, closing, exam in read(cells_of(path), "category", "closing", "exam"):
            code = labels.get(category, category)
            if code in programme.codelists["CL_STAFF_CATEGORY"].by_code:
                heads[code] += int(float(closing))
                exams[code] += int(float(exam))
    return heads, exams


def test_the_files_add_up_to_the_published_headcounts(staff):
    heads, exams = staff
    grid = heads["GRID_FULL"] + heads["GRID_PART"]
    assert (heads["RC_MEMBER"], heads["VC_MEMBER"], heads["COMM_WORKER"]) == (636, 621, 613)
    assert (grid, heads["FISC_SW"], heads["FISC_SW"] + heads["FISC_OTHER"]) == (2087, 255, 345)
    assert exams["FISC_SW"] == exams.total() == 207


def test_the_files_hold_the_published_number_of_stations(report, generated):
    stations = 0
    for path in last_files(report, generated, "facilities", "2015-Q4"):
        for kind, status, five in read(cells_of(path), "type", "status", "five"):
            station = kind in ("SERVICE_STATION", "社区(公共)服务站")
            is_open, met = status in ("OPEN", "运营"), five in ("1", "1.0", "是", "Y")
            stations += station and is_open and met
    assert stations == 272


def test_the_files_hold_the_published_number_of_items(report, generated):
    most = 0
    for path in last_files(report, generated, "community_profile", "2015"):
        rows = cells_of(path)
        body = [row for row in rows if any(re.fullmatch(r"440113\d{6}", str(c)) for c in row[:2])]
        place = column_of(rows, "items")
        most = max([most, *(int(float(row[place])) for row in body)])
    assert most == 72


def strings_of(path):
    """Give all text of a file, cells and document properties, cheaply."""
    if path.suffix == ".csv":
        return path.read_bytes().decode("gb18030")
    if path.suffix == ".xls":
        book = xlrd.open_workbook(path)
        cells = (str(c) for s in book for row in range(s.nrows) for c in s.row_values(row))
        owner = "SYNTHETIC SAMPLE" * (b"SYNTHETIC SAMPLE" in path.read_bytes())
        return "\n".join([owner, *cells])
    with zipfile.ZipFile(path) as archive:
        names = ("xl/sharedStrings.xml", "docProps/core.xml")
        return "\n".join(archive.read(name).decode() for name in names)


def test_every_file_says_three_times_that_it_is_synthetic(report, generated):
    for name in {one.file_name for one in report.deliveries}:
        words = strings_of(generated / name)
        title, note = "(合成样例 SYNTHETIC SAMPLE)", "注：本文件是程序合成的样例(SYNTHETIC SAMPLE)"
        assert title in words, name
        assert note in words, name
        assert words.count("SYNTHETIC SAMPLE") >= (2 if name.endswith(".csv") else 3), name


def test_services_say_that_they_are_calibrated_to_nothing(report, generated):
    for one in report.deliveries:
        if one.key[0] == "services" and one.key[2] == "2015-12":
            assert "calibrated to nothing" in strings_of(generated / one.file_name)


def test_signing_blocks_name_nobody_and_hold_no_number_of_a_phone_or_identity(report, generated):
    number = re.compile(r"(?<!\d)(?:\d{11}|\d{15}|\d{17}[\dXx]|0\d{2,3}-?\d{7,8})(?!\d)")
    person = re.compile(r"(?:单位负责人|填表人|联系电话)[：:]([^\s<,]*)")
    for one in report.deliveries:
        words = strings_of(generated / one.file_name)
        assert not number.search(words), one.file_name
        assert set(person.findall(words)) == ({"样例"} if one.report else set())


def same_content(one, other):
    """Say whether two files are equal, packed by another zlib than the reference one or not."""
    if one.read_bytes() == other.read_bytes():
        return True
    if one.suffix != ".xlsx" or "ng" not in zlib.ZLIB_RUNTIME_VERSION:
        return False
    with zipfile.ZipFile(one) as left, zipfile.ZipFile(other) as right:
        names = left.namelist()
        return names == right.namelist() and all(left.read(n) == right.read(n) for n in names)


def test_the_committed_files_are_what_the_generator_writes(report, generated, pytestconfig):
    folder = pytestconfig.rootpath / "raw" / "samples"
    names = committed_names(report)
    here = {path.name for path in folder.iterdir() if path.is_file()}
    assert here == {*names, "README.md"}
    assert len(names) <= 10
    assert sum((folder / name).stat().st_size for name in names) < 1_000_000
    assert [n for n in names if not same_content(folder / n, generated / n)] == []


def test_the_readme_of_the_committed_files_names_each(report, pytestconfig):
    words = (pytestconfig.rootpath / "raw" / "samples" / "README.md").read_text(encoding="utf-8")
    assert [name for name in committed_names(report) if f"`{name}`" not in words] == []


def test_committed_files_are_copied_byte_for_byte(report, generated, tmp_path):
    copies = copy_committed(report, tmp_path)
    assert [copy.read_bytes() for copy in copies] == [
        (generated / copy.name).read_bytes() for copy in copies
    ]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("小谷围街道2015年第4季度社区服务队伍季报定稿.xlsx", "SG-103"),
        ("SG-103_沙头街道_2015-Q4.xlsx", "报表"),
    ],
    ids=["classic", "worded"],
)
def test_totals_of_the_sheet_equal_the_sum_of_its_rows(generated, name, expected):
    rows = cells_of(generated / name)
    assert openpyxl.load_workbook(generated / name, read_only=True).sheetnames[0] == expected
    place = column_of(rows, "closing")
    total = next(row[place] for row in rows if "合计" in row[:2])
    body = [row for row in rows if any(re.fullmatch(r"440113\d{6}", str(c)) for c in row[:2])]
    assert total == sum(row[place] for row in body) > 0


def test_wages_in_ten_thousands_convert_back_exactly(report, generated):
    one = next(d for d in report.deliveries if d.key == ("staff", "440113014000", "2015-Q4"))
    rows = cells_of(generated / one.file_name)
    place = next(r.index("本期应发工资总额(万元)") for r in rows if "本期应发工资总额(万元)" in r)
    written = [row[place] for row in rows if str(row[0]).startswith("440113")]
    wanted = [row["wage_bill"] for row in one.report.table]
    assert [None if w is None else round(w * 10000, 6) for w in written] == wanted


def test_the_demo_is_the_beginning_of_all_samples(report, programme, register, everything):
    """Two years more, and other places, change no byte of what the demo sends: they come later."""
    small = make_facts(make_world(programme, register, SEED), programme)
    assert {key: everything[0][1][key] for key in small} == small
    sent = Stage(regular_deliveries(everything, programme)).arranged()
    assert len({one.file_name for one in sent}) == len(sent) == 939 + 4 * 12
    names = [one.file_name for one in report.deliveries]
    assert [one.file_name for one in sent][: len(names)] == names


def test_all_samples_have_eight_periods_of_every_quarterly_form(programme, everything):
    world, _ = everything[0]
    for form_id, labels in world.periods.items():
        fewest = {"Q": 8, "A": 2, "M": 3}[programme.forms[form_id].period_type]
        assert len(labels) >= fewest, form_id
        assert between(labels[0], labels[-1]) == tuple(labels)
