"""What findings make of a submission, and in which words a clerk reads them."""

import json
from itertools import product
from string import Formatter

import pytest

from dagster_project.messages import catalogue
from dagster_project.rules.gate import state_of
from dagster_project.rules.judge import judge
from dagster_project.rules.wording import FIELDS, word
from tests.unit.rules.desk import RELATIONS, Desk
from tests.unit.rules.rule_rows import changed

REFUSING = ("file", "sheet", "cell", "row", "form", "cross_period")


def finding(severity, scope):
    return {"severity": severity, "scope": scope}


@pytest.mark.parametrize("scope", REFUSING)
def test_a_hard_finding_of_ones_own_refuses(scope):
    assert state_of([finding("Q", "row"), finding("M", scope)]) == "refused"


@pytest.mark.parametrize("scope", ["cross_form", "cross_level"])
def test_a_hard_finding_that_others_may_have_caused_opens_a_question(scope):
    assert state_of([finding("M", scope)]) == "accepted_with_questions"


@pytest.mark.parametrize("scope", [*REFUSING, "cross_form", "cross_level"])
def test_a_soft_finding_opens_a_question(scope):
    assert state_of([finding("Q", scope)]) == "accepted_with_questions"


def test_no_finding_accepts():
    assert state_of([]) == "accepted"


@pytest.mark.parametrize(("severity", "scope"), [("M", "anything"), ("X", "row"), ("", "")])
def test_what_the_gate_does_not_know_never_gets_in(severity, scope):
    assert state_of([finding(severity, scope)]) == "refused"


@pytest.fixture
def told(programme):
    """Give the words of the findings on one changed staff row, by rule."""

    def words(**changes):
        desk = Desk(programme.forms["staff"], programme)
        desk.hold("community", "440113007001")
        desk.lay([changed("staff", changes)])
        return {found["rule_id"]: word(found, programme) for found in desk.findings()}

    return words


def test_a_rule_is_told_with_its_figures_and_cells(told):
    words = told(headcount_closing=13, full_time=13)["SG-103-R01"]
    assert words == {
        "message_zh": "期末=期初+增加-减少："
        "期末人数（G5=13）应等于期初人数（C5=10）加本期增加（D5=3）减本期减少（E5=1），现差 1",
        "message_en": "stock and flow of persons: Headcount at end (G5=13) should equal "
        "Headcount at start (C5=10) plus Joined (D5=3) minus Departed (E5=1); the difference is 1",
        "remedy_zh": "请核对 G5, C5, D5, E5，改正后重新报送。",
        "remedy_en": "Check G5, C5, D5, E5, correct them and send the report again.",
    }


def test_a_soft_rule_asks_for_an_explanation(told):
    words = told(wage_bill="1")["SG-103-R09"]
    assert words["message_zh"].startswith("需核实")
    assert "说明" in words["remedy_zh"]


def test_a_blank_is_named_in_each_language(told):
    words = told(wage_bill=None)["SG-103-R10"]
    assert "本期应发工资总额（X5=空）" in words["message_zh"]
    assert "(X5=blank)" in words["message_en"]


def test_a_figure_over_rows_is_told_with_its_value(programme):
    """A sum whose value stood nowhere was told by the one row it was compared with."""
    form = programme.forms["facilities"]
    rule = form.rules[0].model_copy(
        update={"expression": "beds <= sum(beds, status == 'OPEN') - 3", "applies_when": ""}
    )
    desk = Desk(form, programme)
    desk.lay([changed("facilities", {"beds": 4, "status": "OPEN"})])
    (found,) = judge(desk.connection, form, programme, RELATIONS, [rule]).to_pylist()
    assert word(found, programme)["message_zh"].endswith(
        "=4）不应大于状态为运营的各行的床位数合计（4）减3，现相差 3"
    )


def test_what_has_no_words_is_told_by_its_values(programme):
    params = {"values": "本期增加=3", "values_en": "Joined=3", "earlier": ";上期本期增加=4"}
    found = {"rule_id": "SG-103-R01", "severity": "M", "cell": "D5", "params": json.dumps(params)}
    assert word(found, programme)["message_zh"].endswith("：本期增加=3;上期本期增加=4（D5）")


def test_a_code_is_told_by_its_label(told):
    words = told(staff_category="VOL_REG", wage_bill="5", paid_person_months=1)
    assert "（A5=" not in words["SG-103-R11"]["message_zh"]
    assert "注册志愿者" in words["SG-103-R11"]["message_zh"]


def test_a_general_rule_has_words_of_its_own(told):
    words = told(female=-1, wage_basis="SECRET")
    assert words["ALL-R04"]["message_zh"] == "I5 的其中:女性为负数：-1"
    assert "工资口径" in words["ALL-R05"]["remedy_zh"]


def test_the_words_of_a_cell_are_never_read_as_a_template(told):
    words = told(staff_category="{cell}{0}{missing!r}")["ALL-R05"]
    assert "{cell}{0}{missing!r}" in words["message_zh"]


@pytest.mark.parametrize("params", ['{"sheet": "表一"}', '[["sheet", "表一"]]', None])
def test_a_readers_finding_is_told_from_the_catalogue(programme, params, monkeypatch):
    message = {
        "zh": "{sheet_name}{sheet}的{cell}",
        "en": "{cell}",
        "remedy_zh": "",
        "remedy_en": "x",
    }
    monkeypatch.setitem(catalogue(), "READ_SAMPLE", message)
    found = {
        "rule_id": "READ_SAMPLE",
        "severity": "M",
        "sheet_name": "报表",
        "cell": "A1",
        "params": params,
    }
    assert word(found, programme)["message_zh"] == f"报表{'表一' if params else '—'}的A1"


WORDS_INSIDE = {
    "RULE_BY_VALUES", "RULE_SUSPECT", "RULE_SUSPECT_SUGGESTED", "RULE_SUSPECT_TIED", "RULE_BLANK",
    "RULE_PREV", "RULE_PREV_YEAR",
}  # fmt: skip
GENERAL = [
    code for code in catalogue() if code.startswith(("ALL-", "RULE_")) and code not in WORDS_INSIDE
]
OF_EVERY_ROW = {
    "message", "values", "values_en", "column", "column_en", "value_text", "cell", "cells",
    "row_number", "sheet_name", "earlier", "earlier_en", "told", "told_en",
}  # fmt: skip
OF_ONE = {
    "ALL-R03": {"first_row"}, "ALL-R05": {"code_list", "code_list_en"}, "ALL-R07": {"unit"},
    "ALL-R08": {"total", "sum"}, "RULE_MORE_ALIKE": {"rule", "count", "listed"},
}  # fmt: skip


@pytest.mark.parametrize(("code", "field"), list(product(GENERAL, FIELDS)))
def test_a_text_names_only_what_its_findings_carry(code, field):
    text = catalogue()[code][field.removeprefix("message_")]
    named = {name for _, name, _, _ in Formatter().parse(text) if name}
    assert named <= OF_EVERY_ROW | OF_ONE.get(code, set())


def test_every_general_rule_that_runs_has_words(programme):
    from dagster_project.rules.judge import active_rules

    for form in programme.forms.values():
        for rule in active_rules(form, programme):
            assert rule.rule_id in catalogue() or rule.rule_id.startswith("SG-")


def test_params_are_json_objects(programme):
    desk = Desk(programme.forms["staff"], programme)
    desk.lay([changed("staff", {"female": 13})])
    assert all(isinstance(json.loads(found["params"]), dict) for found in desk.findings())
