"""Every formula with a branch has a dbt unit test that tells its branches from wrong ones."""

import ast
from pathlib import Path

import pytest
import yaml

from dagster_project.programme.load import load_programme
from dagster_project.rules.formula import formulas_by_id
from tests.fixtures import formula_cases
from tests.fixtures.formula_mutants import is_branch, parsed

UNITS = "dbt/models/marts/indicators/indicator_units_unit_tests.yml"


def branches(text: str | None) -> set[str]:
    """Give the conditions of a formula; how long a run of years is has a unit test of its own."""
    node = parsed(text or "None")
    inside = node.args[0].left if (text or "").startswith("streak(") else node
    return {ast.unparse(one) for one in ast.walk(inside) if is_branch(one)}


def test_rows_and_figures_of_the_unit_test_are_current():
    there = formula_cases.FOLDER.iterdir()
    written = {path.name: path.read_text(encoding="utf-8") for path in there}
    assert written == formula_cases.files(), "run `python -m tests.fixtures.formula_cases`"


@pytest.mark.parametrize("operand", formula_cases.operands(), ids=lambda one: one.operand_id)
def test_a_formula_with_one_branch_wrong_counts_something_else(operand):
    assert formula_cases.untold(operand) == []


def test_no_branch_of_a_formula_is_without_its_case():
    """What judges the rows of a form one by one stands in the unit test of these."""
    figures = (formula_cases.FOLDER / "formula_figures.sql").read_text(encoding="utf-8")
    path = Path(__file__).parents[2] / UNITS
    (by_unit,) = yaml.safe_load(path.read_text(encoding="utf-8"))["unit_tests"]
    judged = {row["indicator_id"] for row in by_unit["expect"]["rows"]}
    for formula in formulas_by_id(load_programme()).values():
        indicator = formula.indicator
        cases = set[str]()
        for term in formula.terms:
            assert f"'{term.operand.operand_id}'" in figures
            cases |= branches(term.operand.text)
        if formula.row_scope:
            assert indicator.indicator_id in judged
            cases |= branches(indicator.scope)
        assert branches(indicator.formula) | branches(indicator.scope) <= cases
