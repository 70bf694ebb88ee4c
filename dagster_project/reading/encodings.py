"""Bytes of a text to its encoding: by marks, by strictness, and by how the text would read.

UTF-8 refuses what is not UTF-8; GB18030 and Big5 each take nearly all text of the other, so these
two are told apart by known words and by how usual the characters are. What cannot be told is
refused, never guessed. Not here: tables (see ``text_table``, ``html_table``).
"""

import codecs
import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from dagster_project.reading.sheets import SheetError

MARKS = {
    codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF32_LE: "utf-32", codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16",
}  # fmt: skip
"""Byte order marks; those of UTF-32 begin with those of UTF-16 and come first."""

UTF16 = ("utf-16-le", "utf-16-be")
GB, BIG5 = "gb18030", "cp950"
SAMPLE_BYTES = 1 << 18
"""What the encoding is told from: some thousand lines, in every one of which it shows."""

USUAL_ENOUGH = 0.7
"""Share of everyday characters below which nothing Chinese reads so: real tables have 0.9-1.0, the
same bytes in the other encoding 0.2-0.6."""

ALONE_ENOUGH = 0.5
"""The same where the other encoding does not fit at all; names have rarer characters."""

CLEAR_MARGIN = 0.15
"""By how much one reading must be the more usual one; within it the text is left undecided."""

DOUBLE = 2
GB_2312 = 0xA1
GB_USUAL = frozenset({*range(0xA1, 0xA4), *range(0xB0, 0xD8)})
BIG5_USUAL = frozenset(range(0xA1, 0xC7))
"""First bytes of the rows that hold punctuation and the most usual characters, in either set."""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")


@dataclass(frozen=True, slots=True)
class Trial:
    """How a sample reads in one encoding: known words found, share of everyday characters."""

    encoding: str
    known: int
    usual: float

    def beats(self, other: "Trial | None") -> bool:
        """Say whether this reading is clearly the right one."""
        if other is None:
            return self.known > 0 or self.usual >= ALONE_ENOUGH
        if self.known or other.known:
            return self.known > 2 * other.known
        return self.usual >= USUAL_ENOUGH and self.usual >= other.usual + CLEAR_MARGIN


def encoding_of(data: bytes, words: Collection[str] = ()) -> str:
    """Give the encoding in which a text is to be decoded, strictly.

    Args:
        data: the bytes of the text.
        words: words of two characters and more that the text may be expected to hold.

    Raises:
        SheetError: where the bytes are no text, or might be two.

    >>> encoding_of("社区代码,期末人数".encode("gb18030"))
    'gb18030'
    >>> encoding_of("社區代碼,期末人數".encode("big5"))
    'cp950'
    """
    for mark, encoding in MARKS.items():
        if data.startswith(mark):
            return encoding
    sample = _sample(data)
    if b"\0" in sample:
        return _wide(sample)
    if data.isascii() or _decoded(data, "utf-8") is not None:
        return "utf-8"
    if _CONTROL.search(sample.decode("latin-1")):
        raise SheetError("READ_FILE_FORMAT", kind="?")
    return _double_byte(sample, words)


def _sample(data: bytes) -> bytes:
    """Give the first lines, whole ones."""
    if len(data) <= SAMPLE_BYTES:
        return data
    end = data.rfind(b"\n", 0, SAMPLE_BYTES)
    return data[: end + 1] if end > 0 else data[:SAMPLE_BYTES]


def _wide(sample: bytes) -> str:
    """Tell UTF-16 without a mark by its line ends and digits, half of whose bytes are zero."""
    for encoding in UTF16:
        text = _decoded(sample[: len(sample) // 2 * 2], encoding)
        if text and not _CONTROL.search(text) and re.search(r"[\n\r\t,;0-9A-Za-z]", text):
            return encoding
    raise SheetError("READ_FILE_FORMAT", kind="?")


def _double_byte(sample: bytes, words: Collection[str]) -> str:
    """Tell GB18030 from Big5, refusing what might be both or neither."""
    gb, big5 = _reading(sample, GB, words), _reading(sample, BIG5, words)
    for one, other in ((gb, big5), (big5, gb)):
        if one and one.beats(other):
            return one.encoding
    raise SheetError("READ_TEXT_ENCODING")


def _reading(sample: bytes, encoding: str, words: Collection[str]) -> Trial | None:
    """Give how a sample reads in an encoding, None where it does not."""
    text = _decoded(sample, encoding)
    if text is None:
        return None
    known = sum(word in text for word in words if not word.isascii())
    letters = {letter: count for letter, count in Counter(text).items() if letter > "\u2e80"}
    is_usual = _is_usual_gb if encoding == GB else _is_usual_big5
    usual = sum(count for letter, count in letters.items() if is_usual(letter))
    return Trial(encoding, known, usual / sum(letters.values()) if letters else 0.0)


def _is_usual_gb(character: str) -> bool:
    """Say whether a character is among the 3,755 most usual of GB 2312, or is its punctuation."""
    code = character.encode(GB)
    return len(code) == DOUBLE and code[0] in GB_USUAL and code[1] >= GB_2312


def _is_usual_big5(character: str) -> bool:
    """Say whether a character is among the 5,401 most usual of Big5, or is its punctuation."""
    code = character.encode(BIG5)
    return len(code) == DOUBLE and code[0] in BIG5_USUAL


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None
