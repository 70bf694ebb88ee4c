"""The dbt project and suites of a programme that is not the package's own (`jiceng generate`).

A district with its own forms keeps them beside its programme: what is common is copied from the
package once, what follows from the forms is generated. Not here: the generated files themselves
(see ``dbt_files``).
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

from dagster_project.programme.load import HOME, load_programme

UNIT_TESTS = "_unit_tests.yml"
"""Unit tests are of the package's forms, and run in its own tests only."""

LEFT_OUT = frozenset({"target", "logs", "analyses", "fixtures"})
"""What dbt leaves behind; the questions and rows of unit tests, which are of its own forms."""


def copy_common(package: Path, target: Path) -> list[Path]:
    """Copy the files of a packaged folder that are of no form, where they are not there yet.

    Gives the paths written.
    """
    written = []
    for source in _common(package):
        path = target / source.relative_to(package)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, path)
            written.append(path)
    return written


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
