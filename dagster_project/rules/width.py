"""Numbers in DuckDB SQL that know how wide they can get, so that none overflows or is rounded.

DuckDB stops a whole query at one overflow, and one absurd cell must not stop the others. Bigint
columns are therefore added as HUGEINT (3 x the time of bigint; DECIMAL(38) would take 8 x), and
what might pass 38 digits is tried exactly, then as DOUBLE. Not here: what the numbers mean.
"""

from dataclasses import dataclass
from decimal import Decimal

MOST_DIGITS = 38
"""Digits that HUGEINT and DECIMAL(38,s) surely hold."""
INTEGER_DIGITS = 19
DECIMAL_DIGITS, DECIMAL_SCALE = 12, 6
ROWS_DIGITS = 9
"""Digits that summing adds: no file has a billion rows."""


@dataclass(frozen=True, slots=True)
class Number:
    """SQL of a number with its most digits before and after the point.

    ``wide`` says that the SQL already has a type in which adding cannot overflow, ``fits`` that no
    step on the way to it can pass 38 digits.
    """

    text: str
    digits: int
    scale: int = 0
    wide: bool = False
    fits: bool = True

    def widened(self) -> "Number":
        """Give the number in a type in which it can be added and multiplied."""
        if self.wide:
            return self
        target = f"decimal({MOST_DIGITS}, {self.scale})" if self.scale else "hugeint"
        return self._as(f"cast({self.text} as {target})")

    def doubled(self) -> "Number":
        """Give the number as a DOUBLE."""
        return self._as(f"cast({self.text} as double)")

    def combined(self, operator: str, other: "Number") -> "Number":
        """Give the sum, difference or product of two numbers."""
        digits, scale = max(self.digits, other.digits) + 1, max(self.scale, other.scale)
        if operator == "*":
            digits, scale = self.digits + other.digits, self.scale + other.scale
        fits = self.fits and other.fits and digits + scale <= MOST_DIGITS
        return Number(f"({self.text} {operator} {other.text})", digits, scale, wide=True, fits=fits)

    def meets(self, other: "Number") -> bool:
        """Say whether DuckDB can bring two numbers to one type without losing a digit."""
        together = max(self.digits, other.digits) + max(self.scale, other.scale)
        return self.fits and other.fits and together <= MOST_DIGITS

    def _as(self, text: str) -> "Number":
        return Number(text, self.digits, self.scale, wide=True, fits=self.fits)


def of_literal(value: Decimal) -> Number:
    """Give a number as written in a rule.

    >>> of_literal(Decimal("0.05"))
    Number(text='0.05', digits=1, scale=2, wide=False, fits=True)
    """
    words = f"{value:f}"
    whole, _, fraction = words.lstrip("-").partition(".")
    text = f"({words})" if value.is_signed() else words
    return Number(text, len(whole), len(fraction))
