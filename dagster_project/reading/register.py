"""What reading asks of the region register, and how names of units become codes.

Not here: the register itself (see ``regions``).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import SequenceMatcher
from typing import Protocol

from dagster_project.programme.model import Programme
from dagster_project.reading.script import simplified
from dagster_project.reading.text import narrow, plain, without_numbering
from dagster_project.regions.model import LEVELS
from dagster_project.regions.names import NO_ENDING, stem

LATEST = date(9999, 12, 31)
"""The date asked about when the period is unknown: regions as the newest edition has them."""

MOST_NAMED = 10_000
"""Names of units kept with what they mean; a district's units have some hundreds."""

STREET = "street"
NEAREST = 3
LEAST_LIKENESS = 0.5
"""Half of a short name's characters. However alike a name is, none is taken unasked."""

_STREET_ENDING = re.compile(r"街道办事处|街道办|街道|镇|乡")
_ABOVE = re.compile(r"^.*?(?:[省市县旗]|(?<![社小])区)(?=..)")


class RegionLike(Protocol):
    """A region of the register."""

    @property
    def level(self) -> str:
        """Give the level."""
        ...

    @property
    def code(self) -> str:
        """Give the code of 12 digits."""
        ...

    @property
    def name(self) -> str:
        """Give the name."""
        ...


class Register(Protocol):
    """The part of the region register that reading uses."""

    def get(self, level: str, code: str, on: date, /) -> RegionLike | None:
        """Give a region valid on a date."""
        ...

    def children(self, level: str, code: str, on: date, /) -> Sequence[RegionLike]:
        """Give the regions below a region."""
        ...

    def find_by_name(self, name: str, within_code: str, on: date, /) -> Sequence[RegionLike]:
        """Give the descendants of a region that bear or bore a name."""
        ...

    def same_region(self, level: str, code: str, on: date, /) -> RegionLike | None:
        """Give what a region of an earlier or later code is on a date."""
        ...

    def became(self, name: str, within_code: str, on: date, /) -> Sequence[RegionLike]:
        """Give what stands on a date for the regions of a name that were merged or split."""
        ...


@dataclass(slots=True)
class Units:
    """Looks up units of one programme's collections; what was looked up once is kept."""

    register: Register
    within: tuple[str, ...]
    codes: tuple[str, ...]
    levels: frozenset[str] = field(init=False)
    """The levels of the units that report: streets and towns, where none is declared."""
    _found: dict[tuple[str, str, date], tuple[RegionLike, ...]] = field(
        init=False, default_factory=dict
    )
    _named: dict[tuple[str, date], tuple[str, ...]] = field(init=False, default_factory=dict)
    _names: dict[date, "Names"] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Tell the levels once: a programme may ask thousands of units."""
        self.levels = frozenset(map(level_of, self.codes)) or frozenset({STREET})

    @classmethod
    def of(cls, programme: Programme, register: Register) -> "Units":
        """Look within the regions whose collections the programme declares, and nowhere else."""
        within = dict.fromkeys(c.region_code for c in programme.collections)
        codes = dict.fromkeys(code for c in programme.collections for code in c.units)
        return cls(register, tuple(within), tuple(codes))

    def of_forms(self, programme: Programme) -> "dict[str, Units]":
        """Give the units that are asked for each form; where all are, what was looked up is shared.

        A street's files name their district too, which reports for its departments.
        """
        asked = {self.codes: self, (): self}
        return {
            form_id: asked.setdefault(codes, replace(self, codes=codes))
            for form_id in programme.forms
            for codes in [programme.units_asked(form_id)]
        }

    def region(self, code: str, on: date) -> RegionLike | None:
        """Give the region of a code of 12 digits on a date."""
        return self.register.get(level_of(code), code, on)

    def exists(self, code: str, on: date) -> bool:
        """Say whether a code is of the kind of unit that reports, and stands on a date."""
        return level_of(code) in self.levels and self.region(code, on) is not None

    def is_code(self, code: str, on: date) -> bool:
        """Say whether a text of 12 digits is the code of a unit on a date."""
        return code.isascii() and code.isdigit() and self.region(code, on) is not None

    def code_on(self, code: str, on: date) -> str:
        """Give the code that a unit bears on a date, where it bore another one at another time.

        A code that never was, or whose unit was merged or split, stays as it is: a rule refuses it.
        """
        if self.is_code(code, on):
            return code
        region = self.register.same_region(level_of(code), code, on)
        return region.code if region else code

    def streets_named(self, name: str, on: date) -> tuple[str, ...]:
        """Give the codes of the reporting units of a name, with or without the names above."""
        key = (name, on)
        if key not in self._named:
            if len(self._named) > MOST_NAMED:
                self._named.clear()
            self._named[key] = self._streets_named(name, on)
        return self._named[key]

    def _streets_named(self, name: str, on: date) -> tuple[str, ...]:
        for spelling in spellings(name):
            below = (region for code in self.within for region in self._find(spelling, code, on))
            tops = (region for code in self.within if (region := self._bears(code, spelling, on)))
            if codes := _codes(region for region in (*below, *tops) if region.level in self.levels):
                return codes if len(codes) == 1 else self._meant(codes, name, on)
        return ()

    def _meant(self, codes: tuple[str, ...], name: str, on: date) -> tuple[str, ...]:
        """Give those of a name that the names above it fit, of these the ones that are asked."""
        words = simplified("".join(narrow(name).split()))
        above = [code for code in codes if self._names_above(code, on) & set(_above(words))]
        fitting = tuple(above) or codes
        return tuple(code for code in fitting if code in self.codes) or fitting

    def _names_above(self, code: str, on: date) -> set[str]:
        """Give the names of a unit's district and city."""
        regions = (self.region(code[:digits].ljust(12, "0"), on) for digits in (6, 4))
        return {region.name for region in regions if region}

    def communities_named(self, name: str, respondent: str, on: date) -> tuple[str, ...]:
        """Give the codes of the respondent's communities of a name; other streets' never count.

        Where the respondent is no street, its districts come before what lies below these.
        """
        own = self.region(respondent, on)
        for spelling in spellings(name, own.name if own else ""):
            if codes := self._below(spelling, respondent, on):
                return codes + self._itself_too(name, respondent, on)
        for spelling in self._below_own_name(name, respondent, on):
            if codes := self._below(spelling, respondent, on):
                return codes
        return (respondent,) if self.streets_named(name, on) == (respondent,) else ()

    def _below(self, name: str, respondent: str, on: date) -> tuple[str, ...]:
        found = self._find(name, respondent, on)
        highest = min((LEVELS.index(region.level) for region in found), default=0)
        return _codes(region for region in found if region.level == LEVELS[highest])

    def _itself_too(self, name: str, respondent: str, on: date) -> tuple[str, ...]:
        """Give the respondent where a name without any ending may mean it as well."""
        is_bare = stem(plain(name))[1] == NO_ENDING
        return (respondent,) if is_bare and respondent in self.streets_named(name, on) else ()

    def _below_own_name(self, name: str, respondent: str, on: date) -> Iterator[str]:
        """Give a name as people write it: numbered, with a second 村, under an earlier street."""
        for spelling in spellings(without_numbering(narrow(name))):
            yield spelling
            if spelling.endswith("村村"):
                yield spelling[:-1]
            for match in _STREET_ENDING.finditer(spelling):
                above, below = spelling[: match.end()], spelling[match.end() :]
                if below and self.streets_named(above, on) == (respondent,):
                    yield below

    def nearest(self, name: str, respondent: str, on: date) -> list[str]:
        """Give what a name may mean below the respondent, for a person to choose from.

        First what became of a merged or split unit of the name, then the most like it.
        """
        spelling = spellings(name)[-1]
        key = stem(plain(spelling))[0]
        became = self.register.became(spelling, respondent, on)
        likeness = dict.fromkeys(became, 1.0)
        for region in self._all_below(respondent, on):
            ratio = SequenceMatcher(None, key, stem(region.name)[0]).ratio()
            likeness.setdefault(region, ratio)
        likely = [region for region, ratio in likeness.items() if ratio >= LEAST_LIKENESS]
        ranked = sorted(likely, key=lambda region: -likeness[region])[:NEAREST]
        return [f"{region.name} {region.code}" for region in ranked]

    def _all_below(self, code: str, on: date) -> Iterator[RegionLike]:
        """Give the units right below one; a city's districts count to its province as well."""
        level = level_of(code)
        for region in self.register.children(level, code, on):
            yield region
            if level == LEVELS[0]:
                yield from self.register.children(region.level, region.code, on)

    def mentioned(self, text: str, on: date) -> set[str]:
        """Give the units of the collections whose whole name stands in a text."""
        if on not in self._names:
            regions = (self.region(code, on) for code in self.codes)
            self._names[on] = Names(
                {plain(region.name): region.code for region in regions if region}
            )
        return self._names[on].within(plain(text))

    def _find(self, name: str, within: str, on: date) -> tuple[RegionLike, ...]:
        key = (name, within, on)
        if key not in self._found:
            self._found[key] = tuple(self.register.find_by_name(name, within, on))
        return self._found[key]

    def _bears(self, code: str, name: str, on: date) -> RegionLike | None:
        """Give a region itself where it bears a name, as a place or as its government."""
        region = self.region(code, on)
        return region if region and stem(plain(region.name)) == stem(plain(name)) else None


@dataclass(frozen=True, slots=True)
class Names:
    """Names of units with their codes, to be found anywhere in a text."""

    codes: dict[str, str]
    lengths: dict[str, tuple[int, ...]] = field(init=False)
    """How long the names are that begin with a character: so long a piece of a text may be one."""

    def __post_init__(self) -> None:
        """Tell the lengths of the names."""
        found: dict[str, set[int]] = {}
        for name in self.codes:
            found.setdefault(name[:1], set()).add(len(name))
        lengths = {first: tuple(lengths) for first, lengths in found.items()}
        object.__setattr__(self, "lengths", lengths)

    def within(self, text: str) -> set[str]:
        """Give the codes of the names that stand in a text.

        >>> sorted(Names({"石碁镇": "1", "大石街道": "2"}).within("致石碁镇与大石街道"))
        ['1', '2']
        """
        pieces = (
            text[start : start + length]
            for start, first in enumerate(text)
            if first in self.lengths
            for length in self.lengths[first]
        )
        return {self.codes[piece] for piece in pieces if piece in self.codes}


def level_of(code: str) -> str:
    """Give the level of a code of 12 digits, which its zeros tell.

    >>> level_of("440113007001"), level_of("440113007000"), level_of("440000000000")
    ('community', 'street', 'province')
    """
    significant = next((place for place in (2, 4, 6, 9) if not code[place:].strip("0")), 12)
    return LEVELS[(2, 4, 6, 9, 12).index(significant)]


def _codes(regions: Iterable[RegionLike]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(region.code for region in regions))


def spellings(name: str, above: str = "") -> list[str]:
    """Give a name as written, then without the names of the regions above.

    >>> spellings("广州市番禺区石碁镇人民政府")
    ['广州市番禺区石碁镇人民政府', '番禺区石碁镇人民政府', '石碁镇人民政府']
    >>> spellings("石碁镇官涌村", "石碁镇")
    ['石碁镇官涌村', '官涌村']
    """
    found = ["".join(narrow(name).split())]
    if (short := simplified(found[0])) != found[0]:
        return [*spellings(short, above), *found]
    while (shorter := _ABOVE.sub("", found[-1], count=1)) != found[-1]:
        found.append(shorter)
    if above:
        below = (one.removeprefix(above) for one in found if one.startswith(above))
        found += [one for one in below if one]
    return list(dict.fromkeys(found))


def _above(name: str) -> Iterator[str]:
    """Give the names of regions that stand before a unit's own."""
    while match := _ABOVE.match(name):
        yield match[0]
        name = name[match.end() :]


def unit_code(text: str) -> str | None:
    """Give the 12 digits of a region code of 9 or 12 digits, None for anything else.

    >>> unit_code("440113120"), unit_code("440113007001.0"), unit_code("4401")
    ('440113120000', '440113007001', None)
    """
    digits = "".join(narrow(text).split()).removesuffix(".0")
    if not digits.isascii() or not digits.isdigit():
        return None
    return digits.ljust(12, "0") if len(digits) in (9, 12) else None
