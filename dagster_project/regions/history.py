"""From code books and boundary events to regions with their time.

A code book tells what stood on its day, an event what changed and when; between the two each
region's intervals follow. Not here: reading the files (``books``), national books (``imported``).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from dagster_project.regions.books import Books
from dagster_project.regions.codes import kind_of, parent_of
from dagster_project.regions.model import LEVELS, BoundaryEvent, Region

Listing = Mapping[str, "Unit"]
"""What stood on a day at one level: padded code to name and kind."""


@dataclass(frozen=True, slots=True)
class Unit:
    """What a code book says of one code."""

    name: str
    kind: str | None


@dataclass(frozen=True, slots=True)
class Moment:
    """What stood at one level from a day on; ``reborn`` are codes that began anew that day."""

    day: date
    listing: Listing
    sources: Mapping[str, str]
    reborn: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Span:
    """A unit that stands since a day, and who says so."""

    unit: Unit
    since: date | None
    source: str


@dataclass(frozen=True, slots=True)
class Change:
    """A difference between two editions that no boundary event explains."""

    level: str
    code: str
    edition: date
    before: str | None
    after: str | None


def build_regions(books: Books) -> list[Region]:
    """Give every region's intervals, by level and code, then by time.

    What the first edition at a level lists is older than it: ``valid_from`` is null. Later
    changes carry the event's date, or where no event tells, the edition's.
    """
    regions = []
    for level in LEVELS:
        spans = _spans(level, moments(books, level))
        regions += sorted(spans, key=lambda region: (region.code, region.valid_from or date.min))
    return regions


def moments(books: Books, level: str) -> Iterator[Moment]:
    """Give what stood at a level after each edition and each day of events, in order of time.

    A change that lies between two editions is dated by its events; the next edition then finds
    it already made. Events before the first edition change nothing: what stood is not known.
    """
    printed = _printed(books, level)
    events = [event for event in books.events if event.level == level]
    standing: Listing = {}
    before = date.max
    for book in printed:
        for moment in _between(events, before, book.day, standing, book.listing):
            standing = moment.listing
            yield moment
        yield book
        standing, before = book.listing, book.day
    yield from _between(events, before, date.max, standing, None)


def unexplained(books: Books) -> list[Change]:
    """List what differs between two editions and stands in no event between them."""
    found: list[Change] = []
    for level in LEVELS:
        printed = _printed(books, level)
        for old, new in pairwise(printed):
            known = [
                event
                for event in books.events
                if event.level == level and old.day < event.happened_on <= new.day
            ]
            found += _differences(level, old.listing, new, known)
    return found


def _differences(
    level: str, before: Listing, book: Moment, known: list[BoundaryEvent]
) -> Iterator[Change]:
    ended = {event.old_code for event in known}
    begun = {event.new_code for event in known}
    renamed = {event.old_code for event in known if event.old_code == event.new_code}
    for code in sorted(before.keys() | book.listing.keys()):
        old, new = before.get(code), book.listing.get(code)
        told = ended if new is None else begun if old is None else renamed
        if old != new and code not in told:
            yield Change(level, code, book.day, _name(old), _name(new))


def _name(unit: Unit | None) -> str | None:
    return unit.name if unit else None


def _printed(books: Books, level: str) -> list[Moment]:
    """Give the editions that hold a level at all."""
    listings: dict[date, dict[str, Unit]] = defaultdict(dict)
    for entry in books.entries:
        if entry.level == level:
            for day in entry.editions:
                listings[day][entry.code] = Unit(entry.name, entry.kind)
    held = (edition for edition in books.editions if edition.day in listings)
    return [
        Moment(edition.day, listing, dict.fromkeys(listing, edition.source))
        for edition in held
        for listing in (listings[edition.day],)
    ]


def _between(
    events: Iterable[BoundaryEvent],
    after: date,
    until: date,
    standing: Listing,
    book: Listing | None,
) -> Iterator[Moment]:
    """Apply the events of each day between two editions; the later edition is ``book``."""
    by_day: dict[date, list[BoundaryEvent]] = defaultdict(list)
    for event in events:
        if after < event.happened_on <= until:
            by_day[event.happened_on].append(event)
    for day, changes in sorted(by_day.items()):
        standing = _after(changes, standing, book)
        sources = {change.new_code: change.source for change in changes}
        reborn = frozenset(
            change.new_code for change in changes if change.old_code == change.new_code
        )
        yield Moment(day, standing, sources, reborn)


def _after(changes: list[BoundaryEvent], standing: Listing, book: Listing | None) -> Listing:
    later = dict(standing)
    for change in changes:
        if _ends_the_old(change, book):
            later.pop(change.old_code, None)
    for change in changes:
        later[change.new_code] = Unit(change.new_name, _kind(change, standing, book))
    return later


def _ends_the_old(change: BoundaryEvent, book: Listing | None) -> bool:
    """A town from which a street is split off goes on, unless the next edition lacks it."""
    if change.event_type == "split":
        return book is not None and change.old_code not in book
    return change.old_code != change.new_code


def _kind(change: BoundaryEvent, standing: Listing, book: Listing | None) -> str | None:
    known = (book or {}).get(change.new_code) or standing.get(change.new_code)
    return known.kind if known else kind_of(change.level, change.new_code, change.new_name)


def _spans(level: str, timeline: Iterable[Moment]) -> Iterator[Region]:
    opened: dict[str, Span] = {}
    first = True
    for moment in timeline:
        for code, span in list(opened.items()):
            if moment.listing.get(code) != span.unit or code in moment.reborn:
                del opened[code]
                if span.since != moment.day:  # else an edition contradicts an event of its own day
                    yield _region(level, code, span, moment.day)
        for code in moment.listing.keys() - opened.keys():
            since = None if first else moment.day
            opened[code] = Span(moment.listing[code], since, moment.sources[code])
        first = False
    for code, span in opened.items():
        yield _region(level, code, span, None)


def _region(level: str, code: str, span: Span, until: date | None) -> Region:
    above = parent_of(level, code)
    return Region(
        level, code, span.unit.name, span.unit.kind, *above, span.since, until, span.source
    )
