"""A rule reads like a sentence of an official, with the figures that break it."""

from datetime import date
from decimal import Decimal

import pytest

from dagster_project.programme.model import Programme
from dagster_project.rules.binding import bound
from dagster_project.rules.general import parts_of
from dagster_project.rules.judge import active_rules
from dagster_project.rules.parser import parse_rule
from dagster_project.rules.sentences import sentence
from tests.unit.rules.catalogue_forms import everything

__all__ = ["everything"]

STAFF = {"headcount_closing": 12, "headcount_opening": 10, "joined": 3, "departed": 0,
         "wage_bill": Decimal("71999.5"), "paid_person_months": 36}  # fmt: skip


@pytest.mark.parametrize(
    ("form_id", "text", "row", "zh", "en"),
    [
        ("staff", "headcount_closing == headcount_opening + joined - departed", STAFF,
         "期末人数（12）应等于期初人数（10）加本期增加（3）减本期减少（0），现差 -1",
         ("Headcount at end (12) should equal Headcount at start (10) plus Joined (3)"
         " minus Departed (0); the difference is -1")),
        ("staff", "headcount_closing == headcount_opening + joined - departed", None,
         "期末人数应等于期初人数加本期增加减本期减少",
         "Headcount at end should equal Headcount at start plus Joined minus Departed"),
        ("staff", "joined <= 2 * (headcount_opening - departed)",
         STAFF | {"joined": 30},
         "本期增加（30）不应大于（期初人数（10）减本期减少（0））的 2 倍，现相差 10", None),
        ("staff", "implies(staff_category in ('VOL_REG', 'VOL_COMM'), isnull(wage_bill))",
         {"staff_category": "VOL_REG", "wage_bill": Decimal("5.10")},
         ("人员类别代码（注册志愿者）为注册志愿者或社区志愿者时，"
          "本期应发工资总额（5.1）不应填写"), None),
        ("staff", "implies(staff_category == 'GRID_PART', full_time == 0)",
         {"staff_category": "GRID_PART", "full_time": 2},
         "人员类别代码为兼职网格员时，其中:专职（2）应等于0，现差 2", None),
        ("staff", "implies(staff_category == 'GRID_PART', full_time == 0)",
         {"staff_category": "RC_MEMBER", "full_time": 2},
         "人员类别代码为兼职网格员时，其中:专职（2）应等于0", None),
        ("staff", "isnull(wage_bill) == isnull(paid_person_months)", STAFF | {"wage_bill": None},
         "本期应发工资总额（空）与发薪人月数（36）应同时填写或同时不填", None),
        ("facilities", "opened_on <= period_end()", {"opened_on": date(2016, 1, 1)},
         "启用日期（2016-01-01）不应晚于2015-12-31", None),
        ("facilities", "is_comprehensive == 1", {"is_comprehensive": False},
         "是否社区综合服务设施（否）应为“是”", None),
        ("facilities", "sum(beds, status == 'OPEN') <= 100", {"beds": 200},
         "状态为运营的各行的床位数合计不应大于100", None),
    ],
)  # fmt: skip
def test_a_rule_is_said_with_headers_labels_and_values(programme, form_id, text, row, zh, en):
    form = programme.forms[form_id]
    said = sentence(bound(parse_rule(text), "2015-Q4"), form, programme, row)
    assert said.zh == zh
    assert en is None or said.en == en


def test_every_rule_within_a_file_has_its_sentence(everything: Programme):
    for form in everything.forms.values():
        for rule in active_rules(form, everything):
            for part in parts_of(rule, form, everything):
                said = sentence(part.node, form, everything)
                assert said is not None, (form.form_id, rule.rule_id)
                assert "{" not in said.zh + said.en


def test_what_has_no_words_is_none_and_never_half_a_sentence(programme):
    form = programme.forms["staff"]
    assert sentence(parse_rule("joined == prev(joined)"), form, programme) is None
    assert sentence(parse_rule("unheard_of == 3"), form, programme) is None
