"""A figure that is withheld stands nowhere in what is published: no table, no file, no word."""

import io
from datetime import timedelta
from itertools import chain

import duckdb
import openpyxl
import pytest

from dagster_project.releasing.explain import explain
from tests.integration.answers.test_explained_files import drop
from tests.pipeline import homes

pytestmark = pytest.mark.pipeline

TOWN, REGION, PERIOD = "桥南街道", "440113010001", "2015-Q4"
LABEL, CODE = "困境儿童", "MINOR_AT_RISK"
COLUMNS = {
    "persons_opening": "C", "persons_added": "D", "actively_found": "E", "persons_removed": "F",
    "persons_closing": "G", "visited_persons": "H", "remark": "V",
}  # fmt: skip
FIGURES = {
    "persons_opening": 91730, "persons_added": 2, "actively_found": 1, "persons_removed": 91729,
    "persons_closing": 3, "visited_persons": 88123, "remark": "年初91730人",
}  # fmt: skip
SECRETS = ("91730", "91729", "88123", "91,730", "91,729", "88,123")


@pytest.fixture(scope="module")
def home(samples, tmp_path_factory):
    """One town's report with three persons left of one group: refused for a flow, then accepted."""
    delivery = next(
        one
        for one in homes.of_period(samples, "population_groups", PERIOD)
        if TOWN in one.file_name
    )
    content = (samples.target / delivery.file_name).read_bytes()
    later = delivery.received_at + timedelta(days=1)
    files = {
        "错的.xlsx": (edited(content, FIGURES | {"persons_closing": 13}), delivery.received_at),
        "对的.xlsx": (edited(content, FIGURES), later),
    }
    folder = tmp_path_factory.mktemp("withheld")
    drop(samples, folder, [], files)
    homes.build(folder)
    return folder


def edited(content, figures):
    """Put figures into the first row of the group, and leave out the totals they were in."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    totals = [one[0].row for one in sheet.iter_rows() if "合计" in (one[0].value, one[1].value)]
    for number in totals:
        sheet.delete_rows(number)
    row = next(one[1].row for one in sheet.iter_rows() if one[1].value in (LABEL, CODE))
    for name, value in figures.items():
        sheet[f"{COLUMNS[name]}{row}"] = value
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.fixture(scope="module")
def release(home):
    with duckdb.connect(home / "warehouse" / "jiceng.duckdb", read_only=True) as opened:
        yield opened


def told(relation):
    """Give the secrets that a table tells, wherever they stand in it."""
    rows = (" ".join(map(str, row)) for row in relation.fetchall())
    return {(secret, row) for row in rows for secret in SECRETS if secret in row}


def test_the_build_knows_the_figures_and_readers_the_place(home, release):
    with duckdb.connect(home / "warehouse" / "build.duckdb", read_only=True) as build:
        assert told(build.sql("from raw_finding"))
        assert told(build.sql("from hist_population_groups"))
    found = release.sql("""
        select submission_state, cell, value_text, suggested_value, message_zh, remedy_en
        from fct_findings where rule_id = 'SG-107-R01'
    """).fetchall()
    assert [(one[0], one[2], one[3]) for one in found] == [("refused", None, None)]
    assert found[0][1].startswith("G")
    assert found[0][4] == "期末=期初+增加-减少——涉及敏感人群，有关的数不公布"
    assert "returned workbook" in found[0][5]


def test_no_published_table_tells_a_withheld_figure(release):
    tables = [name for (name,) in release.sql("select table_name from duckdb_tables()").fetchall()]
    assert {"fct_findings", "fct_totals", "fct_indicators", "raw_cell_status"} <= set(tables)
    assert [table for table in tables if told(release.sql(f"from {table}"))] == []


def test_no_published_file_tells_a_withheld_figure(home):
    parquet = sorted((home / "warehouse" / "releases").rglob("*.parquet"))
    assert parquet
    with duckdb.connect() as reader:
        assert [told(reader.sql(f"from '{path}'")) for path in parquet] == [set()] * len(parquet)
    pages = chain((home / "warehouse" / "data_docs").rglob("*.html"),
                  (home / "warehouse" / "releases").rglob("*.json"))  # fmt: skip
    texts = [path.read_text(encoding="utf-8") for path in pages]
    assert texts
    assert not [secret for secret in SECRETS for text in texts if secret in text]


@pytest.mark.parametrize("table", ["fct_population_groups", "hist_population_groups", "fct_totals"])
def test_an_explanation_tells_the_place_and_no_figure(release, table):
    keys = {"period": PERIOD, "population_group": CODE}
    if table == "fct_totals":
        keys = {"period": PERIOD, "form_id": "population_groups", "region_code": REGION,
                "region_level": "community", "breakdown_code": CODE,
                "column_name": "persons_opening"}  # fmt: skip
    column = "value" if table == "fct_totals" else "persons_opening"
    found = explain(release, table, column, keys)
    assert "Q" in {one.obs_status for one in found.sources}
    assert not [secret for secret in SECRETS if secret in repr(found)]
