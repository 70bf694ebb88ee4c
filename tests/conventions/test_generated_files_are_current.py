"""The dbt files that follow from the programme say what the programme says now."""

from pathlib import Path

import pytest

from dagster_project.programme.load import load_programme
from dagster_project.warehousing.dbt_files import (
    NOTE_MARK,
    generated_files,
    stale_files,
    write_generated,
)

DBT_ROOT = Path(__file__).parents[2] / "dbt"
FILES = generated_files(load_programme())


@pytest.mark.parametrize("path", FILES)
def test_generated_file_is_current(path):
    written = (DBT_ROOT / path).read_text(encoding="utf-8")
    assert written == FILES[path], "run `jiceng generate`"


def test_no_generated_file_is_left_over():
    assert stale_files(FILES, DBT_ROOT) == []


@pytest.mark.parametrize("path", FILES)
def test_generated_file_says_so_in_its_first_line(path):
    assert NOTE_MARK in FILES[path].splitlines()[0]


def test_generating_twice_changes_nothing_and_removes_what_is_left_over(tmp_path):
    programme = load_programme()
    assert len(write_generated(programme, tmp_path)) == len(FILES)
    left_over = tmp_path / "models/staging/stg_gone.sql"
    left_over.write_text(f"-- generated from forms/gone.yml {NOTE_MARK}\n", encoding="utf-8")
    by_hand = tmp_path / "models/staging/stg_by_hand.sql"
    by_hand.write_text("select 1\n", encoding="utf-8")
    assert write_generated(programme, tmp_path) == [left_over]
    assert by_hand.exists()
    assert not left_over.exists()
