"""What a row is by its words: a total, a part of the row above, a note, a signature, a page number.

Not here: the place of a row among the others (see ``rows``).
"""

import re
from functools import cache, lru_cache

from dagster_project.reading.model import Cell
from dagster_project.reading.text import cell_text, plain
from dagster_project.reading.vocabulary import Unit, vocabulary

TOTAL, SUBTOTAL, WITHIN, SIGNING, NOTE, PAGE, OTHER = (
    "total", "subtotal", "within", "signing", "note", "page", "",
)  # fmt: skip
FEWEST_LINE_CODES = 3
"""A row 甲 乙 1 2 3 names the columns; two such cells may be anything."""

LONGEST_LINE_CODE = 3
WHOLE = "全"
"""全市 or 全镇 alone in a row is its total, as 合计 is."""

_WITHIN = re.compile(r"#?其中(?:[:、,]|$)|其中[^村社]|#")
_PAGE = re.compile(
    r"[-—]+\d+[-—]+|第?\d+/\d+页?|第\d+页[,/]?(?:共\d+页)?|共\d+页"
    r"|\(?(?:续[上前]?表|接[上前]?表|表?续)[一二三四五六七八九十\d]*\)?|\(?[接转][上下]页\)?"
)


@lru_cache(maxsize=1 << 13)
def kind_of_text(text: str) -> tuple[str, str]:
    """Give what a row is whose first text this is, and the words before 合计.

    >>> kind_of_text("合  计"), kind_of_text("石碁镇合计"), kind_of_text("官涌村小计")
    (('total', ''), ('total', '石碁镇'), ('subtotal', '官涌村'))
    >>> [kind_of_text(text)[0] for text in ("注：不含兼职", "填表人：某某", "其中：女", "备注")]
    ['note', 'signing', 'within', '']
    >>> [kind_of_text(text)[0] for text in ("全  市", "第 1 页 共 2 页", "续表", "其中村")]
    ['total', 'page', 'page', '']
    """
    words, key = vocabulary(), plain(text).strip(":()")
    if key.startswith(WHOLE) and key in words.whole:
        return TOTAL, ""
    for kind, endings in ((TOTAL, words.totals), (SUBTOTAL, words.subtotals)):
        for ending in endings:
            if key.endswith(ending):
                return kind, key.removesuffix(ending).strip("()-、")
    for kind, pattern in ((SIGNING, _signing()), (NOTE, _note()), (WITHIN, _WITHIN)):
        if pattern.match(plain(text)):
            return kind, ""
    return (PAGE if _PAGE.fullmatch(plain(text)) else OTHER), ""


@cache
def _signing() -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(map(re.escape, vocabulary().signing))})(?:\([^)]*\))?(?::|$)")


@cache
def _note() -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(map(re.escape, vocabulary().notes))})\d*[:.、]")


def is_filled(cell: Cell) -> bool:
    """Say whether a cell holds more than blanks.

    >>> is_filled(0.0), is_filled("  ")
    (True, False)
    """
    return cell != "" and not (isinstance(cell, str) and not cell.strip())


def is_sentence(filled: list[Cell]) -> bool:
    """Tell a single text that is no number, wherever it stands."""
    return len(filled) == 1 and isinstance(filled[0], str) and not plain(filled[0]).isdigit()


def is_line_codes(row: list[Cell]) -> bool:
    """Tell the row under a header that numbers its columns: 甲 乙 1 2 3.

    >>> is_line_codes(["甲", "乙", 1.0, 2.0, "3"]), is_line_codes(["440113", 5.0, 7.0])
    (True, False)
    """
    texts = []
    for cell in filter(is_filled, row):
        texts.append(plain(cell_text(cell)).strip("()"))
        if len(texts[-1]) > LONGEST_LINE_CODE:
            return False
    if len(texts) < FEWEST_LINE_CODES:
        return False
    numbers = [int(text) for text in texts if text.isascii() and text.isdigit()]
    letters = [text for text in texts if _is_line_letter(text)]
    ascending = not numbers or numbers == [*range(numbers[0], numbers[0] + len(numbers))]
    return ascending and len(numbers) + len(letters) == len(texts)


def _is_line_letter(text: str) -> bool:
    is_latin = text.isascii() and text.isalpha() and len(text) == 1
    return is_latin or text in vocabulary().line_codes


def units_by_column(row: list[Cell]) -> dict[int, Unit]:
    """Give the units of a row that holds nothing else, empty for any other row."""
    filled = {column: cell for column, cell in enumerate(row) if is_filled(cell)}
    units: dict[int, Unit] = {}
    for column, cell in filled.items():
        unit = vocabulary().units.get(plain(cell).strip("()")) if isinstance(cell, str) else None
        if unit is None:
            return {}
        units[column] = unit
    return units
