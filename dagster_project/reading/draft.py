"""A submission in the making: the sheet, its header, what is known so far and what is wrong.

Not here: any of the steps that fill it (see ``file``).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from dagster_project.reading.findings import Findings
from dagster_project.reading.headers import Header
from dagster_project.reading.model import ReadSubmission
from dagster_project.reading.sheets import Sheet
from dagster_project.reading.sources import Sources
from dagster_project.reading.vocabulary import Unit


@dataclass(slots=True)
class Draft:
    """What the steps of reading one table share; ``on`` is the date regions are asked about.

    ``units`` hold where the table's own rows state none. Of a ``turned`` sheet the first
    ``about_block`` findings have the addresses of the real one.
    """

    sheet: Sheet
    header: Header
    sources: Sources
    findings: Findings
    submission: ReadSubmission
    on: date
    turned: bool = False
    about_block: int = 0
    units: Mapping[int, Unit] = field(default_factory=dict)
