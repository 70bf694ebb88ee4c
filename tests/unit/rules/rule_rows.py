"""The rows of ``tests/fixtures/rule_rows.yml``: on which each rule holds, fails, cannot tell."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

PATH = Path(__file__).parents[2] / "fixtures" / "rule_rows.yml"
CONTENT = yaml.safe_load(PATH.read_text(encoding="utf-8"))
TRUTH = {"holds": True, "fails": False, "unsure": None}


def base_row(form_id: str) -> dict[str, Any]:
    """Give a row of a form on which every rule of the form holds."""
    return dict(CONTENT[form_id]["base"])


def changed(form_id: str, changes: dict[str, Any]) -> dict[str, Any]:
    """Give the base row of a form with some cells changed."""
    return base_row(form_id) | changes


def cases() -> Iterator[tuple[str, str, str, list[dict[str, Any]]]]:
    """Give form, rule, outcome and rows of every case."""
    for form_id, content in CONTENT.items():
        for rule_id, outcomes in content["rules"].items():
            for outcome in TRUTH:
                changes = outcomes.get(outcome, {})
                if changes != "never":
                    yield form_id, rule_id, outcome, _rows(form_id, changes)


def _rows(form_id: str, changes: Any) -> list[dict[str, Any]]:
    several = changes if isinstance(changes, list) else [changes]
    return [changed(form_id, change) for change in several]
