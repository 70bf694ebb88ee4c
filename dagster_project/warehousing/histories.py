"""What shows from the list of a unit's submissions alone, whatever stands in their cells.

The general rules on resubmissions, gaps and copies. Not here: rules that compare cells (see
``comparing``).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from dagster_project.programme.model import Form, Rule
from dagster_project.programme.period import Period
from dagster_project.warehousing.shelf import Shelf


def history_findings(
    shelf: Shelf, rules: Iterable[Rule], form: Form, submissions: Sequence[Mapping[str, Any]]
) -> Iterator[dict[str, Any]]:
    """Judge what shows from the list of a unit's submissions alone.

    Whether a resubmission is newer is asked as of its receipt, the soft questions as of now.
    """
    tests = {
        "resubmission_newer()": _number_not_raised,
        "sequence_complete()": _period_skipped,
        "not_identical_to_previous()": _same_as_before,
    }
    for rule in rules:
        test = tests.get(rule.expression.strip())
        for landed in submissions if test else ():
            if test and (value := test(shelf, form, landed)) is not None:
                yield _finding(rule, landed, value)


def _number_not_raised(shelf: Shelf, form: Form, landed: Mapping[str, Any]) -> str | None:
    """Give the number of a resubmission that is not above the one before, or has no reason."""
    place = form.form_id, landed["respondent_code"], landed["period"]
    before = shelf.in_force(*place, shelf.sent_of(landed))
    number = landed["submission_no"]
    if not before or number is None or before.content_hash == landed["content_hash"]:
        return None
    is_newer = before.submission_no is None or number > before.submission_no
    return None if is_newer and landed["resubmission_reason"] else str(number)


def _period_skipped(shelf: Shelf, form: Form, landed: Mapping[str, Any]) -> str | None:
    """Give the period before where the unit reported earlier ones but not that."""
    before = Period.parse(landed["period"]).previous()
    known = shelf.sent.get((form.form_id, landed["respondent_code"]), {})
    has_earlier = any(sent[0].end < before.end for sent in known.values())
    return before.label if has_earlier and before.label not in known else None


def _same_as_before(shelf: Shelf, form: Form, landed: Mapping[str, Any]) -> str | None:
    """Give the period before where its content in force is the same."""
    before = Period.parse(landed["period"]).previous()
    sent = shelf.in_force(form.form_id, landed["respondent_code"], before.label, None)
    return before.label if sent and sent.content_hash == landed["content_hash"] else None


def _finding(rule: Rule, landed: Mapping[str, Any], value: str) -> dict[str, Any]:
    return {
        "submission_id": landed["submission_id"],
        "rule_id": rule.rule_id,
        "severity": rule.severity,
        "scope": rule.scope,
        "sheet_name": landed["sheet_name"],
        "row_number": None,
        "column_name": None,
        "cell": None,
        "value_text": value,
        "related_cells": None,
        "params": None,
    }
