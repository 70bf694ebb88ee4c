"""Looks at the rules of a form together: which contradict each other, repeat others, never fire.

A solver answers for a filled row of figures up to a bound; what is not linear is left out, so a
remark may be missing but none is wrong. Asked by ``jiceng check-programme`` only. Not here: the
mistakes of a single rule (see ``checker``).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any as Anything

from dagster_project.messages import advised
from dagster_project.programme import model
from dagster_project.programme.model import Form, Programme, Rule
from dagster_project.rules.functions import ROW
from dagster_project.rules.general import SIGNED_UNITS
from dagster_project.rules.kinds import resolver
from dagster_project.rules.linear import (
    ALWAYS,
    NEVER,
    Expression,
    Formula,
    Row,
    fails,
    holds,
)
from dagster_project.rules.parser import parse_rule
from dagster_project.rules.solver import Outcome, Problem
from dagster_project.rules.tree import Aggregate, Column, Literal, Node

HARD = "M"
SECONDS = 2.0
"""For one question; those of the forms take a few hundredths. What takes longer stays unsaid."""
BOUND = 100_000
"""Figures up to here are tried: a rule that holds for all of them says nothing about a report."""
DAYS = (1, 3_652_059)
"""The first and last day a date can be."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing to know about some rules; ``params`` are what its message names."""

    code: str
    rule_ids: tuple[str, ...]
    params: dict[str, Anything] = field(default_factory=dict)

    def text(self, lang: str) -> str:
        """Give the remark in one language."""
        return advised(self.code, lang, rules=", ".join(self.rule_ids), **self.params)


@dataclass(frozen=True, slots=True)
class Linear:
    """A rule that a solver can work with: when it is not false, and when it is."""

    rule: Rule
    holds: Formula
    fails: Formula


def remarks(programme: Programme) -> list[Remark]:
    """Give what is odd about the rules of each form of a programme."""
    return [one for form in programme.forms.values() for one in remarks_on(form, programme)]


def remarks_on(form: Form, programme: Programme) -> list[Remark]:
    """Give what is odd about the rules of a form as a set, contradictions first."""
    rules = linear_rules(form, programme)
    hard = [one for one in rules if one.rule.severity == HARD]
    found = list(_contradictions(form, programme, hard))
    if found:
        return found  # from a contradiction everything follows
    never = [one for one in rules if _solved(form, programme, [], one.fails) is Outcome.NONE]
    found += [Remark("RULES_SET_NEVER", (one.rule.rule_id,)) for one in never]
    left = [one for one in rules if one not in never]
    return found + list(_redundant(form, programme, left))


def linear_rules(form: Form, programme: Programme) -> list[Linear]:
    """Give the rules on one row of a form that are linear."""
    found = []
    for rule in form.rules:
        node = parse_rule(rule.expression, rule.applies_when, rule.rule_id)
        cells = FilledRow(form, programme)
        held, failed = holds(node, cells), fails(node, cells)
        if rule.scope == ROW and held is not None and failed is not None:
            found.append(Linear(rule, held, failed))
    return found


def _contradictions(form: Form, programme: Programme, hard: Sequence[Linear]) -> Iterator[Remark]:
    if _is_impossible(form, programme, hard):
        yield Remark("RULES_SET_CONTRADICTORY", _ids(_needed(form, programme, hard, ALWAYS)))
        return
    for column, code, asked in _classes(form, programme):
        if _is_impossible(form, programme, hard, asked):
            blamed = _ids(_needed(form, programme, hard, asked))
            params = {"column": column.header_zh, "column_en": column.label_en, "asked": code}
            yield Remark("RULES_SET_CONTRADICTORY_CODE", blamed, params)


def _classes(form: Form, programme: Programme) -> Iterator[tuple[model.Column, str, Formula]]:
    """Give the classes that rows of a form fall into: each code of its keys."""
    cells = FilledRow(form, programme)
    for name in form.keys:
        column = form.column(name)
        codelist = programme.codelists.get(column.code_list or "")
        for code in codelist.by_code if codelist else ():
            asked = cells.is_one_of(Column(name), (Literal(code),))
            if asked is not None:
                yield column, code, asked


def _redundant(form: Form, programme: Programme, rules: Sequence[Linear]) -> Iterator[Remark]:
    """Name each rule that follows from hard ones; of two equal rules the later one."""
    kept = [one for one in rules if one.rule.severity == HARD]
    for one in reversed(rules):
        others = [other for other in kept if other is not one]
        if not _is_impossible(form, programme, others, one.fails):
            continue
        kept = others
        by = ", ".join(_ids(_needed(form, programme, others, one.fails)))
        yield Remark("RULES_SET_REDUNDANT", (one.rule.rule_id,), {"by": by})


def _needed(
    form: Form, programme: Programme, rules: Sequence[Linear], asked: Formula
) -> list[Linear]:
    """Leave out one rule after the other while what is asked stays impossible."""
    needed = list(rules)
    for one in rules:
        fewer = [other for other in needed if other is not one]
        if _is_impossible(form, programme, fewer, asked):
            needed = fewer
    return needed


def _is_impossible(
    form: Form, programme: Programme, rules: Sequence[Linear], asked: Formula = ALWAYS
) -> bool:
    return _solved(form, programme, rules, asked) is Outcome.NONE


def _solved(form: Form, programme: Programme, rules: Sequence[Linear], asked: Formula) -> Outcome:
    problem = FilledRow(form, programme).problem()
    for formula in (*(one.holds for one in rules), asked):
        problem.add(formula)
    return problem.solve(SECONDS).outcome


def _ids(rules: Sequence[Linear]) -> tuple[str, ...]:
    return tuple(one.rule.rule_id for one in rules)


@dataclass(frozen=True, slots=True)
class FilledRow:
    """Any row that is filled as the form demands: figures, codes and blanks are variables."""

    form: Form
    programme: Programme

    def problem(self) -> Problem:
        """Give the problem whose solutions are all such rows."""
        problem = Problem()
        for column in self.form.columns:
            if column.is_number:
                lowest = -BOUND if column.unit in SIGNED_UNITS else 0
                whole = column.type == "integer"
                problem.variable(column.name, lowest, BOUND, whole=whole)
            elif column.type == "date":
                problem.variable(column.name, *DAYS, whole=True)
            if column.nullable:
                problem.switch(("blank", column.name))
            self._add_codes(problem, column)
        return problem

    def _add_codes(self, problem: Problem, column: model.Column) -> None:
        """A filled cell has one code, a blank one none; a yes is code 1."""
        codes = self._codes(column)
        if not codes:
            return
        for code in codes:
            problem.switch((column.name, code))
        blank = [("blank", column.name)] if column.nullable else []
        names = [*((column.name, code) for code in codes), *blank]
        one = Expression(dict.fromkeys(names, Fraction(1)), Fraction(-1))
        problem.add(Row(one, is_equation=True))

    def _codes(self, column: model.Column) -> tuple[str, ...]:
        if column.type == "boolean":
            return ("1", "0")
        codelist = self.programme.codelists.get(column.code_list or "")
        return tuple(codelist.by_code) if codelist and not column.multiple else ()

    def number(self, column: Column) -> Expression | None:
        """Give a figure's or a day's variable."""
        found = resolver(self.form)(column)
        if found is None or not (found.is_number or found.type == "date"):
            return None
        return Expression({found.name: Fraction(1)}, whole=found.type != "decimal")

    def blank(self, node: Node) -> Formula:
        """Give the switch that says blank, where a column may be."""
        found = resolver(self.form)(node) if isinstance(node, Column) else None
        if found is None or not found.nullable:
            return NEVER
        return Row(Expression({("blank", found.name): Fraction(-1)}, Fraction(1)))

    def is_one_of(self, column: Column, codes: tuple[Literal, ...]) -> Formula | None:
        """Give when a code is one of some; a code that no list holds is never there."""
        found = resolver(self.form)(column)
        known = self._codes(found) if found else ()
        if found is None or not known:
            return None
        asked = [str(code.value) for code in codes]
        names = [(found.name, code) for code in known if code in asked]
        return Row(Expression(dict.fromkeys(names, Fraction(-1)), Fraction(1)))

    def figure(self, aggregate: Aggregate) -> Expression | None:  # noqa: ARG002
        """Figures over rows are no matter of one row."""
        return None
