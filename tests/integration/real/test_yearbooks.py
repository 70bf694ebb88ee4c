"""Tables of real yearbooks, read through small form files, against cells that a person located.

The yearbooks are published: what disagrees in them opens a question, and nothing is mended.
"""

from decimal import Decimal
from operator import attrgetter

import pytest

from tests.fixtures.own_programmes import OwnHome
from tests.fixtures.yearbook_tables import FOLDER, Table, refused_tables, sheet, tables

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the real yearbooks are not at hand")

TABLES, REFUSED = tables(), refused_tables()
SCHOOLS = FOLDER / "moe/W020250627301230143042.xls"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """All tables in one delivery, each file once."""
    home = OwnHome.of(tmp_path_factory.mktemp("yearbooks"), "yearbooks")
    files = {table.file: table.sent_as for table in (*TABLES, *REFUSED)}
    files |= {SCHOOLS: "2025年全国成人高等学校名单.xls"}
    home.deliver((sent_as, path.read_bytes()) for path, sent_as in files.items())
    home.load()
    return home


def read(home, table: Table):
    """Give the figures of a table by the name of the district, as the warehouse holds them."""
    names = list(dict.fromkeys(name for _, name in table.figures))
    rows = home.ask(
        f"select region.name, {', '.join(names)} from raw_{table.form} as facts"
        " join raw_period using (period)"
        " join raw_region as region on region.region_code = facts.unit_code"
        " and coalesce(region.valid_from, period_end) <= period_end"
        " and coalesce(region.valid_to > period_end, true)"
        f" where period = '{table.period}'"
    )
    return {
        (district, name): None if value is None else Decimal(value)
        for district, *values in rows
        for name, value in zip(names, values, strict=True)
    }


def test_at_least_ten_tables_were_located_by_hand():
    assert len({table.file for table in TABLES}) >= 10
    assert all(len(table.figures) >= 30 for table in TABLES)


@pytest.mark.parametrize("table", TABLES, ids=attrgetter("name"))
def test_every_figure_is_what_a_person_reads(home, table):
    assert read(home, table) == table.figures


def differing(table: Table) -> set[str]:
    """Give the columns whose total is not the sum of the figures above or below it."""
    sums = {name: Decimal(0) for name in table.totals}
    for (_, name), value in table.figures.items():
        sums[name] = sums.get(name, Decimal(0)) + (value or 0)
    return {name for name, total in table.totals.items() if sums[name] != total}


def asked(home, table: Table) -> set[str]:
    """Give the columns whose total was asked about."""
    query = (
        "select column_name from raw_finding where rule_id = 'ALL-R08'"
        f" and form_id = '{table.form}' and period = '{table.period}'"
    )
    return {name for (name,) in home.ask(query)}


@pytest.mark.parametrize("table", [*TABLES, *REFUSED], ids=attrgetter("name"))
def test_a_total_that_is_the_sum_is_never_asked_about(home, table):
    assert asked(home, table) <= differing(table)


def test_totals_that_the_yearbook_got_wrong_are_asked_about(home):
    """Births: 12.1124 万 over districts of 12.1073, far beyond the rounding of 17 figures."""
    (table,) = REFUSED
    assert differing(table) == asked(home, table) == {"births", "married_women"}


def test_a_district_that_no_longer_stands_refuses_its_table(home):
    """The table of 2012 lists 南汇区, part of 浦东新区 since 2009, in the place of 青浦区."""
    (table,) = REFUSED
    states = home.ask(f"select state from raw_submission where form_id = '{table.form}'")
    assert states == [("refused",)]
    assert read(home, table) == {}
    cells = home.ask(
        "select cell, value_text from raw_finding"
        f" where severity = 'M' and form_id = '{table.form}'"
    )
    assert cells == [("A21", "南汇区")]


def test_rows_of_words_between_the_rows_of_a_list_are_asked_about_and_left_out(home):
    """Before the schools of each province stands its name with their number.

    All codes are texts but one, which is a number.
    """
    at, rows = sheet(SCHOOLS, 0), range(4, 282)
    codes = {row: f"{float(at(row, 3)):.0f}" for row in rows if at(row, 3)}
    expected = {(code, at(row, 2)) for row, code in codes.items()}
    headings = {f"A{row}" for row in rows if row not in codes}
    assert len(expected) == 248
    assert set(home.ask("select school_code, school_name from raw_moe_schools")) == expected
    found = home.ask("select cell from raw_finding where form_id = 'moe_schools'")
    assert {cell for (cell,) in found} == headings


def test_numbers_written_as_text_are_read_and_named(home):
    """Every figure of the tables of 珠海 is a text; a person is told once for each sheet."""
    query = "select period, count(*)::int from raw_finding where rule_id = 'READ_TEXT_NUMBERS'"
    found = dict(home.ask(f"{query} and form_id = 'zh_registered' group by period"))
    assert found == {one.period: 1 for one in TABLES if one.form == "zh_registered"}


@pytest.mark.parametrize("city", ["佛山人口变动情况.xlsx", "揭阳市人口变动情况（2008-2022）.xlsx"])
def test_what_cannot_be_read_for_sure_is_refused_with_its_cells(tmp_path, city):
    """Columns for the whole city beside its districts; 男 and 女 under three figures each."""
    home = OwnHome.of(tmp_path, "yearbooks")
    home.deliver([(city, (FOLDER / "guangdong_yearbooks" / city).read_bytes())])
    home.load()
    states = home.ask("select distinct state from raw_submission")
    assert states == [("refused",)]
    without = home.ask(
        "select submission_id from raw_submission anti join"
        " (from raw_finding where severity = 'M' and cell is not null) using (submission_id)"
    )
    assert without == []
