"""What a town writes is what is read, whatever the layout and the file format."""

from datetime import date
from decimal import Decimal

import pytest

from tests.fixtures.workbooks import (
    Formula,
    Report,
    as_calculated_xlsx,
    as_csv,
    as_xls,
    as_xlsx,
)
from tests.unit.reading.conftest import found

GROUPS = {
    "counted_elsewhere": "期末人数其中", "female": "期末人数其中", "party_members": "期末人数其中",
    "wage_bill": "工资", "paid_person_months": "工资",
}  # fmt: skip
FORMATS = {
    "xlsx without results": as_xlsx,
    "xlsx": as_calculated_xlsx,
    "xls": as_xls,
    "csv in UTF-8 with BOM": as_csv,
    "csv in UTF-8": lambda sheet: as_csv(sheet, "utf-8"),
    "csv in GB18030": lambda sheet: as_csv(sheet, "gb18030"),
    "csv in UTF-16": lambda sheet: as_csv(sheet, "utf-16"),
    "tsv": lambda sheet: as_csv(sheet, delimiter="\t"),
}


def written(report: Report, name: str) -> list:
    """Give a column as it was put in, in the types of the form."""
    column = report.form.column(name)
    cells = [row.get(name) for row in report.rows]
    if column.type == "decimal":
        return [None if cell is None else Decimal(str(cell)) for cell in cells]
    return cells


def assert_read_as_written(report: Report, submission) -> None:
    for name in report.form.column_names:
        assert submission.values[name] == written(report, name), name
    assert submission.source_rows == [
        report.first_row + number for number in range(1, len(report.rows) + 1)
    ]


@pytest.mark.parametrize("write", FORMATS.values(), ids=FORMATS.keys())
@pytest.mark.parametrize("groups", [{}, GROUPS], ids=["one header row", "two header rows"])
def test_a_report_is_read_in_every_format(report, read_one, write, groups):
    report = report.changed(groups=groups, total={"headcount_closing": 36, "wage_bill": 216003})
    submission = read_one(write(report.sheet()))
    assert found(submission) == []
    assert_read_as_written(report, submission)
    assert submission.form_id == "staff"
    assert submission.respondent_code == "440113007000"
    assert submission.period == "2015-Q4"
    assert submission.header["submission_no"] == "1"
    assert submission.total_row == {"headcount_closing": 36, "wage_bill": Decimal(216003)}
    assert submission.total_source_row == report.first_row + len(report.rows) + 1


@pytest.mark.parametrize("write", [as_xlsx, as_xls, as_csv], ids=["xlsx", "xls", "csv"])
def test_the_content_hash_does_not_depend_on_format_or_layout(report, read_one, write):
    turned = report.changed(
        columns=list(reversed(report.names)), rows=report.rows[::-1], groups=GROUPS
    )
    plain = read_one(report).content_hash
    assert read_one(write(turned.sheet())).content_hash == plain
    report.rows[0]["female"] = 3
    assert read_one(report).content_hash != plain


def test_columns_in_any_order_keep_their_addresses(report, read_one):
    report = report.changed(columns=sorted(report.names))
    submission = read_one(report)
    assert_read_as_written(report, submission)
    places = {one.column_name: one.sheet_column for one in submission.columns}
    for name in report.names:
        expected = report.cell_of(1, name)
        assert f"{places[name]}{submission.source_rows[0]}" == expected


def test_labels_and_names_read_as_codes_and_keep_their_raw_text(report, read_one):
    for row in report.rows:
        row["staff_category"] = {
            "RC_MEMBER": "居民委员会成员",
            "COMM_WORKER": "社区 专职工作人员",
        }[row["staff_category"]]
    report.rows[0]["unit_code"] = "德兴社区居民委员会"
    report.rows[1]["unit_code"] = "市桥街道德兴社区"
    submission = read_one(report)
    assert found(submission) == []
    assert submission.values["staff_category"][:2] == ["RC_MEMBER", "COMM_WORKER"]
    assert submission.values["unit_code"][:2] == ["440113007003", "440113007003"]
    raw = {(one.row_number, one.column_name): one for one in submission.cell_status}
    assert raw[1, "unit_code"].raw_text == "德兴社区居民委员会"
    assert raw[2, "staff_category"].raw_text == "社区 专职工作人员"
    assert raw[2, "staff_category"].obs_status is None
    assert submission.abnormal_rows == set()


def test_amounts_in_ten_thousands_are_converted_exactly(report, read_one):
    for row in report.rows:
        row["wage_bill"] = 3.60005
    header = {"wage_bill": "本期应发工资总额（万元）"}
    by_header = read_one(report.changed(headers=header))
    report.block[1][3] = "计量单位：人、万元"
    by_block = read_one(report)
    for submission in (by_header, by_block):
        assert found(submission) == []
        assert submission.values["wage_bill"] == [Decimal("36000.5")] * 6
        factors = {one.column_name: one.unit_factor for one in submission.columns}
        assert factors["wage_bill"] == 10_000
        assert factors["paid_person_months"] == factors["headcount_closing"] == 1


def test_a_row_of_units_and_a_row_of_line_codes_under_the_header_are_passed(report, read_one):
    units = ["", "", *["人"] * (len(report.names) - 2)]
    units[report.names.index("wage_bill")] = "万元"
    units[report.names.index("training_hours")] = "学时"
    units[report.names.index("service_hours")] = "小时"
    codes = ["甲", "乙", *range(1, len(report.names) - 1)]
    submission = read_one(report.changed(under_header=[units, codes]))
    assert found(submission) == []
    assert submission.values["wage_bill"][0] == Decimal(360005000)
    assert len(submission.source_rows) == len(report.rows)


def test_the_total_may_stand_first_and_subtotals_are_kept_out(report, read_one):
    names = report.names
    total = ["全街道合计", *(36 if name == "headcount_closing" else None for name in names[1:])]
    subtotal = [
        "德兴社区小计",
        *(10 if name == "headcount_closing" else None for name in names[1:]),
    ]
    sheet = report.sheet()
    sheet.rows.insert(report.first_row, total)
    sheet.rows.insert(report.first_row + 3, subtotal)
    submission = read_one(as_xlsx(sheet))
    assert found(submission) == []
    assert submission.total_row == {"headcount_closing": 36}
    assert submission.total_source_row == report.first_row + 1
    assert submission.values["headcount_closing"] == [5, 5, 6, 6, 7, 7]


def test_an_unsaved_formula_in_the_total_row_only_opens_a_question(report, read_one):
    report = report.changed(total={"headcount_closing": Formula("=SUM(G5:G10)", 36)})
    assert read_one(as_calculated_xlsx(report.sheet())).total_row == {"headcount_closing": 36}
    submission = read_one(report)
    assert [(one.rule_id, one.severity) for one in submission.findings] == [
        ("READ_TOTAL_UNREADABLE", "Q")
    ]


def test_notes_blank_rows_and_a_header_repeated_after_a_page_break_are_passed(report, read_one):
    sheet = report.sheet()
    header = sheet.rows[report.first_row - 1]
    sheet.rows[report.first_row + 2 : report.first_row + 2] = [[], [report.title], header]
    sheet.rows += [["注：本表为合成样例"], ["以上数据由各社区填报"]]
    submission = read_one(as_xlsx(sheet))
    assert found(submission) == []
    assert submission.values["headcount_closing"] == [5, 5, 6, 6, 7, 7]


def test_a_unit_merged_over_its_rows_is_repeated_with_the_cell_where_it_stands(report, read_one):
    sheet = report.sheet()
    top = report.first_row
    sheet.rows[top + 1][0] = ""
    sheet.merged.append((top, 0, top + 1, 0))
    submission = read_one(as_xlsx(sheet))
    assert found(submission) == []
    assert submission.values["unit_code"][:2] == ["440113007003", "440113007003"]
    (status,) = [one for one in submission.cell_status if one.column_name == "unit_code"]
    assert (status.row_number, status.sheet_cell) == (2, f"A{top + 1}")


def test_names_beside_codes_are_compared_with_them(report, read_one):
    names = ["德兴社区", "德兴社区", "东兴社区", "东兴社区", "社学社区", "德兴社区"]
    submission = read_one(report.changed(extra={"社区（村）名称": names}))
    assert found(submission) == [("READ_LABEL_CONFLICT", "AH10", "德兴社区")]
    for row in report.rows:
        row["unit_code"] = None
    submission = read_one(report.changed(extra={"社区（村）名称": [*names[:5], "社学社区"]}))
    assert found(submission) == []
    assert submission.values["unit_code"][4] == "440113007007"
    assert submission.cell_status[4].sheet_cell == "AH9"


def test_two_forms_in_one_file_are_two_submissions(report, read, programme):
    facility = {
        "facility_code": "440113007003SS01", "facility_name": "德兴站",
        "facility_type": "社区(公共)服务站", "unit_code": "440113007003", "is_comprehensive": "是",
        "address": "德兴路1号", "floor_area_m2": 120.5, "operator_type": "", "admin_level": "",
        "status": "OPEN", "system_connected": "否", "self_service_terminals": 1,
        "opened_on": date(2012, 5, 1), "childcare_modes": "计时托、全日托",
    }  # fmt: skip
    block = [["填报单位：市桥街道办事处", "报告期：2015-Q4"]]
    other = Report(
        programme.forms["facilities"], [facility], title="机构和设施名录", block=block, name="设施"
    )
    explanation = Report(programme.forms["staff"], []).sheet()
    explanation.rows = [["填表说明"], ["期末人数", "指季末最后一日在岗人数"]]
    explanation.name = "填表说明"
    reading = read(as_calculated_xlsx(report.sheet(), other.sheet(), explanation))
    assert [(one.ordinal, one.form_id) for one in reading.submissions] == [
        (1, "staff"),
        (2, "facilities"),
    ]
    values = {name: cells[0] for name, cells in reading.submissions[1].values.items()}
    assert reading.submissions[1].findings == []
    assert values["is_comprehensive"] is True
    assert values["system_connected"] is False
    assert values["opened_on"] == date(2012, 5, 1)
    assert values["childcare_modes"] == "FULL;HOURLY"
    assert values["facility_type"] == "SERVICE_STATION"


def test_nothing_of_the_signing_block_is_kept(report, read_one):
    """Names and telephone numbers of persons must not reach the warehouse, logs or findings."""
    report.block.append(["填表人：张三丰", "", "联系电话：13800138000", "负责人", "李四光"])
    report.below = [["单位负责人：张三丰", "", "填表人：", "李四光", "联系电话", 13800138000]]
    submission = read_one(report)
    assert found(submission) == []
    everything = repr(submission)
    assert not any(word in everything for word in ("张三丰", "李四光", "13800138000"))
