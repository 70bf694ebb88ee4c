"""Damaged files of every format end in a finding or a reading: none stops a run or hangs it."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.fixtures.layouts.damage import ANY, ZIP, damages
from tests.fixtures.layouts.dice import WAITING, Dice
from tests.fixtures.layouts.drawing import draw_layouts, finished
from tests.fixtures.layouts.files import FORMATS
from tests.fixtures.layouts.model import Drawn
from tests.fixtures.layouts.truth import World

DAMAGED, NIGHTLY_DAMAGED = 20, 400
"""Files of each format."""

SECONDS, NIGHTLY_SECONDS = 60, 1200
"""Far beyond what these files need (5 and 100 s of one core): only a hang takes so long."""

SECONDS_ALONE = 30
"""For a part of the files, while one that hangs is looked for."""

NIGHTLY_SEED = int(os.environ.get("JICENG_SEED", "1000000"))
READ_FORMATS = [name for name in FORMATS if f"format={name}" not in WAITING]


@pytest.fixture(scope="session")
def world(programme, register) -> World:
    return World(programme, register)


def test_damaged_files_stop_nothing(world, tmp_path):
    stops_nothing(world, tmp_path, DAMAGED, 0, SECONDS)


@pytest.mark.nightly
def test_damaged_files_stop_nothing_at_night(world, tmp_path):
    stops_nothing(world, tmp_path, NIGHTLY_DAMAGED, NIGHTLY_SEED, NIGHTLY_SECONDS)


def stops_nothing(world: World, folder: Path, count: int, first: int, seconds: int) -> None:
    """Damage files of each format, read them in one batch, and look what came of each."""
    whole = {name: in_format(world, name, first + n) for n, name in enumerate(READ_FORMATS)}
    for name, drawn in whole.items():
        (folder / f"{name} whole").write_bytes(drawn.data)
        for n in range(count):
            stream = Dice(first + n).stream(f"damage/{name}")
            damage = stream.choice(damages(drawn.data))
            path = folder / f"{name} {damage.__name__} {first + n}"
            path.write_bytes(damage(drawn.data, stream))
    outcomes = read_together(folder, seconds)
    silent = [file for file, found in outcomes.items() if not any(found.values())]
    assert silent == []
    assert len(outcomes) == len(whole) * (count + 1)
    for name in whole:
        assert outcomes[f"{name} whole"]["hard"] == [], "the undamaged file must be read"
    assert altered_in_silence(outcomes, whole) == []
    refused = Counter(rule for found in outcomes.values() for rule in set(found["hard"]))
    assert len(refused) > 1, "damage that is never noticed proves nothing"


def in_format(world: World, name: str, seed: int) -> Drawn:
    """Draw a file of one format that says itself whose report it is: damage renames files."""
    held = {"format", "two reports", "zip", "1/period in", "1/respondent in"}
    dice = Dice(seed, off=frozenset(held))
    _, layouts, others = draw_layouts(dice, world, name)
    return finished(dice, name, layouts, others)


def altered_in_silence(outcomes: dict, whole: dict[str, Drawn]) -> list[str]:
    """Find files in a .zip container, whose check sums cover every byte, read with other values."""
    altered = []
    for file, found in outcomes.items():
        name = next(
            name for name in sorted(whole, key=len, reverse=True) if file.startswith(f"{name} ")
        )
        has_sums = whole[name].data.startswith(ZIP)
        outside = any(f" {damage.__name__} " in file for damage in ANY)
        accepted = found["hashes"] and not found["hard"]
        if (
            has_sums
            and outside
            and accepted
            and found["hashes"] != outcomes[f"{name} whole"]["hashes"]
        ):
            altered.append(file)
    return altered


def read_together(folder: Path, seconds: int) -> dict:
    """Read a folder in a process of its own; where that fails, name a file that does it."""
    done = in_own_process(folder, seconds)
    if isinstance(done, str):
        pytest.fail(f"{done}\n{culprit(folder, sorted(folder.iterdir()))} alone does it")
    return json.loads(done.stdout)


def in_own_process(folder: Path, seconds: int) -> subprocess.CompletedProcess[str] | str:
    """Read a folder; gives what went wrong as a text."""
    command = [sys.executable, "-m", "tests.fixtures.layouts.read_folder", str(folder)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        return f"not done in {seconds} s"
    return f"exit code {done.returncode}: {done.stderr[-2000:]}" if done.returncode else done


def culprit(folder: Path, paths: list[Path]) -> str:
    """Halve the files until one is left."""
    while len(paths) > 1:
        half = paths[: len(paths) // 2]
        part = folder.with_name(f"{folder.name} {half[0].name} {len(half)}")
        part.mkdir()
        for path in half:
            (part / path.name).write_bytes(path.read_bytes())
        fails = isinstance(in_own_process(part, SECONDS_ALONE), str)
        paths = half if fails else paths[len(half) :]
    return paths[0].name
