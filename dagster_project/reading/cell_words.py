"""The words that stand in cells beside numbers and dates; loaded once from ``cell_words.yml``.

Not here: units of headers, marks and labels (see ``vocabulary``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from dagster_project.programme.model import Column
from dagster_project.reading.text import plain
from dagster_project.reading.vocabulary import vocabulary
from dagster_project.yaml_file import read_yaml

COUNTING, MONEY, RATIO = "counting", "money", "ratio"


@dataclass(frozen=True, slots=True)
class CellWords:
    """The words of cells, in the plain form that ``reading.text.plain`` gives."""

    counted: Mapping[str, tuple[str, ...]]
    scales: Mapping[str, int]
    money_before: tuple[str, ...]
    money_after: tuple[str, ...]
    ratios: Mapping[str, Decimal]
    none_or_zero: frozenset[str]
    provisional_before: tuple[str, ...]
    republic: tuple[str, ...]


@cache
def cell_words() -> CellWords:
    """Load the words.

    >>> cell_words().scales["万"]
    10000
    """
    raw = read_yaml(Path(__file__).with_name("cell_words.yml"))
    return CellWords(
        counted={unit: tuple(map(plain, words)) for unit, words in raw["counted"].items()},
        scales=dict(sorted(raw["scales"].items(), key=lambda pair: -len(pair[0]))),
        money_before=tuple(map(plain, raw["money_before"])),
        money_after=tuple(map(plain, raw["money_after"])),
        ratios={plain(sign): Decimal(factor) for sign, factor in raw["ratios"].items()},
        none_or_zero=frozenset(map(plain, raw["none_or_zero"])),
        provisional_before=tuple(map(plain, raw["provisional_before"])),
        republic=tuple(map(plain, raw["republic"])),
    )


def measures(column: Column) -> dict[str, Decimal]:
    """Give the units that a cell of a column may state, with their factors to the column's own.

    >>> heads = Column(name="c", header_zh="c", label_en="c", type="integer", unit="persons")
    >>> measures(heads)["人"], measures(heads)["万人"], "户" in measures(heads)
    (Decimal('1'), Decimal('10000'), False)
    """
    words, dimension = cell_words(), vocabulary().dimension_of(column.unit)
    if dimension is None:
        return {}
    if dimension == RATIO:
        return dict(words.ratios)
    base = {
        word: Decimal(unit.factor)
        for word, unit in vocabulary().units.items()
        if unit.dimension == dimension
    }
    if column.unit and dimension == COUNTING and column.unit in words.counted:
        base = dict.fromkeys(words.counted[column.unit], Decimal(1))
    if dimension == MONEY:
        base |= {word + end: factor for word, factor in base.items() for end in words.money_after}
    plain_units = [word for word, factor in base.items() if factor == 1]
    scaled = {
        scale + word: Decimal(factor)
        for scale, factor in words.scales.items()
        for word in plain_units
    }
    own = vocabulary().scale_of(column.unit)
    return {word: factor / own for word, factor in (scaled | base).items()}
