"""The texts that may name a submission's period and respondent, each under where it stands.

Not here: what they name (see ``which_period`` and ``which_respondent``).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePath

from dagster_project.reading.cover import Cover
from dagster_project.reading.findings import NOWHERE, At

BLOCK, TITLE, SHEET, FILE = "block", "title", "tab", "file"
"""Where something is said; each is a parameter of the messages about contradictions."""

SILENT = "—"


@dataclass(frozen=True, slots=True)
class Sources:
    """The block above a table, and every text around it by place, the nearest first."""

    cover: Cover
    texts: dict[str, str]

    @classmethod
    def of(cls, cover: Cover, sheet_name: str, file_name: str) -> "Sources":
        """Gather the texts of one sheet."""
        return cls(
            cover,
            {
                BLOCK: cover.text("period"),
                TITLE: " ".join(
                    [*(found.text for found in cover.free), cover.text("respondent_name")]
                ),
                SHEET: sheet_name,
                FILE: PurePath(file_name).stem,
            },
        )

    def place_of(self, name: str) -> At:
        """Give the place of a label in the block above."""
        found = self.cover.fields.get(name)
        return At(found.row, found.column) if found else NOWHERE


def said(found: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Give what each place says, as parameters of a message.

    >>> said({"title": ["2015-Q4", "2015-Q4"]})
    {'block': '—', 'title': '2015-Q4', 'tab': '—', 'file': '—'}
    """
    texts = {where: "/".join(dict.fromkeys(texts)) for where, texts in found.items()}
    return {where: texts.get(where) or SILENT for where in (BLOCK, TITLE, SHEET, FILE)}
