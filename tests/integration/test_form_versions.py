"""A form whose columns change from a period on: its facts hold the columns of all versions."""

from decimal import Decimal
from io import BytesIO

import pytest
import xlsxwriter

from dagster_project.feedback.template_plan import plan
from dagster_project.programme.load import load_programme
from dagster_project.programme.model import Form
from dagster_project.regions.register import load_register
from tests.fixtures.own_programmes import PROGRAMMES, OwnHome

ROOT = PROGRAMMES / "versions"
OLD = ("社区代码", "照料床位", "实收费用")
NEW = ("社区代码", "照料床位", "应收费用", "投诉件数")


def workbook(street, period, header, *rows):
    """Give a plain workbook: a block of two lines, a header, rows."""
    target = BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet("日间照料季报")
        lines = [[f"填报单位：{street}"], [f"报告期：{period}"], header, *rows]
        for number, line in enumerate(lines):
            sheet.write_row(number, 0, line)
    return target.getvalue()


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    home = OwnHome.of(tmp_path_factory.mktemp("versions"), "versions")
    first, second = "440113007001", "440113008001"
    home.deliver(
        [
            ("a.xlsx", workbook("市桥街道", "2015-Q4", OLD, [first, 20, 900.5])),
            ("b.xlsx", workbook("市桥街道", "2016-Q1", NEW, [first, 22, 950, 3])),
            ("c.xlsx", workbook("沙头街道", "2016-Q1", OLD, [second, 9, 100])),
            ("d.xlsx", workbook("沙头街道", "2015-Q4", [*OLD, "投诉件数"], [second, 8, 90, ""])),
        ]
    )
    home.load()
    return home


def test_facts_are_the_union_of_the_versions(home):
    columns = "period, places, fees_paid, fees_due, complaints"
    assert home.ask(f"select {columns} from raw_day_care order by period, places") == [
        ("2015-Q4", 8, Decimal(90), None, None),
        ("2015-Q4", 20, Decimal("900.5"), None, None),
        ("2016-Q1", 22, None, Decimal(950), 3),
    ]


def test_a_column_not_asked_in_a_period_is_null_with_status_m(home):
    query = """
        select facts.period, column_name, obs_status, count(*)
        from raw_cell_status inner join raw_day_care as facts using (submission_id, row_number)
        group by all order by all
    """
    assert home.ask(query) == [
        ("2015-Q4", "complaints", "M", 2),
        ("2015-Q4", "fees_due", "M", 2),
        ("2016-Q1", "fees_paid", "M", 1),
    ]


def test_the_old_version_sent_for_a_new_period_is_refused_for_what_it_lacks(home):
    states = "select right(original_name, 6), state from raw_submission order by 1"
    assert home.ask(states) == [
        ("a.xlsx", "accepted"),
        ("b.xlsx", "accepted"),
        ("c.xlsx", "refused"),
        ("d.xlsx", "accepted"),
    ]
    query = "select distinct rule_id, column_name from raw_finding where severity = 'M' order by 2"
    assert home.ask(query) == [
        ("READ_COLUMN_MISSING", "complaints"),
        ("READ_COLUMN_MISSING", "fees_due"),
    ]


@pytest.mark.parametrize(("period", "headers"), [("2015-Q4", OLD), ("2016-Q1", NEW)])
def test_a_blank_has_the_columns_of_its_period(period, headers):
    blank = plan(
        load_programme(ROOT).forms["day_care"], "440113007000", period,
        load_programme(ROOT), load_register(ROOT),
    )  # fmt: skip
    assert tuple(column.header_zh for column in blank.form.columns) == headers


def test_what_every_period_needs_cannot_come_and_go():
    form = load_programme(ROOT).forms["day_care"]
    late = form.by_name["unit_code"].model_copy(update={"from_period": "2016-Q1"})
    with pytest.raises(ValueError, match="unit_code"):
        Form.model_validate(form.model_dump() | {"columns": [late, *form.columns[1:]]})
    monthly = form.by_name["complaints"].model_copy(update={"from_period": "2016-01"})
    with pytest.raises(ValueError, match="2016-01"):
        Form.model_validate(form.model_dump() | {"columns": [*form.columns[:-1], monthly]})
