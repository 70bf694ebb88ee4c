"""What reading asks of the region register, and how names of units become codes.

Not here: the register itself (see ``regions``).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from dagster_project.programme.model import Programme
from dagster_project.reading.text import narrow, plain

LATEST = date(9999, 12, 31)
"""The date asked about when the period is unknown: regions as the newest edition has them."""

STREET = "street"
COMMUNITY = "community"
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


@dataclass(slots=True)
class Units:
    """Looks up units of one programme's collections; what was looked up once is kept."""

    register: Register
    within: tuple[str, ...]
    codes: tuple[str, ...]
    _named: dict[tuple[str, str, date], tuple[str, ...]] = field(default_factory=dict)
    _names: dict[date, dict[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, programme: Programme, register: Register) -> "Units":
        """Look within the regions whose collections the programme declares, and nowhere else."""
        within = dict.fromkeys(c.region_code for c in programme.collections)
        codes = dict.fromkeys(code for c in programme.collections for code in c.units)
        return cls(register, tuple(within), tuple(codes))

    def exists(self, code: str, on: date) -> bool:
        """Say whether a street or town is in the register on a date."""
        return self.register.get(STREET, code, on) is not None

    def streets_named(self, name: str, on: date) -> tuple[str, ...]:
        """Give the codes of the streets and towns of a name, with or without the names above."""
        for spelling in spellings(name):
            found = (self._find(spelling, STREET, code, on) for code in self.within)
            if codes := tuple(dict.fromkeys(code for group in found for code in group)):
                return codes
        return ()

    def communities_named(self, name: str, respondent: str, on: date) -> tuple[str, ...]:
        """Give the codes of the respondent's communities of a name; other streets' never count."""
        own = self.register.get(STREET, respondent, on)
        for spelling in spellings(name, own.name if own else ""):
            if codes := self._find(spelling, COMMUNITY, respondent, on):
                return codes
        return (respondent,) if own and plain(name) == plain(own.name) else ()

    def mentioned(self, text: str, on: date) -> set[str]:
        """Give the units of the collections whose whole name stands in a text."""
        if on not in self._names:
            regions = (self.register.get(STREET, code, on) for code in self.codes)
            self._names[on] = {plain(region.name): region.code for region in regions if region}
        key = plain(text)
        return {code for name, code in self._names[on].items() if name in key}

    def _find(self, name: str, level: str, within: str, on: date) -> tuple[str, ...]:
        key = (name, within, on)
        if key not in self._named:
            found = self.register.find_by_name(name, within, on)
            self._named[key] = _codes(found, level)
        return self._named[key]


def _codes(regions: Iterable[RegionLike], level: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(region.code for region in regions if region.level == level))


def spellings(name: str, above: str = "") -> list[str]:
    """Give a name as written, then without the names of the regions above.

    >>> spellings("广州市番禺区石碁镇人民政府")
    ['广州市番禺区石碁镇人民政府', '番禺区石碁镇人民政府', '石碁镇人民政府']
    >>> spellings("石碁镇官涌村", "石碁镇")
    ['石碁镇官涌村', '官涌村']
    """
    found = ["".join(narrow(name).split())]
    while (shorter := _ABOVE.sub("", found[-1], count=1)) != found[-1]:
        found.append(shorter)
    if above:
        below = (one.removeprefix(above) for one in found if one.startswith(above))
        found += [one for one in below if one]
    return list(dict.fromkeys(found))


def unit_code(text: str) -> str | None:
    """Give the 12 digits of a region code of 9 or 12 digits, None for anything else.

    >>> unit_code("440113120"), unit_code("440113007001.0"), unit_code("4401")
    ('440113120000', '440113007001', None)
    """
    digits = "".join(narrow(text).split()).removesuffix(".0")
    if not digits.isascii() or not digits.isdigit():
        return None
    return digits.ljust(12, "0") if len(digits) in (9, 12) else None
