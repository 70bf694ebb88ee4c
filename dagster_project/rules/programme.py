"""The programme with its rules understood: every mistake in a rule named with its file and line.

Loading the YAML (see ``programme.load``) knows columns and codes; only this room knows the rule
language.
"""

from collections.abc import Iterator
from pathlib import Path

from dagster_project.messages import render
from dagster_project.programme.lines import read_document
from dagster_project.programme.load import HOME, ProgrammeError, load_programme
from dagster_project.programme.model import DormantRule, Form, Programme, Rule
from dagster_project.rules.checker import check_rule, status_of
from dagster_project.rules.errors import RuleError
from dagster_project.rules.formula import forms_missing
from dagster_project.rules.formula_checks import check_indicator

GENERAL = "rules.yml"
INDICATORS = "indicators.csv"


def checked_programme(root: Path | None = None) -> tuple[Programme, list[DormantRule]]:
    """Load a programme and check its rules; gives it with the rules that do not run, and why.

    Raises ProgrammeError with all mistakes, each with path and line.
    """
    programme = load_programme(root)
    mistakes = [
        _placed(root or HOME, path, number, rule, problem)
        for path, number, rule, form in _rules(programme)
        for problem in _problems(rule, form, programme)
    ]
    mistakes += _indicator_mistakes(programme)
    if mistakes:
        raise ProgrammeError(mistakes)
    return programme, [*sleeping_rules(programme), *_sleeping_indicators(programme)]


def _indicator_mistakes(programme: Programme) -> Iterator[str]:
    """Name every mistake in the formulas with the line of ``indicators.csv``, below its header."""
    for line, indicator in enumerate(programme.indicators, start=2):
        for problem in check_indicator(indicator, programme):
            place = {"path": INDICATORS, "line": line, "indicator": indicator.indicator_id}
            texts = (
                render("PROGRAMME_INDICATOR_BAD", lang, **place, problem=problem)
                for lang in ("zh", "en")
            )
            yield " / ".join(texts)


def _sleeping_indicators(programme: Programme) -> Iterator[DormantRule]:
    """Give the indicators that no form in use can serve."""
    for indicator in programme.indicators:
        if missing := ", ".join(forms_missing(indicator, programme)):
            texts = (render("RULES_DORMANT_FORM", lang, forms=missing) for lang in ("zh", "en"))
            yield DormantRule(
                rule_id=indicator.indicator_id, status="dormant", reason=" / ".join(texts)
            )


def sleeping_rules(programme: Programme) -> Iterator[DormantRule]:
    """Give the rules that do not run yet, each with the reason in two languages."""
    for _, _, rule, form in _rules(programme):
        found = status_of(rule, form, programme)
        if found.status == "dormant" or found.status == "deferred":  # noqa: PLR1714 - mypy reads this
            yield DormantRule(rule_id=rule.rule_id, status=found.status, reason=found.reason)


def _rules(programme: Programme) -> Iterator[tuple[str, int, Rule, Form | None]]:
    for number, rule in enumerate(programme.general_rules):
        yield GENERAL, number, rule, None
    for form in programme.forms.values():
        for number, rule in enumerate(form.rules):
            yield f"forms/{form.form_id}.yml", number, rule, form


def _problems(rule: Rule, form: Form | None, programme: Programme) -> list[str]:
    """Check a rule on its form; a general rule must at least be understood."""
    try:
        status_of(rule, form, programme)
        return check_rule(rule, form, programme) if form else []
    except RuleError as error:
        return [str(error)]


def _placed(root: Path, path: str, number: int, rule: Rule, problem: str) -> str:
    line = read_document(root / path).line_of(("rules", number, "expression"))
    place = {"path": path, "line": line, "rule_id": rule.rule_id, "problem": problem}
    return " / ".join(render("PROGRAMME_RULE_BAD", lang, **place) for lang in ("zh", "en"))
