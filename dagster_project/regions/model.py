"""The nouns of this room: regions with their time, boundary events, and how a name was matched.

Plain frozen data. Not here: where they come from (``books``, ``history``) or how they are asked
for (``register``).
"""

from dataclasses import dataclass
from datetime import date

from dagster_project.errors import JicengError

LEVELS = ("province", "city", "district", "street", "community")
"""From the top down; each level hangs on the one before it."""

EVENT_TYPES = ("split", "merge", "transfer", "rename", "recode")

SAME_REGION = frozenset({"transfer", "rename", "recode"})
"""Events after which the region is still the same one under a new code, name or parent."""

DATE_BASES = ("decree", "edition")
"""A decree's day, or else the first code book that shows the change."""


class RegionError(JicengError):
    """A code book or the region data cannot be read: says which file, which line, what to do."""


@dataclass(frozen=True, slots=True)
class Region:
    """One region for as long as its code, name and parent stood.

    ``code`` has 12 digits, zero-padded; the key is (level, code), since padded codes collide where
    a city has no counties. ``valid_from`` is null where the region is older than the first code
    book held; ``valid_to`` is the first day on which it is no longer valid, null while it is.
    """

    level: str
    code: str
    name: str
    kind: str | None
    parent_level: str | None
    parent_code: str | None
    valid_from: date | None
    valid_to: date | None
    source: str

    def is_valid(self, on: date) -> bool:
        """Tell whether the region stood on a day."""
        begun = self.valid_from is None or self.valid_from <= on
        return begun and (self.valid_to is None or on < self.valid_to)


@dataclass(frozen=True, slots=True)
class BoundaryEvent:
    """One change from an old region to a new one of the same level (区划变更).

    A decree that touches several regions is several events. An event whose old and new code are
    the same ends one region and begins the next under that code.
    """

    event_id: str
    event_type: str
    happened_on: date
    date_basis: str
    level: str
    old_code: str
    new_code: str
    old_name: str
    new_name: str
    source: str


@dataclass(frozen=True, slots=True)
class NameMatch:
    """A region found by a name, and how.

    ``matched_by`` is ``name`` (as written in the code book), ``ending`` (the same but for an
    official ending: 街道办事处 for 街道) or ``stem`` (asked for without any ending). ``bearer`` is
    the region that bears the name; where it did not stand on the day asked for, ``events`` are
    the ids of the boundary events that lead from it to ``region``.
    """

    region: Region
    matched_by: str
    bearer: Region
    events: tuple[str, ...]
