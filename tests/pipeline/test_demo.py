"""What the demo must show: published figures, all that went wrong, and the way to each cell."""

import json
import re

import openpyxl
import pytest

from dagster_project.programme.load import load_programme
from dagster_project.releasing.explain import explain
from dagster_project.releasing.status import published
from tests.conftest import jiceng

pytestmark = pytest.mark.pipeline

STAFF = (
    "select sum(headcount_closing) from fct_staff where period = '2015-Q4' and staff_category in"
)
EXAM_PASSED = """
    select sum(exam_passed) from fct_staff
    where period = '2015-Q4' and staff_category = 'FISC_SW'
"""
TITLES = (
    "select count(*) from fct_designations where period = '2015' and result = 'MET'"
    " and designation ="
)
SERVICE_STATIONS = """
    select count(*) from fct_facilities
    where period = '2015-Q4' and status = 'OPEN' and facility_type = 'SERVICE_STATION'
        and five_unifications_met is true
"""


@pytest.mark.parametrize(
    ("query", "figure"),
    [
        pytest.param(f"{STAFF} ('RC_MEMBER')", 636, id="居委会成员"),
        pytest.param(f"{STAFF} ('VC_MEMBER')", 621, id="村委会成员"),
        pytest.param(f"{STAFF} ('COMM_WORKER')", 613, id="专职"),
        pytest.param(f"{STAFF} ('GRID_FULL', 'GRID_PART')", 2087, id="网格员"),
        pytest.param(f"{STAFF} ('FISC_SW', 'FISC_OTHER')", 345, id="家综从业"),
        pytest.param(f"{STAFF} ('FISC_SW')", 255, id="家综专业"),
        pytest.param(EXAM_PASSED, 207, id="考试"),
        pytest.param(SERVICE_STATIONS, 272, id="服务站"),
        pytest.param(
            "select max(delegated_items) from fct_community_profile where period = '2015'",
            72,
            id="下沉事项",
        ),
        pytest.param(f"{TITLES} 'CONSULT_PILOT'", 34, id="协商试点"),
        pytest.param(f"{TITLES} 'COMPLEX_PILOT'", 3, id="综合体试点"),
        pytest.param(f"{TITLES} 'SANSHE_DEMO'", 5, id="三社联动"),
        pytest.param(
            "select value from fct_department_measures where measure_code = 'CATALOGUE_DEPTS'",
            7,
            id="下沉部门",
        ),
    ],
)
def test_the_published_figures_come_out_of_the_facts(demo, query, figure):
    assert demo.ask(query) == [(figure,)]


def test_the_demo_prints_published_beside_computed_and_says_what_that_proves(demo):
    assert "2087" in demo.output
    unequal = [line for line in demo.output.splitlines() if "│ ≠" in line]
    assert len(unequal) == 1
    assert "97" in unequal[0]
    assert "98" in unequal[0]
    assert "合成样例" in demo.output
    assert "this proves the path, not the data" in demo.output


FAR_FIGURES = 5
"""Reports of services with one figure each that is far from the unit's own history, by chance."""


def test_every_kind_of_trouble_is_visible_in_reporting(demo):
    states = dict(demo.ask("select state, count(*) from fct_reporting group by 1"))
    assert states["missing"] == 1
    assert states["accepted_with_questions"] == 1 + FAR_FIGURES
    late = demo.ask("select count(*) from fct_reporting where is_on_time is false")
    assert late[0][0] >= 1


@pytest.mark.parametrize("state", ["refused", "duplicate", "unreadable", "accepted_with_questions"])
def test_every_file_with_a_fate_of_its_own_is_kept(demo, state):
    ((count,),) = demo.ask(f"select count(*) from raw_submission where state = '{state}'")
    assert count >= 1


def test_a_refused_file_names_rule_sheet_and_cell_in_two_languages(demo):
    found = demo.ask(
        "select findings.rule_id, findings.sheet_name, findings.cell, findings.message_zh,"
        " findings.message_en, findings.remedy_zh from fct_findings as findings"
        " inner join raw_submission using (submission_id)"
        " where raw_submission.state = 'refused' and findings.severity = 'M'"
    )
    assert found
    assert all(all(row) for row in found)


def test_a_total_says_how_many_units_it_covers(demo):
    rows = demo.ask(
        "select period, units_expected, units_reported, is_complete from fct_totals"
        " where form_id = 'staff' and column_name = 'headcount_closing' and breakdown_code = '_T'"
        " and region_level = 'district' and region_code = '440113000000' order by period"
    )
    assert rows == [
        ("2015-Q3", 16, 16, True),
        ("2015-Q4", 16, 16, True),
        ("2016-Q1", 16, 15, False),
    ]


def test_rows_read_are_accepted_refused_or_withdrawn_and_nothing_else(demo):
    read, kept = demo.ask(
        "select sum(rows_read), sum(rows_read) filter (where revision is not null)"
        " from raw_submission"
    )[0]
    stored = sum(
        demo.ask(f"select count(*) from hist_{form}")[0][0] for form in load_programme().forms
    )
    assert stored == kept
    assert read > kept


def test_receipts_hold_every_delivery_of_the_samples(demo):
    receipts = (demo.home / "raw" / "archive" / "receipts").glob("*.jsonl")
    lines = [json.loads(line) for path in receipts for line in path.read_text("utf-8").splitlines()]
    assert len({line["receipt_number"] for line in lines}) == len(lines)
    assert {line["basis"] for line in lines} == {"replayed"}
    listed = (demo.home / "raw/samples/generated/deliveries.csv").read_text("utf-8").splitlines()
    assert len(lines) == len(listed) - 1


@pytest.mark.parametrize(
    ("form", "column"),
    [
        ("staff", "headcount_closing"),
        ("services", "accepted"),
        ("community_profile", "households"),
        ("appeals", "received"),
        ("population_groups", "persons_closing"),
    ],
)
def test_a_figure_leads_to_the_very_cell_of_the_archived_file(demo, form, column):
    """Every tenth accepted value of .xlsx files is looked up in the archived workbook itself."""
    with published(demo.home / "warehouse" / "jiceng.duckdb") as connection:
        query = f"select distinct unit_code from fct_{form} order by 1"
        units = connection.execute(query).fetchall()
        books: dict[str, openpyxl.Workbook] = {}
        seen = 0
        for (unit,) in units[::10]:
            for source in explain(connection, f"fct_{form}", column, {"unit_code": unit}).sources:
                if source.archive_path.endswith(".xlsx"):
                    book = books.get(source.archive_path) or openpyxl.load_workbook(
                        demo.home / "raw" / source.archive_path, data_only=True
                    )
                    books[source.archive_path] = book
                    cell = book[source.sheet_name][source.cell].value
                    if source.obs_status == "Q":  # small figures of sensitive groups
                        assert source.value is None
                        continue
                    assert int(str(cell).replace(",", "")) == source.value
                    seen += 1
    assert seen > 10


def test_explain_lists_the_cells_of_a_total(demo):
    done = jiceng(
        demo.home, "explain", "fct_totals", "value", "form_id=staff", "period=2015-Q4",
        "column_name=headcount_closing", "region_level=district", "region_code=440113000000",
        "breakdown_code=RC_MEMBER",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "636" in done.stdout
    assert "16/16" in done.stdout


@pytest.mark.parametrize("level", ["community", "street", "district", "city", "province"])
def test_a_total_of_every_level_is_explained_by_the_facts_it_is_made_of(demo, level):
    with published(demo.home / "warehouse" / "jiceng.duckdb") as connection:
        keys = {"form_id": "staff", "period": "2015-Q4", "column_name": "headcount_closing"}
        query = """
            select region_code, value from fct_totals
            where form_id = $form_id and period = $period and column_name = $column_name
                and breakdown_code = '_T' and region_level = $level
            order by region_code limit 1
        """
        ((region, value),) = connection.execute(query, keys | {"level": level}).fetchall()
        asked = keys | {"region_level": level, "region_code": region, "breakdown_code": "_T"}
        found = explain(connection, "fct_totals", "value", asked)
    assert found.value == value == sum(source.value for source in found.sources)
    assert (found.units_expected, found.units_reported) == (
        (1, 1) if level in ("community", "street") else (16, 16)
    )


def test_all_rules_that_compare_forms_have_been_asked_and_found_nothing(demo):
    """All samples agree with each other: only what is arranged is questioned."""
    query = "select distinct rule_id from fct_findings where rule_id like 'SG-%' order by 1"
    assert [rule for (rule,) in demo.ask(query)] == ["SG-103-R01", "SG-103-R04", "SG-103-R09"]


def test_status_names_who_is_missing(demo):
    done = jiceng(demo.home, "status")
    assert done.returncode == 0
    assert "missing" in done.stdout
    assert "refused" in done.stdout


def test_verify_finds_the_archive_whole_and_a_changed_file_broken(demo):
    assert jiceng(demo.home, "verify").returncode == 0
    path = next((demo.home / "raw" / "archive").glob("2016-*/*.xlsx"))
    content = path.read_bytes()
    path.chmod(0o644)
    path.write_bytes(content[:-1])
    try:
        assert jiceng(demo.home, "verify").returncode == 1
    finally:
        path.write_bytes(content)


def test_a_wrong_question_is_answered_with_a_remedy_not_a_trace(demo):
    done = jiceng(demo.home, "explain", "fct_staff", "no_such_column", "period=2015-Q4")
    assert done.returncode == 2
    assert "no_such_column" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_demo_again_builds_nothing_and_releases_nothing(demo):
    folder = demo.home / "warehouse" / "releases"
    releases = set(folder.iterdir())
    done = jiceng(demo.home, "demo")
    assert done.returncode == 0
    assert set(folder.iterdir()) == releases


def test_the_dictionary_stands_beside_the_release_and_names_every_published_table(demo):
    pages = demo.home / "warehouse" / "dictionary"
    assert "合成样例" in (pages / "index.html").read_text(encoding="utf-8")
    tables = [name for (name,) in demo.ask("select table_name from duckdb_tables()")]
    marts = [name for name in tables if name.startswith(("fct_", "hist_", "dim_"))]
    assert [name for name in marts if not (pages / f"{name}.html").exists()] == []
    assert len(marts) > 60


def test_the_pages_of_dbt_show_the_lineage_and_need_no_network(demo, tmp_path):
    told = jiceng(demo.home, "dictionary", "--to", str(tmp_path), "--lineage")
    assert told.returncode == 0, told.stderr
    page = (tmp_path / "lineage.html").read_text(encoding="utf-8")
    assert "model.jiceng.fct_target_progress" in page
    assert not re.search(r'<(script|link)[^>]+(src|href)="https?://', page)
