"""The messages of collecting: each one used, each used one there, in both languages."""

import re
import string
import subprocess
import sys
from pathlib import Path

import pytest

import dagster_project
from dagster_project.messages import catalogue

PACKAGE = Path(dagster_project.__file__).parent
CODES = sorted(code for code in catalogue() if code.startswith("COLLECT_"))
KINDS = {f"COLLECT_VERIFY_{kind}" for kind in ("MISSING", "CHANGED", "UNREADABLE", "FOREIGN")}
HEAVY = {"pandas", "pyarrow", "duckdb", "dagster", "dbt", "great_expectations", "pydantic"}


def test_the_codes_in_the_source_are_those_of_the_catalogue():
    source = "".join(path.read_text("utf-8") for path in (PACKAGE / "collecting").glob("*.py"))
    assert set(re.findall(r"\"(COLLECT_[A-Z_0-9]+)\"", source)) | KINDS == set(CODES)


@pytest.mark.parametrize("code", CODES)
def test_both_languages_name_the_same_things_and_errors_say_what_to_do(code):
    message = catalogue()[code]
    named = [
        {name for _, name, _, _ in string.Formatter().parse(message[lang]) if name}
        for lang in ("zh", "en")
    ]
    assert named[0] == named[1]
    is_report_line = code.startswith("COLLECT_VERIFY_")
    assert is_report_line or (message["remedy_zh"] and message["remedy_en"])


def test_the_room_starts_without_heavy_libraries():
    rooms = "collect", "decisions", "lock", "verify"
    imports = "; ".join(f"import dagster_project.collecting.{room}" for room in rooms)
    command = [sys.executable, "-c", f"{imports}; import sys; print(*sys.modules)"]
    loaded = subprocess.run(command, capture_output=True, check=True, text=True).stdout.split()
    assert not HEAVY & set(loaded)
