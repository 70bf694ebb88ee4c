"""Indicators as rows of ``raw_indicator``, and the terms of their formulas as another table's.

Not here: the declared objects (see ``programme.indicator``), taking formulas apart (see
``rules.formula``), writing the rows (see ``reference``).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from dagster_project.messages import render
from dagster_project.programme.base import both_languages
from dagster_project.programme.indicator import Indicator
from dagster_project.programme.model import Programme
from dagster_project.rules.formula import OF_ROWS, Formula, forms_missing

Row = dict[str, Any]
Formulas = Mapping[str, Formula]
"""Formulas by indicator, without those that no form in use serves."""
HIGHEST = {
    "community": "community",
    "street_town": "street",
    "district": "district",
    "district_or_city": "city",
    "city": "city",
}
"""The highest level at which a figure that nobody adds up has a value, by grain."""
LOWEST = HIGHEST | {"district_or_city": "district", "facility": "community", "project": "community"}


def indicator_rows(programme: Programme, formulas: Formulas) -> Iterator[Row]:
    """Give one row for each indicator, in the order in which they are declared."""
    same = ("indicator_id", "fact_domain", "unit", "direction", "aggregation", "grain",
            "period_rule", "since", "weight", "rollup", "decimals", "formula", "scope")  # fmt: skip
    for number, indicator in enumerate(programme.indicators, start=1):
        yield {
            **{name: getattr(indicator, name) for name in same},
            **both_languages("name", indicator.name),
            **both_languages("definition", indicator.definition),
            "ambiguities": ";".join(indicator.ambiguities) or None,
            "sort_order": number,
            **_worked(formulas.get(indicator.indicator_id)),
            **_reason(indicator, programme),
        }


def term_rows(programme: Programme, formulas: Formulas) -> Iterator[Row]:
    """Give one row for each term of each formula."""
    for indicator_id, formula in formulas.items():
        for number, term in enumerate(formula.terms, start=1):
            yield {
                "indicator_id": indicator_id,
                "term_number": number,
                "part": term.part,
                "sign": term.sign,
                "operand_id": term.operand.operand_id,
                "form_id": term.operand.form_id,
                "period_type": programme.forms[term.operand.form_id].period_type,
                "time_rule": term.time_rule,
                "operand": term.operand.text,
            }


def _worked(formula: Formula | None) -> Row:
    """Give what follows from a formula; nothing where no form in use serves it."""
    if formula is None:
        names = ("forms", "period_type", "factor", "per", "at_least", "lowest_level",
                 "highest_level")  # fmt: skip
        return dict.fromkeys(names)
    return {
        "forms": ";".join(form.form_id for form in formula.forms),
        "period_type": formula.period_type,
        "factor": int(formula.factor),
        "per": formula.per,
        "at_least": formula.at_least,
        "lowest_level": _lowest(formula),
        "highest_level": _highest(formula.indicator),
    }


def _lowest(formula: Formula) -> str:
    """Give the lowest level that has rows: what adds up does so from as low as its forms report."""
    grain = formula.indicator.grain
    of_department = [form.respondents == "department" for form in formula.forms]
    is_split = LOWEST[grain] in ("district", "city")
    if formula.indicator.aggregation == "not_additive" or not is_split:
        return LOWEST[grain]
    return "district" if any(of_department) and not all(of_department) else "street"


def _highest(indicator: Indicator) -> str | None:
    """Give the highest level that has values; None where only rows of a form have them."""
    if indicator.aggregation != "not_additive":
        return "province"
    return None if indicator.grain in OF_ROWS else HIGHEST[indicator.grain]


def _reason(indicator: Indicator, programme: Programme) -> Row:
    missing = ", ".join(forms_missing(indicator, programme))
    told = {
        lang: render("RULES_DORMANT_FORM", lang, forms=missing) if missing else None
        for lang in ("zh", "en")
    }
    return {f"not_served_because_{lang}": text for lang, text in told.items()}
