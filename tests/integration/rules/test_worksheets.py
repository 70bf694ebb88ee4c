"""What a clerk sees in the template while typing: formulas worked out by LibreOffice itself."""

from datetime import datetime

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from dagster_project.programme.model import Programme
from dagster_project.rules.notation import written
from dagster_project.rules.parser import parse_rule
from tests.unit.rules.catalogue_forms import everything
from tests.unit.rules.drawn_rows import cells_of, rules_within_a_file
from tests.unit.rules.engines import OFFICE, Sheet, in_worksheets, slowly
from tests.unit.rules.random_rules import FILE_RULES, FORM, KEYS, ROWS, RULES, keyed

__all__ = ["everything"]

pytestmark = [
    pytest.mark.libreoffice,
    pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not here"),
]

BATCHES = st.lists(st.tuples(RULES | FILE_RULES, KEYS).map(keyed), min_size=80, max_size=80)
KEYED_ROWS = ROWS.map(lambda rows: [row | {"k1": row["k1"] or "A"} for row in rows])
"""A row without a key is no row of a worksheet."""
FEW = settings(
    max_examples=3, deadline=None, phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow,
                           HealthCheck.data_too_large, HealthCheck.large_base_example],
)  # fmt: skip


@FEW
@given(rules=BATCHES, rows=KEYED_ROWS)
def test_a_worksheet_and_the_slow_reading_agree_on_any_rule_and_any_rows(rules, rows, tmp_path):
    (found,) = in_worksheets([Sheet(FORM, rules, rows)], tmp_path)
    expected = slowly(FORM, rules, rows)
    wrong = [
        (written(rules[number][0]), told, expected[number])
        for number, told in enumerate(found)
        if told is not None and told != expected[number]
    ]
    assert wrong == []
    assert sum(told is not None for told in found) > len(rules) // 2


def test_worksheets_agree_on_all_rules_within_a_file(everything, tmp_path):
    """What has no formula is named here: nothing else may be missing."""
    asked = []
    for form in everything.forms.values():
        named = rules_within_a_file(form, everything)
        rules = [rule for _, rule in named]
        asked.append(Sheet(form, rules, cells_of(form, everything, 7, 25), everything))
    without: set[str] = set()
    for sheet, answers in zip(asked, in_worksheets(asked, tmp_path), strict=True):
        expected = slowly(sheet.form, sheet.rules, sheet.rows)
        for (node, _), told, right in zip(sheet.rules, answers, expected, strict=True):
            if told is None:
                without |= set(node.calls())
            else:
                assert told == right, (sheet.form.form_id, written(node))
    assert without <= {"every_code_in"}


TYPED = [
    ("status == 'OPEN'", {"status": "运营"}, True),
    ("status == 'OPEN'", {"status": " OPEN 运营 "}, True),
    ("status == 'OPEN'", {"status": "关闭"}, False),
    ("status in ('OPEN', 'SUSPENDED')", {"status": "未报"}, None),
    ("beds_occupied <= beds", {"beds_occupied": "—", "beds": 3}, None),
    ("beds_occupied <= beds", {"beds_occupied": "约30", "beds": 3}, None),
    ("isnull(beds)", {"beds": "未报"}, True),
    ("isnull(status)", {"status": "x"}, True),
    ("is_comprehensive == 1", {"is_comprehensive": "是"}, True),
    ("is_comprehensive == 1", {"is_comprehensive": 0}, False),
    ("is_comprehensive == 1", {"is_comprehensive": "/"}, None),
    ("opened_on <= date('2015-12-31')", {"opened_on": datetime(2015, 12, 31, 15, 0)}, True),
    ("opened_on <= date('2015-12-31')", {"opened_on": "2015.12.31"}, None),
    ("segment(unit_code, 10, 12) == 1", {"unit_code": 440113007001}, True),
    ("sum(beds, status == 'OPEN') == 3", {"beds": 3, "status": "运营"}, True),
    ("sum(beds, status == 'OPEN') == 3", {"beds": "未报", "status": "运营"}, None),
    ("count(facility_code, is_comprehensive == 0) == 1", {"is_comprehensive": "否"}, True),
]


def test_cells_are_read_as_a_clerk_fills_them(programme: Programme, tmp_path):
    form = programme.forms["facilities"]
    asked = [
        Sheet(form, [(parse_rule(text), ())], [{"facility_code": "F1"} | row], programme)
        for text, row, _ in TYPED
    ]
    found = [answers[0][0] for answers in in_worksheets(asked, tmp_path)]
    assert dict(zip(map(str, TYPED), found, strict=True)) == {str(case): case[2] for case in TYPED}
