"""A second run gives the same bytes: in another process, with other hashing, zone and folder."""

import hashlib
import os
import subprocess
import sys

PROGRAM = """
import sys
from pathlib import Path
from dagster_project.programme.load import load_programme
from dagster_project.regions.register import load_register
from dagster_project.samples.write import write_samples
write_samples(Path(sys.argv[1]), load_programme(), load_register())
"""


def digests(folder):
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.iterdir()}


def test_a_second_run_in_another_process_gives_the_same_bytes(samples, tmp_path, pytestconfig):
    home = str(pytestconfig.rootpath)
    other = {"PYTHONHASHSEED": "4711", "TZ": "America/New_York", "PYTHONPATH": home}
    subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path / "again")],
        check=True,
        cwd=tmp_path,
        env=os.environ | other,
    )
    assert digests(tmp_path / "again") == digests(samples.target)


def test_all_samples_together_stay_below_twelve_megabytes(samples):
    assert sum(path.stat().st_size for path in samples.target.iterdir()) < 12_000_000
