"""The register of regions: who stood when, under whom, by code and by name.

The programme's own regions are plain objects, loaded in milliseconds; imported national code books
stay in Arrow and are touched only when asked for. Not here: how intervals follow from editions and
events (``history``), tables for the warehouse (``tables``).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path

from dagster_project.regions.books import HOME, read_books
from dagster_project.regions.history import build_regions
from dagster_project.regions.imported import ImportedRegions, NoImports, imported_files
from dagster_project.regions.lineage import Lineage
from dagster_project.regions.model import LEVELS, BoundaryEvent, NameMatch, Region
from dagster_project.regions.names import NameIndex

Key = tuple[str, str]
"""Level and padded code: codes alone collide where a city has no counties."""

UNIT_LEVELS = ("street", "community")
"""Who reports and who is reported on."""


class Register:
    """All regions with their history.

    >>> register = load_register()
    >>> register.get("street", "440113118000", date(2016, 1, 1)).name
    '沙湾镇'
    >>> [found.code for found in register.find_by_name("沙湾镇", "440113000000", date(2022, 1, 1))]
    ['440113017000']
    """

    def __init__(
        self,
        regions: Iterable[Region],
        events: Sequence[BoundaryEvent] = (),
        imports: ImportedRegions | NoImports | None = None,
    ) -> None:
        """Take the programme's regions and events, and the imported code books, if any."""
        self.own = tuple(regions)
        self.events = tuple(events)
        self.imports = imports or NoImports()
        self._by_key: dict[Key, list[Region]] = defaultdict(list)
        self._below: dict[Key, list[Region]] = defaultdict(list)
        self._names: dict[str, NameIndex] = {}
        self._lineage = Lineage(self.events, self.get)
        for region in self.own:
            self._by_key[region.level, region.code].append(region)
            if region.parent_level and region.parent_code:
                self._below[region.parent_level, region.parent_code].append(region)

    def get(self, level: str, code: str, on: date) -> Region | None:
        """Give the region of a level and 12-digit code that stood on a day."""
        return next((found for found in self.history(level, code) if found.is_valid(on)), None)

    def history(self, level: str, code: str) -> list[Region]:
        """Give all intervals of a code, the oldest first."""
        return list(self._by_key.get((level, code)) or self.imports.history(level, code))

    def by_code(self, code: str, on: date) -> list[Region]:
        """Give what a 12-digit code stood for on a day, the highest level first."""
        found = (self.get(level, code, on) for level in LEVELS)
        return [region for region in found if region]

    def children(self, level: str, code: str, on: date) -> list[Region]:
        """Give the regions directly below one on a day, by code."""
        return [region for region in self._all_below((level, code)) if region.is_valid(on)]

    def subtree(self, level: str, code: str, on: date) -> list[Region]:
        """Give a region and all below it on a day, each before what lies below it."""
        top = self.get(level, code, on)
        below = self._descendants((level, code), lambda region: region.is_valid(on))
        return [top, *below] if top else []

    def units(self, on: date, within_code: str | None = None) -> list[Region]:
        """Give the streets, towns, communities and villages that stood on a day.

        Those below one code, or all: the imported ones too, so name a code where a whole
        country of objects is not wanted.
        """
        tops = self._tops(within_code) if within_code else self._roots()
        found = (region for top in tops for region in self.subtree(*top, on))
        return [region for region in dict.fromkeys(found) if region.level in UNIT_LEVELS]

    def find_by_name(self, name: str, within_code: str, on: date) -> list[Region]:
        """Give the regions below a code that a name means on a day.

        Names are those of the code books, earlier and later ones included, never a guess; of
        several regions a person has to choose.
        """
        return [match.region for match in self.match_name(name, within_code, on)]

    def match_name(self, name: str, within_code: str, on: date) -> list[NameMatch]:
        """Do what ``find_by_name`` does and tell how each region was found.

        A region that bears the name on that day wins over one that bore it at another time.
        """
        for way, bearers in self._names_below(within_code).candidates(name):
            matches = [
                NameMatch(region, way, bearer, events)
                for bearer in bearers
                for region, events in self._lineage.same_region(bearer, on)
            ]
            if matches:
                direct = [match for match in matches if not match.events]
                return _distinct(direct or matches)
        return []

    def successors(self, level: str, code: str, on: date) -> list[Region]:
        """Give the regions that stand on a day in the place of one that may have ended by then."""
        begun = [one for one in self.history(level, code) if (one.valid_from or date.min) <= on]
        trails = (trail for one in begun[-1:] for trail in self._lineage.successors(one, on))
        return list(dict.fromkeys(region for region, _ in trails))

    def became(self, name: str, within_code: str, on: date) -> list[Region]:
        """Give what stands on a day for those that bore a name, merged or split ones too."""
        for _, bearers in self._names_below(within_code).candidates(name):
            trails = (trail for one in bearers for trail in self._lineage.successors(one, on))
            if found := list(dict.fromkeys(region for region, _ in trails)):
                return found
        return []

    def same_region(self, level: str, code: str, on: date) -> Region | None:
        """Give what a region is on a day, through recodes, renames and transfers only."""
        begun = self.history(level, code)
        trails = (trail for one in begun for trail in self._lineage.same_region(one, on))
        found = list(dict.fromkeys(region for region, _ in trails))
        return found[0] if len(found) == 1 else None

    def _names_below(self, code: str) -> NameIndex:
        if code not in self._names:
            below = (region for top in self._tops(code) for region in self._descendants(top))
            self._names[code] = NameIndex(dict.fromkeys(below))
        return self._names[code]

    def _tops(self, code: str) -> list[Key]:
        """Give the key of a code; where it stands for a city and its only county, the city's."""
        return [(level, code) for level in LEVELS if self.history(level, code)][:1]

    def _roots(self) -> list[Key]:
        own = [(region.level, region.code) for region in self.own if not region.parent_code]
        return list(dict.fromkeys([*own, *self.imports.roots()]))

    def _descendants(
        self, key: Key, wanted: Callable[[Region], bool] = lambda _: True
    ) -> Iterator[Region]:
        below = dict.fromkeys((region.level, region.code) for region in self._all_below(key))
        for level, code in below:
            kept = [region for region in self.history(level, code) if wanted(region)]
            yield from kept
            if kept:
                yield from self._descendants((level, code), wanted)

    def _all_below(self, key: Key) -> list[Region]:
        own = self._below.get(key, ())
        imported = self.imports.below(*key)
        return sorted([*own, *imported], key=lambda region: region.code) if imported else list(own)


def load_register(programme_root: Path | None = None, imported_dir: Path | None = None) -> Register:
    """Load the programme's regions and point to the imported code books beside them.

    ``programme_root`` holds ``regions/`` (the project's own programme by default). Imported
    editions add regions that the programme does not hold; they are read when first asked for.
    """
    books = read_books(programme_root / "regions" if programme_root else HOME)
    regions = build_regions(books)
    files = imported_files(imported_dir) if imported_dir else []
    imports = ImportedRegions(files, regions, books.events) if files else None
    return Register(regions, books.events, imports)


def _distinct(matches: list[NameMatch]) -> list[NameMatch]:
    """Keep one match for each region: several of its intervals may have borne the name."""
    return list({match.region: match for match in reversed(matches)}.values())[::-1]
