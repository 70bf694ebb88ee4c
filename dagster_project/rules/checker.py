"""Checks edit rules against the forms when the programme is loaded, and says which of them run.

Unknown columns, kinds that do not go together, codes outside their list, rules that reach further
than their scope: each is a line of text, for a person. Not here: syntax (see ``parser``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import Literal as OneOf
from typing import NamedTuple

from dagster_project.messages import render
from dagster_project.programme.model import REGION_LIST, Form, Programme, Rule
from dagster_project.rules.errors import RuleError
from dagster_project.rules.functions import (
    ABOUT_HISTORY,
    ANY,
    COLUMN,
    DATE,
    EARLIER,
    EARLIER_VALUES,
    FORM,
    FUNCTIONS,
    LEVELS,
    NUMBER,
    ROW,
    SAME,
    TEXT,
    TRUTH,
)
from dagster_project.rules.general import parts_of
from dagster_project.rules.kinds import kind_of, resolver
from dagster_project.rules.line_numbers import number_of
from dagster_project.rules.notation import written
from dagster_project.rules.parser import parse_rule
from dagster_project.rules.sql import Printer
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

ORDERED = (NUMBER, DATE)
NOT_OF_A_FORM = frozenset({"period", "year", "region_code"})
"""Join keys that every submission has, whatever the columns of its form."""
WITHIN_A_FILE = (ROW, FORM)


class RuleStatus(NamedTuple):
    """Whether a rule runs, and where not, why (Chinese / English)."""

    status: OneOf["active", "compared", "dormant", "deferred"]
    reason: str


def status_of(rule: Rule, form: Form | None, programme: Programme) -> RuleStatus:
    """Say whether a rule is ``active``, ``compared``, ``dormant`` or ``deferred``.

    Active rules judge a file by itself; compared ones need the unit's other submissions, and are
    asked where those are at hand; dormant ones name a form not in use; deferred ones ask for what
    nobody reports yet.

    Raises:
        RuleError: where the rule's text cannot be understood.
    """
    is_of_department = form is not None and form.respondents == "department"
    return _status_of(rule, frozenset(programme.by_table_number), is_of_department=is_of_department)


@lru_cache(maxsize=2048)
def _status_of(rule: Rule, tables: frozenset[str], *, is_of_department: bool) -> RuleStatus:
    """Every step of a build asks for every rule's status: each is worked out once."""
    tree = parse_rule(rule.expression, rule.applies_when, rule.rule_id)
    if absent := sorted(_forms_named(tree) - tables):
        return RuleStatus("dormant", _both("RULES_DORMANT_FORM", forms=", ".join(absent)))
    if is_of_department and "respondent_code" in tree.calls():
        return RuleStatus("dormant", _both("RULES_DORMANT_DEPARTMENT"))
    if not _needs_other_submissions(rule, tree):
        return RuleStatus("active", "")
    if is_comparable(rule, tree):
        return RuleStatus("compared", _both("RULES_COMPARED"))
    if "district_value" in tree.calls():
        return RuleStatus("deferred", _both("RULES_DEFERRED_LEVEL"))
    return RuleStatus("deferred", _both("RULES_DEFERRED"))


def is_comparable(rule: Rule, tree: Node) -> bool:
    """Say whether the unit's own other submissions are enough to judge a rule."""
    calls = set(tree.calls())
    known = EARLIER_VALUES | ABOUT_HISTORY
    reaches_further = {call for call in calls - known if FUNCTIONS[call].reach in (EARLIER, LEVELS)}
    return rule.scope != LEVELS and not reaches_further


def check_rule(rule: Rule, form: Form, programme: Programme) -> list[str]:
    """Name every mistake in a rule of a form, Chinese / English; empty where there is none."""
    try:
        tree = parse_rule(rule.expression, rule.applies_when, rule.rule_id)
    except RuleError as error:
        return [str(error)]
    checker = Checker(form, programme)
    checker.truth(tree, form)
    checker.scope(rule, tree)
    checker.join_keys(rule)
    return checker.mistakes or _printing_mistakes(rule, form, programme)


def _printing_mistakes(rule: Rule, form: Form, programme: Programme) -> list[str]:
    """A rule that runs must print: what SQL cannot say is a mistake now, not on deadline day."""
    if status_of(rule, form, programme).status not in ("active", "compared"):
        return []
    try:
        for part in parts_of(rule, form, programme):
            Printer(form, rule.join_keys, forms=programme.by_table_number).condition(part.node)
    except RuleError as error:
        return [str(error)]
    return []


class Checker:
    """One check of one rule or formula; gathers mistakes as it goes."""

    def __init__(self, form: Form, programme: Programme) -> None:
        """Take the form whose columns stand without a table number."""
        self.form = form
        self.programme = programme
        self.mistakes: list[str] = []

    def truth(self, node: Node, home: Form) -> None:
        """Check a part that must be true or false."""
        self._wanted(node, TRUTH, home)

    def number(self, node: Node, home: Form) -> None:
        """Check a part that must be a number."""
        self._wanted(node, NUMBER, home)

    def say(self, code: str, **params: object) -> None:
        """Add a mistake, Chinese / English, once."""
        mistake = _both(code, **params)
        if mistake not in self.mistakes:
            self.mistakes.append(mistake)

    def scope(self, rule: Rule, tree: Node) -> None:
        """A rule may look no further than its scope says, or the gate would judge it wrongly."""
        reaches = {FUNCTIONS[call].reach for call in tree.calls()}
        further = reaches & {EARLIER, LEVELS}
        if self._names_other_form(tree):
            further = further | {"cross_form"}
        if rule.scope == ROW and FORM in reaches and not further:
            further = {FORM}
        if rule.scope in WITHIN_A_FILE and further:
            self.say("RULES_SCOPE", scope=rule.scope, wanted=", ".join(sorted(further)))

    def join_keys(self, rule: Rule) -> None:
        """Join keys are columns of the form, or what every submission has."""
        for key in rule.join_keys:
            if key not in self.form.by_name and key not in NOT_OF_A_FORM:
                self._unknown(key, self.form)

    def _names_other_form(self, tree: Node) -> bool:
        own = self.form.table_number.replace("-", "")
        return bool(_forms_named(tree) - {own})

    def _wanted(self, node: Node, wanted: str, home: Form) -> None:
        found = self._kind(node, home)
        if found is not None and found != wanted:
            self.say("RULES_KIND", part=written(node), found=_Word(found), wanted=_Word(wanted))

    def _all_wanted(self, node: Node, wanted: str, home: Form) -> None:
        for child in node.children():
            self._wanted(child, wanted, home)

    def _kind(self, node: Node, home: Form) -> str | None:
        """Check a part with all below it, and give its kind."""
        match node:
            case Column():
                return self._column(node, home)
            case Arithmetic():
                self._all_wanted(node, NUMBER, home)
            case And() | Or() | Not():
                self._all_wanted(node, TRUTH, home)
            case Comparison(operator, left, right):
                self._compared(operator, left, right, home)
            case Membership(operand, values, _):
                for value in values:
                    self._compared("==", operand, value, home)
            case Call(function, arguments):
                self._arguments(function, arguments, home)
            case Aggregate(function, column, condition):
                self._figure(function, column, condition, home)
        return kind_of(node, resolver(home))

    def _column(self, column: Column, home: Form) -> str | None:
        owner = _form(column.form, self.programme) if column.form else home
        if owner is None:
            return None
        name = Column(column.name)
        if resolver(owner)(name) is None:
            self._unknown(column.name, owner)
        return kind_of(name, resolver(owner))

    def _compared(self, operator: str, left: Node, right: Node, home: Form) -> None:
        kinds = self._kind(left, home), self._kind(right, home)
        if None in kinds or _is_yes_no(left, right, kinds):
            return
        pair = f"{written(left)} {operator} {written(right)}"
        if kinds[0] != kinds[1]:
            self.say("RULES_KINDS_DIFFER", part=pair, first=_Word(kinds[0]), second=_Word(kinds[1]))
        elif operator not in ("==", "!=") and kinds[0] not in ORDERED:
            self.say("RULES_NO_ORDER", part=pair, found=_Word(kinds[0]))
        elif kinds[0] == TEXT:
            self._codes(left, right, home)

    def _codes(self, left: Node, right: Node, home: Form) -> None:
        """Codes are compared with codes of the same list, in either order."""
        lists = [self._list_of(node, home) for node in (left, right)]
        if all(lists) and lists[0] != lists[1]:
            self.say(
                "RULES_LISTS_DIFFER",
                part=f"{written(left)}, {written(right)}",
                first=lists[0],
                second=lists[1],
            )
        for list_id, other in zip(lists, (right, left), strict=True):
            codelist = self.programme.codelists.get(list_id or "")
            if codelist and isinstance(other, Literal) and other.value not in codelist.by_code:
                near = get_close_matches(str(other.value), codelist.by_code, n=3)
                near_codes = ", ".join(near) or "—"
                self.say(
                    "RULES_CODE_UNKNOWN", given=other.value, code_list=list_id, near=near_codes
                )

    def _list_of(self, node: Node, home: Form) -> str | None:
        match node:
            case Column(name, form):
                owner = _form(form, self.programme) if form else home
                column = resolver(owner)(Column(name)) if owner else None
                found = column.code_list if column else None
                return None if found == REGION_LIST else found
            case Call(function, (first, *_)) if FUNCTIONS[function].gives == SAME:
                return self._list_of(first, home)
            case Aggregate(_, column, _):
                return self._list_of(column, home)
        return None

    def _arguments(self, function: str, arguments: tuple[Node, ...], home: Form) -> None:
        for number, argument in enumerate(arguments):
            wanted = FUNCTIONS[function].kind_at(number)
            if wanted in (ANY, COLUMN):
                self._kind(argument, home)
            elif wanted == SAME:
                self._compared("==", arguments[0], argument, home)
            else:
                self._wanted(argument, wanted, home)

    def _figure(self, function: str, column: Column, condition: Node | None, home: Form) -> None:
        owner = _form(column.form, self.programme) if column.form else home
        if owner is None:
            return
        inner = Column(column.name)
        if FUNCTIONS[function].kind_at(0) == NUMBER:
            self._wanted(inner, NUMBER, owner)
        else:
            self._kind(inner, owner)
        if condition is not None:
            self.truth(condition, owner)

    def _unknown(self, name: str, form: Form) -> None:
        if line := number_of(name):
            lines = ", ".join(column.line for column in form.columns if column.line) or "—"
            self.say("RULES_LINE_UNKNOWN", line=line, form=form.form_id, lines=lines)
            return
        near = ", ".join(get_close_matches(name, form.column_names, n=3)) or "—"
        self.say("RULES_COLUMN_UNKNOWN", column=name, form=form.form_id, near=near)


def _is_yes_no(left: Node, right: Node, kinds: tuple[str | None, str | None]) -> bool:
    """A yes/no column is compared with the 1 and 0 of its code list."""
    pairs = ((kinds[0], right), (kinds[1], left))
    return any(
        kind == TRUTH and isinstance(other, Literal) and other.value in (0, 1)
        for kind, other in pairs
    )


def _forms_named(tree: Node) -> set[str]:
    return {column.form for column in tree.columns() if column.form}


def _form(reference: str | None, programme: Programme) -> Form | None:
    """Find the form that a rule names by its table number without dash."""
    return programme.by_table_number.get(reference or "")


def _needs_other_submissions(rule: Rule, tree: Node) -> bool:
    """Say whether a file is not enough; levels can be compared within a department's file."""
    calls = set(tree.calls())
    reaches = {FUNCTIONS[call].reach for call in calls}
    further = bool(calls & ABOUT_HISTORY or reaches & {EARLIER, LEVELS})
    return further or rule.scope not in (*WITHIN_A_FILE, LEVELS)


@dataclass(frozen=True, slots=True)
class _Word:
    """A kind, whose name depends on the language of the sentence it stands in."""

    kind: str | None

    def told(self, lang: str) -> str:
        return render(f"RULES_KIND_{(self.kind or '').upper()}", lang)


def _both(code: str, **params: object) -> str:
    return " / ".join(_told(code, lang, params) for lang in ("zh", "en"))


def _told(code: str, lang: str, params: Mapping[str, object]) -> str:
    words = {
        name: value.told(lang) if isinstance(value, _Word) else value
        for name, value in params.items()
    }
    return render(code, lang, **words)
