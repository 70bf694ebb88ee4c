"""Says a rule as an official would, in Chinese and English, with the figures of a row put in.

Words stand in ``messages/sentences.yml``; here is only how they are put together. What has no words
gives None. Not here: the rule's own short message, and what a finding says (see ``wording``).
"""

# ruff: noqa: PLR0911  (a match over kinds of node returns once per kind)

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from dagster_project.messages import render
from dagster_project.programme import model
from dagster_project.programme.base import Text
from dagster_project.programme.model import Form, Programme
from dagster_project.rules.algebra import OPPOSITE, consequence
from dagster_project.rules.errors import RuleError
from dagster_project.rules.functions import DATE
from dagster_project.rules.kinds import kind_of, resolver
from dagster_project.rules.row_truths import compiled, exact
from dagster_project.rules.tree import (
    Aggregate,
    And,
    Arithmetic,
    Call,
    Column,
    Comparison,
    Literal,
    Membership,
    Node,
    Not,
    Or,
)

SIGN = {"==": "EQUAL", "!=": "UNEQUAL", "<": "LESS", "<=": "MOST", ">": "MORE", ">=": "LEAST"}
SIGN_OF_DAYS = {"<": "EARLIER", "<=": "LATEST", ">": "LATER", ">=": "EARLIEST"}
WAY = {"+": "PLUS", "-": "MINUS", "*": "TIMES", "/": "OVER"}
SHOULD, IS = "SHOULD", "IS"
"""Whether a condition is demanded of a row, or says when a rule applies."""
Row = Mapping[Any, Any]
"""Values by column, and those of figures over rows by the figure."""


def sentence(node: Node, form: Form, programme: Programme, row: Row | None = None) -> Text | None:
    """Give the sentence of a rule in Chinese and English; None where some part has no words.

    Args:
        node: the rule, best a part of it (see ``general.parts_of``).
        form: the form, for the headers of its columns.
        programme: the programme, for the labels of codes.
        row: typed values; where given, they stand behind the headers, with the difference.
    """
    try:
        said = {lang: _Speaker(form, programme, lang, row).whole(node) for lang in ("zh", "en")}
    except RuleError:
        return None
    return Text(zh=said["zh"], en=said["en"][:1].upper() + said["en"][1:])


def slotted(node: Node, form: Form, programme: Programme) -> Text | None:
    """Give the sentence of a rule with a slot (see ``slot``) for the value of each cell and figure.

    None where some part has no words. A sentence is made once and filled for many rows.
    """
    slots: dict[Any, str] = {name: slot(name) for name in form.column_names}
    for number, figure in enumerate(figures_of(node)):
        slots[figure] = slot(number)
    try:
        said = {lang: _Speaker(form, programme, lang, slots) for lang in ("zh", "en")}
        zh, en = (said[lang].truth(node, SHOULD) for lang in ("zh", "en"))
    except RuleError:
        return None
    return Text(zh=zh, en=en[:1].upper() + en[1:])


def slot(name: str | int) -> str:
    """Give what stands in a sentence for the value of a column, or of the n-th figure over rows."""
    return f"\0{name}\0"


def figures_of(node: Node) -> list[Aggregate]:
    """Give the figures over rows that a rule reckons with, each once."""
    found = (part for part in node.walk() if isinstance(part, Aggregate))
    return list(dict.fromkeys(one for one in found if one.function != "exists"))


def gap_words(operator: str, gap: int | Fraction, lang: str) -> str:
    """Say by how much the two sides of a comparison of figures differ."""
    if operator == "==":
        return render("SAY_DIFFERENCE", lang, gap=_decimal(gap))
    return render("SAY_EXCESS", lang, gap=_decimal(max(gap, -gap))) if gap else ""


@dataclass(frozen=True, slots=True)
class _Speaker:
    form: Form
    programme: Programme
    lang: str
    row: Row | None

    def whole(self, node: Node) -> str:
        """Say a rule, and where it is broken by comparing figures of the row, by how much."""
        said, demanded = self.truth(node, SHOULD), consequence(node)
        looks_around = any(isinstance(part, Aggregate) for part in node.walk())
        if self.row is None or looks_around or not isinstance(demanded, Comparison):
            return said
        cells = [{name: exact(value) for name, value in self.row.items()}]
        try:
            is_broken = compiled(node, self.form)(cells, 0) is False
        except RuleError:  # not bound to a period: nothing to reckon with
            return said
        return said + self._difference(demanded, cells) if is_broken else said

    def truth(self, node: Node, mood: str) -> str:
        """Say a condition, as a demand or as a circumstance."""
        match node:
            case And(parts):
                return self._joined("AND", [self.truth(part, mood) for part in parts])
            case Or(parts):
                return self._joined("OR", [self.truth(part, mood) for part in parts])
            case Not(operand):
                return self._opposite(operand, mood)
            case Comparison() as comparison:
                return self._comparison(comparison, mood)
            case Membership(operand, values, negated):
                return self._listed(operand, values, mood, negated=negated)
            case Column() as column:
                return self._word("TRUE", mood, term=self.term(column))
            case Call() as call:
                return self._call(call, mood)
            case Aggregate("exists", column, condition):
                return self._word("EXISTS", mood, rows=self._rows(column, condition))
        raise _wordless(node)

    def term(self, node: Node) -> str:
        """Say a figure, code or date."""
        match node:
            case Column() as column:
                return self._cell(column)
            case Literal(value):
                return self._plain(value)
            case Arithmetic(operator, left, right):
                return self._arithmetic(operator, left, right)
            case Call(function, arguments) if function in TERMS:
                given = {f"a{n}": self.term(part) for n, part in enumerate(arguments)}
                return self._say(f"TERM_{function.upper()}", **given)
            case Call("sum_regions_below", (Column() as column,)):
                return self._say("TERM_SUM_REGIONS_BELOW", column=self._header(column))
            case Aggregate(function, column, condition) if function != "exists":
                rows = self._rows(column, condition)
                word, header = f"TERM_{function.upper()}", self._header(column)
                figure = self._say(word, column=header, rows=rows)
                known = (self.row or {}).get(node)
                return self._say("CELL", header=figure, value=known) if known else figure
        raise _wordless(node)

    def _call(self, call: Call, mood: str) -> str:
        match call:
            case Call("implies", (condition, demanded)):
                when = self.truth(condition, IS)
                return self._say("IMPLIES", when=when, then=self.truth(demanded, mood))
            case Call("isnull", (term,)):
                return self._word("BLANK", mood, term=self.term(term))
            case Call("between", (term, low, high)):
                ends = {"low": self.term(low), "high": self.term(high)}
                return self._word("BETWEEN", mood, term=self.term(term), **ends)
            case Call("unique", columns):
                listed = self._joined("COMMA", [self.term(column) for column in columns])
                return self._word("UNIQUE", mood, term=listed)
            case Call("in_column", (term, Column() as column)):
                return self._word(
                    "IN_COLUMN", mood, term=self.term(term), column=self._header(column)
                )
            case Call("region_active", (code, day)):
                return self._word("ACTIVE", mood, term=self.term(code), day=self.term(day))
            case Call("every_code_in", (term, *codes)):
                return self._listed(term, [c for c in codes if isinstance(c, Literal)], mood)
        raise _wordless(call)

    def _opposite(self, node: Node, mood: str) -> str:
        match node:
            case Comparison(operator, left, right):
                return self._comparison(Comparison(OPPOSITE[operator], left, right), mood)
            case Membership(operand, values, negated):
                return self._listed(operand, values, mood, negated=not negated)
            case Call("isnull", (term,)):
                return self._word("FILLED", mood, term=self.term(term))
            case Column() as column:
                return self._word("FALSE", mood, term=self.term(column))
        raise _wordless(node)

    def _comparison(self, node: Comparison, mood: str) -> str:
        match node:
            case Comparison("==", Call("isnull", (first,)), Call("isnull", (second,))):
                pair = {"first": self.term(first), "second": self.term(second)}
                return self._word("BOTH_BLANK", mood, **pair)
            case Comparison("==" | "!=" as operator, Column() as left, Literal() as value):
                column = self._found(left)
                if column.type == "boolean":
                    yes = (value.value == 1) == (operator == "==")
                    return self._word("TRUE" if yes else "FALSE", mood, term=self.term(left))
                if not column.is_number:
                    return self._listed(left, (value,), mood, negated=operator == "!=")
        sides = {"left": self.term(node.left), "right": self.term(node.right)}
        is_day = kind_of(node.left, resolver(self.form)) == DATE
        word = SIGN_OF_DAYS.get(node.operator) if is_day else None
        return self._word(word or SIGN[node.operator], mood, **sides)

    def _listed(
        self, operand: Node, values: Sequence[Literal], mood: str, *, negated: bool = False
    ) -> str:
        found = self._found(operand) if isinstance(operand, Column) else None
        words = [self._code(found, value) for value in values]
        last = [self._joined("COMMA", words[:-1])] if words[1:] else []
        listed = self._joined("EITHER", [*last, words[-1]])
        needs_value = mood == SHOULD or len(words) > 1 or negated
        term = self.term(operand) if needs_value else replace(self, row=None).term(operand)
        return self._word("NOT_AMONG" if negated else "AMONG", mood, term=term, listed=listed)

    def _arithmetic(self, operator: str, left: Node, right: Node) -> str:
        if operator == "*" and isinstance(left, Literal):
            return self._say("TERM_TIMES", left=self._inside(right), right=self.term(left))
        low = operator in ("*", "/")
        first = self._inside(left) if low else self.term(left)
        second = self._inside(right) if low or operator == "-" else self.term(right)
        return self._say(f"TERM_{WAY[operator]}", left=first, right=second)

    def _inside(self, node: Node) -> str:
        """Put brackets around a sum where it would be misread without."""
        said = self.term(node)
        return self._say("BRACKETS", term=said) if isinstance(node, Arithmetic) else said

    def _rows(self, column: Column, condition: Node | None) -> str:
        """Say which rows a figure is about; their cells have no one value."""
        whole = replace(self, row=None)
        if condition is None:
            return self._say("ALL_ROWS", column=self._header(column))
        return self._say("ROWS_WHERE", condition=whole.truth(condition, IS))

    def _cell(self, column: Column) -> str:
        header = self._header(column)
        if self.row is None:
            return header
        value = self.row.get(self._found(column).name)
        return self._say("CELL", header=header, value=self._shown(self._found(column), value))

    def _header(self, column: Column) -> str:
        found = self._found(column)
        return found.header_zh if self.lang == "zh" else found.label_en

    def _found(self, column: Column) -> model.Column:
        found = resolver(self.form)(column)
        if found is None:
            raise _wordless(column)
        return found

    def _shown(self, column: model.Column, value: Any) -> str:
        if value is None:
            return render("RULE_BLANK", self.lang).strip("（）()")
        if isinstance(value, bool):
            return self._code(column, Literal(Decimal(int(value))))
        return self._code(column, Literal(value)) if isinstance(value, str) else self._plain(value)

    def _code(self, column: model.Column | None, value: Literal) -> str:
        """Say a code by its label, as it stands in the drop-down."""
        codelist = self.programme.codelists.get(column.code_list or "") if column else None
        code = codelist.by_code.get(str(value.value)) if codelist else None
        if code is None:
            return self._plain(value.value)
        return code.name_zh if self.lang == "zh" else code.name_en

    def _plain(self, value: object) -> str:
        if isinstance(value, Decimal):
            text = f"{value:f}"
            return text.rstrip("0").rstrip(".") if "." in text else text
        return value.isoformat() if isinstance(value, date) else str(value)

    def _difference(self, node: Comparison, cells: Sequence[Row]) -> str:
        """Say by how much a comparison of figures fails."""
        sides = [compiled(side, self.form)(cells, 0) for side in (node.left, node.right)]
        if any(isinstance(one, bool) or not isinstance(one, int | Fraction) for one in sides):
            return ""
        return gap_words(node.operator, sides[0] - sides[1], self.lang)

    def _joined(self, code: str, parts: Sequence[str]) -> str:
        return render(f"SAY_{code}", self.lang).join(parts)

    def _word(self, code: str, mood: str, **params: str) -> str:
        return self._say(f"{code}_{mood}", **params)

    def _say(self, code: str, **params: str) -> str:
        return render(f"SAY_{code}", self.lang, **params)


TERMS = frozenset({"abs", "coalesce", "pct_change", "segment", "code_prefix", "year",
                   "period_end", "quarter", "months", "weeks", "respondent_code"})  # fmt: skip


def _decimal(number: int | Fraction) -> str:
    """Give a number to six places, as amounts are held."""
    rounded = round(Decimal(number.numerator) / Decimal(number.denominator), 6)
    text = f"{rounded:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _wordless(node: Node) -> RuleError:
    from dagster_project.rules.notation import written

    return RuleError("RULES_NO_WORDS", part=written(node))
