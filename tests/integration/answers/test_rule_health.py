"""The table of rule health against a count from the recorded verdicts and the files themselves."""

import shutil
from collections import Counter
from pathlib import Path

import openpyxl
import pytest

from dagster_project.collecting.decisions import read_verdicts
from dagster_project.collecting.receipts import read_receipts
from tests.fixtures.questions import PERIOD, asked, run
from tests.pipeline import homes

pytestmark = pytest.mark.pipeline


@pytest.fixture(scope="module")
def home(built, samples, towns, tmp_path_factory) -> Path:
    """The refused file is corrected; the one question of the other town is answered."""
    home = tmp_path_factory.mktemp("health") / "home"
    shutil.copytree(built, home)
    corrected = samples.purpose("corrected").file_name
    homes.drop(samples, home, [one for one in samples.deliveries if one.file_name == corrected])
    place = ["--form", "staff", "--unit", towns["questioned"], "--period", PERIOD]
    said = ["--reason", "seasonal", "--because", "说明", "--by", "样例"]
    ((rule,),) = asked(
        built, f"select rule_id from fct_findings where is_open and period = '{PERIOD}'"
    )
    assert run(home, "answer", *place, "--rule", rule, *said).exit_code == 0
    homes.build(home)
    return home


def health(home: Path, columns: str) -> dict:
    rows = asked(home, f"select form_id, period, rule_id, {columns} from fct_rule_health")
    return {row[:3]: row[3:] for row in rows}


def test_hits_are_those_of_the_recorded_verdicts(home):
    hits, submissions = Counter(), Counter()
    for verdict in read_verdicts(home / "raw" / "decisions").values():
        place = (verdict.form_id, verdict.period)
        told = [(*place, one["rule_id"]) for one in verdict.findings if one["scope"] != "note"]
        hits.update(told)
        submissions.update(set(told))
    assert hits
    counted = health(home, "hits_count, submissions_count")
    # What other submissions ask is found at loading and stands in no verdict.
    standing = set(counted) - set(hits)
    assert {key: counted[key] for key in hits} == {
        key: (hits[key], submissions[key]) for key in hits
    }
    assert not {rule for _, _, rule in standing if rule.startswith("READ")}


def test_answers_are_counted_by_their_reason(home):
    found = health(home, "answered_count, seasonal_count, other_count, open_count")
    answered = {key: counts for key, counts in found.items() if counts[0]}
    ((key, counts),) = answered.items()
    assert counts == (1, 1, 0, 0)
    assert key[:2] == ("staff", PERIOD)


def test_cells_corrected_are_those_whose_content_differs_in_the_corrected_file(
    home, samples, towns
):
    """Both files are opened with another library: the same cell, before and after."""
    archived = {one.receipt_number: one for one in read_receipts(home / "raw" / "archive")}
    right = archived[max(archived)]
    assert right.original_name == samples.purpose("corrected").file_name
    after = openpyxl.load_workbook(home / "raw" / right.archive_path, data_only=True)
    cells, changed = Counter(), Counter()
    for verdict in read_verdicts(home / "raw" / "decisions").values():
        if (verdict.respondent_code, verdict.period) != (towns["refused"], PERIOD):
            continue
        path = home / "raw" / archived[verdict.receipt_number].archive_path
        before = openpyxl.load_workbook(path, data_only=True)
        for one in verdict.findings:
            if one["row_number"] and one["scope"] != "note":
                page, cell = one["sheet_name"], one["cell"]
                cells[one["rule_id"]] += 1
                is_other = before[page][cell].value != after[page][cell].value
                changed[one["rule_id"]] += is_other and verdict.receipt_number != max(archived)
    counted = {
        rule: (count, corrected)
        for rule, count, corrected in asked(
            home,
            f"""
            select rule_id, count(*), count(*) filter (where is_cell_corrected) from fct_findings
            where respondent_code = '{towns["refused"]}' and period = '{PERIOD}'
                and is_cell_corrected is not null and scope <> 'note'
            group by rule_id
            """,
        )
    }
    assert counted == {rule: (cells[rule], changed[rule]) for rule in cells}
    assert sum(changed.values()) > 0
    total = health(home, "cells_corrected_count")
    assert sum(count for (count,) in total.values()) == sum(changed.values())
