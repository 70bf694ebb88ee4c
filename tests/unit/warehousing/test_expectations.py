"""Suites of expectations: read from YAML, derived from forms, run by Great Expectations."""

import json
import os
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from dagster_project.programme.load import load_programme
from dagster_project.settings import Settings
from dagster_project.warehousing.data_docs import write_data_docs
from dagster_project.warehousing.expectations import SAMPLE_SIZE, SuiteResult, run_suite
from dagster_project.warehousing.suites import (
    ExpectationError,
    Suite,
    basic_expectations,
    load_suite,
)

PERIOD = "2015-Q4"
FOLDER = Settings(home=Path()).expectations
FORMS = load_programme().forms
MARTS = {"totals": "fct_totals", "reporting": "fct_reporting", "regions": "dim_region"}

HEAD = """\
table: fct_staff
title: {zh: 人员, en: Staff}
scope: period
keys: [unit_code, staff_category]
expectations:
"""
WHY = "why: {zh: 因为, en: because}"


def staff_rows(units: int = 3) -> pd.DataFrame:
    """Build rows as fct_staff gives them: decimals, a column without any value, two streets."""
    rows = []
    for number in range(1, units + 1):
        street = f"44011300{7 + number % 2}000"
        for category, headcount in (("RC_MEMBER", 4 + number % 3), ("GRID_FULL", 5 + number)):
            rows.append(
                {
                    "period": PERIOD,
                    "region_level": "community",
                    "street_code": street,
                    "district_code": "440113000000",
                    "unit_code": f"{street[:9]}{number:03d}",
                    "staff_category": category,
                    "headcount_opening": headcount,
                    "headcount_closing": headcount,
                    "departed": 0,
                    "female": headcount // 2,
                    "wage_bill": Decimal(headcount * 9000),
                    "paid_person_months": Decimal(headcount * 3),
                    "wage_basis": None,
                    "submission_id": 100 + number % 2,
                }
            )
    return pd.DataFrame(rows)


def suite_of(folder: Path, entries: str, head: str = HEAD) -> Suite:
    """Write a suite file and load it."""
    path = folder / "expectations" / "staff.yml"
    path.parent.mkdir()
    path.write_text(head + entries, encoding="utf-8")
    return load_suite(path)


def failed(result: SuiteResult) -> list[str]:
    """Give the expectations that failed."""
    return [one.expectation for one in result.outcomes if not one.success]


@pytest.fixture(scope="module")
def staff_suite() -> Suite:
    basic = basic_expectations(FORMS["staff"], load_programme(), PERIOD)
    return basic.plus(load_suite(FOLDER / "staff.yml"))


@pytest.mark.parametrize("name", [*FORMS, *MARTS])
def test_every_suite_loads_and_belongs_to_its_table(name):
    suite = load_suite(FOLDER / f"{name}.yml")
    assert suite.table == MARTS.get(name, f"fct_{name}")
    assert suite.expectations
    assert all(one.why.zh and one.why.en for one in suite.expectations)


@pytest.mark.parametrize("name", list(FORMS))
def test_what_a_form_expects_of_its_columns_it_declares(name):
    derived = {"rows", "period", "region_level", "street_code", "district_code", "submission_id"}
    suite = load_suite(FOLDER / f"{name}.yml")
    for one in suite.expectations:
        known = derived | {name for name, _ in one.derive} | set(FORMS[name].column_names)
        assert set(one.columns) | set(one.per) <= known, f"{one.path} line {one.line}"


def test_honest_rows_meet_all_expectations(staff_suite):
    result = run_suite(staff_suite, staff_rows(), PERIOD)
    assert failed(result) == []
    assert result.success
    assert not result.blocks
    assert (result.rows, result.period) == (6, PERIOD)


def test_arrow_typed_rows_are_judged_like_numpy_rows(staff_suite):
    table = pa.Table.from_pandas(staff_rows())
    arrow = table.to_pandas(types_mapper=pd.ArrowDtype)
    assert run_suite(staff_suite, arrow) == run_suite(staff_suite, staff_rows())


def test_a_single_unit_that_reported_first_blocks_nothing(staff_suite):
    assert not run_suite(staff_suite, staff_rows(units=1), PERIOD).blocks


def test_a_period_without_rows_is_not_judged(staff_suite):
    result = run_suite(staff_suite, staff_rows().iloc[:0], PERIOD)
    assert result.success
    assert not any(one.judged for one in result.outcomes)


def test_a_mart_without_rows_fails():
    suite = load_suite(FOLDER / "regions.yml")
    columns = ["region_key", "level", "region_code", "name", "parent_code", "is_current"]
    rows = pd.DataFrame({name: pd.Series(dtype="str") for name in columns})
    rows = rows.assign(is_current=rows["is_current"].astype(bool))
    rows = rows.assign(valid_from=pd.Series(dtype="datetime64[s]"), valid_to=pd.NaT)
    result = run_suite(suite, rows)
    assert result.blocks
    assert "expect_table_row_count_to_be_between" in failed(result)


@pytest.mark.parametrize(
    ("column", "value", "expectation"),
    [
        ("period", "2015-Q3", "expect_column_values_to_be_in_set"),
        ("unit_code", None, "expect_column_values_to_not_be_null"),
        ("staff_category", "GRID_FULL", "expect_compound_columns_to_be_unique"),
        ("staff_category", "NOBODY", "expect_column_values_to_be_in_set"),
        ("submission_id", 999, "expect_column_values_to_be_unique"),
    ],
    ids=["another period", "no unit", "key twice", "code not listed", "two submissions"],
)
def test_what_no_honest_data_show_blocks_the_release(staff_suite, column, value, expectation):
    rows = staff_rows()
    rows.loc[0, column] = value
    result = run_suite(staff_suite, rows, PERIOD)
    assert result.blocks
    assert expectation in failed(result)


def test_a_failure_names_its_rows_reason_and_severity(staff_suite):
    rows = staff_rows()
    rows.loc[rows["staff_category"] == "RC_MEMBER", "headcount_closing"] = 65
    result = run_suite(staff_suite, rows, PERIOD)
    outcome = next(
        one for one in result.outcomes if one.details.get("max_value") == 20 and not one.success
    )
    assert outcome.severity == "warning"
    assert not result.blocks
    assert outcome.column == "headcount_closing"
    assert outcome.unexpected_count == 3
    assert outcome.sample[0] == {
        "unit_code": "440113008001",
        "staff_category": "RC_MEMBER",
        "headcount_closing": 65,
    }
    assert "20" in outcome.why_zh
    assert "20" in outcome.why_en


def test_a_ratio_is_one_of_sums_and_names_its_group(staff_suite):
    result = run_suite(staff_suite, staff_rows().assign(female=0), PERIOD)
    outcome = next(one for one in result.outcomes if one.column == "female_share")
    assert not outcome.success
    assert outcome.sample == ({"district_code": "440113000000", "female_share": 0},)


def test_a_sample_is_cut_but_the_count_is_whole(tmp_path):
    suite = suite_of(
        tmp_path,
        "  - {type: expect_column_values_to_be_null, column: unit_code, severity: error, "
        f"{WHY}}}\n",
    )
    outcome = run_suite(suite, staff_rows(units=30)).outcomes[0]
    assert len(outcome.sample) == SAMPLE_SIZE
    assert outcome.unexpected_count == 60


def test_missing_values_are_no_zeros(tmp_path):
    """A sum over nothing came out as 0 and failed an expectation above 0."""
    suite = suite_of(
        tmp_path,
        "  - {type: expect_column_sum_to_be_between, column: wage_bill, min_value: 1, "
        f"severity: error, {WHY}}}\n"
        "  - {type: expect_column_values_to_be_between, column: wage_bill, per: [street_code], "
        f"min_value: 1, severity: error, {WHY}}}\n",
    )
    result = run_suite(suite, staff_rows().assign(wage_bill=None))
    assert result.success
    assert [one.judged for one in result.outcomes] == [False, False]


def test_codes_that_nobody_reported_are_named(tmp_path):
    suite = suite_of(
        tmp_path,
        "  - {type: expect_column_distinct_values_to_contain_set, column: staff_category, "
        f"value_set: [RC_MEMBER, VC_MEMBER], severity: error, {WHY}}}\n",
    )
    outcome = run_suite(suite, staff_rows()).outcomes[0]
    assert outcome.sample == ({"staff_category": "VC_MEMBER"},)
    assert outcome.unexpected_count == 1


def test_rows_are_counted_where_no_column_is_named(tmp_path):
    suite = suite_of(
        tmp_path,
        "  - {type: expect_table_row_count_to_be_between, min_value: 1, max_value: 2, "
        f"severity: error, where: headcount_closing > 5, {WHY}}}\n",
    )
    outcome = run_suite(suite, staff_rows()).outcomes[0]
    assert outcome.observed == 4
    assert not outcome.success


BAD = {
    "no YAML": ("\t- type: expect_column_to_exist\n", 6, "token"),
    "no severity": (f"  - type: expect_column_to_exist\n    {WHY}\n", 6, "severity"),
    "no English": (
        "  - type: expect_column_to_exist\n    severity: error\n    why: {zh: 因为}\n",
        8,
        "why.en",
    ),
    "severity unknown": (
        f"  - type: expect_column_to_exist\n    {WHY}\n    severity: fatal\n",
        8,
        "severity",
    ),
}


@pytest.mark.parametrize(("entries", "line", "word"), BAD.values(), ids=BAD)
def test_a_mistake_in_a_suite_is_named_with_path_and_line(tmp_path, entries, line, word):
    with pytest.raises(ExpectationError) as caught:
        suite_of(tmp_path, entries)
    assert f"expectations/staff.yml, line {line}: " in caught.value.text("en")
    assert f"expectations/staff.yml 第 {line} 行" in caught.value.text("zh")
    assert word in str(caught.value)


BAD_RUNS = {
    "type unknown": ("expect_columns_to_be_nice", "", "EXPECT_TYPE_UNKNOWN"),
    "column unknown": (
        "expect_column_values_to_not_be_null",
        "column: headcount",
        "EXPECT_COLUMN_UNKNOWN",
    ),
    "argument unknown": (
        "expect_column_values_to_be_between",
        "column: female, minimum: 1",
        "EXPECT_ARGUMENTS_BAD",
    ),
    "where not understood": (
        "expect_column_values_to_not_be_null",
        "column: female, where: femal > 1",
        "EXPECT_VIEW_BAD",
    ),
    "per not understood": (
        "expect_column_values_to_not_be_null",
        "column: female, per: [street]",
        "EXPECT_VIEW_BAD",
    ),
    "text has no median": (
        "expect_column_median_to_be_between",
        "column: unit_code, min_value: 1",
        "EXPECT_NOT_RUN",
    ),
}


@pytest.mark.parametrize(("type_", "arguments", "code"), BAD_RUNS.values(), ids=BAD_RUNS)
def test_what_cannot_be_run_is_named_with_path_and_line(tmp_path, type_, arguments, code):
    entry = f"  - type: {type_}\n    severity: error\n    {WHY}\n"
    entry += "".join(f"    {part.strip()}\n" for part in arguments.split(", ") if part)
    suite = suite_of(tmp_path, entry)
    with pytest.raises(ExpectationError) as caught:
        run_suite(suite, staff_rows())
    assert caught.value.code == code
    assert "expectations/staff.yml, line 6" in caught.value.text("en")


def region(level: str, code: str, parent: str | None, name: str) -> dict[str, object]:
    """Build a row of dim_region."""
    return {
        "region_key": f"{level}-{code}-",
        "level": level,
        "region_code": code,
        "name": name,
        "parent_code": parent,
        "valid_from": None,
        "valid_to": None,
        "is_current": True,
    }


def test_a_code_that_a_spreadsheet_spoilt_and_a_life_that_ends_before_it_begins_block():
    regions = pd.DataFrame(
        [
            region("province", "440000000000", None, "广东省"),
            region("city", "440100000000", "440000000000", "广州市"),
            region("district", "440113000000", "440100000000", "番禺区"),
            region("street", "4.40113E+11", "440113000000", "市桥街道"),
            region("street", "440113008000", "440113000000", "沙头街道")
            | {"valid_from": date(2021, 1, 1), "valid_to": date(2020, 1, 1)},
        ]
    )
    result = run_suite(load_suite(FOLDER / "regions.yml"), regions)
    assert set(failed(result)) == {
        "expect_column_values_to_match_regex",
        "expect_column_pair_values_a_to_be_greater_than_b",
    }
    assert result.outcomes[2].sample == ({"level": "street", "region_code": "4.40113E+11"},)
    assert run_suite(
        load_suite(FOLDER / "regions.yml"),
        regions.iloc[:3].assign(level=["province", "district", "street"]),
    ).success


def total(level: str, value: int | None, reported: int, expected: int = 16) -> dict[str, object]:
    """Build a row of fct_totals."""
    return {
        "form_id": "staff",
        "period": PERIOD,
        "region_level": level,
        "region_code": "440113000000" if level == "district" else "440113007000",
        "breakdown_code": "_T",
        "column_name": "headcount_closing",
        "value": None if value is None else Decimal(value),
        "units_expected": expected,
        "units_reported": reported,
    }


@pytest.mark.parametrize(
    ("rows", "blocks", "count"),
    [
        ([total("district", 4000, 15), total("street", None, 0, 1)], False, 0),
        ([total("district", None, 0)], False, 1),
        ([total("district", 0, 15)], False, 1),
        ([total("district", 4000, 17)], True, 1),
        ([total("district", 40, 16), total("district", 41, 16)], True, 1),
        ([total("district", -4, 16)], True, 2),
    ],
    ids=["one missing", "nobody yet", "all zero", "more than expected", "twice", "negative"],
)
def test_totals_say_what_they_cover(rows, blocks, count):
    result = run_suite(load_suite(FOLDER / "totals.yml"), pd.DataFrame(rows), PERIOD)
    assert (result.blocks, len(failed(result))) == (blocks, count)


def reported(number: int, state: str, **others: object) -> dict[str, object]:
    """Build a row of fct_reporting."""
    accepted = state.startswith("accepted")
    return {
        "form_id": "staff",
        "respondent_code": f"440113{number:03d}000",
        "period": PERIOD,
        "is_expected": True,
        "due_on": date(2016, 1, 10),
        "state": state,
        "submissions_count": 0 if state in ("missing", "not_due") else 1,
        "is_on_time": True if accepted else None,
        "submission_id": 100 * number if accepted else None,
    } | others


@pytest.mark.parametrize(
    ("rows", "blocks", "count"),
    [
        ([reported(7, "accepted"), reported(8, "missing"), reported(9, "not_due")], False, 0),
        ([reported(7, "not_due"), reported(8, "not_due")], False, 0),
        ([reported(7, "missing"), reported(8, "refused"), reported(9, "accepted")], False, 1),
        ([reported(7, "accepted", submission_id=None), reported(8, "accepted")], True, 1),
        ([reported(7, "accepted"), reported(7, "accepted")], True, 1),
        ([reported(7, "accepted"), reported(8, "lost")], True, 1),
    ],
    ids=["one missing", "none due", "most missing", "no submission", "twice", "state unknown"],
)
def test_reporting_has_one_known_state_for_each_unit(rows, blocks, count):
    result = run_suite(load_suite(FOLDER / "reporting.yml"), pd.DataFrame(rows), PERIOD)
    assert (result.blocks, len(failed(result))) == (blocks, count)


@pytest.fixture
def docs(tmp_path, staff_suite) -> Path:
    """Write pages of a period that holds and, in a second run, of one that does not."""
    write_data_docs(tmp_path, [run_suite(staff_suite, staff_rows(), PERIOD)], synthetic=True)
    spoilt = staff_rows().assign(period="2016-Q1", unit_code="<b>440113007001</b>")
    return write_data_docs(tmp_path, [run_suite(staff_suite, spoilt, "2016-Q1")], synthetic=True)


def test_pages_need_no_network_and_no_page_is_lost_by_the_next_run(docs):
    pages = {path.name: path.read_text(encoding="utf-8") for path in docs.parent.glob("*.html")}
    assert set(pages) == {"index.html", f"staff_{PERIOD}.html", "staff_2016-Q1.html"}
    for text in pages.values():
        assert "http" not in text
        assert "//" not in text
        assert "合成样例数据" in text
        assert "Synthetic sample data" in text
    assert pages["index.html"].index("2016-Q1.html") < pages["index.html"].index(f"{PERIOD}.html")


def test_a_page_shows_failures_first_and_escapes_what_was_reported(docs):
    text = (docs.parent / "staff_2016-Q1.html").read_text(encoding="utf-8")
    assert text.index("阻止发布 <small>blocks") < text.index("通过 <small>held")
    assert "&lt;b&gt;440113007001" in text
    assert "<b>" not in text


def test_results_are_plain_json(docs):
    results = docs.parent / "results" / "staff_2016-Q1.json"
    page = json.loads(results.read_text(encoding="utf-8"))
    assert (page["verdict"], page["period"]) == ("blocks", "2016-Q1")
    assert not list(docs.parent.glob("**/.*.tmp"))


def test_real_figures_carry_no_synthetic_label(tmp_path, staff_suite):
    index = write_data_docs(tmp_path, [run_suite(staff_suite, staff_rows(), PERIOD)])
    assert "Synthetic" not in index.read_text(encoding="utf-8")


def test_reading_suites_imports_no_heavy_library():
    code = (
        "import sys; from pathlib import Path;"
        "import dagster_project.warehousing.data_docs;"
        "from dagster_project.warehousing.suites import load_suite;"
        f"load_suite(Path({str(FOLDER / 'staff.yml')!r}));"
        "heavy = {'pandas', 'great_expectations', 'jinja2', 'dagster', 'duckdb'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_great_expectations_is_told_to_send_nothing(staff_suite):
    run_suite(staff_suite, staff_rows(), PERIOD)
    assert os.environ["GX_ANALYTICS_ENABLED"] == "false"
