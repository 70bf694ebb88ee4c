"""Chinese numerals: 十二, 一百二十, 壹佰元, 二〇一五, 三点五, 一万零五十.

Exact or nothing: 一百二 (120 in speech, 102 to a careless writer) and 三五 (three or five) are
none. Not here: figures with words such as 1.2万 (see ``numbers``).
"""

from decimal import Decimal

_DIGITS = {
    character: digit
    for digit, characters in enumerate(
        (
            "零〇○",
            "一壹",
            "二贰貳两兩",
            "三叁參叄",
            "四肆",
            "五伍",
            "六陆陸",
            "七柒",
            "八捌",
            "九玖",
        )
    )
    for character in characters
}
_STEPS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_ZEROES = "零〇○"
TEN = 10
SHORTEST_SEQUENCE = 3
"""Digits without steps: 二三 means two or three, 一二三 is 123."""

CHARACTERS = "".join([*_DIGITS, *_STEPS, "万萬亿億点點"])
_SCALES = (("亿億", 10**8), ("万萬", 10**4))


def numeral(text: str) -> Decimal | None:
    """Give the number that a Chinese numeral means, None where it is none or could be several.

    >>> numeral("一百二十"), numeral("一万零五"), numeral("二〇一五"), numeral("三点五")
    (Decimal('120'), Decimal('10005'), Decimal('2015'), Decimal('3.5'))
    >>> numeral("一百二"), numeral("三五"), numeral("十几")
    (None, None, None)
    """
    whole, point, rest = text.replace("點", "点").partition("点")
    if whole[:1] in _ZEROES and whole[1:]:
        return None
    number = _sequence(whole) if not _STEPS.keys() & whole else None
    number = _whole(whole) if number is None else number
    if number is None or not point:
        return None if number is None else Decimal(number)
    digits = [_DIGITS.get(character) for character in rest]
    if not digits or None in digits:
        return None
    return Decimal(f"{number}.{''.join(map(str, digits))}")


def digits_of(text: str) -> str | None:
    """Give the digits of a sequence of Chinese digits, None where it is no such sequence.

    >>> digits_of("二〇一五"), digits_of("十五")
    ('2015', None)
    """
    digits = [_DIGITS.get(character) for character in text]
    return None if None in digits or not digits else "".join(map(str, digits))


def _sequence(text: str) -> int | None:
    """Read digits side by side; two of them may also be a guess between two numbers."""
    digits = digits_of(text)
    if digits is None or (len(digits) < SHORTEST_SEQUENCE and digits[-1:] != "0" and text[1:]):
        return None
    return None if len(digits) > 1 and digits[0] == "0" else int(digits)


def _whole(text: str) -> int | None:
    """Read a number in parts, 亿 before 万 before the rest."""
    total, follows = 0, False
    for characters, scale in _SCALES:
        places = [place for place, character in enumerate(text) if character in characters]
        if len(places) > 1:
            return None
        if places:
            part = _section(text[: places[0]], follows=follows)
            if not part:
                return None
            total, text, follows = total + part * scale, text[places[0] + 1 :], True
    if not text:
        return total if follows else None
    part = _section(text, follows=follows)
    return None if part is None else total + part


def _section(text: str, *, follows: bool) -> int | None:
    """Read a number below ten thousand; a bare digit after a larger step means two things."""
    total, digit, below, after_zero = 0, None, 10_000, False
    for place, character in enumerate(text):
        if character in _ZEROES:
            if digit is not None or after_zero:
                return None
            after_zero = True
        elif step := _STEPS.get(character):
            if step >= below or (digit is None and (step != TEN or (place and not after_zero))):
                return None
            total, digit, below, after_zero = total + (digit or 1) * step, None, step, False
        else:
            if digit is not None or character not in _DIGITS:
                return None
            digit = _DIGITS[character]
    if digit is None:
        return (total or None) if not after_zero else (0 if text in _ZEROES and text else None)
    is_plain = after_zero or below == TEN or (not total and not follows)
    return total + digit if is_plain else None
