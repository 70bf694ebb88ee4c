"""The machine report, the names of what goes back, reminders in Chinese working days."""

import csv
import io
from dataclasses import replace
from datetime import date, datetime

import duckdb
import jsonschema
import pytest

from dagster_project.clock import FixedClock
from dagster_project.feedback.names import folder_of, stem_of
from dagster_project.feedback.reminder_texts import all_messages, as_csv, message
from dagster_project.feedback.reminders import due_list, last_call, reminders_of
from dagster_project.feedback.texts import summary_text
from dagster_project.feedback.validation_report import report_text, validation_report
from dagster_project.feedback.working_days import is_announced, moved, working_days_between
from dagster_project.reading.periods import named_periods
from tests.unit.feedback.conftest import finding

ITEMS = {"type": "array", "items": {"type": "array", "items": {"type": "string"}}}
STRUCTURE = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["id", "type", "event", "rule", "data", "value"],
        "properties": {
            "id": {"type": "string"},
            "type": {"enum": ["validation"]},
            "value": {"enum": ["0", "1", "NA"]},
            "event": {"type": "object", "required": ["time", "actor"]},
            "rule": {
                "type": "object",
                "required": ["language", "expression", "severity"],
                "properties": {"severity": {"enum": ["information", "warning", "error"]}},
            },
            "data": {
                "type": "object",
                "required": ["source", "target"],
                "properties": {"source": ITEMS, "target": ITEMS},
            },
        },
    },
}
"""What structure 1.0.1 of the ESS validation report asks of a validation."""


def test_the_machine_report_has_an_entry_for_every_rule_and_every_failure(summary, programme):
    import json

    form = programme.forms["staff"]
    found = [
        finding("B9"),
        finding("B10", row_number=2),
        finding("A1", "Q", rule_id="READ_HIDDEN_ROWS"),
    ]
    entries = validation_report(summary, found, 101, form, programme)
    jsonschema.validate(json.loads(report_text(entries)), STRUCTURE)
    ids = [entry["id"] for entry in entries]
    assert len(ids) == len({*ids})
    failures = [entry for entry in entries if entry["value"] == "0"]
    assert [one["data"]["target"] for one in failures[:2]] == [
        [["street_town", "SG-103 2015-Q4", f"440113007000/{row}", "joined"]] for row in (1, 2)
    ]
    assert [one["rule"]["severity"] for one in failures] == ["error", "error", "warning"]
    told = {entry["rule"]["description"].split()[0] for entry in entries}
    assert {rule.rule_id for rule in programme.rules_of("staff")} <= told
    by_rule = {entry["rule"]["description"].split()[0]: entry["value"] for entry in entries}
    assert (by_rule["ALL-R03"], by_rule["ALL-R09"]) == ("1", "NA")


def test_a_file_without_a_form_has_a_machine_report_as_well(summary):
    nothing = replace(summary, table_number=None, period=None, state="unreadable")
    entries = validation_report(nothing, [finding(None, rule_id="READ_FILE_BROKEN")], 100)
    jsonschema.validate(entries, STRUCTURE)
    assert len(entries) == 1


def test_the_summary_says_on_one_screen_what_is_wrong_and_what_to_do(summary):
    found = [finding("C1", "Q")] * 7 + [finding("B9")] * 7
    text = summary_text(summary, found, "队伍.xlsx")
    lines = text.splitlines()
    assert lines[0].startswith("合成样例")
    assert lines[1] == "【退回修改】市桥街道：SG-103 社区服务队伍季报，报告期 2015-Q4"
    assert lines[4].startswith("1. [必须改正] 报表'2015!B9：")
    assert "另有 4 个问题" in text
    assert text.count("。。") == 0


def test_returned_files_have_names_that_are_safe_everywhere(summary):
    stem = stem_of(replace(summary, unit_name="../..\\市桥/街道\n"), 101, "表.xlsx")
    assert stem == "_.._市桥_街道__社区服务队伍季报_退回修改_00000101"
    accepted = stem_of(replace(summary, state="accepted_with_questions"), 1, "表.xlsx")
    assert "审核结果" in accepted
    assert folder_of("staff", "2015-Q4").as_posix() == "staff/2015-Q4"


def test_a_file_that_was_not_recognised_goes_back_under_its_own_name(summary):
    unknown = replace(summary, unit_name=None, unit_code=None, period=None, title=None)
    for name in ("通知.xlsx", "通知_审核结果.xlsx", "某街道/通知.xlsx", "某街道\\通知.xlsx"):
        assert stem_of(unknown, 700, name) == "通知_退回修改_00000700"
    assert folder_of(None, None).as_posix() == "unrecognised"
    assert folder_of("staff", None).as_posix() == "staff/unknown_period"


@pytest.mark.parametrize("number", [201_501, 201_512_31, 2015, 20_152])
def test_the_number_in_a_name_is_never_read_as_a_period(summary, number):
    """Submission 201501 came back, was mended and sent again: its name said January 2015."""
    stem = stem_of(replace(summary, unit_name="样例", title="表"), number, "表.xlsx")
    named = named_periods(f"{stem}.xlsx")
    assert (named.periods, named.days) == ((), ())


def test_working_days_know_the_days_worked_instead_of_holidays():
    """10 October 2015 was a Saturday that was worked; 1 to 7 October were holidays."""
    assert working_days_between(date(2015, 9, 30), date(2015, 10, 10)) == 3
    assert moved(date(2015, 9, 30), 1) == date(2015, 10, 8)
    assert moved(date(2015, 10, 8), -1) == date(2015, 9, 30)
    assert working_days_between(date(2015, 10, 10), date(2015, 9, 30)) == -3


def test_a_year_not_yet_announced_counts_monday_to_friday():
    assert not is_announced(2049)
    assert working_days_between(date(2049, 1, 1), date(2049, 1, 8)) == 5


def row(state="not_due", due="2016-01-10", **more):
    """A row of the published reporting table, with the names beside it."""
    plain = {
        "respondent_code": "440113007000", "unit_name": "市桥街道", "form_id": "staff",
        "table_number": "SG-103", "title_zh": "社区服务队伍季报", "period": "2015-Q4",
        "due_on": date.fromisoformat(due), "state": state, "open_questions": 0, "received_on": None,
    }  # fmt: skip
    return plain | more


@pytest.mark.parametrize(
    ("today", "stage", "kind"),
    [
        ("2016-01-04", None, None),
        ("2016-01-05", "T-3", "due"),
        ("2016-01-06", None, "due"),
        ("2016-01-08", "T", "due"),
        ("2016-01-10", None, "due"),
        ("2016-01-11", "T+1", "late"),
        ("2016-01-12", None, "late"),
        ("2016-01-13", "T+3", "late"),
    ],
)
def test_a_unit_is_called_three_working_days_before_on_the_day_and_after(today, stage, kind):
    """10 January 2016 is a Sunday: the last call is on Friday the 8th."""
    found = list(reminders_of([row()], date.fromisoformat(today)))
    assert [(item.stage, item.kind) for one in found for item in one.items] == (
        [(stage, kind)] if kind else []
    )


def test_the_last_call_is_a_working_day():
    assert last_call(date(2016, 1, 10)) == date(2016, 1, 8)
    assert last_call(date(2015, 10, 5)) == date(2015, 9, 30)


def test_one_message_tells_a_unit_all_that_is_asked_of_it():
    rows = [
        row(), row("refused", period="2015-Q3", due="2015-10-10"),
        row("accepted_with_questions", open_questions=2, received_on=date(2016, 1, 7)),
    ]  # fmt: skip
    (reminder,) = reminders_of(rows, date(2016, 1, 8))
    words = message(reminder)
    assert words.startswith("市桥街道：")
    assert "1. SG-103 社区服务队伍季报（报告期 2015-Q4）：2016年1月10日截止" in words
    assert "已退回修改" in words
    assert "还有 2 个问题待核实" in words
    assert reminder.is_today
    assert reminder.is_calendar_known


def test_the_table_of_reminders_is_harmless_in_a_spreadsheet():
    (reminder,) = reminders_of([row("missing", unit_name="=cmd()")], date(2016, 1, 13))
    header, line = list(csv.reader(io.StringIO(as_csv([reminder]))))
    told = dict(zip(header, line, strict=True))
    assert told["填报单位"] == "'=cmd()"
    assert (told["情形"], told["今日应催"], told["距截止工作日数"]) == ("逾期未报", "T+3", "3")


def test_messages_are_for_those_called_today_unless_all_are_wanted():
    reminders = list(reminders_of([row()], date(2016, 1, 6)))
    assert all_messages(reminders) == "今天没有需要催报的单位。\n"
    assert "还有 2 个工作日" in all_messages(reminders, only_today=False)


def test_the_clock_day_decides_and_not_the_archive():
    """The archive's last record may be weeks old: what was not due then may be late by now."""
    (reminder,) = reminders_of([row("not_due")], datetime.fromisoformat("2016-02-01T08:00").date())
    assert reminder.items[0].kind == "late"


def test_the_published_tables_tell_who_is_to_be_reminded():
    """Accepted reports and those nobody expects are left out."""
    with duckdb.connect() as connection:
        connection.execute("""
            create table dim_form as select 'staff' as form_id, 'SG-103' as table_number,
                '社区服务队伍季报' as title_zh;
            create table fct_reporting as select 'staff' as form_id, respondent_code,
                '市桥街道' as respondent_name, '2015-Q4' as period, is_expected,
                state, open_questions,
                date '2016-01-10' as due_on, timestamp '2016-01-05 09:00' as received_at
            from (values
                ('440113007000', true, 'missing', 0), ('440113008000', true, 'accepted', 0),
                ('440113009000', false, 'refused', 0),
                ('440113010000', true, 'accepted_with_questions', 2)
            ) as t(respondent_code, is_expected, state, open_questions)
        """)
        clock = FixedClock(datetime.fromisoformat("2016-01-11T08:00"))
        found = {one.unit_code: one for one in due_list(connection, clock)}
    assert {*found} == {"440113007000", "440113010000"}
    late = found["440113007000"]
    assert (late.unit_name, late.items[0].kind, late.items[0].stage) == ("市桥街道", "late", "T+1")
    assert found["440113010000"].items[0].open_questions == 2
