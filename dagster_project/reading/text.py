"""How texts are compared: width, script, case, blanks, quotes and numbering make no difference.

Also cell addresses and the plain text of a cell. Not here: what a text means.
"""

import re
import unicodedata
from datetime import datetime
from functools import lru_cache

from dagster_project.reading.model import PERCENT, Cell, Shown, Unreadable
from dagster_project.reading.number_formats import SCALES
from dagster_project.reading.personal_data import masked
from dagster_project.reading.script import simplified

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"), None)
_MINUS = {0x2212: "-"}
_NUMBERING = re.compile(
    r"^(?:\(?[一二三四五六七八九十]{1,3}(?:\)|[、.])|\(?\d{1,2}(?:\)|[、.](?!\d))"
    r"|\(?[甲乙丙丁戊己庚辛壬癸](?:\)|[、.])|\(?[ivx]{1,4}(?:\)|[、.])|\d{1,2}(?:\.\d{1,2})+[、.]?(?=\D))"
)
_CIRCLES = "\u2460-\u2473\u24ea\u24f5-\u24fe\u2776-\u2793"
_RAISED = "\u00b2\u00b3\u00b9\u2070\u2074-\u2079"
_CIRCLED = re.compile(f"^[{_CIRCLES}]+|[{_CIRCLES}]+$|(?<![A-Za-z{_RAISED}])[{_RAISED}]+$")
_WITHIN = re.compile(r"^(?:#|\*|其中[:、,]?|ofwhich:?)+")
_QUOTES = dict.fromkeys(map(ord, "“”‘’\"'「」『』"), None)
LONGEST_TEXT = 200
"""Findings quote a cell up to this many characters: enough to find it, no whole documents."""


def narrow(text: str) -> str:
    """Give a text with half-width characters and without invisible ones; blanks stay.

    >>> narrow("２０１５年　第４季度")
    '2015年 第4季度'
    """
    if text.isascii():
        return text.strip()
    return unicodedata.normalize("NFKC", text.translate(_INVISIBLE)).translate(_MINUS).strip()


@lru_cache(maxsize=1 << 14)
def plain(text: str) -> str:
    """Give a text as texts are compared: half width, simplified, lower case, without blanks.

    >>> plain("期末 人數（人）")
    '期末人数(人)'
    """
    joined = "".join(narrow(text).split()).lower()
    return joined if joined.isascii() else simplified(joined)


def without_numbering(text: str) -> str:
    """Drop a number before a plain header.

    >>> without_numbering("一、期末人数"), without_numbering("3岁以下婴幼儿")
    ('期末人数', '3岁以下婴幼儿')
    >>> without_numbering("甲、期末人数"), without_numbering("1.2期末人数")
    ('期末人数', '期末人数')
    """
    return _NUMBERING.sub("", text)


def without_circled(text: str) -> str:
    """Drop a number in a circle, or the raised one of a footnote: half width makes them digits.

    >>> without_circled("①期末人数"), without_circled("期末人数①"), without_circled("期末人数²")
    ('期末人数', '期末人数', '期末人数')
    >>> without_circled("面积m²")
    '面积m²'
    """
    return _CIRCLED.sub("", text)


def without_within(text: str) -> str:
    """Drop 其中 (of which), or the sign # that stands for it, before a plain header.

    >>> without_within("其中:女性"), without_within("#女性")
    ('女性', '女性')
    """
    return _WITHIN.sub("", text)


def without_quotes(text: str) -> str:
    """Drop quotation marks, which writers set at will."""
    return text.translate(_QUOTES)


@lru_cache(maxsize=1 << 10)
def column_letters(index: int) -> str:
    """Give the letters of a sheet column counted from 0.

    >>> column_letters(0), column_letters(25), column_letters(26), column_letters(702)
    ('A', 'Z', 'AA', 'AAA')
    """
    letters = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@lru_cache(maxsize=1 << 10)
def column_index(letters: str) -> int:
    """Give the index from 0 of a sheet column.

    >>> column_index("AA")
    26
    """
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1


def address(row: int, column: int) -> str:
    """Give the address of a cell whose row and column are counted from 0.

    >>> address(11, 6)
    'G12'
    """
    return f"{column_letters(column)}{row + 1}"


def cell_text(cell: Cell) -> str:
    """Give the text of a cell as a person would read it in the sheet.

    >>> cell_text(5.0), cell_text(True), cell_text(datetime(2015, 12, 31, 8))
    ('5', 'TRUE', '2015-12-31 08:00:00')
    """
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return _float_text(cell)
    if isinstance(cell, Unreadable):
        return cell.text
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    return str(cell)


def _float_text(cell: float) -> str:
    """Give a number with the percent sign or the word, such as 万, that its format writes."""
    power = cell.power if isinstance(cell, Shown) else 0
    if power == PERCENT:
        return f"{number_text(cell * 100)}%"
    return f"{number_text(cell)}{SCALES.get(power, '')}"


def number_text(number: float) -> str:
    """Give a number with the 15 digits that a spreadsheet keeps, never as a power of ten.

    >>> number_text(440113007001.0), number_text(0.1 + 0.2), number_text(1e-7)
    ('440113007001', '0.3', '0.0000001')
    """
    text = f"{number:.15g}"
    if "e" not in text:
        return text
    text = f"{number:.20f}" if abs(number) < 1 else f"{number:.0f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def quoted(text: str) -> str:
    """Give a text as a finding may quote it: short, and without personal numbers.

    >>> quoted("电话 13800138000")
    '电话 ***'
    """
    return _quoted_short(text) if len(text) <= LONGEST_TEXT else _cut(masked(text))


@lru_cache(maxsize=1 << 13)
def _quoted_short(text: str) -> str:
    """Remember what repeats: labels of codes, signs for nothing."""
    return _cut(masked(text))


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else text[:LONGEST_TEXT] + "…"
