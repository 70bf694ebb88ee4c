"""Tells of numbers that a workbook holds as text: they are read, but its own sums leave them out.

Not here: how such a text is read (see ``written_numbers``); files of text, where all is text.
"""

import re
from dataclasses import dataclass, field

from dagster_project.reading.findings import At, Findings
from dagster_project.reading.model import Cell, Value
from dagster_project.reading.text import narrow

_FIGURES = re.compile(r"[-+]?\d[\d,]*(?:\.\d+)?")


@dataclass(slots=True)
class TextNumbers:
    """The first such cell of a table, and how many there are."""

    first: At | None = None
    value: str = ""
    count: int = 0
    columns: dict[str, None] = field(default_factory=dict)

    def look(
        self, header: str, index: int, rows: list[int], cells: list[Cell], values: list[Value]
    ) -> None:
        """Count the texts among the cells of a column of numbers that were read as numbers."""
        if str not in set(map(type, cells)) or values.count(None) == len(values):
            return
        for row, cell, value in zip(rows, cells, values, strict=True):
            if isinstance(cell, str) and value is not None and _FIGURES.fullmatch(narrow(cell)):
                self.count += 1
                self.columns[header] = None
                if self.first is None:
                    self.first, self.value = At(row, index), cell

    def say(self, findings: Findings) -> None:
        """Ask once about all of them."""
        if self.first:
            columns = "、".join(self.columns)
            count = str(self.count)
            findings.ask(
                "READ_TEXT_NUMBERS",
                self.first,
                self.value,
                scope="note",
                count=count,
                column=columns,
            )
