"""The dbt project and suites of a programme that is not the package's own (`jiceng generate`).

A district with its own forms keeps them beside its programme: what is common is copied from the
package and follows it from version to version, what follows from the forms is generated. Not here:
the generated files themselves (see ``dbt_files``).
"""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from dagster_project.durable import replace_file
from dagster_project.programme.load import HOME, load_programme
from dagster_project.warehousing.state import hash_of_file

UNIT_TESTS = "_unit_tests.yml"
"""Unit tests are of the package's forms, and run in its own tests only."""

LEFT_OUT = frozenset({"target", "logs", "analyses", "fixtures"})
"""What dbt leaves behind; the questions and rows of unit tests, which are of its own forms."""


LEDGER = ".from_the_package.json"
"""Beside the copies: what each was when it was copied, by which one's own changes are known."""


@dataclass(frozen=True, slots=True)
class Copied:
    """What became of the common files: those written or removed, those left for their changes."""

    written: list[Path] = field(default_factory=list)
    left: list[Path] = field(default_factory=list)


def copy_common(package: Path, target: Path) -> Copied:
    """Bring the copies of a packaged folder's files that are of no form up to the package.

    A copy that is as it was written is replaced when the package's differs, and removed when the
    package has it no more. A file that somebody changed, or put there first, is left as it is and
    named where it differs from the package's.
    """
    ledger, copied = target / LEDGER, Copied()
    before = json.loads(ledger.read_bytes()) if ledger.exists() else {}
    common = {source.relative_to(package).as_posix(): source for source in _common(package)}
    for name in [*common, *(set(before) - set(common))]:
        path, source = target / name, common.get(name)
        there = hash_of_file(path) if path.exists() else None
        if there == (hash_of_file(source) if source else None):
            continue
        if there not in (None, before.get(name)):
            copied.left.append(path)
            continue
        if source:
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, path)
        else:
            path.unlink()
        copied.written.append(path)
    now = {name: hash_of_file(source) for name, source in common.items()}
    if now != before:
        replace_file(ledger, json.dumps(now, indent=0).encode())
    return copied


def _common(package: Path) -> Iterator[Path]:
    """Give the packaged files but those of the package's own forms and their leftovers."""
    from dagster_project.warehousing.dbt_files import generated_files

    packaged = load_programme(HOME)
    derived = generated_files(packaged)
    for path in sorted(package.rglob("*")):
        inside = path.relative_to(package)
        is_kept = path.is_file() and LEFT_OUT.isdisjoint(inside.parts)
        is_of_a_form = path.stem in packaged.forms or path.name.endswith(UNIT_TESTS)
        if is_kept and not is_of_a_form and inside.as_posix() not in derived:
            yield path
