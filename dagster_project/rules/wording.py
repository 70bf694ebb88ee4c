"""Puts findings into words: what is wrong, with its figures, and what to do, Chinese and English.

Texts come from the message catalogue by the finding's code, or from the rule itself. One finding
takes a few microseconds, so that a hundred thousand are no matter. Not here: any sentence.
"""

import json
from collections.abc import Mapping
from functools import cache
from string import Formatter
from typing import Any

from dagster_project.messages import catalogue, render
from dagster_project.programme.model import Programme, Rule

FIELDS = ("message_zh", "message_en", "remedy_zh", "remedy_en")
NOTHING_EARLIER = {"earlier": "", "earlier_en": ""}
Template = tuple[tuple[str, str | None], ...]


def word(finding: Mapping[str, Any], programme: Programme) -> dict[str, str]:
    """Give ``message_zh``, ``message_en``, ``remedy_zh`` and ``remedy_en`` of a finding.

    The texts may name the finding's own fields, ``cells`` (all cells concerned), ``message`` (the
    rule's own words) and whatever stands in ``params``, a JSON object.
    """
    rule = _rule(finding["rule_id"], programme)
    values = _values(finding)
    return {
        field: _filled(template, values, rule, field[-2:])
        for field, template in _templates(_code_of(finding, rule)).items()
    }


def suspected(finding: Mapping[str, Any], lang: str) -> str:
    """Say which cell is probably wrong and what it should perhaps be; empty where nothing is known.

    >>> suspected({"suspect_cells": "C5;D5"}, "zh")
    'C5、D5 都有可能填错，可能性相同。'
    """
    if not finding.get("suspect_cells"):
        return ""
    cells = render("SAY_COMMA", lang).join(suspect_cells(finding))
    if not finding.get("suspect_reason"):
        return render("RULE_SUSPECT_TIED", lang, cells=cells)
    reason, value = render(finding["suspect_reason"], lang), finding["suggested_value"]
    code = "RULE_SUSPECT" if value is None else "RULE_SUSPECT_SUGGESTED"
    return render(code, lang, cells=cells, reason=reason, value=value)


def suspect_cells(finding: Mapping[str, Any]) -> list[str]:
    """Give the addresses of the cells that are probably wrong."""
    return [cell for cell in (finding.get("suspect_cells") or "").split(";") if cell]


def _code_of(finding: Mapping[str, Any], rule: Rule | None) -> str:
    """General rules and reading problems have words of their own, a form's rules share theirs."""
    if finding["rule_id"] in catalogue() or rule is None:
        return str(finding["rule_id"])
    return "RULE_FAILED" if finding["severity"] == "M" else "RULE_QUESTIONED"


def _values(finding: Mapping[str, Any]) -> dict[str, str]:
    values = {name: str(value) for name, value in finding.items() if value is not None}
    cells = [finding.get("cell"), *(finding.get("related_cells") or "").split(";")]
    values["cells"] = ", ".join(dict.fromkeys(filter(None, cells)))
    values |= NOTHING_EARLIER | dict(json.loads(finding.get("params") or "{}"))
    if "told" not in values:
        values |= {f"told{ending}": _by_values(values, ending) for ending in ("", "_en")}
    return values


def _by_values(values: Mapping[str, str], ending: str) -> str:
    """Tell a rule that has no sentence by its values and cells."""
    code, lang = "RULE_BY_VALUES", ending.strip("_") or "zh"
    named = {name: values.get(f"{name}{ending}", "—") for name in ("values", "earlier")}
    return render(code, lang, cells=values["cells"], **named)


def _filled(template: Template, values: dict[str, str], rule: Rule | None, lang: str) -> str:
    words = []
    for text, name in template:
        words.append(text)
        if name == "message" and rule:
            words.append(rule.message.zh if lang == "zh" else rule.message.en)
        elif name:
            words.append(str(values.get(name, "—")))
    return "".join(words)


@cache
def _templates(code: str) -> dict[str, Template]:
    """Cut the texts of a message once at their names; a missing text is a mistake of the build."""
    message = catalogue()[code]
    return {field: _cut(message[field.removeprefix("message_")]) for field in FIELDS}


def _cut(text: str) -> Template:
    return tuple((before, name) for before, name, _, _ in Formatter().parse(text))


def _rule(rule_id: str, programme: Programme) -> Rule | None:
    """Find a rule by its id, whose first letters name its form's table."""
    rules = programme.general_rules
    for form in programme.forms.values():
        if rule_id.startswith(form.table_number):
            rules = form.rules
    return next((rule for rule in rules if rule.rule_id == rule_id), None)
