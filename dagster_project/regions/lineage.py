"""What became of a region, and what it was before: the way through boundary events.

Not here: intervals (see ``history``), lookup by code or name (see ``register``).
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from datetime import date, timedelta

from dagster_project.regions.model import EVENT_TYPES, SAME_REGION, BoundaryEvent, Region

Trail = tuple[Region, tuple[str, ...]]
"""A region reached, and the ids of the events on the way to it."""

Lookup = Callable[[str, str, date], Region | None]
"""Gives the region of a level and code that stood on a day."""


class Lineage:
    """The boundary events, ready to be followed in both directions."""

    def __init__(self, events: Iterable[BoundaryEvent], lookup: Lookup) -> None:
        """Take the events, and how to find the region at either end of one."""
        self._lookup = lookup
        self._leaving: dict[tuple[str, str], list[BoundaryEvent]] = defaultdict(list)
        self._arriving: dict[tuple[str, str], list[BoundaryEvent]] = defaultdict(list)
        for event in events:
            self._leaving[event.level, event.old_code].append(event)
            self._arriving[event.level, event.new_code].append(event)

    def same_region(self, region: Region, on: date) -> list[Trail]:
        """Give what a region is called and coded on a day, later or earlier, if it stands then.

        Only events that leave it the same region are followed (recode, rename, transfer).
        """
        return self._follow(region, on, SAME_REGION, ())

    def successors(self, region: Region, on: date) -> list[Trail]:
        """Give the regions that took a region's place by a day, through events of every type."""
        return self._follow(region, on, EVENT_TYPES, ())

    def _follow(
        self, region: Region, on: date, types: Collection[str], way: tuple[str, ...]
    ) -> list[Trail]:
        if region.is_valid(on):
            return [(region, way)]
        later = region.valid_to is not None and region.valid_to <= on
        steps = self._forward(region) if later else self._backward(region)
        return [
            trail
            for event, found in steps
            if event.event_type in types and found
            for trail in self._follow(found, on, types, (*way, event.event_id))
        ]

    def _forward(self, region: Region) -> list[tuple[BoundaryEvent, Region | None]]:
        return [
            (event, self._lookup(event.level, event.new_code, event.happened_on))
            for event in self._leaving[region.level, region.code]
            if event.happened_on == region.valid_to
        ]

    def _backward(self, region: Region) -> list[tuple[BoundaryEvent, Region | None]]:
        eve = timedelta(days=1)
        return [
            (event, self._lookup(event.level, event.old_code, event.happened_on - eve))
            for event in self._arriving[region.level, region.code]
            if event.happened_on == region.valid_from
        ]
