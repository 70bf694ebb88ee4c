"""Data Docs: what came out of the expectations, as pages that open from disk without a network.

A page for each suite and period, and an index of all. Not here: the judging (see ``expectations``)
and what the pages look like (see ``docs_templates/``).
"""

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from dagster_project.pages import put, rendered
from dagster_project.warehousing.expectations import SuiteResult

TEMPLATES = Path(__file__).with_name("docs_templates")
RESULTS = "results"
"""The folder of the results as JSON: the index lists them all, whichever run they came from."""

Page = dict[str, Any]


def write_data_docs(
    target: Path, results: Iterable[SuiteResult], *, synthetic: bool = False
) -> Path:
    """Write the pages of some results, keep the others, write the index anew and give its path.

    ``synthetic`` says on every page that the figures are made up.
    """
    (target / RESULTS).mkdir(parents=True, exist_ok=True)
    for result in results:
        page = page_of(result, synthetic=synthetic)
        put(target / f"{page['name']}.html", rendered(TEMPLATES, "page.html", page=page))
        content = json.dumps(page, ensure_ascii=False, indent=1)
        put(target / RESULTS / f"{page['name']}.json", content)
    index = target / "index.html"
    put(index, rendered(TEMPLATES, "index.html", suites=_suites(target)))
    return index


def page_name(result: SuiteResult) -> str:
    """Give the name of a result's page, without ``.html``."""
    return f"{result.suite}_{result.period}" if result.period else result.suite


def page_of(result: SuiteResult, *, synthetic: bool) -> Page:
    """Give what the page of a result shows: failures first, then what held."""
    outcomes = sorted(result.outcomes, key=lambda one: (one.success, one.severity, not one.judged))
    failed = [one.severity for one in outcomes if not one.success]
    return {
        "name": page_name(result),
        "suite": result.suite,
        "table": result.table,
        "title": result.title.model_dump(),
        "period": result.period or "",
        "rows": result.rows,
        "synthetic": synthetic,
        "verdict": _verdict(result),
        "errors": failed.count("error"),
        "warnings": failed.count("warning"),
        "unjudged": sum(not one.judged for one in outcomes),
        "outcomes": [asdict(one) for one in outcomes],
    }


def _verdict(result: SuiteResult) -> str:
    if not result.success:
        return "blocks" if result.blocks else "warns"
    return "holds" if any(one.judged for one in result.outcomes) else "unjudged"


def _suites(target: Path) -> list[list[Page]]:
    """Give the pages grouped by suite, the newest period of each first."""
    groups: dict[str, list[Page]] = {}
    for path in sorted((target / RESULTS).glob("*.json"), reverse=True):
        page = json.loads(path.read_text(encoding="utf-8"))
        groups.setdefault(page["suite"], []).append(page)
    return [groups[suite] for suite in sorted(groups)]
