"""Checks the formulas of indicators against the forms: columns, kinds, codes and units.

What the rule language's own checker finds is told as it is; units are compared here. Not here: the
syntax (``parser``), formulas of forms that are not in use, which wait for them.
"""

from collections.abc import Iterator
from decimal import Decimal

from dagster_project.programme.indicator import Indicator
from dagster_project.programme.model import Form, Programme
from dagster_project.rules.checker import Checker
from dagster_project.rules.errors import RuleError
from dagster_project.rules.formula import Formula, Operand, Part, Term, taken_apart
from dagster_project.rules.tree import Aggregate, Arithmetic, Call, Comparison, Node
from dagster_project.rules.tree import Literal as Constant

FACTORS = {
    "percent": 100,
    "percent_per_year": 100,
    "per_100_elderly": 100,
    "per_1k_population": 1_000,
    "per_10k_population": 10_000,
}
"""By how much a ratio is multiplied to stand in its unit."""
YEARS = "years"
COUNTED = frozenset({"count", "items", "posts", "milestone"})
"""Words for how many there are of something."""


def check_indicator(indicator: Indicator, programme: Programme) -> list[str]:
    """Name every mistake in an indicator's formula and scope, Chinese / English."""
    try:
        formula = taken_apart(indicator, programme)
    except RuleError as error:
        return [str(error)]
    if formula is None:
        return []
    mistakes = [one for term in formula.terms for one in _operand(term.operand, programme)]
    if formula.row_scope:
        home = programme.forms[formula.terms[0].operand.form_id]
        checker = Checker(home, programme)
        checker.truth(formula.row_scope, home)
        mistakes += checker.mistakes
    return list(dict.fromkeys(mistakes)) or list(_units(formula, programme))


def _operand(operand: Operand, programme: Programme) -> list[str]:
    """Let the checker of rules look at one operand."""
    form = programme.forms[operand.form_id]
    checker = Checker(form, programme)
    for figure, wants_truth in _checked(operand.node):
        (checker.truth if wants_truth else checker.number)(figure, form)
    return checker.mistakes


def _checked(node: Node) -> Iterator[tuple[Node, bool]]:
    match node:
        case Call("count_by", (_, condition)):
            yield condition, True
        case Arithmetic() | Aggregate():
            yield node, isinstance(node, Aggregate) and node.function == "exists"
        case _:
            yield node, True


def _units(formula: Formula, programme: Programme) -> Iterator[str]:
    """Say where figures of unlike units are added, or stand in another unit than the indicator."""
    said = Checker(formula.forms[0], programme)
    unit = formula.indicator.unit
    wanted = FACTORS.get(unit, 1) if formula.at_least is None else FACTORS["percent"]
    if formula.factor != Decimal(wanted):
        said.say("RULES_FORMULA_FACTOR", factor=formula.factor, unit=unit, wanted=wanted)
    parts: tuple[Part, ...] = ("numerator", "denominator")
    for terms in map(formula.of_part, parts):
        units = dict.fromkeys(_unit(term, programme) for term in terms)
        if len(units) > 1:
            said.say("RULES_FORMULA_UNITS", units=", ".join(map(str, units)))
    told = _unit(formula.of_part("numerator")[0], programme)
    base = unit.partition("_per_")[0]
    counts = told in COUNTED and base in COUNTED
    if unit not in FACTORS and unit != YEARS and told != base and not counts:
        said.say("RULES_FORMULA_UNIT", unit=unit, found=told)
    yield from said.mistakes


def _unit(term: Term, programme: Programme) -> str | None:
    """Give the unit of a figure: of its column, of the measure that it asks for, or a count."""
    node = term.operand.node
    if not isinstance(node, Aggregate):
        return term.operand.kind
    if node.function in ("count", "count_distinct"):
        return "count"
    form = programme.forms[term.operand.form_id]
    if form.respondents == "department":
        return _unit_of_measure(node, form, programme)
    return form.column(node.column.name).unit


def _unit_of_measure(figure: Aggregate, form: Form, programme: Programme) -> str | None:
    """A department's column holds whatever its code says."""
    match figure.condition:
        case Comparison("==", _, Constant(str() as code)) if form.breakdown:
            codelist = programme.codelists[form.column(form.breakdown).code_list or ""]
            return codelist.by_code[code].attributes.get("unit")
    return None
