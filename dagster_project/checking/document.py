"""A check as one JSON document for scripts; ``document.schema.json`` describes every field.

Fields are only ever added within a schema version; one removed or changed in meaning is a new
version. Not here: the printout for a person (see ``printed``).
"""

import json
from dataclasses import asdict
from typing import Any

from dagster_project.checking.model import CheckReport, FileCheck

SCHEMA_VERSION = 1


def json_document(report: CheckReport) -> str:
    """Give a check as JSON text, Chinese readable."""
    return json.dumps(document(report), ensure_ascii=False, indent=2)


def document(report: CheckReport) -> dict[str, Any]:
    """Give a check as plain values."""
    return {
        "schema_version": SCHEMA_VERSION,
        "state": report.state,
        "exit_code": report.exit_code,
        "counts": report.counts,
        "files": [_file(file) for file in report.files],
        "rules_not_run": [asdict(rule) for rule in report.rules_not_run],
    }


def _file(file: FileCheck) -> dict[str, Any]:
    return {
        "path": str(file.path),
        "name": file.name,
        "state": file.state,
        "rows": file.rows,
        "submissions": [asdict(submission) for submission in file.submissions],
        "findings": list(file.findings),
    }
