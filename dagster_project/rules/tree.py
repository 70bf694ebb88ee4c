"""The typed tree of an edit rule (审核关系): what a rule says, whatever engine it runs in.

Nodes are frozen and compare by value. Printers (SQL now; sentences, Excel, pandera and linear rows
by the same tree) and checks stand in modules of their own; nothing here knows a form or an engine.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Node:
    """Any part of a rule."""

    def children(self) -> tuple["Node", ...]:
        """Give the nodes directly below, in the order they are written."""
        found: list[Node] = []
        for field in fields(self):
            value = getattr(self, field.name)
            found += [part for part in _as_tuple(value) if isinstance(part, Node)]
        return tuple(found)

    def walk(self) -> Iterator["Node"]:
        """Give this node and all below it, in the order they are written."""
        yield self
        for child in self.children():
            yield from child.walk()

    def columns(self) -> tuple["Column", ...]:
        """Give each column that is named, once, in the order of first mention.

        >>> rule = Comparison("==", Column("closing"), Column("opening"))
        >>> [column.name for column in rule.columns()]
        ['closing', 'opening']
        """
        return tuple(dict.fromkeys(node for node in self.walk() if isinstance(node, Column)))

    def calls(self) -> tuple[str, ...]:
        """Give the names of all functions used, aggregates included."""
        return tuple(node.function for node in self.walk() if isinstance(node, Call | Aggregate))


@dataclass(frozen=True, slots=True)
class Column(Node):
    """A column; ``form`` is another table's number without dash (``SG104``), or None."""

    name: str
    form: str | None = None


@dataclass(frozen=True, slots=True)
class Prefix(Column):
    """The first digits of a code column: what formulas of indicators count (see ``formula``)."""

    digits: int = 0


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A number, a code or a date as written in the rule."""

    value: Decimal | str | date


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    """Two numbers joined by ``+ - * /``."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    """Two terms compared by ``== != < <= > >=``."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Membership(Node):
    """A term that is, or where negated is not, one of some literals."""

    operand: Node
    values: tuple[Literal, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class And(Node):
    """All of the parts hold."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or(Node):
    """At least one of the parts holds."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not(Node):
    """The opposite; of what cannot be told, still what cannot be told."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    """A function of the catalogue (see ``rules.functions``) with its arguments."""

    function: str
    arguments: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Aggregate(Node):
    """A figure over the rows, of the column's form or the same file, that meet a condition."""

    function: str
    column: Column
    condition: Node | None = None


def _as_tuple(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else (value,)
