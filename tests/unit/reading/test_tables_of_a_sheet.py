"""Several tables in a sheet or file: each is read where it stands, what is one report is joined."""

import pytest

from tests.fixtures.workbooks import Sheet, as_csv, as_xls, as_xlsx
from tests.unit.reading.conftest import COMMUNITIES, found, staff_row


@pytest.fixture
def facilities(report, programme):
    """A small register of the same street, which shares no column set with the staff report."""
    form = programme.forms["facilities"]
    names = [column.name for column in form.columns if not column.nullable]
    row = dict.fromkeys(names, 0) | {"facility_code": "F001", "facility_name": "公共服务站"}
    row |= {"facility_type": "SERVICE_STATION", "unit_code": COMMUNITIES[0]}
    return report.changed(
        form=form, rows=[row], columns=names, title="市桥街道社区服务机构和设施名录季报", block=[]
    )


def stacked(*parts: list[list]) -> Sheet:
    """Lay the rows of some sheets one under another, with a blank row between."""
    rows: list[list] = []
    for part in parts:
        rows += [*part, []]
    return Sheet(rows)


def test_two_forms_one_under_another_are_two_submissions(report, facilities, read):
    sheet = stacked(report.sheet().rows, facilities.sheet().rows)
    staff, other = read(as_xlsx(sheet)).submissions
    assert (staff.form_id, other.form_id) == ("staff", "facilities")
    assert found(staff) == []
    assert [(one.respondent_code, one.period) for one in (staff, other)] == [
        ("440113007000", "2015-Q4")
    ] * 2
    assert (staff.ordinal, other.ordinal) == (1, 2)
    row = len(report.sheet().rows) + 1 + facilities.first_row
    assert (other.header_row, other.source_rows) == (row, [row + 1])
    assert other.values["facility_code"] == ["F001"]


def test_the_smaller_table_on_top_is_not_passed_over(report, facilities, read):
    facilities.block = report.block[:]
    facilities.block[0] = ["填报单位代码：440113007000"]
    sheet = stacked(facilities.sheet().rows, report.sheet().rows)
    submissions = read(as_xlsx(sheet)).submissions
    assert [one.form_id for one in submissions] == ["facilities", "staff"]


def test_tables_of_two_units_under_another_are_two_submissions(report, read):
    other = report.changed(
        title="南村镇社区服务队伍季报",
        block=[["填报单位代码：440113104000"], ["报告期：2015年四季度"]],
        rows=[staff_row("440113104001", "RC_MEMBER", 4)],
    )
    first, second = read(as_xlsx(stacked(report.sheet().rows, other.sheet().rows))).submissions
    assert (first.respondent_code, len(first.source_rows)) == ("440113007000", 6)
    assert (second.respondent_code, len(second.source_rows)) == ("440113104000", 1)


@pytest.mark.parametrize(
    "groups", [{}, {"female": "其中", "party_members": "其中"}], ids=["1", "2"]
)
@pytest.mark.parametrize("write", [as_xlsx, as_xls, as_csv], ids=["xlsx", "xls", "csv"])
def test_header_and_titles_after_a_page_break_are_no_rows(report, read_one, groups, write):
    """A printed report repeats its titles, block and header on every page."""
    report.groups = groups
    report.under_header = [["甲", "乙", *range(1, 32)]]
    first, second = (
        report.changed(rows=rows, below=[]).sheet() for rows in (report.rows[:4], report.rows[4:])
    )
    second.rows[0] = ["市桥街道社区服务队伍季报（续表）"]
    height = len(first.rows)
    merged = [
        (top + height, left, bottom + height, right) for top, left, bottom, right in second.merged
    ]
    sheet = Sheet(first.rows + second.rows, merged=first.merged + merged)
    submission = read_one(write(sheet))
    assert found(submission) == []
    assert submission.values["unit_code"] == [row["unit_code"] for row in report.rows]
    first_row = report.first_row
    assert submission.source_rows[3:5] == [first_row + 4, height + first_row + 1]


@pytest.mark.parametrize(
    "title", ["续表", "（续表）", "续表一", "续上表", "社区服务队伍季报（续）"]
)
def test_a_continued_table_is_one_with_what_it_continues(report, read_one, title):
    report.title = "社区服务队伍季报"
    report.block[0][0] = "填报单位代码：440113007000"
    rows = report.sheet().rows
    header = rows[report.first_row - 1]
    cut = report.first_row + 2
    submission = read_one(as_xlsx(Sheet([*rows[:cut], [], [title], header, *rows[cut:]])))
    assert found(submission) == []
    assert len(submission.source_rows) == 6


def test_further_columns_below_are_those_of_the_same_rows(report, read_one):
    """A wide table is printed as two, one under another; the keys are repeated."""
    names = list(report.form.column_names)
    keys, first, rest = names[:2], names[2:15], names[15:]
    left = report.changed(columns=[*keys, *first], below=[])
    right = report.changed(columns=[*keys, *rest], title="续表", block=[], rows=report.rows[::-1])
    sheet = stacked(left.sheet().rows, right.sheet().rows)
    submission = read_one(as_xlsx(sheet))
    assert found(submission) == []
    whole = read_one(report)
    assert submission.values == whole.values
    assert submission.content_hash == whole.content_hash
    cells = {(one.row_number, one.column_name): one for one in submission.cell_status}
    top = len(left.sheet().rows) + 1
    wage = right.names.index("wage_bill")
    assert cells[1, "wage_bill"].sheet_cell == f"{'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[wage]}{top + 8}"
    assert cells[1, "wage_bill"].raw_text == "36000.5"


def test_rows_continued_on_another_sheet_are_joined_with_their_addresses(report, read_one):
    first = report.changed(rows=report.rows[:4], name="第1页")
    second = report.changed(rows=report.rows[4:], name="第2页")
    submission = read_one(as_xlsx(first.sheet(), second.sheet()))
    assert found(submission) == []
    assert submission.values["unit_code"] == [row["unit_code"] for row in report.rows]
    assert submission.content_hash == read_one(report).content_hash
    cells = {(one.row_number, one.column_name): one.sheet_cell for one in submission.cell_status}
    assert cells[5, "unit_code"] == f"'第2页'!A{report.first_row + 1}"
    assert (1, "unit_code") not in cells


def test_one_key_on_two_sheets_is_a_question_to_the_sender(report, read):
    first = report.changed(rows=report.rows[:4])
    second = report.changed(rows=report.rows[3:], name="第2页")
    one, other = read(as_xlsx(first.sheet(), second.sheet())).submissions
    assert (found(one), [rule for rule, *_ in found(other)]) == ([], ["READ_SUBMISSION_TWICE"])


def test_two_periods_on_two_sheets_are_two_submissions(report, read):
    third = report.changed(name="三季度")
    third.block = [["填报单位代码：440113007000"], ["报告期：2015年三季度"]]
    third.title = "市桥街道社区服务队伍季报"
    readings = read(as_xlsx(report.sheet(), third.sheet())).submissions
    assert [one.period for one in readings] == ["2015-Q4", "2015-Q3"]
    assert [found(one) for one in readings] == [[], []]


def test_two_tables_side_by_side_are_one_list_in_two_columns(report, read_one):
    """Long lists are printed in two columns to save paper."""
    names = [name for name in report.form.column_names if not report.form.column(name).nullable]
    report.columns = names
    left, right = (report.changed(rows=rows).sheet() for rows in (report.rows[:3], report.rows[3:]))
    top, width = report.first_row - 1, len(names)
    rows = [*left.rows[:top]]
    for one, other in zip(left.rows[top:-1], right.rows[top:-1], strict=True):
        rows.append([*one, "", *other])
    submission = read_one(as_xlsx(Sheet(rows)))
    assert found(submission) == []
    assert submission.values["unit_code"] == [row["unit_code"] for row in report.rows]
    assert submission.values["wage_bill"] == read_one(report).values["wage_bill"]
    cells = {(one.row_number, one.column_name): one.sheet_cell for one in submission.cell_status}
    letter = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[width + 1]
    assert cells[4, "unit_code"] == f"{letter}{report.first_row + 1}"


@pytest.mark.parametrize("place", ["before", "between", "behind"])
def test_figures_beside_lists_in_two_columns_are_named(report, read, place):
    """Where several lists stood side by side, nothing aside of their headers was looked at."""
    names = [name for name in report.form.column_names if not report.form.column(name).nullable]
    rows, top = report.changed(columns=names).sheet().rows, report.first_row - 1
    beside = {one: 7 if one == place else "" for one in ("before", "between", "behind")}
    for number, row in enumerate(rows[top:-1], start=top):
        before, between, behind = beside.values() if number > top else ("", "", "")
        rows[number] = [before, *row, between, *row, behind]
    submissions = read(as_xlsx(Sheet(rows))).submissions
    rules = {one.rule_id for submission in submissions for one in submission.findings}
    assert rules == {"READ_SUBMISSION_TWICE", "READ_COLUMN_UNNAMED"}


def test_a_numbered_table_goes_on_after_a_page_break(report, read_one):
    """The header of a numbered list begins with 序号, which no form knows."""
    rows = [
        ["序号" if n == report.first_row - 1 else n - report.first_row + 1, *row]
        for n, row in enumerate(report.changed(below=[]).sheet().rows)
    ]
    for row in rows[: report.first_row - 1]:
        row[0] = ""
    header, cut = rows[report.first_row - 1], report.first_row + 3
    submission = read_one(as_xlsx(Sheet([*rows[:cut], header, *rows[cut:]])))
    assert found(submission) == []
    assert len(submission.source_rows) == 6


def test_figures_above_the_header_are_not_passed_over_in_silence(report, read_one):
    report.block.append(["440113007009", "RC_MEMBER", 5, 1, 0, 0, 6])
    submission = read_one(report)
    assert [(one.rule_id, one.severity, one.cell) for one in submission.findings] == [
        ("READ_ROW_ABOVE", "Q", "C4")
    ]


def test_details_of_words_above_a_repeated_header_stay_details(report, read_one, programme):
    """Rows without a figure right above a repeated header were taken for its groups and lost."""
    form = programme.forms["facilities"]
    names = ["is_comprehensive", "facility_name", "facility_type", "unit_code", "facility_code"]
    rows = [
        dict(zip(names, ["Y", "站", "SERVICE_STATION", COMMUNITIES[0], f"F00{n}"], strict=True))
        for n in range(5)
    ]
    changed = report.changed(form=form, rows=rows, columns=names, title="设施", below=[])
    changed.block = [["填报单位代码：440113007000", "报告期：2015年四季度"]]
    sheet = changed.sheet()
    header = sheet.rows[changed.first_row - 1]
    sheet.rows[changed.first_row + 3 : changed.first_row + 3] = [[], header]
    assert read_one(as_xlsx(sheet)).values["facility_code"] == [f"F00{n}" for n in range(5)]


def test_turned_tables_and_others_stand_one_below_the_other(report, facilities, read):
    """The staff table has its headers in a column, the register below it in a row, and again."""
    columns = [
        [report.form.column(n).header_zh, *(r.get(n) for r in report.rows)] for n in report.names
    ]
    turned = [[report.title], *report.block, *columns]
    sheet = stacked(turned, facilities.sheet().rows, [["报告期：2015年三季度"], *columns])
    first, second, third = read(as_xlsx(sheet)).submissions
    assert [one.form_id for one in (first, second, third)] == ["staff", "facilities", "staff"]
    assert [one.orientation for one in (first, second, third)] == ["columns", "rows", "columns"]
    assert [one.period for one in (first, second, third)] == ["2015-Q4", "2015-Q4", "2015-Q3"]
    assert first.values == third.values
    assert {one.respondent_code for one in (first, second, third)} == {"440113007000"}


@pytest.fixture
def of_another_town(report):
    """A staff report of another town and quarter, for below the first."""
    return report.changed(
        title="南村镇2015年三季度社区服务队伍季报",
        block=[["表号：SG-103"]],
        rows=[staff_row("440113102001", "RC_MEMBER", 4)],
        below=[],
    )


def test_unit_and_period_of_a_second_table_may_stand_in_its_title_alone(
    report, of_another_town, read
):
    first, second = read(
        as_xlsx(stacked(report.sheet().rows, of_another_town.sheet().rows))
    ).submissions
    assert (first.respondent_code, first.period) == ("440113007000", "2015-Q4")
    assert (second.respondent_code, second.period) == ("440113102000", "2015-Q3")
    assert found(first) == found(second) == []


def test_names_of_groups_do_not_part_a_second_table_from_its_title(report, of_another_town, read):
    """A title, a blank row and two rows of groups: the table was taken for more of the first."""
    of_another_town.block = []
    rows = of_another_town.sheet().rows
    groups = [[], ["综合情况", "", "", "分项情况"], ["", "第一部分", "", "", "第二部分"]]
    top = of_another_town.first_row - 1
    rows[top:top] = groups
    first, second = read(as_csv(stacked(report.sheet().rows, rows))).submissions
    assert [one.respondent_code for one in (first, second)] == ["440113007000", "440113102000"]
    assert len(first.source_rows) == 6
    assert found(first) == found(second) == []


def test_a_title_further_up_does_not_speak_for_a_table_that_names_itself(report, read):
    report.title = "市桥街道2015年四季度社区服务队伍季报"
    rows = report.changed(title="", below=[]).sheet().rows
    rows[0:3] = [["填报单位代码：440113102000", "报告期：2015年三季度"]]
    for number, row in enumerate(rows[2:]):
        row[0] = f"44011310200{number % 2 + 1}"
    second = read(as_xlsx(stacked(report.sheet().rows, rows))).submissions[1]
    assert (second.respondent_code, second.period) == ("440113102000", "2015-Q3")
    assert found(second) == []


def test_a_unit_above_the_first_table_is_no_guess_for_another_report(report, of_another_town, read):
    """Wages of a town were read as 万元 because the report further up was in 万元."""
    report.block[1][3] = "计量单位：人、万元"
    first, second = read(
        as_xlsx(stacked(report.sheet().rows, of_another_town.sheet().rows))
    ).submissions
    assert found(first) == []
    assert [one.rule_id for one in second.findings] == ["READ_UNIT_AMBIGUOUS"]
    of_another_town.block.append(["单位：人、元"])
    second = read(as_xlsx(stacked(report.sheet().rows, of_another_town.sheet().rows))).submissions[
        1
    ]
    assert found(second) == []


def _columns(report) -> list[list]:
    """Lay a report's table out with its headers in a column."""
    return [
        [report.form.column(n).header_zh, *(r.get(n) for r in report.rows)] for n in report.names
    ]


def test_a_table_far_below_a_turned_one_is_found(report, of_another_town, read):
    """It began below the 60 rows that may stand above a header, and was passed over in silence."""
    turned = [[report.title], *report.block, *_columns(report)]
    between = [[] for _ in range(40)]
    rows = [*turned, *between, *of_another_town.sheet().rows]
    first, second = read(as_xlsx(Sheet(rows))).submissions
    assert (first.orientation, second.orientation) == ("columns", "rows")
    assert [one.respondent_code for one in (first, second)] == ["440113007000", "440113102000"]


def test_the_last_row_of_a_turned_table_is_no_label_of_the_table_below(
    report, of_another_town, read
):
    """A unit in brackets is a label of blocks too: the row was taken for the next table's."""
    report.columns = [*(n for n in report.names if n != "training_hours"), "training_hours"]
    columns = _columns(report)
    columns[-1][0] = "培训学时（单位：小时）"
    turned = [[report.title], *report.block, *columns]
    first, second = read(as_xlsx(stacked(turned, of_another_town.sheet().rows))).submissions
    assert found(first) == found(second) == []
    assert first.values["training_hours"] == [0] * 6


def test_groups_above_a_turned_table_below_belong_to_it(report, facilities, read):
    """Rows whose first text is a group's name were taken for rows of the table above."""
    report.rows = report.rows[:1]
    columns = [["", *row] for row in _columns(report)]
    for number, row in enumerate(columns[:6]):
        row[0] = f"第{number + 1}部分"
    lower = [["南村镇社区服务队伍季报"], ["", "填报单位代码：440113102000"], *columns]
    lower[2][2] = "440113102001"
    first, second = read(as_xlsx(stacked(facilities.sheet().rows, lower))).submissions
    assert [one.form_id for one in (first, second)] == ["facilities", "staff"]
    assert second.respondent_code == "440113102000"


def test_words_of_data_that_are_headers_too_begin_no_other_table(facilities, read_one):
    """Y for yes is a latitude too, x and 计时托 head columns elsewhere: the rest was refused."""
    named = ["is_comprehensive", *facilities.names, "address", "remark"]
    facilities.columns = list(dict.fromkeys(named))
    facilities.rows[0] |= {"is_comprehensive": "Y", "address": "x", "remark": "计时托"}
    facilities.block = [["填报单位代码：440113007000"], ["报告期：2015年四季度"]]
    submission = read_one(as_xlsx(facilities.sheet()))
    assert found(submission) == []
    assert submission.values["remark"] == ["计时托"]
