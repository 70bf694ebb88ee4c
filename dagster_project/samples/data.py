"""The declared side of the samples: numbers, words, towns and purposes, read from YAML.

Not here: anything that computes with them.
"""

from functools import cache
from pathlib import Path
from typing import Any

from dagster_project.programme.lines import read_document

HOME = Path(__file__).parent


@cache
def declared(name: str) -> Any:
    """Give the content of one of the YAML files beside this module."""
    return read_document(HOME / f"{name}.yml").content
