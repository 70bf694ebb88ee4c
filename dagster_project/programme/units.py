"""The units of measure that a column may have: their dimension, and how many base units each is.

Loaded once from ``units.yml``. Not here: how files write them (see ``reading.vocabulary``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from dagster_project.yaml_file import read_yaml


@dataclass(frozen=True, slots=True)
class ColumnUnits:
    """What is known of columns' units; ``scales`` names only those of more than one base unit."""

    dimensions: Mapping[str, str]
    scales: Mapping[str, int]


@cache
def column_units() -> ColumnUnits:
    """Load the units.

    >>> column_units().dimensions["ten_thousand_yuan"], column_units().scales["ten_thousand_yuan"]
    ('money', 10000)
    """
    raw = read_yaml(Path(__file__).with_name("units.yml"))
    scaled = raw["scaled_units"].items()
    dimensions = raw["dimensions"] | {unit: raw["dimensions"][base] for unit, (base, _) in scaled}
    return ColumnUnits(dimensions, {unit: scale for unit, (_, scale) in scaled})
