"""The building blocks of worksheet formulas: terms that know when they have a value, and texts.

Only functions that Excel 2010, WPS and LibreOffice share, and that take ranges inside SUMPRODUCT.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dagster_project.programme.model import CodeList
from dagster_project.rules.tree import Literal

MARKS = ("", "未报", "不适用", "—", "…", "x", "X", "/", "-")
"""What stands in a cell without a value (report forms, section 1); the empty text is a blank."""
TRUE_WORDS = ("是", "1", "TRUE", "Y", "YES", "√", "对")
FALSE_WORDS = ("否", "0", "FALSE", "N", "NO", "×")
LONGEST_TEXT = 250
"""Characters of one text in a formula: Excel takes 255."""
ROUND_PLACES = 9
"""Places to which numbers are rounded before they are compared: doubles hold no more of them."""


@dataclass(frozen=True, slots=True)
class Term:
    """The text of a value, the tests that say whether it has one, and its decimal places."""

    text: str
    known: tuple[str, ...] = ()
    scale: int = 0

    def guarded(self, otherwise: str = "0.5") -> str:
        """Give the text where all the tests hold; they are tried before the text is reckoned."""
        known = tuple(dict.fromkeys(self.known))
        if not known:
            return self.text
        test = known[0] if len(known) == 1 else f"AND({','.join(known)})"
        return f"IF({test},{self.text},{otherwise})"

    def wrapped(self, template: str) -> "Term":
        """Give a function of the term."""
        return replace(self, text=template.format(self.text))

    def combined(self, operator: str, other: "Term") -> "Term":
        """Give the sum, difference or product of two numbers."""
        scale = self.scale + other.scale if operator == "*" else max(self.scale, other.scale)
        return Term(f"({self.text}{operator}{other.text})", self.known + other.known, scale)

    def otherwise(self, other: "Term") -> "Term":
        """Give this term where it has a value, else the other."""
        if not self.known:
            return self
        test = f"AND({','.join(self.known)})"
        either = f"IF({test},TRUE,{other.guarded_truth()})"
        return Term(f"IF({test},{self.text},{other.text})", (either,), max(self.scale, other.scale))

    def guarded_truth(self) -> str:
        """Print whether the term has a value, as TRUE or FALSE."""
        return f"AND({','.join(self.known)})" if self.known else "TRUE"

    def rounded(self, scale: int) -> str:
        """Give the text rounded to the places that matter in a comparison."""
        if not scale or not self.known:
            return self.text
        return f"ROUND({self.text},{min(scale, ROUND_PLACES)})"


def quoted(text: str) -> str:
    """Give a text in a formula.

    >>> quoted('a"b')
    '"a""b"'
    """
    return '"' + text.replace('"', '""') + '"'


def joined(text: str) -> str:
    """Give a text in a formula, cut in pieces where Excel would find it too long."""
    pieces = [text[at : at + LONGEST_TEXT] for at in range(0, len(text), LONGEST_TEXT)] or [""]
    return "&".join(map(quoted, pieces))


def trimmed(reference: str) -> str:
    """Print the text of a cell without blanks around it."""
    return f"TRIM({reference})"


def found_in(text: str, words: Sequence[str]) -> str:
    """Print whether a text is one of some words, for a cell as for each cell of a range.

    >>> found_in("A1", ["是"])
    'ISNUMBER(FIND("|"&A1&"|","|是|"))'
    """
    return f'ISNUMBER(FIND("|"&{text}&"|",{joined("|" + "|".join(words) + "|")}))'


def has_text(reference: str) -> str:
    """Print whether a cell holds a text that is no mark, or a number."""
    return found_in(trimmed(reference), MARKS).replace("ISNUMBER", "ISERROR", 1)


def has_truth(reference: str) -> str:
    """Print whether a cell holds yes or no."""
    return found_in(reference, (*TRUE_WORDS, *FALSE_WORDS))


def texts_of(codelist: CodeList | None, codes: Sequence[Literal]) -> tuple[str, ...]:
    """Give the texts that mean one of some codes: the codes, and their labels alone or behind."""
    texts: list[str] = []
    for code in (str(literal.value) for literal in codes):
        texts.append(code)
        if codelist and code in codelist.by_code:
            label = codelist.by_code[code].name_zh
            texts += [label, f"{code} {label}"]
    return tuple(texts)
