"""The grammar of region codes: digits by level, padding, parents, and the kind a segment means.

Which segment means which kind stands in ``kinds.csv``. Not here: any particular region.
"""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from dagster_project.regions.model import LEVELS

WIDTH = 12
DIGITS = {"province": 2, "city": 4, "district": 6, "street": 9, "community": 12}
"""How many leading digits name a region of each level; zeros fill the rest."""

PARENT_LEVEL: dict[str, str | None] = dict(zip(LEVELS, (None, *LEVELS), strict=False))


@dataclass(frozen=True, slots=True)
class KindRule:
    """Codes whose own segment lies in a range, and whose name ends so, are of this kind."""

    level: str
    first: int
    last: int
    name_ending: str
    kind: str


@cache
def kind_rules() -> tuple[KindRule, ...]:
    """Load the rules; the first that fits decides."""
    with Path(__file__).with_name("kinds.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(
            KindRule(
                row["level"], int(row["first"]), int(row["last"]), row["name_ending"], row["kind"]
            )
            for row in csv.DictReader(lines)
        )


def kind_of(level: str, code: str, name: str) -> str | None:
    """Give the kind (CL_REGION_KIND, for communities CL_UNIT_KIND) of a padded code.

    None where the code's segment means nothing.

    >>> kind_of("street", "440113118000", "沙湾镇"), kind_of("community", "440113120500", "…")
    ('TOWN', 'VC_LIKE')
    """
    start, end = segment_of(level)
    number = int(code[start:end])
    fitting = (
        rule.kind
        for rule in kind_rules()
        if rule.level == level
        and rule.first <= number <= rule.last
        and name.endswith(rule.name_ending)
    )
    return next(fitting, None)


def kind_sql(level: str, code: str, name: str) -> str:
    """Print the rules of ``kind_of`` for one level as an SQL expression over two columns."""
    start, end = segment_of(level)
    number = f"cast(substr({code}, {start + 1}, {end - start}) as integer)"
    branches = " ".join(
        f"when {number} between {rule.first} and {rule.last}"
        f" and ends_with({name}, '{rule.name_ending}') then '{rule.kind}'"
        for rule in kind_rules()
        if rule.level == level
    )
    return f"case {branches} end"


def segment_of(level: str) -> tuple[int, int]:
    """Give where in a code the digits stand that a level adds to its parent's.

    >>> segment_of("street")
    (6, 9)
    """
    parent = PARENT_LEVEL[level]
    return (DIGITS[parent] if parent else 0), DIGITS[level]


def is_code(level: str, code: str) -> bool:
    """Tell whether a text is a padded code that can be of a level.

    >>> is_code("street", "440113118000"), is_code("street", "440113118001")
    (True, False)
    """
    digits = code.isascii() and code.isdecimal() and len(code) == WIDTH
    return digits and not code[DIGITS[level] :].strip("0")


def pad(code: str) -> str:
    """Fill a national code with zeros to 12 digits."""
    return code.ljust(WIDTH, "0")


def parent_of(level: str, code: str) -> tuple[str | None, str | None]:
    """Give level and padded code of the region above.

    >>> parent_of("street", "440113118000")
    ('district', '440113000000')
    """
    parent = PARENT_LEVEL[level]
    return (parent, pad(code[: DIGITS[parent]])) if parent else (None, None)


def level_of(code: str) -> str:
    """Give the highest level that a padded code can stand for, by its zeros.

    >>> level_of("440113118000"), level_of("441900000000")
    ('street', 'city')
    """
    return next(level for level in LEVELS if not code[DIGITS[level] :].strip("0"))


def digits_of(code: str) -> str:
    """Give the leading digits by which a padded code names its region.

    >>> digits_of("440113118000"), digits_of("440110000000")
    ('440113118', '440110')
    """
    return code[: DIGITS[level_of(code)]]


def is_within(code: str, region: str) -> bool:
    """Say whether a padded code lies within a region, or is it.

    >>> is_within("440113118000", "440113000000"), is_within("440113000000", "440113118000")
    (True, False)
    """
    return code.startswith(digits_of(region))


def range_below(level: str, code: str) -> tuple[int, int]:
    """Give the numbers of the padded codes that lie below a code: first, and first beyond."""
    step = 10 ** (WIDTH - DIGITS[level])
    return int(code), int(code) + step
