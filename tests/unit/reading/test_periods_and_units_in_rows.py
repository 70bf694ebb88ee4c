"""Columns that name the period and the unit of each row, as a form's YAML says."""

from datetime import date

import pytest

from dagster_project.programme.model import Column, Form
from dagster_project.reading.file import Reader
from dagster_project.reading.periods import named_in_calendar, named_periods
from tests.fixtures.workbooks import as_csv, as_xlsx
from tests.unit.reading.conftest import found, staff_row


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("民國103年4月", "2014-04"), ("中華民國一〇三年四月", "2014-04"), ("民国10304", "2014-04"),
        ("103年4月", "2014-04"), ("103年第2季", "2014-Q2"), ("民國一百零四年", "2015"),
        ("民國元年", "1912"), ("二〇一五年四季度", "2015-Q4"),
    ],
)  # fmt: skip
def test_years_of_the_republic_are_read_where_they_are_marked(text, label):
    assert [period.label for period in named_periods(text).periods] == [label]


@pytest.mark.parametrize("text", ["10304", "建党100年", "上海市统计局_C2013", "105年鉴"])
def test_bare_numbers_are_no_periods(text):
    assert named_periods(text).periods == ()


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("10304", "2014-04"),
        ("103/04", "2014-04"),
        ("104", "2015"),
        ("201404", "2014-04"),
        ("民國103年4月", "2014-04"),
    ],
)
def test_bare_years_are_the_republics_where_the_form_says_so(text, label):
    assert [period.label for period in named_in_calendar(text, "roc").periods] == [label]


def own_form(programme, **changes):
    """Give the staff form with a column of periods and one of towns in front."""
    form = programme.forms["staff"]
    extra = [
        Column(name="stat_quarter", header_zh="统计季度", label_en="Quarter", type="string"),
        Column(
            name="town_code", header_zh="街镇", label_en="Town", type="code", code_list="CL_REGION"
        ),
    ]
    columns = [
        c.model_copy(update={"within": "town_code"} if c.name == "unit_code" else {})
        for c in form.columns
    ]
    columns = [c for c in columns if not c.nullable]
    parts = form.model_dump() | {"columns": (*extra, *columns), "rules": ()} | changes
    changed = Form.model_validate(parts)
    return programme.model_copy(update={"forms": {"staff": changed}})


def rows_of(*places):
    rows = []
    for quarter, town, unit in places:
        rows.append(staff_row(unit, "RC_MEMBER", 4) | {"stat_quarter": quarter, "town_code": town})
    return rows


def read(programme, register, report, rows, **changes):
    programme = own_form(programme, **changes)
    form = programme.forms["staff"]
    sheet = report.changed(form=form, rows=rows, title="队伍", block=[], below=[]).sheet()
    return Reader(programme, register).read(as_csv(sheet), "data.csv")


LONG = [
    ("2015-Q3", "市桥街道", "440113007003"),
    ("2015-Q3", "南村镇", "440113102001"),
    ("2015-Q4", "市桥街道", "440113007003"),
    ("2015-Q4", "市桥街道", "440113007005"),
]


def test_each_period_and_unit_of_a_long_table_is_a_submission(programme, register, report):
    columns = {"period_column": "stat_quarter", "respondent_column": "town_code"}
    reading = read(programme, register, report, rows_of(*LONG), **columns)
    assert [
        (one.ordinal, one.respondent_code, one.period, one.source_rows)
        for one in reading.submissions
    ] == [
        (1, "440113007000", "2015-Q3", [3]),
        (2, "440113102000", "2015-Q3", [4]),
        (3, "440113007000", "2015-Q4", [5, 6]),
    ]
    assert [found(one) for one in reading.submissions] == [[], [], []]
    assert reading.submissions[1].values["town_code"] == ["440113102000"]


def test_a_unit_is_looked_for_within_the_town_of_its_row(programme, register, report):
    name = register.get("community", "440113007003", date(2015, 12, 31)).name
    rows = rows_of(("2015-Q4", "市桥街道", name), ("2015-Q4", "南村镇", name))
    reading = read(
        programme, register, report, rows, period_column="stat_quarter", sole_respondent=True
    )
    submission = reading.submissions[0]
    assert submission.values["unit_code"] == ["440113007003", None]
    assert ("READ_CELL_UNIT_UNKNOWN", name) in {
        (rule, value) for rule, _, value in found(submission)
    }


def test_a_period_in_the_rows_and_another_in_the_title_is_a_question(programme, register, report):
    programme = own_form(programme, period_column="stat_quarter", respondent_column="town_code")
    rows = rows_of(LONG[2], LONG[3])
    changed = report.changed(
        form=programme.forms["staff"], rows=rows, title="2015年三季度队伍", block=[], below=[]
    )
    (submission,) = Reader(programme, register).read(as_xlsx(changed.sheet()), "x.xlsx").submissions
    (finding,) = submission.findings
    params = dict(finding.params)
    assert (finding.rule_id, finding.related_cells) == ("READ_PERIOD_CONFLICT", "A1,A3")
    assert (params["title"], params["rows"]) == ("2015-Q3（A1）", "2015-Q4（A3）")


def test_a_total_over_several_submissions_is_said(programme, register, report):
    rows = [*rows_of(*LONG), {"stat_quarter": "合计", "headcount_closing": 16}]
    columns = {"period_column": "stat_quarter", "respondent_column": "town_code"}
    for one in read(programme, register, report, rows, **columns).submissions:
        assert [rule for rule, *_ in found(one)] == ["READ_TOTAL_OF_SEVERAL"]
        assert one.total_row is None


def test_more_submissions_than_a_file_may_hold_are_refused(programme, register, report):
    rows = rows_of(
        *(
            (f"{year}-Q{q}", "市桥街道", "440113007003")
            for year in range(1990, 2016)
            for q in (1, 2, 3, 4)
        )
    )
    columns = {"period_column": "stat_quarter", "respondent_column": "town_code"}
    reading = read(programme, register, report, rows, **columns)
    assert reading.submissions == []
    assert [one.rule_id for one in reading.findings] == ["READ_SUBMISSIONS_TOO_MANY"]


def test_the_only_unit_that_reports_need_not_name_itself(programme, register, report):
    (collection,) = [c for c in programme.collections if "440113007000" in c.units][:1]
    only = collection.model_copy(update={"units": ("440113007000",)})
    programme = own_form(programme, period_column="stat_quarter", sole_respondent=True)
    programme = programme.model_copy(update={"collections": (only,)})
    changed = report.changed(
        form=programme.forms["staff"], rows=rows_of(LONG[2]), title="队伍", block=[], below=[]
    )
    reader = Reader(programme, register)
    (submission,) = reader.read(as_csv(changed.sheet()), "data.csv").submissions
    assert (submission.respondent_code, found(submission)) == ("440113007000", [])
    both = programme.model_copy(update={"collections": (collection,)})
    (silent,) = Reader(both, register).read(as_csv(changed.sheet()), "data.csv").submissions
    assert (silent.respondent_code, found(silent)[0][0]) == (None, "READ_RESPONDENT_MISSING")
