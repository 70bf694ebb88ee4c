"""Linear conditions say what the rule says, for a known row and for a solver."""

import ctypes
import sys
from fractions import Fraction

import pytest
import scipy.optimize
from hypothesis import assume, given, settings

from dagster_project.rules import linear
from dagster_project.rules.linear import All, Row, fails, holds
from dagster_project.rules.parser import parse_rule
from dagster_project.rules.repairs import KnownRow
from dagster_project.rules.row_truths import exact
from dagster_project.rules.rule_set import FilledRow, linear_rules
from dagster_project.rules.solver import Outcome, Problem
from tests.unit.rules.drawn_rows import cells_of
from tests.unit.rules.evaluator import evaluate
from tests.unit.rules.random_rules import FORM, ROWS, RULES


def met(formula):
    """Say whether a condition without variables is met."""
    if isinstance(formula, Row):
        assert not formula.expression.factors
        constant = formula.expression.constant
        return constant == 0 if formula.is_equation else constant <= 0
    told = map(met, formula.parts)
    return all(told) if isinstance(formula, All) else any(told)


@settings(max_examples=80, deadline=None)
@given(tree=RULES, rows=ROWS)
def test_a_linear_condition_on_a_known_row_says_what_the_rule_says(tree, rows):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(linear, "STEP", Fraction(1, 10**15))
        for row in rows:
            cells = KnownRow(FORM, {name: exact(value) for name, value in row.items()}, frozenset())
            held, failed = holds(tree, cells), fails(tree, cells)
            assume(held is not None and failed is not None)
            assert met(held) == (evaluate(tree, row) is not False)
            assert met(failed) == (evaluate(tree, row) is False)


@pytest.mark.parametrize(
    "text", ["i1 * i2 > 3", "k1 == k2", "segment(k1, 1, 2) == 3", "year(t1) == 2015",
             "abs(i1 - i2) == 3", "i1 / i2 < i2 / i3", "unique(k1)", "coalesce(i1, i2) > 1"],
)  # fmt: skip
def test_what_is_not_linear_is_none(text):
    cells = KnownRow(FORM, {}, frozenset({"i1", "i2", "i3"}))
    assert holds(parse_rule(text), cells) is None
    assert fails(parse_rule(text), cells) is None


@pytest.mark.parametrize("form_id", ["staff", "facilities"])
def test_a_solver_finds_a_filled_row_just_where_it_breaks_no_rule(programme, form_id):
    form = programme.forms[form_id]
    rules = linear_rules(form, programme)
    for row in cells_of(form, programme, 3, 12):
        filled = {name: _within(programme, form.column(name), value) for name, value in row.items()}
        for one in rules:
            problem = _fixed(form, programme, filled)
            problem.add(one.holds)
            node = parse_rule(one.rule.expression, one.rule.applies_when)
            expected = evaluate(node, filled) is not False
            found = problem.solve(5).outcome
            assert found is (Outcome.FOUND if expected else Outcome.NONE), one.rule.rule_id


def _within(programme, column, value):
    """Fill what must be filled, with codes of the list, and stay above nought."""
    codelist = programme.codelists.get(column.code_list or "")
    if codelist and column.type == "code":
        known = value in codelist.by_code or (value is None and column.nullable)
        return value if known else codelist.codes[0].code
    if column.is_number and value is not None:
        return abs(value)
    if value is None and not column.nullable:
        return {"boolean": True}.get(column.type, 0 if column.is_number else None)
    return value


def _fixed(form, programme, row):
    """Give the problem whose one solution is a row."""
    problem = FilledRow(form, programme).problem()
    for column in form.columns:
        value = row[column.name]
        if column.nullable:
            problem.lower["blank", column.name] = problem.upper["blank", column.name] = (
                value is None
            )
        if value is not None and column.name in problem.lower:
            number = value.toordinal() if column.type == "date" else float(value)
            problem.lower[column.name] = problem.upper[column.name] = number
        code = {True: "1", False: "0"}.get(value, value) if column.type == "boolean" else value
        for name in [name for name in problem.lower if name[0] == column.name]:
            problem.lower[name] = problem.upper[name] = name[1] == code
    return problem


def test_what_the_solver_prints_stays_out_of_what_a_command_prints(capfd, monkeypatch):
    """A line of HiGHS's own stood behind the JSON of a check."""
    milp, problem = scipy.optimize.milp, Problem()
    problem.variable("x", 0, 1, whole=True)

    def chatty(*args, **named):
        ctypes.CDLL(None).puts(b"HighsMipSolverData")
        return milp(*args, **named)

    monkeypatch.setattr(scipy.optimize, "milp", chatty)
    sys.stdout.write("before\n")
    assert problem.solve(5).outcome is Outcome.FOUND
    sys.stdout.write("after\n")
    assert capfd.readouterr().out == "before\nafter\n"
