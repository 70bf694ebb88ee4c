"""The few sample files that are committed for readers, byte-identical to the generator's output.

Not here: writing the samples (see ``write``).
"""

import shutil
from pathlib import Path

from dagster_project.samples.data import declared
from dagster_project.samples.write import SampleReport


def committed_names(report: SampleReport) -> list[str]:
    """Give the names of the files to commit, in the order in which they are declared."""
    by_key = {one.key: one.file_name for one in reversed(report.deliveries)}
    names = []
    for entry in declared("purposes")["committed"]:
        if "purpose" in entry:
            names.append(str(report.purpose(entry["purpose"]).file_name))
        else:
            names.append(by_key[entry["form"], entry["town"], entry["period"]])
    return names


def copy_committed(report: SampleReport, target: Path) -> list[Path]:
    """Copy the files to commit from the generated samples into a folder (``raw/samples``)."""
    return [Path(shutil.copyfile(report.target / n, target / n)) for n in committed_names(report)]
