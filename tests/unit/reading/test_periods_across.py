"""Headers that name several periods: a submission of each, every value from its own columns."""

from random import Random

import pytest
from openpyxl.utils import get_column_letter

from dagster_project.programme.model import Form
from dagster_project.reading.file import Reader
from tests.fixtures.workbooks import Sheet, as_csv, as_xls, as_xlsx
from tests.unit.reading.conftest import COMMUNITIES, found

KEYS = ("unit_code", "staff_category")
THIRD, FOURTH = "2015年三季度", "2015年第四季度"


def two_quarters(report, first: str = THIRD, second: str = FOURTH) -> Sheet:
    """Lay a report out with its figures twice, under the name of a quarter each.

    The figures of the second quarter are greater by one.
    """
    form = report.form
    figures = [name for name in report.names if name not in KEYS and name != "remark"]
    names = [*KEYS, *figures, *figures, "remark"]
    start, middle, end = len(KEYS), len(KEYS) + len(figures), len(KEYS) + 2 * len(figures)
    groups = [""] * len(names)
    groups[start], groups[middle] = first, second
    rows = [["市桥街道社区服务队伍季报"], ["填报单位代码：440113007000"], groups]
    rows.append([form.column(name).header_zh for name in names])
    for number, row in enumerate(report.rows):
        later = [_later(row.get(name)) for name in figures]
        keys, earlier = [row[k] for k in KEYS], [row.get(n) for n in figures]
        rows.append([*keys, *earlier, *later, f"备注{number}"])
    merged = [(2, start, 2, middle - 1), (2, middle, 2, end - 1)]
    return Sheet(rows, merged=merged)


def _later(figure):
    return None if figure is None else figure + 1


@pytest.mark.parametrize("write", [as_xlsx, as_xls, as_csv], ids=["xlsx", "xls", "csv"])
def test_a_header_that_names_two_quarters_gives_a_submission_of_each(report, read, write):
    first, second = read(write(two_quarters(report))).submissions
    assert [one.period for one in (first, second)] == ["2015-Q3", "2015-Q4"]
    assert found(first) == found(second) == []
    assert first.values["unit_code"] == second.values["unit_code"]
    assert first.values["remark"] == second.values["remark"] == [f"备注{n}" for n in range(6)]
    heads = first.values["headcount_closing"]
    assert heads == [row["headcount_closing"] for row in report.rows]
    assert second.values["headcount_closing"] == [number + 1 for number in heads]
    letters = [
        next(c.sheet_column for c in one.columns if c.column_name == "headcount_closing")
        for one in (first, second)
    ]
    width = len(report.names) - len(KEYS) - 1
    place = report.names.index("headcount_closing")
    assert letters == [_letters(place), _letters(place + width)]


WHOLE = ["{y}年第{n}季度", "{y}年{n}季度", "{y}-Q{n}", "{y}年{n} 季 度"]
SPLIT = ["{y}年|{n}季度", "{y}年|第{n}季度", "{y}|Q{n}", "{y}年度|{n} 季 度"]
"""Years in a row of their own, above their quarters."""


@pytest.mark.parametrize("seed", range(60))
def test_drawn_tables_of_several_periods_are_read_as_they_were_drawn(report, read, seed):
    """Any order and number of quarters, figures and formats; merged or not, turned or not."""
    dice = Random(seed)
    figures = [n for n in report.names if n not in KEYS and report.form.column(n).is_number]
    dice.shuffle(figures)
    years = ["2015"] if seed % 3 else ["2014", "2015"]
    quarters = dice.sample([f"{y}-Q{n}" for y in years for n in (1, 2, 3, 4)], dice.randint(2, 4))
    drawn = {q: [[dice.randrange(10**6) for _ in figures] for _ in report.rows] for q in quarters}
    names = [*KEYS, *figures * len(quarters)]
    groups, merged = ["", ""], []
    for quarter in quarters:
        merged.append((2, len(groups), 2, len(groups) + len(figures) - 1))
        year, _, number = quarter.partition("-Q")
        style = dice.choice(SPLIT if seed >= 30 else WHOLE)
        groups += [style.format(y=year, n=number), *[""] * (len(figures) - 1)]
    rows = [[report.title], ["填报单位代码：440113007000"]]
    table = [[text.partition("|")[2] for text in groups]] if seed >= 30 else []
    table = [[text.partition("|")[0] for text in groups], *table]
    table.append([report.form.column(name).header_zh for name in names])
    for number, row in enumerate(report.rows):
        cells = [cell for quarter in quarters for cell in drawn[quarter][number]]
        table.append([*(row[key] for key in KEYS), *cells])
    turned = dice.random() < 0.3
    if turned:
        table = [list(column) for column in zip(*table, strict=True)]
    write = dice.choice([as_xlsx, as_xls, as_csv])
    is_merged = dice.random() < 0.5 and not turned
    merged += [(3, left, 3, right) for _, left, _, right in merged] if seed >= 30 else []
    sheet = Sheet([*rows, *table], merged=merged if is_merged else [])
    submissions = read(write(sheet)).submissions
    assert [one.period for one in submissions] == quarters
    for one in submissions:
        assert not _rules(one)
        values = [list(row) for row in zip(*(one.values[n] for n in figures), strict=True)]
        assert values == drawn[one.period]


def _letters(place: int) -> str:
    return get_column_letter(place + 1)


def _rules(submission) -> set[str]:
    return {one.rule_id for one in submission.findings if one.severity == "M"}


@pytest.mark.parametrize("merged", [True, False], ids=["merged", "not merged"])
def test_a_year_stands_above_all_its_quarters(report, read, merged):
    """2015年 over 三季度 and 四季度 was refused: no header named a period."""
    sheet = two_quarters(report, "三季度", "四季度")
    years = [""] * len(sheet.rows[3])
    years[2] = "2015年"
    sheet.rows.insert(2, years)
    width = len(report.names) - len(KEYS) - 1
    across = (2, 2, 2, 1 + 2 * width)
    sheet.merged = [across, *((3, a, 3, b) for _, a, _, b in sheet.merged)] if merged else []
    first, second = read(as_xlsx(sheet)).submissions
    assert [(one.period, found(one)) for one in (first, second)] == [
        ("2015-Q3", []), ("2015-Q4", [])
    ]  # fmt: skip
    heads = first.values["headcount_closing"]
    assert second.values["headcount_closing"] == [number + 1 for number in heads]


def test_a_period_of_the_header_must_agree_with_the_block(report, read):
    """The title names one quarter, the header that one and another for comparison."""
    sheet = two_quarters(report)
    sheet.rows[0] = ["市桥街道2015年四季度社区服务队伍季报"]
    first, second = read(as_xlsx(sheet)).submissions
    assert _rules(first) == {"READ_PERIOD_CONFLICT"}
    (conflict,) = first.findings
    assert dict(conflict.params)["rows"] == "2015-Q3（C3）"
    assert (second.period, found(second)) == ("2015-Q4", [])


@pytest.mark.parametrize("group", ["上年同期", "2014年", "第三季度"])
def test_figures_under_what_is_no_period_of_the_form_refuse_the_table(report, read, group):
    (submission,) = read(as_xlsx(two_quarters(report, group))).submissions
    assert _rules(submission) & {"READ_HEADER_TWICE", "READ_HEADER_UNKNOWN"}


def test_a_figure_of_one_period_or_of_all_is_not_guessed(report, read):
    """Without merged cells nobody can tell whose the last figure is: it comes once."""
    sheet = two_quarters(report)
    last = sheet.rows[3].index(report.form.column("party_members").header_zh)
    for row in sheet.rows[3:]:
        row.append(row.pop(last))
    for row in sheet.rows[3:]:
        row.pop(report.names.index("party_members"))
    sheet.rows[2].pop(5)
    (submission,) = read(as_csv(sheet)).submissions
    assert "READ_HEADER_TWICE" in _rules(submission)


ACROSS = {
    "form_id": "population",
    "table_number": "SG-990",
    "title": {"zh": "人口", "en": "Population"},
    "period_type": "A",
    "periods_across": "persons",
    "reference": {"zh": "年末", "en": "end of the year"},
    "due": {"month_offset": 1, "day": 20},
    "respondents": "street_town",
    "grain": {"zh": "一行一个社区", "en": "one row for each community"},
    "keys": ["unit_code"],
    "columns": [
        {"name": "unit_code", "header_zh": "社区", "label_en": "Community", "type": "code",
         "code_list": "CL_REGION", "role": "key"},
        {"name": "persons", "header_zh": "人口", "label_en": "Persons", "type": "integer",
         "unit": "persons", "role": "stock", "add_space": "sum", "add_time": "last"},
    ],
}  # fmt: skip
"""A form whose one figure stands under the name of its year."""


@pytest.fixture
def reader_of_years(programme, register) -> Reader:
    form = Form.model_validate(ACROSS)
    entry = (
        programme.collections[0]
        .entries[0]
        .model_copy(update={"form": "population", "from_period": "2010"})
    )
    asked = [
        one.model_copy(update={"entries": (*one.entries, entry)}) for one in programme.collections
    ]
    forms = {"population": form, "staff": programme.forms["staff"]}
    return Reader(programme.model_copy(update={"forms": forms, "collections": asked}), register)


@pytest.mark.parametrize("write", [as_xlsx, as_csv], ids=["xlsx", "csv"])
def test_a_form_may_say_what_stands_under_bare_years(reader_of_years, write):
    rows = [["填报单位代码：440113007000"], ["社区", "2015年", "2014年", "2013年"]]
    rows += [[unit, 10 * n + 3, 10 * n + 2, 10 * n + 1] for n, unit in enumerate(COMMUNITIES)]
    rows += [["合计", 39, 36, 34]]
    read = reader_of_years.read(write(Sheet(rows)), "人口.xlsx").submissions
    assert [one.period for one in read] == ["2015", "2014", "2013"]
    assert [one.values["persons"] for one in read] == [[3, 13, 23], [2, 12, 22], [1, 11, 21]]
    assert [one.total_row for one in read] == [{"persons": 39}, {"persons": 36}, {}]
    assert [[c.sheet_column for c in one.columns] for one in read] == [
        ["A", "B"], ["A", "C"], ["A", "D"]
    ]  # fmt: skip
    assert [_rules(one) for one in read] == [set(), set(), {"ALL-R08"}]


def test_a_bare_quarter_means_nothing_where_the_form_does_not_say_so(report, read_one):
    submission = read_one(report.changed(headers={"female": "2015年四季度"}))
    assert [one.cell for one in submission.findings if one.rule_id == "READ_HEADER_UNKNOWN"]
    assert submission.values["female"] == [None] * 6
