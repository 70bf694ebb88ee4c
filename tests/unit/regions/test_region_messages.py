"""Every message of this room is in the catalogue, in two languages, and none is left over."""

import re
import string
from pathlib import Path

import pytest

import dagster_project.regions.model
from dagster_project.messages import catalogue
from dagster_project.regions.model import LEVELS

ROOM = Path(dagster_project.regions.model.__file__).parent
CODES = sorted(code for code in catalogue() if code.startswith("REGION_"))
COUNTS = {f"REGION_COUNT_{level.upper()}" for level in LEVELS}
NEWS = {*COUNTS, "REGION_CHECK_NOTHING", "REGION_IMPORT_DONE", "REGION_IMPORT_HELD"}


def test_the_codes_in_the_source_are_those_of_the_catalogue():
    source = "".join(path.read_text("utf-8") for path in ROOM.glob("*.py"))
    assert set(re.findall(r"\"(REGION_[A-Z_0-9]+)\"", source)) | COUNTS == set(CODES)


@pytest.mark.parametrize("code", CODES)
def test_both_languages_say_the_same_and_what_to_do(code):
    message = catalogue()[code]
    named = [
        {name for _, name, _, _ in string.Formatter().parse(message[lang]) if name}
        for lang in ("zh", "en")
    ]
    assert named[0] == named[1]
    assert code in NEWS or (message["remedy_zh"] and message["remedy_en"])
