"""How a town heads its columns: grouped over two rows, by aliases, or with units in brackets.

Every header is the form's own words or one of its aliases, never free invention. Not here: the
cells below.
"""

from dataclasses import dataclass
from itertools import groupby

from dagster_project.programme.model import Column, Form
from dagster_project.samples.data import declared
from dagster_project.samples.dice import Dice
from dagster_project.samples.grid import Cell


@dataclass(frozen=True, slots=True)
class GroupedHeader:
    """Two header rows and the spans (first, last column) of the groups in the upper one."""

    upper: list[Cell]
    lower: list[Cell]
    groups: list[tuple[int, int]]


def grouped_header(form: Form) -> GroupedHeader:
    """Put neighbouring subsets of one column under a common head."""
    upper: list[Cell] = []
    lower: list[Cell] = []
    groups = []
    for parent, columns in groupby(form.columns, key=_parent):
        members = list(columns)
        if parent is None:
            upper.extend(member.header_zh for member in members)
            lower.extend([None] * len(members))
            continue
        head = declared("texts")["group"].format(parent=_bare(form.column(parent).header_zh))
        groups.append((len(upper), len(upper) + len(members) - 1))
        upper.extend([head, *[None] * (len(members) - 1)])
        lower.extend(_bare(member.header_zh) for member in members)
    return GroupedHeader(upper, lower, groups)


def alias_of(column: Column) -> str:
    """Give the word that practice uses for a column, the form's own where there is none."""
    return column.aliases[0] if column.aliases else column.header_zh


def header_with_unit(column: Column) -> str:
    """Give a header with its unit in brackets, wages in 万元."""
    texts = declared("texts")
    if column.unit == "yuan":
        return f"{column.header_zh}({texts['wage_unit']})"
    unit = texts["units"].get(column.unit)
    return f"{column.header_zh}({unit})" if unit else column.header_zh


def reordered(form: Form) -> list[Column]:
    """Give the columns in another order: keys first, remarks last."""
    keys = [form.column(name) for name in form.keys]
    last = [column for column in form.columns if column.role == "text"]
    others = [column for column in form.columns if column not in (*keys, *last)]
    return [*keys, *Dice("order", form.form_id).shuffled(others), *last]


def measures_of(form: Form) -> str:
    """Give the units of a form as its unit row names them."""
    words = declared("texts")["units"]
    found = dict.fromkeys(words[c.unit] for c in form.columns if c.unit in words)
    return "、".join(found)


def _parent(column: Column) -> str | None:
    parent = column.role.removeprefix("subset:")
    return parent if parent != column.role else None


def _bare(header: str) -> str:
    for prefix in declared("texts")["subset_prefixes"]:
        header = header.removeprefix(prefix)
    return header
