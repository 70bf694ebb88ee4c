"""Suites of expectations: read from YAML, derived from forms, run by Great Expectations."""

import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from dagster_project.programme.load import load_programme
from dagster_project.settings import Settings
from dagster_project.warehousing import expectations
from dagster_project.warehousing.expectations import SAMPLE_SIZE, SuiteResult, run_suite
from dagster_project.warehousing.suites import (
    ExpectationError,
    Suite,
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
                    "respondent_code": street,
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
    return load_suite(FOLDER / "staff.yml")


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


@pytest.mark.parametrize("wrong", [{}, {"female": -1}, {"unit_code": "440113007001"}])
def test_many_rows_are_judged_like_few(staff_suite, monkeypatch, wrong):
    """Texts of many rows are kept as numbers into a list; columns nobody speaks of are left out."""
    rows = staff_rows().assign(remark="nobody speaks of it", **wrong)
    few = run_suite(staff_suite, rows, PERIOD)
    monkeypatch.setattr(expectations, "MANY_ROWS", 0)
    assert run_suite(staff_suite, rows, PERIOD) == few
    assert few.success == (not wrong)


def test_a_single_unit_that_reported_first_blocks_nothing(staff_suite):
    assert not run_suite(staff_suite, staff_rows(units=1), PERIOD).blocks


def test_a_period_without_rows_is_not_judged(staff_suite):
    result = run_suite(staff_suite, staff_rows().iloc[:0], PERIOD)
    assert result.success
    assert not any(one.judged for one in result.outcomes)


def test_what_no_honest_data_show_blocks_the_release(staff_suite):
    rows = staff_rows()
    rows.loc[0, "submission_id"] = 999
    result = run_suite(staff_suite, rows, PERIOD)
    assert result.blocks
    assert "expect_column_values_to_be_unique" in failed(result)


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
