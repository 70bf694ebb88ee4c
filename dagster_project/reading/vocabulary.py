"""The words the reader knows: units, marks, labels, totals; loaded once from ``vocabulary.yml``.

Not here: the headers of the forms, which the programme declares (see ``programme/forms``).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from dagster_project.programme.units import column_units
from dagster_project.reading.text import plain
from dagster_project.yaml_file import read_yaml


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measure as a file writes it: its dimension and its factor to the base unit."""

    dimension: str
    factor: int


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All words of the reader, in the plain form that ``reading.text.plain`` gives."""

    units: Mapping[str, Unit]
    dimensions: Mapping[str, str]
    scales: Mapping[str, int]
    marks: Mapping[str, str]
    estimate_before: tuple[str, ...]
    estimate_after: tuple[str, ...]
    truths: Mapping[str, bool]
    cover: Mapping[str, str]
    signing: tuple[str, ...]
    notes: tuple[str, ...]
    companion_sheets: tuple[str, ...]
    totals: frozenset[str]
    subtotals: frozenset[str]
    whole: frozenset[str]
    row_number_headers: frozenset[str]
    line_codes: tuple[str, ...]
    respondent_itself: frozenset[str]
    personal_headers: tuple[str, ...]
    qualifiers: tuple[str, ...]
    corner_headers: frozenset[str]
    unit_headers: frozenset[str]

    def dimension_of(self, unit: str | None) -> str | None:
        """Give the dimension of a form column's unit, None where it has none."""
        return self.dimensions.get(unit) if unit else None

    def scale_of(self, unit: str | None) -> int:
        """Give how many of its dimension's base unit a form column's unit is, 1 for most."""
        return self.scales.get(unit, 1) if unit else 1


@cache
def vocabulary() -> Vocabulary:
    """Load the words; longer words come first where one begins with another.

    >>> vocabulary().units["万元"].factor
    10000
    """
    raw = read_yaml(Path(__file__).with_name("vocabulary.yml"))
    return Vocabulary(
        units={
            plain(word): Unit(dimension, factor)
            for dimension, words in raw["units"].items()
            for word, factor in words.items()
        },
        dimensions=column_units().dimensions,
        scales=column_units().scales,
        marks=_turned(raw["marks"]),
        estimate_before=_longest_first(raw["estimate_before"]),
        estimate_after=_longest_first(raw["estimate_after"]),
        truths=_truths(raw["true_words"], raw["false_words"]),
        cover=_turned(raw["cover"]),
        signing=_longest_first(raw["signing"]),
        notes=_longest_first(raw["notes"]),
        companion_sheets=tuple(_plain(raw["companion_sheets"])),
        totals=frozenset(_plain(raw["totals"])),
        subtotals=frozenset(_plain(raw["subtotals"])),
        whole=frozenset(_plain(raw["whole"])),
        row_number_headers=frozenset(_plain(raw["row_number_headers"])),
        line_codes=tuple(raw["line_codes"]),
        respondent_itself=frozenset(_plain(raw["respondent_itself"])),
        personal_headers=tuple(_plain(raw["personal_headers"])),
        qualifiers=tuple(_plain(raw["qualifiers"])),
        corner_headers=frozenset(_plain(raw["corner_headers"])),
        unit_headers=frozenset(_plain(raw["unit_headers"])),
    )


def _plain(words: Iterable[str]) -> list[str]:
    return [plain(word) for word in words]


def _truths(true_words: Iterable[str], false_words: Iterable[str]) -> dict[str, bool]:
    return dict.fromkeys(_plain(true_words), True) | dict.fromkeys(_plain(false_words), False)


def _turned(groups: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Map each word to its group; longest words first, so that a search prefers them."""
    pairs = [(plain(word), group) for group, words in groups.items() for word in words]
    return dict(sorted(pairs, key=lambda pair: -len(pair[0])))


def _longest_first(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(_plain(words), key=len, reverse=True))
