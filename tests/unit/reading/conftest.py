"""A street's quarterly staff report, true to its edit rules, and a reader of the programme."""

from collections.abc import Callable

import pytest

from dagster_project.reading.file import Reader
from dagster_project.reading.model import Reading, ReadSubmission
from tests.fixtures.workbooks import Report, as_xlsx

COMMUNITIES = ("440113007003", "440113007005", "440113007007")
CATEGORIES = ("RC_MEMBER", "COMM_WORKER")
ZEROES = (
    "joined", "departed", "departed_by_rule", "counted_elsewhere", "part_time", "exam_passed",
    "sw_assistant", "sw_intermediate", "sw_senior", "training_person_times", "training_hours",
)  # fmt: skip


def staff_row(unit: str, category: str, heads: int) -> dict:
    row = dict.fromkeys(ZEROES, 0)
    row |= {"unit_code": unit, "staff_category": category, "headcount_opening": heads}
    row |= {"headcount_closing": heads, "full_time": heads, "female": 2, "party_members": 3}
    return row | {"college_or_above": 1, "wage_bill": 36000.5, "paid_person_months": 12}


@pytest.fixture
def rows() -> list[dict]:
    return [staff_row(u, c, 5 + n) for n, u in enumerate(COMMUNITIES) for c in CATEGORIES]


@pytest.fixture
def report(programme, rows) -> Report:
    """The report as most towns write it, without a group row."""
    return Report(programme.forms["staff"], rows)


@pytest.fixture(scope="session")
def reader(programme, register) -> Reader:
    return Reader(programme, register)


@pytest.fixture
def read(reader) -> Callable[..., Reading]:
    """Read bytes, or a report written as .xlsx."""

    def read(what: bytes | Report, file_name: str = "报表.xlsx") -> Reading:
        data = as_xlsx(what.sheet()) if isinstance(what, Report) else what
        return reader.read(data, file_name)

    return read


@pytest.fixture
def read_one(read) -> Callable[..., ReadSubmission]:
    """Read what holds exactly one submission."""

    def read_one(what: bytes | Report, file_name: str = "报表.xlsx") -> ReadSubmission:
        reading = read(what, file_name)
        assert reading.findings == []
        (submission,) = reading.submissions
        return submission

    return read_one


def wide(text: str) -> str:
    """Write ASCII in full width."""
    return text.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)})


def found(submission: ReadSubmission) -> list[tuple[str, str | None, str | None]]:
    """Give rule, cell and value of each finding."""
    return [(one.rule_id, one.cell, one.value_text) for one in submission.findings]
