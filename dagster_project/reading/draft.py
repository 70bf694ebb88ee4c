"""A submission in the making: the sheet, its header, what is known so far and what is wrong.

Not here: any of the steps that fill it (see ``file``).
"""

from dataclasses import dataclass
from datetime import date

from dagster_project.reading.findings import Findings
from dagster_project.reading.headers import Header
from dagster_project.reading.model import ReadSubmission
from dagster_project.reading.sheets import Sheet
from dagster_project.reading.sources import Sources


@dataclass(slots=True)
class Draft:
    """What the steps of reading one table share; ``on`` is the date regions are asked about."""

    sheet: Sheet
    header: Header
    sources: Sources
    findings: Findings
    submission: ReadSubmission
    on: date
