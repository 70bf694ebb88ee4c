"""The machine report: the outcome of every rule on a submission in the ESS ValidatReport form.

Structure 1.0.1 of the ESSnet Validat Integration (M. van der Loo, O. ten Bosch 2017): an array of
validations, data items named by [population, measurement, unit, variable]. Not here: judging.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dagster_project.feedback.model import HARD, FindingRow, Summary
from dagster_project.programme.model import Form, Programme, Rule
from dagster_project.rules.checker import status_of
from dagster_project.version import VERSION

FAILED, PASSED, NOT_EVALUATED = "0", "1", "NA"
LANGUAGE = "Jiceng edit rules 1"
READER = "Jiceng reader 1"
SEVERITY = {"M": "error", "Q": "warning"}
POPULATION = "street_town"

Validation = dict[str, Any]
Item = list[str]


def validation_report(
    summary: Summary,
    findings: Sequence[FindingRow],
    submission_id: int,
    form: Form | None = None,
    programme: Programme | None = None,
) -> list[Validation]:
    """Give one entry for each failure with its data items, and one for each other rule of the form.

    A rule that ran without a failure has the value "1", one that could not run "NA"; findings of
    the reader are entries as well. ``form`` and ``programme`` may be absent where no form was
    recognised.
    """
    report = _Report(summary, submission_id, form, programme)
    entries = [*report.failures(findings), *report.others(findings)]
    return [{"id": f"{submission_id}-{n:05}"} | entry for n, entry in enumerate(entries, start=1)]


def report_text(entries: Sequence[Validation]) -> str:
    """Give the report as JSON text, Chinese readable."""
    return json.dumps(entries, ensure_ascii=False, indent=1) + "\n"


@dataclass(frozen=True, slots=True)
class _Report:
    """One submission's report."""

    summary: Summary
    submission_id: int
    form: Form | None
    programme: Programme | None

    def failures(self, findings: Sequence[FindingRow]) -> Iterator[Validation]:
        """Tell each failure."""
        rules = {rule.rule_id: rule for rule in self._rules()}
        for finding in findings:
            target = [self._item(finding.get("row_number"), finding.get("column_name"))]
            rule = rules.get(finding["rule_id"])
            entry = self._entry(_rule_of(finding, rule), target, FAILED)
            entry["data"]["description"] = _place(finding)
            yield entry

    def others(self, findings: Sequence[FindingRow]) -> Iterator[Validation]:
        """Tell the rules that failed nowhere."""
        failed = {finding["rule_id"] for finding in findings}
        for rule in self._rules():
            if rule.rule_id not in failed:
                about = {
                    "language": LANGUAGE,
                    "expression": _expression(rule),
                    "severity": SEVERITY[rule.severity],
                    "description": f"{rule.rule_id} {rule.message.zh} / {rule.message.en}",
                }
                yield self._entry(about, [self._item(None, None)], self._value(rule))

    def _rules(self) -> tuple[Rule, ...]:
        if self.form is None or self.programme is None:
            return ()
        return self.programme.rules_of(self.form.form_id)

    def _value(self, rule: Rule) -> str:
        if self.programme is None or self.summary.state == "unreadable":
            return NOT_EVALUATED
        ran = status_of(rule, self.form, self.programme).status == "active"
        return PASSED if ran else NOT_EVALUATED

    def _item(self, row: int | None, column: str | None) -> Item:
        """Name a data item: whose, of which period and form, which row, which column."""
        summary = self.summary
        measurement = " ".join(filter(None, (summary.table_number, summary.period)))
        unit = "/".join(filter(None, (summary.unit_code, str(row) if row else None)))
        return [POPULATION, measurement, unit, column or ""]

    def _entry(self, rule: Mapping[str, str], target: list[Item], value: str) -> Validation:
        moment = self.summary.decided_at or self.summary.received_at
        return {
            "type": "validation",
            "event": {
                "time": f"{moment.isoformat()}+08:00" if moment else "",
                "actor": f"Jiceng {VERSION}",
                "agent": "Jiceng",
                "trigger": f"submission {self.submission_id}",
            },
            "rule": dict(rule),
            "data": {"source": target, "target": target, "description": ""},
            "value": value,
        }


def _rule_of(finding: FindingRow, rule: Rule | None) -> dict[str, str]:
    """Give the rule of a finding; what only the reader knows is named by its code."""
    return {
        "language": LANGUAGE if rule else READER,
        "expression": _expression(rule) if rule else finding["rule_id"],
        "severity": SEVERITY["M" if finding["severity"] == HARD else "Q"],
        "description": f"{finding['rule_id']} {finding['message_zh']} / {finding['message_en']}",
        "explanation": f"{finding['remedy_zh']} / {finding['remedy_en']}",
    }


def _expression(rule: Rule) -> str:
    if rule.applies_when:
        return f"implies({rule.applies_when}, {rule.expression})"
    return rule.expression


def _place(finding: FindingRow) -> str:
    return "!".join(filter(None, (finding.get("sheet_name"), finding.get("cell"))))
