"""Whatever a sheet looks like, what was written is what is read, or a finding names the cell.

Files are drawn from seeds (see ``tests/fixtures/layouts``). A failure names the seed and the few
decisions that it needs; ``python -m tests.fixtures.layouts SEED`` writes the file as drawn.
"""

import os

import pytest

from dagster_project.messages import two_languages
from dagster_project.reading.file import Reader
from dagster_project.reading.model import Reading
from tests.fixtures.layouts.comparing import Read, first_difference, needed_decisions, unnoticed
from tests.fixtures.layouts.dice import WAITING, Dice
from tests.fixtures.layouts.drawing import draw
from tests.fixtures.layouts.mistakes import MISTAKES, spoilt_files
from tests.fixtures.layouts.truth import World

FILES_AT_ONCE = 50
CHUNKS, NIGHTLY_CHUNKS = 12, 100
WITH_MISTAKE, NIGHTLY_WITH_MISTAKE = 12, 150
MOST_SHOWN = 3
"""Failures made small and shown; the rest are listed by seed."""

NIGHTLY_SEED = int(os.environ.get("JICENG_SEED", "1000000"))
"""Where the nightly seeds begin: another number tries other files."""


@pytest.fixture(scope="session")
def world(programme, register) -> World:
    return World(programme, register)


@pytest.fixture(scope="session")
def read(programme, register) -> Read:
    """Give reading as a bare function: of a failing test pytest prints the arguments, whole."""
    reader = Reader(programme, register)

    def read_file(data: bytes, file_name: str) -> Reading:
        return reader.read(data, file_name)

    return read_file


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_what_was_written_is_what_is_read(world, read, chunk):
    read_as_written(world, read, FILES_AT_ONCE * chunk)


@pytest.mark.nightly
@pytest.mark.parametrize("chunk", range(NIGHTLY_CHUNKS))
def test_what_was_written_is_what_is_read_at_night(world, read, chunk):
    read_as_written(world, read, NIGHTLY_SEED + FILES_AT_ONCE * chunk)


def read_as_written(world: World, read: Read, first: int) -> None:
    failures = {}
    for seed in range(first, first + FILES_AT_ONCE):
        drawn = draw(Dice(seed), world)
        difference = first_difference(drawn, read(drawn.data, drawn.file_name))
        if difference:
            failures[seed] = difference
    if failures:
        pytest.fail(report(world, read, failures), pytrace=False)


def report(world: World, read: Read, failures: dict[int, str]) -> str:
    """Show some failures with the decisions they need, and name the seeds of all."""
    lines = [f"{len(failures)} of {FILES_AT_ONCE} files are read otherwise: seeds {[*failures]}"]
    for seed in list(failures)[:MOST_SHOWN]:
        small = needed_decisions(seed, world, read, frozenset(WAITING))
        difference = first_difference(small, read(small.data, small.file_name))
        lines += [small.described(), f"  → {difference}", f"  as drawn: {failures[seed]}"]
    return "\n".join(lines)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named_with_its_cell(world, read, mistake):
    named_with_its_cell(world, read, mistake, WITH_MISTAKE, 0)


@pytest.mark.nightly
@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named_with_its_cell_at_night(world, read, mistake):
    named_with_its_cell(world, read, mistake, NIGHTLY_WITH_MISTAKE, NIGHTLY_SEED)


def named_with_its_cell(world, read, mistake, count, first) -> None:
    failures = []
    for drawn, spoilt in spoilt_files(mistake, world, count, first):
        reading = read(drawn.data, drawn.file_name)
        if problem := unnoticed(drawn, spoilt, reading):
            failures.append(f"{drawn.described()}\n  → {problem}")
        says_what_to_do(reading)
    if failures:
        shown = "\n".join(failures[:MOST_SHOWN])
        pytest.fail(f"{len(failures)} of {count} are not named\n{shown}", pytrace=False)


def says_what_to_do(reading) -> None:
    """Check that every finding can be worded in both languages."""
    for submission in reading.submissions:
        for finding in submission.findings:
            assert two_languages(finding.rule_id, **dict(finding.params))
