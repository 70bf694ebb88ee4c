"""Full dates in the ways in which people write them; part of a date is none."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dagster_project.programme.model import Column
from dagster_project.reading.dates import date_parser, written_date
from dagster_project.reading.odd import Odd
from tests.unit.reading.conftest import wide

PARSE = date_parser(Column(name="c", header_zh="列", label_en="c", type="date", nullable=True))
LAST = date(2015, 12, 31)


@pytest.mark.parametrize(
    "text",
    [
        "2015-12-31", "2015/12/31", "2015.12.31", "20151231", wide("2015-12-31"),
        "2015年12月31日", "2015 年 12 月 31 号", "2015-12-31 00:00:00", "2015/12/31 8:30",
        "2015-12-31T00:00:00", "二〇一五年十二月三十一日", "二○一五年十二月三十一日",
        "民國104年12月31日", "民国104年12月31日", "中華民國104年12月31日", "民國104/12/31",
        "中华民国一百零四年十二月三十一日", "民國 104.12.31",
    ],
)  # fmt: skip
def test_a_full_date_is_read(text):
    assert written_date(text) == LAST


@pytest.mark.parametrize(
    "text",
    [
        "104/12/31", "104年12月31日", "1041231", "15-12-31", "12/31/2015", "2015-12", "2015年12月",
        "2015-02-30", "二〇一五年十二月", "十二月三十一日", "一五年十二月三十一日", "民国",
        "民国104年", "待定", "2015-12-31至2016-01-02", "2015-12-31 25",
    ],
)  # fmt: skip
def test_what_is_no_full_date_or_leaves_the_calendar_open_is_not_read(text):
    assert written_date(text) is None


def test_the_first_year_of_the_republic_is_1912():
    assert written_date("民國元年1月1日") == date(1912, 1, 1)


def test_a_bare_number_is_a_finding_that_says_what_day_it_would_be():
    """A date whose format was lost: which of two calendars the workbook counts by is unknown."""
    read = PARSE(42369.0)
    assert read.problem == "READ_CELL_DATE_NUMBER"
    assert read.params["said"] == "2015-12-31 / 2020-01-01"
    assert PARSE(3.0).problem == "READ_CELL_DATE"


@given(st.dates(date(1912, 1, 1), date(2099, 12, 31)))
def test_every_day_survives_its_ways_of_being_written(day):
    year = day.year - 1911
    for cell in (
        day, datetime(day.year, day.month, day.day), day.isoformat(), f"{day:%Y%m%d}",
        f"{day.year}年{day.month}月{day.day}日", f"民國{year}年{day.month}月{day.day}日",
        f"民国{year}/{day.month}/{day.day}",
    ):  # fmt: skip
        read = PARSE(cell)
        assert (read.value if isinstance(read, Odd) else read) == day


@given(st.text(alphabet="0123456789-/.年月日号民国國元一二十〇 :T", max_size=16))
def test_no_text_makes_the_parser_raise(text):
    read = PARSE(text)
    assert read is None or isinstance(read, date | Odd)
