"""Rules between numbered columns as forms print them: ``03 = 04 + 05``, ``07≥08``.

A rule made of figures and signs alone is in this notation: whole numbers are line numbers (行次) of
columns, constants carry a decimal point (``2.0``), and 0 is nought. Not here: which columns have
numbers (see the form's ``line``).
"""

import re
from collections.abc import Iterable

from dagster_project.programme.model import Column

PREFIX = "line_"
"""How a column stands in the tree until its form is known; a form's own name comes first."""
_SIGN = "<>=≤≥≠＝"
_OTHER = r"\d\s.+\-*/()!＋－×÷（）"
_ALONE = re.compile(f"[{_OTHER}]+[{_SIGN}][{_OTHER}{_SIGN}]+")
_SIGNS = str.maketrans(
    {"＝": "=", "＋": "+", "－": "-", "×": "*", "÷": "/", "（": "(", "）": ")",
     "≤": "<=", "≥": ">=", "≠": "!="}
)  # fmt: skip
_LINE = re.compile(r"(?<![\d.])(?!0(?!\d))\d{1,3}(?![\d.])")
_EQUAL = re.compile(r"(?<![<>=!])=(?!=)")


def spelled_out(text: str) -> str:
    """Give a rule in line-number notation with names for its columns; any other rule as it is.

    >>> spelled_out("03 = 04 + 2.0 * 05")
    'line_03 == line_04 + 2.0 * line_05'
    >>> spelled_out("opening == 3")
    'opening == 3'
    """
    if not _ALONE.fullmatch(text):
        return text
    plain = text.translate(_SIGNS)
    return _LINE.sub(lambda number: PREFIX + number[0], _EQUAL.sub("==", plain))


def column_of_line(name: str, columns: Iterable[Column]) -> Column | None:
    """Give the column that a name such as ``line_03`` speaks of; ``3`` and ``03`` are one line."""
    number = number_of(name)
    return next((c for c in columns if number and c.line and int(c.line) == int(number)), None)


def number_of(name: str) -> str | None:
    """Give the line number in a name, or None where it is another name.

    >>> number_of("line_03")
    '03'
    """
    number = name.removeprefix(PREFIX)
    return number if name.startswith(PREFIX) and number.isdecimal() else None
