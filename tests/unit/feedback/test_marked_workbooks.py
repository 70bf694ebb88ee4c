"""The sender's own workbook comes back with wrong cells marked, and nothing else changed."""

import io
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlwt

from dagster_project.feedback.mark import mark
from dagster_project.feedback.model import Layout
from dagster_project.feedback.styles import AMBER, RED
from tests.unit.feedback.conftest import SHEET, finding, opened

FINDINGS = [
    finding("B9"), finding("C10", "Q"), finding("B8", "Q"), finding("B8"), finding("B31"),
    finding("A5"), finding("D21", "Q"), finding(None, sheet=None, rule_id="READ_HIDDEN_SHEET"),
]  # fmt: skip
CELLS = {"B9": RED, "C10": AMBER, "B8": RED, "B31": RED, "A4": RED, "D21": AMBER}
"""The sheet's cells that the findings mark: A5 lies in a merge whose first cell is A4."""


@pytest.fixture(scope="session")
def marked(original, summary):
    return mark(original, "队伍 2015-Q4.xlsx", FINDINGS, summary)


def test_wrong_cells_are_red_and_doubtful_ones_amber(marked):
    page = opened(marked.content)[SHEET]
    assert {cell: page[cell].fill.fgColor.rgb for cell in CELLS} == CELLS
    assert {page[cell].fill.fill_type for cell in CELLS} == {"solid"}


def test_every_marked_cell_says_what_is_wrong_and_what_to_do(marked):
    page = opened(marked.content)[SHEET]
    for cell in CELLS:
        text = page[cell].comment.text
        assert "SG-103-R02" in text
        assert "期末人数=期初人数" in text
        assert "请核对后重新报送" in text
    assert {cell.coordinate for row in page.iter_rows() for cell in row if cell.comment} == {*CELLS}


def test_a_comment_that_was_there_stays_before_ours(marked):
    text = opened(marked.content)[SHEET]["B8"].comment.text
    assert text.startswith("经办人：已核")
    assert text.count("SG-103-R02") == 2


def test_a_comment_has_a_box_of_its_own(marked):
    with zipfile.ZipFile(io.BytesIO(marked.content)) as package:
        drawings = [name for name in package.namelist() if name.endswith(".vml")]
        assert len(drawings) == 1
        shapes = package.read(drawings[0]).decode()
    numbers = re.findall(r'<v:shape [^>]*id="_x0000_s(\d+)"', shapes)
    assert len(numbers) == len({*numbers}) == len(CELLS)
    assert shapes.count('<v:shapetype id="_x0000_t202"') == 1


def test_the_first_sheet_tells_the_verdict_and_links_to_each_cell(marked):
    page = opened(marked.content).worksheets[0]
    words = [cell.value for row in page.iter_rows() for cell in row if cell.value]
    assert page.title == "审核结果"
    for expected in (
        "退回修改",
        "市桥街道 440113007000",
        "2015-Q4",
        "必须改正 5 个，需要核实 3 个",
    ):
        assert expected in words
    assert any("SYNTHETIC" in word for word in words)
    cells = (cell for row in page.iter_rows() for cell in row)
    named = {cell.value: cell.hyperlink.location for cell in cells if cell.hyperlink}
    assert named == {one["cell"]: f"'报表''2015'!{one['cell']}" for one in FINDINGS if one["cell"]}
    assert page.page_setup.paperSize == 9
    assert page.print_title_rows


def test_nothing_else_in_the_workbook_changed(original, marked):
    before, after = opened(original), opened(marked.content)
    assert after.sheetnames == ["审核结果", "情况说明", *before.sheetnames]
    for name in before.sheetnames:
        one, two = before[name], after[name]
        assert [str(merge) for merge in one.merged_cells.ranges] == [
            str(merge) for merge in two.merged_cells.ranges
        ]
        assert {k: vars(v)["width"] for k, v in one.column_dimensions.items()} == {
            k: vars(v)["width"] for k, v in two.column_dimensions.items()
        }
        assert {k: v.height for k, v in one.row_dimensions.items() if v.height} == {
            k: v.height for k, v in two.row_dimensions.items() if v.height
        }
        assert [(v.sqref, v.formula1) for v in one.data_validations.dataValidation] == [
            (v.sqref, v.formula1) for v in two.data_validations.dataValidation
        ]
        own = [str(c.sqref) for c in two.conditional_formatting]
        assert {str(c.sqref) for c in one.conditional_formatting} <= {*own}
        assert (one.freeze_panes, one.print_area, one.print_title_rows) == (
            two.freeze_panes, two.print_area, two.print_title_rows,
        )  # fmt: skip
        assert (len(one._charts), len(one._images)) == (len(two._charts), len(two._images))
        for row in one.iter_rows():
            for cell in row:
                _compare(
                    cell, two[cell.coordinate], is_marked=name == SHEET and cell.coordinate in CELLS
                )
    assert {*before.defined_names} == {*after.defined_names}


def _compare(cell, other, *, is_marked):
    assert cell.value == other.value
    assert (cell.data_type, cell.number_format) == (other.data_type, other.number_format)
    looks = ["font", "border", "alignment", "protection"] + ([] if is_marked else ["fill"])
    for name in looks:
        assert repr(getattr(cell, name)) == repr(getattr(other, name)), name


def test_parts_that_need_no_change_are_the_very_same_bytes(original, marked):
    changed = {
        "[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml",
        "xl/worksheets/sheet1.xml", "xl/comments1.xml", "xl/drawings/vmlDrawing1.vml",
        "xl/worksheets/sheet2.xml",
    }  # fmt: skip
    with (
        zipfile.ZipFile(io.BytesIO(original)) as one,
        zipfile.ZipFile(io.BytesIO(marked.content)) as two,
    ):
        assert two.testzip() is None
        for name in {*one.namelist()} - changed:
            assert one.read(name) == two.read(name), name
        new = {*two.namelist()} - {*one.namelist()}
    assert new == {"xl/worksheets/feedback1.xml", "xl/worksheets/explanations1.xml"}


def test_a_blank_cell_without_an_element_looks_like_its_row_or_column_but_for_the_mark(marked):
    page = opened(marked.content)[SHEET]
    assert page["B31"].value is None
    assert page["B31"].number_format == "0.00"
    assert page["D21"].font.bold


def test_only_one_sheet_is_selected_so_that_nobody_types_into_two(marked):
    with zipfile.ZipFile(io.BytesIO(marked.content)) as package:
        selected = [
            name for name in package.namelist()
            if name.startswith("xl/worksheets/") and b'tabSelected="1"' in package.read(name)
        ]  # fmt: skip
    assert selected == ["xl/worksheets/feedback1.xml"]
    assert opened(marked.content).active.title == "审核结果"


def test_names_that_belong_to_a_sheet_still_belong_to_it(marked):
    with zipfile.ZipFile(io.BytesIO(marked.content)) as package:
        book = package.read("xl/workbook.xml").decode()
    names = dict(re.findall(r'name="(_xlnm[^"]*)" localSheetId="(\d)"[^>]*>', book)[::-1])
    assert re.search(r'_xlnm.Print_Area" localSheetId="3"', book)
    assert re.search(r"Print_Titles\" localSheetId=\"2\">'报表''2015'", book)
    assert names


def test_text_of_the_sender_never_becomes_a_formula(original, summary):
    wicked = finding("B9", value_text="=cmd|' /C calc'!A0", message_zh="+1+1", remedy_zh="@SUM(1)")
    content = mark(original, "=1+1.xlsx", [wicked], summary).content
    page = opened(content).worksheets[0]
    cells = [cell for row in page.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert not any(str(cell.value).startswith(("=", "+", "@", "-")) for cell in cells)


def test_markup_and_control_characters_in_a_finding_stay_text(original, summary):
    odd = finding("B9", value_text="</t></is>\x00\x1b<x>&", message_zh="a<b\ud800")
    page = opened(mark(original, "x.xlsx", [odd], summary).content).worksheets[0]
    words = [cell.value for row in page.iter_rows() for cell in row]
    assert "</t></is><x>&" in words


@pytest.mark.parametrize("state", ["accepted", "accepted_with_questions", "refused", "unreadable"])
def test_every_verdict_has_words(original, summary, state):
    from dataclasses import replace

    findings = [] if state == "accepted" else [finding("B9", "Q")]
    content = mark(original, "x.xlsx", findings, replace(summary, state=state)).content
    assert opened(content).sheetnames[0] == "审核结果"


def test_a_finding_without_a_cell_marks_the_header_or_the_label_of_its_row(original, summary):
    layout = Layout(SHEET, 6, {"unit_code": "A", "joined": "C"}, {2: 9}, {"joined": "本期增加"})
    found = [
        finding(None, row_number=None), finding(None, "Q", row_number=2, column_name=None),
        finding(None, row_number=None, column_name=None),
    ]  # fmt: skip
    content = mark(original, "x.xlsx", found, summary, [layout]).content
    page = opened(content)[SHEET]
    coloured = {
        c.coordinate for row in page.iter_rows() for c in row if c.fill.fgColor.rgb in (RED, AMBER)
    }
    assert coloured == {"C6", "A9", "A4"}  # A6, the header of the keys, lies in the merge A4:A6
    words = [cell.value for row in opened(content).worksheets[0].iter_rows() for cell in row]
    assert "本期增加" in words


def test_a_workbook_that_has_such_a_sheet_already_keeps_it(original, summary):
    book = opened(original)
    book["说明"].title = "审核结果"
    stream = io.BytesIO()
    book.save(stream)
    again = opened(mark(stream.getvalue(), "x.xlsx", FINDINGS, summary).content)
    assert again.sheetnames == ["审核结果(2)", "情况说明", SHEET, "审核结果"]


def test_a_workbook_written_by_another_program_is_marked_as_well(summary):
    """A library leaves out what Excel writes, and writes texts inline."""
    book = openpyxl.Workbook()
    book.active.title = SHEET
    book.active["B2"] = 5
    stream = io.BytesIO()
    book.save(stream)
    page = opened(
        mark(stream.getvalue(), "x.xlsx", [finding("B2"), finding("D9")], summary).content
    )[SHEET]
    assert (page["B2"].value, page["B2"].fill.fgColor.rgb, page["D9"].fill.fgColor.rgb) == (
        5,
        RED,
        RED,
    )
    assert page["D9"].comment


def test_an_older_workbook_comes_back_as_a_newer_one_with_its_values_merges_and_widths(summary):
    book = xlwt.Workbook()
    sheet = book.add_sheet("报表")
    sheet.write_merge(0, 0, 0, 3, "标题")
    sheet.write(2, 1, 3.5)
    sheet.write(2, 2, "=1+1")
    sheet.col(1).width = 256 * 30
    stream = io.BytesIO()
    book.save(stream)
    marked = mark(stream.getvalue(), "旧表.xls", [finding("B3", sheet="报表")], summary)
    page = opened(marked.content)["报表"]
    assert marked.name == "旧表_审核结果.xlsx"
    assert (page["B3"].value, page["B3"].fill.fgColor.rgb) == (3.5, RED)
    assert page["C3"].value == "'=1+1"
    assert [str(merge) for merge in page.merged_cells.ranges] == ["A1:D1"]
    assert page.column_dimensions["B"].width == pytest.approx(30, abs=1)


def test_a_table_of_text_comes_back_as_a_workbook(summary):
    data = "代码,人数\r\n440113007001,=1+1\r\n".encode("gb18030")
    marked = mark(data, "表.csv", [finding("B2", sheet="")], summary)
    page = opened(marked.content).worksheets[1]
    assert page["A2"].value == "440113007001"
    assert (page["B2"].value, page["B2"].fill.fgColor.rgb) == ("'=1+1", RED)


@pytest.mark.parametrize(
    "data", [b"%PDF-1.4", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1junk"]
)
def test_what_cannot_be_read_comes_back_as_the_reason_alone(data, summary):
    found = [finding(None, sheet=None, rule_id="READ_FILE_BROKEN", message_zh="文件已损坏")]
    marked = mark(data, "坏.xlsx", found, summary)
    words = [cell.value for row in opened(marked.content).worksheets[0].iter_rows() for cell in row]
    assert "文件已损坏" in words


def test_a_part_that_declares_entities_is_not_expanded(original, summary):
    """A bomb of entities in a sheet: the values are read by a parser that refuses it."""
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet>&a;</worksheet>'
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(original)) as one, zipfile.ZipFile(stream, "w") as two:
        for name in one.namelist():
            two.writestr(name, bomb if name.endswith("sheet1.xml") else one.read(name))
    content = mark(stream.getvalue(), "x.xlsx", [finding("B9")], summary).content
    assert opened(content).sheetnames[0] == "审核结果"
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert not any(b"ENTITY" in package.read(name) for name in package.namelist())


def test_the_same_file_is_marked_in_the_same_bytes(original, summary):
    assert mark(original, "x.xlsx", FINDINGS, summary) == mark(
        original, "x.xlsx", FINDINGS, summary
    )


def test_a_marked_sample_is_read_like_the_sample(summary, programme, register):
    """The clerk corrects the very file that came back: its sheets must not be taken for others."""
    from dagster_project.reading.file import read_file

    path = next((Path(__file__).parents[3] / "raw" / "samples").glob("SG-103*.xlsx"))
    before = read_file(path.read_bytes(), path.name, programme, register)
    sheet = before.submissions[0].sheet_name
    marked = mark(path.read_bytes(), path.name, [finding("D14", sheet=sheet)], summary)
    after = read_file(marked.content, path.name, programme, register)
    assert [one.content_hash for one in after.submissions] == [
        one.content_hash for one in before.submissions
    ]
    assert after.submissions[0].findings == before.submissions[0].findings


def test_a_file_that_comes_back_corrected_loses_the_marks_of_what_is_right_now(original, summary):
    """Old red cells beside new ones would send a clerk to places that are right by now."""
    first = mark(original, "x.xlsx", FINDINGS, summary)
    again = mark(first.content, first.name, [finding("C10"), finding("B12", "Q")], summary)
    before, page = opened(original)[SHEET], opened(again.content)[SHEET]
    assert again.name == first.name
    assert opened(again.content).sheetnames == ["审核结果", "情况说明", SHEET, "说明"]
    coloured = {c.coordinate: c.fill.fgColor.rgb for row in page.iter_rows() for c in row
                if c.fill.fgColor.rgb in (RED, AMBER)}  # fmt: skip
    assert coloured == {"C10": RED, "B12": AMBER}
    for cell in ("A4", "B8", "B9"):
        assert repr(page[cell].fill) == repr(before[cell].fill), cell
    comments = {c.coordinate: c.comment.text for row in page.iter_rows() for c in row if c.comment}
    assert comments.keys() == {"C10", "B12", "B8"}
    assert comments["B8"] == before["B8"].comment.text
    assert comments["C10"].count("SG-103-R02") == 1


def test_marks_taken_off_twice_leave_the_fill_of_the_beginning(original, summary):
    once = mark(original, "x.xlsx", [finding("B9")], summary)
    twice = mark(once.content, once.name, [finding("B9", "Q")], summary)
    at_last = mark(twice.content, twice.name, [finding("C10")], summary)
    page = opened(at_last.content)[SHEET]
    assert page["B9"].fill.fgColor.rgb == opened(original)[SHEET]["B9"].fill.fgColor.rgb
    assert page["B9"].comment is None


def test_marks_survive_another_program_that_saves_the_file(original, summary):
    first = mark(original, "x.xlsx", FINDINGS, summary)
    book = opened(first.content)
    stream = io.BytesIO()
    book.save(stream)
    again = opened(mark(stream.getvalue(), first.name, [finding("C10")], summary).content)
    page = again[SHEET]
    coloured = {c.coordinate for row in page.iter_rows() for c in row
                if c.fill.fgColor.rgb in (RED, AMBER)}  # fmt: skip
    assert coloured == {"C10"}
    assert again.sheetnames == ["审核结果", "情况说明", SHEET, "说明"]


def test_marks_are_seen_on_a_sheet_that_colours_cells_by_conditions_of_its_own(original, summary):
    """A blank of the programme paints obligatory cells yellow: a mark on one was not seen."""
    content = mark(original, "x.xlsx", FINDINGS, summary).content
    page = opened(content)[SHEET]
    rules = {
        str(one.sqref): (rule.priority, rule.dxf.fill.bgColor.rgb)
        for one in page.conditional_formatting for rule in one.rules
    }  # fmt: skip
    own = rules.pop("B7:B19")
    assert own[0] == 4
    assert {(cells, colour) for cells, (_, colour) in rules.items()} == {
        ("A4 B8 B9 B31", RED), ("C10 D21", AMBER),
    }  # fmt: skip
    again = opened(mark(content, "x.xlsx", [finding("C11")], summary).content)[SHEET]
    assert {str(one.sqref) for one in again.conditional_formatting} == {"B7:B19", "C11"}


def test_a_table_of_text_comes_back_with_numbers_and_columns_one_can_read(summary):
    """A town's .csv came back as texts: sent again, 2,289 of them were asked about."""
    header = "代码,人数,其中:通过全国社会工作者职业水平考试(人),金额,备注,月份\r\n"
    data = f"{header}440113007001,12,-3,0.50,007,2015.10\r\n".encode("gb18030")
    marked = mark(data, "表.csv", [finding("B2", sheet="")], summary)
    page = opened(marked.content).worksheets[1]
    values = [cell.value for cell in page[2]]
    assert values == ["440113007001", 12, -3, 0.5, "007", "2015.10"]
    assert page.column_dimensions["A"].width >= len("440113007001")
    assert page["C1"].alignment.wrap_text
    assert not page["A1"].alignment.wrap_text
