"""Small figures of sensitive groups: not shown, and not given away by what is shown."""

import random
from itertools import product

import duckdb
import pytest

from dagster_project.releasing.withheld import FEWEST, withheld_queries

PERIODS = ("2015-Q4", "2016-Q1")
GROUPS = {"SENSITIVE": "sensitive=Y", "PLAIN": "sensitive=N"}
ROLES = {
    "persons_opening": "opening", "persons_added": "inflow", "persons_removed": "outflow",
    "persons_closing": "closing", "visited_persons": "flow",
}  # fmt: skip
PARENTS = {
    "province": {"440000000000": ""},
    "city": {"440100000000": "440000000000"},
    "district": {"440111000000": "440100000000", "440113000000": "440100000000"},
}
PARENTS["street"] = {
    f"{district[:6]}{number:03d}000": district
    for district, number in product(PARENTS["district"], (1, 2, 3))
}
PARENTS["community"] = {
    f"{street[:9]}{number:03d}": street for street, number in product(PARENTS["street"], (1, 2, 3))
}
LEVELS = ["community", "street", "district", "city", "province"]


def drawn(seed):
    """Draw the rows of all communities: figures by period, community and group."""
    dice, rows = random.Random(seed), {}
    for unit, group in product(PARENTS["community"], GROUPS):
        closing = dice.choice((0, 3, 12, 40, 90))
        for period in PERIODS:
            added, removed = dice.choice((0, 4, 15)), dice.choice((0, min(closing, 11)))
            opening, closing = closing, closing + added - removed
            figures = (opening, added, removed, closing, dice.choice((0, 5, 25)))
            rows[period, unit, group] = dict(zip(ROLES, figures, strict=True))
    return rows


def summed(rows):
    """Sum rows up the regions: value by region, period, group and column."""
    totals = {}
    for (period, unit, group), figures in rows.items():
        region = unit
        for level in LEVELS:
            for name, value in figures.items():
                key = (region, period, group, name)
                totals[key] = totals.get(key, 0) + value
            region = PARENTS[level][region]
    return totals


@pytest.fixture
def connection():
    with duckdb.connect() as opened:
        opened.execute("create table raw_code (list_id varchar, code varchar, attributes varchar)")
        opened.executemany("insert into raw_code values ('CL_GROUP', ?, ?)", list(GROUPS.items()))
        opened.execute("""
            create table raw_form_column (form_id varchar, column_name varchar, role varchar,
                code_list varchar, add_space varchar, column_order integer)
        """)
        columns = [("unit_code", "key", "CL_REGION", "none"), ("pop", "key", "CL_GROUP", "none")]
        columns += [(name, role, None, "sum") for name, role in ROLES.items()]
        columns += [("remark", "text", None, "none")]
        told = [(*column, number) for number, column in enumerate(columns)]
        opened.executemany("insert into raw_form_column values ('care', ?, ?, ?, ?, ?)", told)
        opened.execute("""
            create table raw_region (level varchar, region_code varchar, parent_code varchar,
                valid_from date, valid_to date);
            create table raw_indicator (indicator_id varchar, formula varchar);
            create table raw_period (period varchar, period_end date);
            create table raw_cell_status (submission_id bigint, row_number integer,
                column_name varchar, obs_status varchar, raw_text varchar, sheet_cell varchar);
            insert into raw_indicator values
                ('cared', 'sum(SG107.visited_persons, pop == ''SENSITIVE'')'),
                ('plain', 'sum(SG107.visited_persons, pop == ''PLAIN'')');
            insert into raw_period values ('2015-Q4', '2015-12-31'), ('2016-Q1', '2016-03-31')
        """)
        regions = [(level, *one) for level, found in PARENTS.items() for one in found.items()]
        opened.executemany("insert into raw_region values (?, ?, ?, null, null)", regions)
        yield opened


def filled(connection, rows):
    """Put rows and their sums into the tables of a build, and give what readers get instead."""
    columns = ", ".join(f"{name} bigint" for name in ROLES)
    connection.execute(f"""
        create or replace table hist_care (period varchar, unit_code varchar, pop varchar,
            {columns}, remark varchar, submission_id bigint, row_number integer,
            has_abnormal_cells boolean);
        create or replace table fct_totals (form_id varchar, region_code varchar, period varchar,
            breakdown_code varchar, column_name varchar, value decimal(38, 6), obs_status varchar,
            region_level varchar, boundary_date date);
    """)
    lines = [
        (*key, *figures.values(), "4人", 101, number, False)
        for number, (key, figures) in enumerate(rows.items(), start=1)
    ]
    marks = ", ".join("?" * len(lines[0]))
    connection.executemany(f"insert into hist_care values ({marks})", lines)
    level_of = {code: level for level, codes in PARENTS.items() for code in codes}
    ends = {"2015-Q4": "2015-12-31", "2016-Q1": "2016-03-31"}
    totals = [
        ("care", *key, value, "A", level_of[key[0]], ends[key[1]])
        for key, value in summed(rows).items()
    ]
    connection.executemany("insert into fct_totals values (?, ?, ?, ?, ?, ?, ?, ?, ?)", totals)
    connection.execute("""
        create or replace view fct_care as from hist_care;
        create or replace view fct_indicators as
        select 'cared' as indicator_id, region_level, region_code, boundary_date, period, value,
            value as numerator, value as denominator, obs_status, cast(null as varchar) as reason
        from fct_totals where breakdown_code = 'SENSITIVE' and column_name = 'visited_persons'
    """)
    return withheld_queries(connection)


def shown(connection, queries):
    """Give the totals that readers get, by region, period, group and column."""
    found = connection.execute(
        "select region_code, period, breakdown_code, column_name, value, obs_status"
        f" from ({queries['fct_totals']})"
    ).fetchall()
    return {tuple(one[:4]): (one[4], one[5]) for one in found}


def equations(known):
    """Give what everybody knows of the totals: sums over regions, flows, one quarter's end."""
    for region, period, group, name in known:
        children = [
            (code, period, group, name)
            for codes in PARENTS.values()
            for code, parent in codes.items()
            if parent == region
        ]
        if children:
            yield [(region, period, group, name), *children]
        if name == "persons_closing":
            yield [(region, period, group, one) for one in list(ROLES)[:4]]
            if period == PERIODS[0]:
                opening = (region, PERIODS[1], group, "persons_opening")
                yield [(region, period, group, name), opening]


def worked_out(told, known):
    """Give what can be worked out by whoever solves each equation with one unknown, and again."""
    sums, found = [*equations(told)], set()
    while new := {
        unknown[0]
        for one in sums
        if len(unknown := [key for key in one if key not in known | found]) == 1
    }:
        found |= new
    return found


@pytest.mark.parametrize("seed", range(6))
def test_nothing_below_ten_is_shown_or_can_be_worked_out_from_what_is(connection, seed):
    rows = drawn(seed)
    totals = summed(rows)
    told = shown(connection, filled(connection, rows))
    assert told.keys() == totals.keys()
    for key, (value, status) in told.items():
        is_sensitive = key[2] == "SENSITIVE"
        assert value == (totals[key] if status == "A" else None)
        assert status == "Q" or not (is_sensitive and totals[key] < FEWEST)
        assert is_sensitive or status == "A"
    known = {key for key, (value, _) in told.items() if value is not None}
    assert any(key[2] == "SENSITIVE" for key in known)
    assert [key for key in worked_out(told, known) if totals[key] < FEWEST] == []


@pytest.mark.parametrize("seed", range(3))
def test_rows_hide_what_totals_hide_and_say_so_cell_by_cell(connection, seed):
    rows = drawn(seed)
    queries = filled(connection, rows)
    told = shown(connection, queries)
    hidden = set()
    names = ", ".join(ROLES)
    for table in ("fct_care", "hist_care"):
        query = (
            f"select period, unit_code, pop, row_number, remark, {names} from ({queries[table]})"
        )
        for period, unit, group, number, remark, *values in connection.execute(query).fetchall():
            for name, value in zip(ROLES, values, strict=True):
                assert value == told[unit, period, group, name][0]
                hidden |= {(number, name)} if value is None else set()
            assert (remark is None) == (None in values)
    cells = connection.execute(
        f"select row_number, column_name, obs_status from ({queries['raw_cell_status']})"
    ).fetchall()
    assert {one[:2] for one in cells} == hidden
    assert {one[2] for one in cells} == {"Q"}
    kept = connection.execute("select count(*) from hist_care where persons_added is null")
    assert kept.fetchall() == [(0,)]


def test_a_superseded_row_hides_its_own_small_figures(connection):
    rows = drawn(1)
    filled(connection, rows)
    connection.execute("""
        insert into hist_care values
            ('2015-Q4', '440113001001', 'SENSITIVE', 50, 2, 12, 40, 30, null, 99, 1, false),
            ('2015-Q4', '440113001001', 'SENSITIVE', 12, 0, 3, 9, 30, null, 98, 1, false)
    """)
    query = withheld_queries(connection)["hist_care"]
    found = connection.execute(f"""
        select persons_added, persons_removed, persons_closing, has_abnormal_cells
        from ({query}) where submission_id in (98, 99) order by submission_id
    """).fetchall()
    assert found[0] == (None, None, None, True)
    assert found[1][:2] == (None, None)


def test_an_indicator_over_withheld_figures_is_withheld_with_its_parts(connection):
    queries = filled(connection, drawn(2))
    told = shown(connection, queries)
    query = f"""
        select region_code, period, value, numerator, denominator, obs_status, reason
        from ({queries["fct_indicators"]})
    """
    for region, period, *figures, status, reason in connection.execute(query).fetchall():
        value = told[region, period, "SENSITIVE", "visited_persons"][0]
        assert set(figures) == {value}
        assert (status, reason) == (("Q", "withheld") if value is None else ("A", None))


def test_a_build_without_rows_of_sensitive_groups_is_published_as_it_is(connection):
    rows = {key: one for key, one in drawn(1).items() if key[2] == "PLAIN"}
    assert filled(connection, rows) == {}
