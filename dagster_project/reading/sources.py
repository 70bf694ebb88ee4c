"""The texts that may name a submission's period and respondent, each under where it stands.

Not here: what they name (see ``which_period`` and ``which_respondent``).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import PurePath

from dagster_project.reading.cover import Cover
from dagster_project.reading.findings import NOWHERE, At
from dagster_project.reading.periods import named_periods

BLOCK, TITLE, SHEET, FILE, ROWS = "block", "title", "tab", "file", "rows"
"""Where something is said; each is a parameter of the messages about contradictions."""

SILENT = "—"


@dataclass(frozen=True, slots=True)
class InRows:
    """What the cells of one column say of the rows of a submission, and where the first stands."""

    text: str
    row: int
    column: int

    def turned(self) -> "InRows":
        """Give the same with the place in the real sheet, of which this one is turned."""
        return InRows(self.text, self.column, self.row)


@dataclass(frozen=True, slots=True)
class Sources:
    """The block above a table, and every text around it by place, the nearest first.

    ``in_rows`` is what the rows name as their period, ``beside`` the forms that the file holds.
    """

    cover: Cover
    texts: dict[str, str]
    in_rows: InRows | None = None
    beside: frozenset[str] = frozenset()

    @classmethod
    def of(cls, cover: Cover, sheet_name: str, file_name: str) -> "Sources":
        """Gather the texts of one sheet."""
        titles = " ".join(found.text for found in cover.free)
        if cover.inherited and _names_period(titles):
            cover = cover.without(cover.inherited & {"period"})
        own = "" if "respondent_name" in cover.inherited else cover.text("respondent_name")
        return cls(
            cover,
            {
                BLOCK: cover.text("period"),
                TITLE: f"{titles} {own}",
                SHEET: sheet_name,
                FILE: PurePath(file_name).stem,
            },
        )

    def with_rows(self, in_rows: InRows | None) -> "Sources":
        """Give the same texts, with what the rows themselves name as their period."""
        return replace(self, in_rows=in_rows)

    def place_of(self, name: str) -> At:
        """Give the place of a label in the block above."""
        found = self.cover.fields.get(name)
        return At(found.row, found.column) if found else NOWHERE

    def cell_of(self, where: str, label: str) -> str | None:
        """Give the cell in which a place says something: that of the label, or of the title."""
        if where == BLOCK:
            return self.place_of(label).cell
        if where == TITLE and self.cover.free:
            return At(self.cover.free[0].row, self.cover.free[0].column).cell
        if where == ROWS and self.in_rows:
            return At(self.in_rows.row, self.in_rows.column).cell
        return None

    def said(self, found: Mapping[str, Iterable[str]], label: str) -> dict[str, str]:
        """Give what each place says, with its cell, as parameters of a message."""
        texts = said(found)
        cells = {where: self.cell_of(where, label) for where in texts}
        return {
            where: f"{text}（{cells[where]}）" if cells[where] and text != SILENT else text
            for where, text in texts.items()
        }

    def cells(self, found: Iterable[str], label: str) -> str | None:
        """Give the cells of some places as the related cells of a finding."""
        cells = [cell for where in found if (cell := self.cell_of(where, label))]
        return ",".join(dict.fromkeys(cells)) or None


def _names_period(titles: str) -> bool:
    """Say whether titles name a period, by its last day too."""
    named = named_periods(titles)
    return bool(named.periods) or any((day + timedelta(days=1)).day == 1 for day in named.days)


def said(found: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Give what each place says, as parameters of a message.

    >>> said({"title": ["2015-Q4", "2015-Q4"]})
    {'block': '—', 'title': '2015-Q4', 'tab': '—', 'file': '—', 'rows': '—'}
    """
    texts = {where: "/".join(dict.fromkeys(texts)) for where, texts in found.items()}
    return {where: texts.get(where) or SILENT for where in (BLOCK, TITLE, SHEET, FILE, ROWS)}
