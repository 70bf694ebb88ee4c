"""Names of regions as people write them: width, blanks and official endings make no difference.

Which endings belong together stands in ``name_endings.csv``. Never a guess: a name either is the
same or it is not. Not here: time and place (see ``register``).
"""

import csv
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path

from dagster_project.regions.model import Region

NO_ENDING = ""


def plain(name: str) -> str:
    """Give a name without width and blanks.

    >>> plain(" 沙 湾 镇（１） ")
    '沙湾镇(1)'
    """
    return "".join(unicodedata.normalize("NFKC", name).split())


@lru_cache(maxsize=1 << 14)
def stem(name: str) -> tuple[str, str]:
    """Give a plain name without its official ending, and what kind of ending that was.

    >>> stem("沙湾社区居委会"), stem("沙湾社区"), stem("沙湾")
    (('沙湾', 'residents'), ('沙湾', 'residents'), ('沙湾', ''))
    """
    for ending, kind in endings():
        if name.endswith(ending) and len(name) > len(ending):
            return name.removesuffix(ending), kind
    return name, NO_ENDING


@cache
def endings() -> tuple[tuple[str, str], ...]:
    """Load the endings, longest first so that none hides a longer one."""
    with Path(__file__).with_name("name_endings.csv").open(encoding="utf-8", newline="") as lines:
        pairs = [(row["ending"], row["class"]) for row in csv.DictReader(lines)]
    return tuple(sorted(pairs, key=lambda pair: -len(pair[0])))


class NameIndex:
    """Some regions by their names."""

    def __init__(self, regions: Iterable[Region]) -> None:
        """Take the regions; all their intervals, since earlier names are names too."""
        self._names: dict[str, list[Region]] = defaultdict(list)
        self._endings: dict[tuple[str, str], list[Region]] = defaultdict(list)
        self._stems: dict[str, list[Region]] = defaultdict(list)
        for region in regions:
            name = plain(region.name)
            parts = stem(name)
            self._names[name].append(region)
            self._endings[parts].append(region)
            self._stems[parts[0]].append(region)

    def candidates(self, name: str) -> list[tuple[str, list[Region]]]:
        """Give who may be meant, the closest way of writing first.

        A name with an ending is never taken for one with another: 紫坭村 is not 紫坭社区.
        """
        asked = plain(name)
        parts = stem(asked)
        ways = [("name", self._names.get(asked)), ("ending", self._endings.get(parts))]
        if parts[1] == NO_ENDING:
            ways.append(("stem", self._stems.get(asked)))
        return [(way, found) for way, found in ways if found]
