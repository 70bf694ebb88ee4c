"""The suites of the marts: totals say what they cover, units have a state, regions a place."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from dagster_project.settings import Settings
from dagster_project.warehousing.expectations import SuiteResult, run_suite
from dagster_project.warehousing.suites import load_suite

PERIOD = "2015-Q4"
FOLDER = Settings(home=Path()).expectations


def failed(result: SuiteResult) -> list[str]:
    """Give the expectations that failed."""
    return [one.expectation for one in result.outcomes if not one.success]


def test_a_mart_without_rows_fails():
    suite = load_suite(FOLDER / "regions.yml")
    columns = ["region_key", "level", "region_code", "name", "parent_code", "is_current"]
    rows = pd.DataFrame({name: pd.Series(dtype="str") for name in columns})
    rows = rows.assign(is_current=rows["is_current"].astype(bool))
    rows = rows.assign(valid_from=pd.Series(dtype="datetime64[s]"), valid_to=pd.NaT)
    result = run_suite(suite, rows)
    assert result.blocks
    assert "expect_table_row_count_to_be_between" in failed(result)


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
    suite = load_suite(FOLDER / "regions.yml")
    assert run_suite(suite, regions.drop([3, 4]).replace("city", "street")).success
    result = run_suite(suite, regions)
    assert set(failed(result)) == {
        "expect_column_values_to_match_regex",
        "expect_column_pair_values_a_to_be_greater_than_b",
    }
    assert result.outcomes[2].sample == ({"level": "street", "region_code": "4.40113E+11"},)


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
        ([total("district", -4, 16)], True, 2),
    ],
    ids=["one missing", "nobody yet", "all zero", "more than expected", "negative"],
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
