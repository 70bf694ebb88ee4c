"""Data Docs: pages that open from disk, say what failed first, and lose no earlier result."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from dagster_project.programme.model import Text
from dagster_project.warehousing.data_docs import write_data_docs
from dagster_project.warehousing.expectations import Outcome, SuiteResult

PERIOD = "2015-Q4"

HELD = Outcome(
    expectation="expect_column_median_to_be_between",
    column="headcount_closing",
    details={"min_value": 3, "max_value": 11},
    severity="warning",
    success=True,
    why_zh="居委会 5 至 9 人",
    why_en="A committee has 5 to 9 members",
    observed=6.5,
)
BROKEN = Outcome(
    expectation="expect_column_values_to_be_in_set",
    column="staff_category",
    details={"value_set": [f"CODE_{number}" for number in range(45)]},
    severity="error",
    success=False,
    why_zh="代码须在代码表内",
    why_en="Codes come from their list",
    unexpected_count=1,
    sample=({"unit_code": "440113007001", "staff_category": "<b>居委会</b>"},),
)


def result_of(*outcomes: Outcome, period: str | None = PERIOD) -> SuiteResult:
    """Build what a run gives."""
    title = Text(zh="基层工作力量", en="Staff")
    return SuiteResult("staff", "fct_staff", title, period, 2107, outcomes)


@pytest.fixture
def docs(tmp_path) -> Path:
    """Write pages of a period that holds and, in a second run, of one that does not."""
    write_data_docs(tmp_path, [result_of(HELD)], synthetic=True)
    write_data_docs(tmp_path, [result_of(HELD, BROKEN, period="2016-Q1")], synthetic=True)
    return tmp_path


def test_pages_need_no_network_and_no_page_is_lost_by_the_next_run(docs):
    pages = {path.name: path.read_text(encoding="utf-8") for path in docs.glob("*.html")}
    assert set(pages) == {"index.html", f"staff_{PERIOD}.html", "staff_2016-Q1.html"}
    for text in pages.values():
        assert "http" not in text
        assert "//" not in text
        assert "合成样例数据" in text
        assert "Synthetic sample data" in text


def test_the_index_names_the_newest_period_first_with_its_verdict(docs):
    text = (docs / "index.html").read_text(encoding="utf-8")
    newest, older = text.index("staff_2016-Q1.html"), text.index(f"staff_{PERIOD}.html")
    assert newest < text.index("1 条阻止发布") < older < text.index("通过")


def test_a_page_shows_failures_first_and_escapes_what_was_reported(docs):
    text = (docs / "staff_2016-Q1.html").read_text(encoding="utf-8")
    assert text.index("Codes come from their list") < text.index("A committee has")
    assert "&lt;b&gt;居委会" in text
    assert "<b>" not in text
    assert "CODE_11, … (45)" in text


def test_a_period_without_rows_is_not_shown_as_held(tmp_path):
    index = write_data_docs(tmp_path, [result_of(replace(HELD, judged=False, observed=None))])
    text = index.read_text(encoding="utf-8")
    assert "no rows" in text
    assert "held" not in text


def test_results_are_plain_json_and_nothing_half_written_is_left(docs):
    page = json.loads((docs / "results" / "staff_2016-Q1.json").read_text(encoding="utf-8"))
    assert (page["verdict"], page["period"], page["errors"]) == ("blocks", "2016-Q1", 1)
    assert not list(docs.glob("**/.*.tmp"))


def test_the_page_of_a_mart_has_no_period_and_real_figures_no_label(tmp_path):
    index = write_data_docs(tmp_path, [result_of(HELD, period=None)])
    assert (tmp_path / "staff.html").is_file()
    assert "Synthetic" not in index.read_text(encoding="utf-8")
