"""Numbers of persons: identity numbers, told by date and check digit, and telephone numbers.

They are never stored, quoted or logged: whatever may be one is masked, whatever is one refuses
the submission. Not here: headers of personal columns (see ``vocabulary.yml``).
"""

import re
from datetime import date

SHORTEST = 11
"""Characters of a mobile number, the shortest of all: a shorter text holds none."""

MASK = "***"
LENGTH = 18
EARLIEST_BIRTH = 1900
_HALF_WIDTH = {0xFEE0 + code: code for code in (*range(48, 58), 45, 46, 88, 120)}
_MONTH_DAY = r"(?:0[1-9]|1[0-2])[ -]?(?:0[1-9]|[12]\d|3[01])"
_IDENTITY = rf"[1-9]\d{{5}}[ -]?(?:19|20)\d\d[ -]?{_MONTH_DAY}[ -]?\d{{3}}[0-9Xx]"
_OLD_IDENTITY = rf"[1-8]\d{{5}}[2-9]\d{_MONTH_DAY}\d{{3}}"
"""Of 15 digits; nobody born before 1920 is counted, so that codes of facilities pass."""
_MOBILE = r"(?:\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}"
_LANDLINE = r"\(?0\d{2,3}[)-][ ]?\d{7,8}"
_ANY = re.compile(
    rf"(?<!\d\.)(?<![0-9A-Za-z])(?:(?i:tel|phone|mob|mobile|wx|vx|id)[.:]?)?(?:{_IDENTITY}|{_OLD_IDENTITY}|{_MOBILE}|{_LANDLINE})"
    r"(?![0-9A-Za-z]|\.\d)",
    re.ASCII,
)
_WHOLE_MOBILE = re.compile(_MOBILE, re.ASCII)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"
"""Of GB 11643-1999: the weighted sum of the first 17 digits, modulo 11."""

_PROVINCE = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]")


def has_personal_number(text: str) -> bool:
    """Say whether a text holds what may be an identity number or a telephone number.

    >>> has_personal_number("电话138 0013 8000"), has_personal_number("440113007001")
    (True, False)
    """
    return len(text) >= SHORTEST and _ANY.search(text.translate(_HALF_WIDTH)) is not None


def masked(text: str) -> str:
    """Give a text without the numbers of persons in it; not one of their digits is left.

    >>> masked("证件１１０１０１１９９００１０１１２３４，电话 13800138000")
    '证件***，电话 ***'
    """
    if len(text) < SHORTEST:
        return text
    parts, end = [], 0
    for match in _ANY.finditer(text.translate(_HALF_WIDTH)):
        parts += [text[end : match.start()], MASK]
        end = match.end()
    return "".join(parts) + text[end:]


def is_identity_number(text: str) -> bool:
    """Say whether a text is an identity number: 18 characters by check digit, 15 by date.

    >>> is_identity_number("11010519491231002X"), is_identity_number("110105194912310021")
    (True, False)
    >>> is_identity_number("110105491231002"), is_identity_number("440113007003001")
    (True, False)
    """
    digits = text.translate(_HALF_WIDTH).upper()
    if not digits.isascii() or not digits[:-1].isdigit() or not _PROVINCE.match(digits):
        return False
    if len(digits) == LENGTH:
        total = sum(w * int(digit) for w, digit in zip(_WEIGHTS, digits, strict=False))
        return _is_day(digits[6:14]) and digits[17] == _CHECK_DIGITS[total % 11]
    old = re.fullmatch(_OLD_IDENTITY, digits, re.ASCII)
    return old is not None and _is_day(f"19{digits[6:12]}")


def is_personal_value(text: str) -> bool:
    """Say whether a cell of numbers or codes is as a whole a number of a person.

    >>> is_personal_value("13800138000"), is_personal_value("12345678901")
    (True, False)
    """
    if len(text) < SHORTEST:
        return False
    bare = text.translate(_HALF_WIDTH).strip()
    return _WHOLE_MOBILE.fullmatch(bare) is not None or is_identity_number(bare)


def _is_day(digits: str) -> bool:
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return born.year >= EARLIEST_BIRTH
