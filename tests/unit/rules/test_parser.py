"""The parser reads the closed language of the notation, and nothing else."""

import csv
import os
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from dagster_project.rules.errors import RuleError
from dagster_project.rules.notation import written
from dagster_project.rules.parser import MAX_DEPTH, MAX_LENGTH, parse_rule
from dagster_project.rules.tree import (
    Aggregate,
    Arithmetic,
    Call,
    Column,
    Comparison,
    Literal,
    Membership,
    Not,
)

CATALOGUE = Path(os.environ.get("JICENG_REAL_DATA", "../shared/data")).parent / "catalogue"


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a != 0.05", Comparison("!=", Column("a"), Literal(Decimal("0.05")))),
        ("a < -3", Comparison("<", Column("a"), Literal(Decimal(-3)))),
        (
            "-a > b",
            Comparison(">", Arithmetic("-", Literal(Decimal(0)), Column("a")), Column("b")),
        ),
        ("k in ('A', 'B')", Membership(Column("k"), (Literal("A"), Literal("B")))),
        ("k not in ('A')", Membership(Column("k"), (Literal("A"),), negated=True)),
        ("not isnull(a)", Not(Call("isnull", (Column("a"),)))),
        ("d >= date('2015-12-31')", Comparison(">=", Column("d"), Literal(date(2015, 12, 31)))),
        (
            "exists(SG104.beds, status == 'OPEN')",
            Aggregate(
                "exists",
                Column("beds", "SG104"),
                Comparison("==", Column("status"), Literal("OPEN")),
            ),
        ),
        ("  a\n== b ", Comparison("==", Column("a"), Column("b"))),
    ],
)
def test_a_rule_is_read_into_its_tree(text, tree):
    assert parse_rule(text) == tree
    assert parse_rule(written(tree)) == tree


def test_a_condition_stands_before_the_rule_as_what_implies_it():
    assert parse_rule("a > 0", "k == 'X'") == parse_rule("implies(k == 'X', a > 0)")
    assert parse_rule("a > 0", " ") == parse_rule("a > 0")


@pytest.mark.parametrize(
    ("text", "code", "position"),
    [
        ("a == ", "RULES_SYNTAX", 4),
        ("", "RULES_SYNTAX", 1),
        ("a ＝ b", "RULES_SYNTAX", 3),
        ("k == 'A", "RULES_SYNTAX", 6),
        ("1in k", "RULES_SYNTAX", 1),
        ("a == b\0", "RULES_SYNTAX", 7),
        ("a <= b <= c", "RULES_NOT_ALLOWED", 1),
        ("a == b == c", "RULES_NOT_ALLOWED", 1),
        ("a is b", "RULES_NOT_ALLOWED", 1),
        ("a ** 2 == b", "RULES_NOT_ALLOWED", 1),
        ("a // 2 == b", "RULES_NOT_ALLOWED", 1),
        ("a == b.c.d", "RULES_NOT_ALLOWED", 6),
        ("a == open.read", "RULES_NOT_ALLOWED", 6),
        ("a == True", "RULES_NOT_ALLOWED", 6),
        ("a == None", "RULES_NOT_ALLOWED", 6),
        ("a == 1e3", "RULES_NOT_ALLOWED", 6),
        ("a == 0x1F", "RULES_NOT_ALLOWED", 6),
        ("a == 1_000", "RULES_NOT_ALLOWED", 6),
        ("a == b[0]", "RULES_NOT_ALLOWED", 6),
        ("(lambda: 1)() == a", "RULES_NOT_ALLOWED", 1),
        ("a if b else c", "RULES_NOT_ALLOWED", 1),
        ("[x for x in y]", "RULES_NOT_ALLOWED", 1),
        ("(a := 3) == b", "RULES_NOT_ALLOWED", 2),
        ("f'{a}' == b", "RULES_NOT_ALLOWED", 1),
        ("b'a' == b", "RULES_NOT_ALLOWED", 1),
        ("人数 == 3", "RULES_NOT_ALLOWED", 1),
        ("isnull(x=a)", "RULES_NOT_ALLOWED", 1),
        ("isnull(*a)", "RULES_NOT_ALLOWED", 8),
        ("k == '甲乙' and eval('1')", "RULES_FUNCTION_UNKNOWN", 15),
        ("__import__('os') == a", "RULES_FUNCTION_UNKNOWN", 1),
        ("isnull(a, b)", "RULES_ARITY", 1),
        ("between(a, 1)", "RULES_ARITY", 1),
        ("coalesce(a) == 1", "RULES_ARITY", 1),
        ("unique()", "RULES_ARITY", 1),
        ("sum(a + b) == 1", "RULES_COLUMN_WANTED", 5),
        ("unique(a, 'b')", "RULES_COLUMN_WANTED", 11),
        ("in_column(a, 3)", "RULES_COLUMN_WANTED", 14),
        ("k in ()", "RULES_LIST_EMPTY", 1),
        ("k in ('A', b)", "RULES_LIST_LITERALS", 12),
        ("d > date('2015-02-30')", "RULES_DATE_BAD", 5),
        ("d > date(a)", "RULES_DATE_BAD", 5),
        ("a == 1234567890123456789", "RULES_NUMBER_LONG", 6),
        ("a == " + "1" * MAX_LENGTH, "RULES_TOO_LONG", MAX_LENGTH),
        ("-" * 900 + "a == b", "RULES_TOO_DEEP", MAX_DEPTH),
        ("(" * 400 + "a" + ")" * 400, "RULES_SYNTAX", None),
    ],
)
def test_anything_else_is_refused_with_rule_place_and_remedy(text, code, position):
    with pytest.raises(RuleError) as caught:
        parse_rule(text, rule_id="SG-103-R99")
    assert caught.value.code == code
    assert caught.value.params["rule_id"] == "SG-103-R99"
    assert position in (None, caught.value.params["position"])
    assert "SG-103-R99" in caught.value.text("zh")
    assert "SG-103-R99" in caught.value.text("en")


@pytest.mark.skipif(not CATALOGUE.exists(), reason="the catalogue is not here")
def test_all_rules_of_the_catalogue_parse_and_can_be_written_back():
    with (CATALOGUE / "form_rules.csv").open(encoding="utf-8", newline="") as lines:
        rules = list(csv.DictReader(lines))
    assert len(rules) == 156
    for rule in rules:
        tree = parse_rule(rule["expression"], rule["applies_when"], rule["rule_id"])
        assert parse_rule(written(tree)) == tree
