"""Fills a rule's sentence with the values and cells of a row that breaks it, and tells the gap.

The sentence is made once for a rule (see ``sentences``), a row takes some microseconds. Not here:
where the cells are (see ``places``), rules that have no words (see ``wording``).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import cache
from typing import Any, TypeGuard

from dagster_project.messages import render
from dagster_project.programme.base import Text
from dagster_project.programme.model import Form, Programme
from dagster_project.rules.algebra import consequence
from dagster_project.rules.binding import replaced
from dagster_project.rules.errors import RuleError
from dagster_project.rules.general import Part
from dagster_project.rules.row_truths import Ask, compiled, exact
from dagster_project.rules.sentences import figures_of, gap_words, slotted
from dagster_project.rules.tree import Aggregate, Comparison, Literal, Node

_SLOT = re.compile("\0([^\0]*)\0")
Cells = Mapping[str, tuple[str | None, str | None]]
"""By column, the value as it is reckoned with, and the cell's address."""
Figures = Sequence[str | None]
"""The values of a rule's figures over rows, in their order."""


@dataclass(frozen=True, slots=True)
class Operands:
    """One part of a rule, ready to be told."""

    form: Form
    programme: Programme
    sentence: Text | None
    compared: Comparison | None
    over_rows: Sequence[Aggregate]
    sides: Sequence[Ask | None]

    @classmethod
    def of(cls, part: Part, form: Form, programme: Programme) -> "Operands":
        """Make a part ready."""
        demanded, over_rows = consequence(part.node), figures_of(part.node)
        compared = demanded if isinstance(demanded, Comparison) else None
        sides = [] if over_rows else _sides(compared, form, {})
        return cls(form, programme, slotted(part.node, form, programme), compared, over_rows, sides)

    def told(self, cells: Cells, figures: Figures) -> dict[str, str]:
        """Give ``told`` and ``told_en``: the sentence with values, cells and gap; else nothing."""
        if self.sentence is None:
            return {}
        gap = self._gap(cells, figures)
        told = {}
        for ending, lang, text in (("", "zh", self.sentence.zh), ("_en", "en", self.sentence.en)):
            pieces = _SLOT.split(text)
            for place in range(1, len(pieces), 2):
                pieces[place] = self._shown(pieces[place], cells, figures, lang)
            told[f"told{ending}"] = "".join(pieces)
            if gap is not None and self.compared:
                told[f"told{ending}"] += gap_words(self.compared.operator, gap, lang)
        return told

    def _shown(self, name: str, cells: Cells, figures: Figures, lang: str) -> str:
        """Show a value after its cell, a code by its label."""
        if name.isdigit():
            return _plain(figures[int(name)]) or _blank(lang)
        value, cell = cells.get(name, (None, None))
        codelist = self.programme.codelists.get(self.form.column(name).code_list or "")
        code = codelist.by_code.get(value) if codelist and value else None
        if code:
            value = code.name_zh if lang == "zh" else code.name_en
        return "=".join(filter(None, (cell, value or _blank(lang))))

    def _gap(self, cells: Cells, figures: Figures) -> int | Fraction | None:
        """Give by how much the sides of a comparison differ, None where that is no number."""
        answers: dict[Node, Literal] = {
            one: Literal(number)
            for one, text in zip(self.over_rows, figures, strict=True)
            if (number := _number(text)) is not None
        }
        sides = _sides(self.compared, self.form, answers) if answers else self.sides
        row = {
            name: exact(_number(text)) if self.form.column(name).is_number else None
            for name, (text, _) in cells.items()
        }
        match [side([row], 0) for side in sides if side]:
            case [first, second] if _is_figure(first) and _is_figure(second):
                return first - second
        return None


def _sides(
    compared: Comparison | None, form: Form, answers: Mapping[Node, Literal]
) -> list[Ask | None]:
    """Give the functions that work out both sides, None for one that a row cannot answer."""
    nodes = (compared.left, compared.right) if compared else ()
    return [_side(replaced(one, answers), form) for one in nodes]


def _side(node: Node, form: Form) -> Ask | None:
    try:
        return compiled(node, form)
    except RuleError:
        return None


def _is_figure(value: Any) -> TypeGuard[int | Fraction]:
    return isinstance(value, int | Fraction) and not isinstance(value, bool)


def _number(text: str | None) -> Decimal | None:
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        return None


def _plain(text: str | None) -> str | None:
    """Give a number without the zeros that its type adds."""
    return text.rstrip("0").rstrip(".") if text and "." in text else text


@cache
def _blank(lang: str) -> str:
    """Give the word for a blank, without the brackets that it has where it stands alone."""
    return render("RULE_BLANK", lang).strip("（）()")
