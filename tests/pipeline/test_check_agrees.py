"""``jiceng check`` on the demo's samples says what the demo's warehouse says of them.

But for the rules that compare submissions: those the check names as not run.
"""

import json
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import duckdb
import pytest

pytestmark = pytest.mark.pipeline

ROOT = Path(__file__).parents[2]
FIELDS = (
    "rule_id", "severity", "scope", "sheet_name", "row_number", "column_name", "cell", "value_text",
    "related_cells", "message_zh", "message_en", "remedy_zh", "remedy_en", "answer_reason",
    "answer_text",
)  # fmt: skip
PLACE_OF_ANSWER = "answer_cell"
"""Told of the file at hand; a warehouse names the submission that answers, which may be another."""
ONLY_IN_A_WAREHOUSE = "duplicate"
"""What a file alone cannot tell: that its content is in force already."""
BY_HISTORY = ("suspect_cells", "suspect_reason", "suggested_value")
"""What a warehouse knows better: it has the unit's earlier figures."""


@pytest.fixture(scope="module")
def document(demo):
    """The JSON document of a check of all samples, from a folder that has no warehouse."""
    command = [sys.executable, "-m", "dagster_project", "check", "--json"]
    command.append(str(demo.home / "raw" / "samples" / "generated"))
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (3, "")
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def checked(document):
    """The files of the check by name."""
    return {file["name"]: file for file in document["files"]}


@pytest.fixture(scope="module")
def findings(demo, document):
    """By file name, form and period, the findings of the warehouse on files by themselves.

    Those of the build: a release tells no figures of sensitive groups.
    """
    elsewhere = {rule["rule_id"] for rule in document["rules_not_run"]}
    found = defaultdict(list)
    query = f"select original_name, form_id, period, {', '.join(FIELDS)} from fct_findings"
    with duckdb.connect(demo.home / "warehouse" / "build.duckdb", read_only=True) as build:
        told = build.execute(query).fetchall()
    for name, form_id, period, *values in told:
        finding = dict(zip(FIELDS, values, strict=True))
        if finding["rule_id"] not in elsewhere:
            found[name, form_id, period].append(finding)
    return found


@pytest.fixture(scope="module")
def compared(demo, document):
    """Give file, form and period of what was asked about by rules that compare submissions."""
    elsewhere = {rule["rule_id"] for rule in document["rules_not_run"]}
    found = demo.ask("select original_name, form_id, period, rule_id from fct_findings")
    return {tuple(place) for *place, rule_id in found if rule_id in elsewhere}


def test_every_sample_has_the_state_form_unit_period_and_rows_of_the_warehouse(
    demo, checked, compared
):
    told = demo.ask(
        "select original_name, form_id, respondent_code, period, rows_read, state"
        " from raw_submission"
    )
    assert len(told) >= 190
    for name, form_id, unit, period, rows, state in told:
        file = checked[name]
        if form_id is None:
            assert (file["state"], file["submissions"]) == (state, [])
            continue
        (report,) = file["submissions"]
        assert (report["form_id"], report["unit_code"], report["period"]) == (form_id, unit, period)
        assert report["rows"] == rows
        if state != ONLY_IN_A_WAREHOUSE:
            asked_elsewhere = (name, form_id, period) in compared
            assert report["state"] == state or (asked_elsewhere and report["state"] == "accepted")


def test_every_finding_is_that_of_the_warehouse_word_for_word(checked, findings):
    count = 0
    for name, file in checked.items():
        reports = [(one["form_id"], one["period"], one["findings"]) for one in file["submissions"]]
        for form_id, period, told in [*reports, (None, None, file["findings"])]:
            if name != "README.txt":
                plain = [{field: one[field] for field in FIELDS} for one in told]
                assert sorted(plain, key=str) == sorted(findings[name, form_id, period], key=str)
                assert all(one.keys() == {*FIELDS, *BY_HISTORY, PLACE_OF_ANSWER} for one in told)
                count += len(told)
    assert count == sum(map(len, findings.values())) > 0


def test_the_same_cell_is_suspected_with_and_without_history(demo, checked):
    """Of the demo's one refused report the slip is plain: neither needs the other's knowledge."""
    query = (
        f"select original_name, {', '.join(BY_HISTORY)} from fct_findings"
        " where suspect_cells is not null"
    )
    built = demo.ask(query)
    alone = [
        (name, *(one[field] for field in BY_HISTORY))
        for name, file in checked.items()
        for report in file["submissions"]
        for one in report["findings"]
        if one["suspect_cells"]
    ]
    assert built
    assert sorted(built) == sorted(alone)
