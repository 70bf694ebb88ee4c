"""Reads the text of an edit rule into its tree: the closed subset of Python's expressions, no more.

The grammar is that of the notation of the forms (README, edit rules). Whatever falls outside it
raises RuleError with the place and what could stand there. Not here: whether the columns exist.
"""

# ruff: noqa: PLR0911  (a match over kinds of node returns once per kind)

import ast
import warnings
from datetime import date
from decimal import Decimal
from functools import cache
from typing import cast

from dagster_project.rules.errors import RuleError
from dagster_project.rules.functions import COLUMN, FUNCTIONS, Function
from dagster_project.rules.line_numbers import spelled_out
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

MAX_LENGTH = 1000
"""The longest rule of the catalogue has 235 characters; a rule beyond 1000 is several rules."""
MAX_DEPTH = 40
"""The deepest rule of the catalogue nests 6; the limit keeps recursion far from Python's."""
MAX_DIGITS = 18
"""More digits than a decimal(18,6) or a bigint holds cannot be compared with any cell."""

ARITHMETIC: dict[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
}
COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}


def parse_rule(expression: str, applies_when: str | None = None, rule_id: str = "") -> Node:
    """Give the tree of a rule; a rule with a condition becomes ``implies(condition, expression)``.

    Raises:
        RuleError: naming the rule, the place in the text and what is allowed there.

    >>> parse_rule("closing == opening + joined")
    Comparison(operator='==', left=Column(name='closing', form=None), right=Arithmetic(\
operator='+', left=Column(name='opening', form=None), right=Column(name='joined', form=None)))
    >>> parse_rule("area > 0", "status == 'OPEN'").function
    'implies'
    """
    node = _parsed(expression, rule_id)
    if applies_when is None or not applies_when.strip():
        return node
    return Call("implies", (_parsed(applies_when, rule_id), node))


@cache
def _parsed(text: str, rule_id: str) -> Node:
    return Parser(text, rule_id).parse()


class Parser:
    """One reading of one expression."""

    def __init__(self, text: str, rule_id: str) -> None:
        """Take the text, and whose it is."""
        self.rule_id = rule_id or "?"
        self.text = spelled_out(text.replace("\n", " ").rstrip())
        self.depth = 0

    def parse(self) -> Node:
        """Give the tree, or raise RuleError."""
        if len(self.text) > MAX_LENGTH:
            raise RuleError(
                "RULES_TOO_LONG",
                rule_id=self.rule_id, position=MAX_LENGTH, length=len(self.text), limit=MAX_LENGTH,
            )  # fmt: skip
        return self._node(self._syntax().body)

    def _syntax(self) -> ast.Expression:
        """Let Python read the text; its warnings (``1in x``) are mistakes here."""
        blanks = len(self.text) - len(self.text.lstrip())
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                return ast.parse(self.text.lstrip(), mode="eval")
        except SyntaxError as error:
            at = blanks + (error.offset or max(1, len(self.text)))
            raise self._syntax_error(at) from error
        except (ValueError, MemoryError, RecursionError, Warning) as error:
            raise self._syntax_error(1) from error

    def _syntax_error(self, position: int) -> RuleError:
        found = self.text[position - 1 : position + 19] or self.text[-20:]
        return RuleError("RULES_SYNTAX", rule_id=self.rule_id, position=position, found=found)

    def _node(self, node: ast.expr) -> Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self._error("RULES_TOO_DEEP", node, limit=MAX_DEPTH)
        result = self._converted(node)
        self.depth -= 1
        return result

    def _converted(self, node: ast.expr) -> Node:
        match node:
            case ast.BoolOp(op=ast.And(), values=values):
                return And(tuple(map(self._node, values)))
            case ast.BoolOp(values=values):
                return Or(tuple(map(self._node, values)))
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return Not(self._node(operand))
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return self._negative(operand)
            case ast.BinOp(left=left, op=op, right=right) if type(op) in ARITHMETIC:
                return Arithmetic(ARITHMETIC[type(op)], self._node(left), self._node(right))
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return self._comparison(node, left, op, right)
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
                return self._call(node, name, arguments)
            case ast.Name() | ast.Attribute():
                return self._column(node)
            case ast.Constant():
                return self._literal(node)
        raise self._error("RULES_NOT_ALLOWED", node)

    def _negative(self, operand: ast.expr) -> Node:
        term = self._node(operand)
        if isinstance(term, Literal) and isinstance(term.value, Decimal):
            return Literal(-term.value)
        return Arithmetic("-", Literal(Decimal(0)), term)

    def _comparison(self, node: ast.expr, left: ast.expr, op: ast.cmpop, right: ast.expr) -> Node:
        if isinstance(op, ast.In | ast.NotIn):
            values = right.elts if isinstance(right, ast.Tuple) else [right]
            literals = tuple(map(self._listed, values))
            if not literals:
                raise self._error("RULES_LIST_EMPTY", node)
            return Membership(self._node(left), literals, isinstance(op, ast.NotIn))
        if type(op) not in COMPARISONS:
            raise self._error("RULES_NOT_ALLOWED", node)
        return Comparison(COMPARISONS[type(op)], self._node(left), self._node(right))

    def _listed(self, node: ast.expr) -> Literal:
        value = self._node(node)
        if not isinstance(value, Literal):
            raise self._error("RULES_LIST_LITERALS", node)
        return value

    def _call(self, node: ast.Call, name: str, arguments: list[ast.expr]) -> Node:
        if name == "date":
            return self._date(node, arguments)
        function = FUNCTIONS.get(name)
        if function is None:
            known = ", ".join(sorted({*FUNCTIONS, "date"}))
            raise self._error("RULES_FUNCTION_UNKNOWN", node, function=name, functions=known)
        if not function.takes_count(len(arguments)):
            words = function.words(name)
            raise self._error("RULES_ARITY", node, usage=words, count=len(arguments))
        given = tuple(map(self._node, arguments))
        self._need_columns(function, arguments, given)
        if not function.is_aggregate:
            return Call(name, given)
        condition = given[1] if len(given) > 1 else None
        return Aggregate(name, cast("Column", given[0]), condition)

    def _need_columns(
        self, function: Function, arguments: list[ast.expr], given: tuple[Node, ...]
    ) -> None:
        """Where a function looks at a whole column, an expression would have no meaning."""
        for number, (argument, node) in enumerate(zip(arguments, given, strict=True)):
            wanted = function.kind_at(number) == COLUMN or (function.is_aggregate and number == 0)
            if wanted and not isinstance(node, Column):
                raise self._error("RULES_COLUMN_WANTED", argument)

    def _date(self, node: ast.Call, arguments: list[ast.expr]) -> Node:
        match arguments:
            case [ast.Constant(value=str(text))]:
                try:
                    return Literal(date.fromisoformat(text))
                except ValueError as error:
                    raise self._error("RULES_DATE_BAD", node) from error
        raise self._error("RULES_DATE_BAD", node)

    def _column(self, node: ast.Name | ast.Attribute) -> Column:
        match node:
            case ast.Name(id=name) if name.isascii():
                return Column(name)
            case ast.Attribute(value=ast.Name(id=form), attr=name) if (
                form.startswith("SG") and form[2:].isdecimal() and form.isascii() and name.isascii()
            ):
                return Column(name, form)
        raise self._error("RULES_NOT_ALLOWED", node)

    def _literal(self, node: ast.Constant) -> Literal:
        if isinstance(node.value, str):
            return Literal(node.value)
        words = ast.get_source_segment(self.text.lstrip(), node) or ""
        if not words.replace(".", "", 1).isdecimal():
            raise self._error("RULES_NOT_ALLOWED", node)
        if len(words) > MAX_DIGITS:
            raise self._error("RULES_NUMBER_LONG", node, limit=MAX_DIGITS)
        return Literal(Decimal(words))

    def _error(self, code: str, node: ast.expr, **params: object) -> RuleError:
        """Place a mistake; Python counts bytes, a person counts characters."""
        text = self.text.lstrip()
        before = text.encode()[: node.col_offset].decode()
        found = ast.get_source_segment(text, node) or text
        position = len(self.text) - len(text) + len(before) + 1
        return RuleError(code, rule_id=self.rule_id, position=position, found=found, **params)
