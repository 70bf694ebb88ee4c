"""Which known headers an unknown one resembles: suggestions to a person, never a decision.

Not here: what a header means (see ``form_headers``), decisions on one (see ``jiceng alias``).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

from dagster_project.reading.form_headers import FormHeaders, header_text, loose

OFFERED = 3
"""Suggestions for one unknown header: enough to choose from, few enough to read."""

LEAST_LIKENESS = 0.3
"""Below a third of equal characters, what is offered is a coincidence of 人数 or 数量."""

ACCEPTED_LIKENESS = 1.0
"""The margin of acceptance: texts must be equal. 男性人数 and 女性人数 are alike to 0.75, 期初人数
and 期末人数 too, and the wrong one of either pair is a wrong figure that no rule can see."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A column of the form, its header, and its likeness from 0 to 1."""

    column_name: str
    header_zh: str
    likeness: float

    def __str__(self) -> str:
        """Print the header with its likeness, as messages show it."""
        return f"{self.header_zh}（{self.likeness:.2f}）"


def nearest(headers: FormHeaders, texts: tuple[str, ...], taken: Iterable[str]) -> list[Suggestion]:
    """Give the form's headers most like an unknown one, the likeliest first.

    Columns that the sheet has already (``taken``) come after those it lacks.
    """
    lowest = loose(header_text(texts[-1]).key)
    whole = loose("".join(header_text(text).key for text in texts))
    likeness: dict[str, float] = {}
    for known, hit in headers.exact.items():
        best = max(_likeness(key, loose(known)) for key in {lowest, whole})
        likeness[hit.column_name] = max(best, likeness.get(hit.column_name, 0))
    had = set(taken)
    likely = [name for name in likeness if likeness[name] >= LEAST_LIKENESS]
    ranked = sorted(likely, key=lambda name: (name in had, -likeness[name]))[:OFFERED]
    return [
        Suggestion(name, headers.form.column(name).header_zh, likeness[name]) for name in ranked
    ]


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()
