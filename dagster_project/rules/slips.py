"""Typical slips of people who fill forms, and how likely each turns one number into another.

Shares are set from what editors of statistical offices describe, not fitted: what matters is their
order, a misplaced unit before a stray digit. Not here: whether the rules then hold (see
``localising``).
"""

from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

Number = int | Fraction


class Slip(NamedTuple):
    """A kind of slip with its share among all mistakes."""

    reason: str
    share: float


SCALES = {
    Fraction(10): Slip("SUSPECT_TEN", 0.10),
    Fraction(100): Slip("SUSPECT_HUNDRED", 0.06),
    Fraction(1000): Slip("SUSPECT_THOUSAND", 0.02),
    Fraction(10_000): Slip("SUSPECT_TEN_THOUSAND", 0.08),
}
"""A nought too many, 元 for 万元 and the like; a factor too few is as likely as one too many."""
SIGN = Slip("SUSPECT_SIGN", 0.06)
BY_TOTAL = Slip("SUSPECT_BY_TOTAL", 0.50)
"""The total is out by just what the rules ask of one cell: hardly by chance."""
SWAPPED = Slip("SUSPECT_SWAPPED_DIGITS", 0.12)
DIGIT = Slip("SUSPECT_DIGIT", 0.12)
EXTRA = Slip("SUSPECT_DIGIT_TWICE", 0.05)
SHIFTED = Slip("SUSPECT_SHIFTED", 0.12)
TOTAL = Slip("SUSPECT_TOTAL", 0.08)
BLANKED = Slip("SUSPECT_ZERO", 0.05)
ANY = Slip("SUSPECT_VALUE", 0.14)
"""Everything else: any number may stand for any other, the likelier the nearer they are in size."""


def sources(typed: Number) -> Iterator[tuple[Number, Slip]]:
    """Give the numbers that a person may have meant who typed this one, each with the slip."""
    for factor, slip in SCALES.items():
        yield _plain(typed / factor), slip
        yield _plain(typed * factor), slip
    yield -typed, SIGN
    for meant in _swapped(typed):
        yield meant, SWAPPED
    for meant in _without_a_digit(typed):
        yield meant, EXTRA
    for meant in _other_digits(typed):
        yield meant, DIGIT


def slip_between(
    meant: Number, typed: Number, neighbours: frozenset[Number], total: Number | None = None
) -> tuple[str, float]:
    """Give the likeliest reason for typing a number instead of another, and its likelihood.

    Args:
        meant: what should stand there.
        typed: what stands there.
        neighbours: the numbers of the cells beside it.
        total: what the whole column adds up to with the number that was meant.

    >>> slip_between(12, 120, frozenset())[0]
    'SUSPECT_TEN'
    >>> slip_between(12, 21, frozenset())[0]
    'SUSPECT_SWAPPED_DIGITS'
    """
    small, large = sorted((1 + abs(float(meant)), 1 + abs(float(typed))))
    ways = [(ANY.reason, ANY.share * small / large**2)]
    ways += [(slip.reason, slip.share) for slip in _scaled(meant, typed)]
    if typed == -meant:
        ways.append((SIGN.reason, SIGN.share))
    if typed == 0:
        ways.append((BLANKED.reason, BLANKED.share))
    if typed == total:
        ways.append((TOTAL.reason, TOTAL.share))
    if typed in neighbours:
        ways.append((SHIFTED.reason, SHIFTED.share / 2))
    ways += _digit_ways(meant, typed)
    return max(ways, key=lambda way: way[1])


def _digit_ways(meant: Number, typed: Number) -> list[tuple[str, float]]:
    """A slip of a digit is one of as many as the number has digits."""
    digits = len(str(abs(int(meant))))
    found = []
    if typed in _swapped(meant):
        found.append((SWAPPED.reason, SWAPPED.share / max(1, digits - 1)))
    if meant in _without_a_digit(typed):
        found.append((EXTRA.reason, EXTRA.share / (digits + 1)))
    if typed in _other_digits(meant):
        found.append((DIGIT.reason, DIGIT.share / (9 * digits)))
    return found


def _scaled(meant: Number, typed: Number) -> Iterator[Slip]:
    if not meant or not typed:
        return
    for factor, slip in SCALES.items():
        if typed == meant * factor or meant == typed * factor:
            yield slip


def _swapped(number: Number) -> set[Number]:
    """Give the numbers with two digits side by side exchanged."""
    digits = _digits(number)
    changed = {
        digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]
        for at in range(len(digits) - 1)
    }
    return {_signed(text, number) for text in changed - {digits}}


def _without_a_digit(number: Number) -> set[Number]:
    digits = _digits(number)
    if len(digits) == 1:
        return set()
    return {_signed(digits[:at] + digits[at + 1 :], number) for at in range(len(digits))}


def _other_digits(number: Number) -> set[Number]:
    digits = _digits(number)
    changed = {
        digits[:at] + other + digits[at + 1 :]
        for at in range(len(digits))
        for other in "0123456789"
    }
    return {_signed(text, number) for text in changed - {digits}}


def _digits(number: Number) -> str:
    """Give the digits of a whole number; those of others are left alone."""
    return str(abs(int(number))) if number == int(number) else ""


def _signed(digits: str, like: Number) -> int:
    return int(digits) if like >= 0 else -int(digits)


def _plain(number: Fraction) -> Number:
    return int(number) if number.denominator == 1 else number
