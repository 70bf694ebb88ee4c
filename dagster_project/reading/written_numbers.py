"""A number as a text writes it: figures, Chinese numerals, or both, with a unit and an estimate.

Not here: which unit a column allows (see ``cell_words``), what a column makes of the number (see
``numbers``).
"""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from dagster_project.reading.cell_words import cell_words
from dagster_project.reading.numerals import CHARACTERS, numeral
from dagster_project.reading.odd import ESTIMATED, PROVISIONAL
from dagster_project.reading.script import simplified
from dagster_project.reading.text import narrow
from dagster_project.reading.vocabulary import vocabulary

LONGEST_NUMBER = 40
_FIGURES = (
    r"(?P<digits>\d{1,3}(?:(?P<gap>[, ])\d{3})(?:(?P=gap)\d{3})*|\d+|(?=\.\d))(?P<rest>\.\d+)?"
)
_NUMBER = re.compile(rf"(?P<sign>[+-]?)\s*{_FIGURES}\s*(?P<unit>\D*|k?m2)", re.ASCII)
_SMALL = re.compile(r"-?\d(?:\.\d+)?e-\d{1,2}", re.ASCII)
"""A spreadsheet writes small numbers like this in text files; large ones have lost digits so."""

_SQUARE = re.compile(r"^[^²]*m²\s*$", re.IGNORECASE)
_BRACKETED = re.compile(r"\(\s*([^()]+?)\s*\)(.*)")
_PART = re.compile(r"(\d+)(亿|万|千|百)", re.ASCII)
_MIXED = re.compile(r"(?P<parts>(?:\d+(?:亿|万|千|百)){2,})(?P<unit>\D*)", re.ASCII)
_CHINESE = re.compile(rf"(?P<sign>负?)(?P<numeral>[{CHARACTERS}]+)(?P<unit>\D*)")
ALONE = frozenset("一〇○")
"""Written alone they are as often a dash or a tick as a number."""


@dataclass(frozen=True, slots=True)
class Written:
    """A number as a text writes it: with its own unit if any, and whether it is estimated.

    ``scaled`` numbers are written with 万 or 亿 in words, ``bracketed`` ones in brackets.
    """

    number: Decimal
    unit: str = ""
    status: str | None = None
    scaled: bool = False
    bracketed: bool = False


def written_number(text: str) -> Written | None:
    """Read a number from a text, None where it is none or could be several.

    >>> (found := written_number("１，２３４人")).number, found.unit
    (Decimal('1234'), '人')
    >>> written_number("3万5千").number, written_number("一百二十户").unit
    (Decimal('35000'), '户')
    >>> written_number("约30").status, written_number("12 34"), written_number("1,5")
    ('E', None, None)
    """
    if _has_footnote_sign(text):
        return None
    bare, status = _without_status(simplified(narrow(text).lower().lstrip("'")))
    if len(bare) > LONGEST_NUMBER or not bare.isprintable():
        return None
    if _SMALL.fullmatch(bare):
        return Written(Decimal(bare), status=status)
    bracketed = _BRACKETED.fullmatch(bare)
    inner = _without_money("".join(bracketed.groups()) if bracketed else bare)
    return (
        _figures(inner, status, is_bracketed=bracketed is not None)
        or _mixed(inner, status)
        or (None if bracketed else _chinese(inner, status))
    )


def _has_footnote_sign(text: str) -> bool:
    """Tell 12① and 12², where half width would turn the sign into one more digit.

    >>> _has_footnote_sign("12①"), _has_footnote_sign("12m²"), _has_footnote_sign("１２")
    (True, False, False)
    """
    signs = {character for character in text if unicodedata.category(character) == "No"}
    return bool(signs) and not (signs == {"²"} and _SQUARE.search(text))


def _without_status(text: str) -> tuple[str, str | None]:
    """Take off 约 before and 左右 after a number."""
    words = vocabulary()
    for before, status in _before():
        if text.startswith(before):
            return text.removeprefix(before).strip(" :"), status
    for word in words.estimate_after:
        if text.endswith(word):
            return text.removesuffix(word).strip(), ESTIMATED
    return text, None


@cache
def _before() -> list[tuple[str, str]]:
    estimates = [(word, ESTIMATED) for word in vocabulary().estimate_before]
    return estimates + [(word, PROVISIONAL) for word in cell_words().provisional_before]


def _without_money(text: str) -> str:
    """Take off the sign of a currency; the unit behind the number must then be one of money."""
    for word in cell_words().money_before:
        if text.startswith(word):
            rest = text.removeprefix(word).strip()
            return rest if rest.endswith((*cell_words().money_after, "元")) else f"{rest}元"
    return text


def _figures(text: str, status: str | None, *, is_bracketed: bool) -> Written | None:
    match = _NUMBER.fullmatch(text)
    if match is None or (is_bracketed and match["sign"]):
        return None
    digits = match["digits"].replace(match["gap"] or ",", "")
    number = Decimal(match["sign"] + digits + (match["rest"] or ""))
    unit = match["unit"].strip()
    return Written(number, unit, status, unit in cell_words().scales, is_bracketed)


def _mixed(text: str, status: str | None) -> Written | None:
    """Read figures with several powers: 3万5千, 1亿2000万."""
    match = _MIXED.fullmatch(text)
    if match is None:
        return None
    total, smallest = 0, None
    for figure, power in _PART.findall(match["parts"]):
        scale = cell_words().scales[power]
        if smallest is not None and int(figure) * scale >= smallest:
            return None
        total, smallest = total + int(figure) * scale, scale
    return Written(Decimal(total), match["unit"].strip(), status, scaled=True)


def _chinese(text: str, status: str | None) -> Written | None:
    match = _CHINESE.fullmatch(text)
    if match is None or text in ALONE:
        return None
    number = numeral(match["numeral"])
    if number is None:
        return None
    scaled = bool({"万", "亿"} & set(match["numeral"]))
    return Written(-number if match["sign"] else number, match["unit"].strip(), status, scaled)
