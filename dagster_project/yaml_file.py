"""Reads the YAML files that come with the code; start-up counts, so libyaml does it where it can.

Not here: files that people edit, whose mistakes are named with their line (``programme.lines``).
"""

from pathlib import Path
from typing import Any

import yaml


def read_yaml(path: Path) -> Any:
    """Give the content of a YAML file, by libyaml where it is there: seven times as fast."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(path.read_text(encoding="utf-8"))
    try:
        return loader.get_single_data()
    finally:
        loader.dispose()
