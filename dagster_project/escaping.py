"""Makes text that somebody sent harmless in a cell of a sheet that is written back.

A spreadsheet runs what begins like a formula, and a formula may start a program (DDE) or send the
sheet away. Not here: writing sheets, and numbers, which are written as numbers.
"""

import re

QUOTE = "'"
"""Put before a text, it makes a spreadsheet take the rest as it stands."""

_BEGINS_A_FORMULA = re.compile(r"[\s\ufeff\u200b-\u200f\u2060\0]*[=+\-@＝＋－\uff20]|[\t\r\n]")
"""Also full-width signs, which Chinese and Japanese editions take for the others, and blanks before
them, which some programs drop; a tab or line break first is a way past naive filters."""

_IS_A_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?%?", re.ASCII)


def escape_formula(text: str) -> str:
    """Give a text that no spreadsheet runs: where it begins like a formula, with a quote before it.

    A plain signed number stays as it is. Escaping twice changes nothing more.

    >>> escape_formula("=cmd|' /C calc'!A0"), escape_formula("-12.5"), escape_formula("大石街道")
    ("'=cmd|' /C calc'!A0", '-12.5', '大石街道')
    """
    is_formula = _BEGINS_A_FORMULA.match(text) and not _IS_A_NUMBER.fullmatch(text)
    return f"{QUOTE}{text}" if is_formula else text
