"""Judges all submissions of a form at once: each failure of each rule, with its cell.

Rules on a row alone are one pass over the wide table, rules that look around in the file a second;
only rows that fail come out of DuckDB. Not here: which rules run (see ``checker``), the verdict
(see ``gate``), rules about a whole file (see ``whole_files``).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from dagster_project.messages import render
from dagster_project.programme.model import Column, Form, Programme, Rule
from dagster_project.rules.bench import Bench, Relations, lay_out
from dagster_project.rules.checker import status_of
from dagster_project.rules.figures import first_row, is_about_a_group, once_a_group
from dagster_project.rules.findings import Found, finding_table, json_text
from dagster_project.rules.general import Part, parts_of
from dagster_project.rules.places import CellKey, Places, places_of
from dagster_project.rules.sql import Printer, quoted, text_literal
from dagster_project.rules.tree import Call, Node
from dagster_project.rules.whole_files import file_findings

if TYPE_CHECKING:
    import duckdb

ROW_COLUMNS = ("submission_id", "row_number", "source_row")

__all__ = ["Relations", "active_rules", "judge"]


def judge(
    connection: "duckdb.DuckDBPyConnection", form: Form, programme: Programme, relations: Relations
) -> pa.Table:
    """Give what the rules find wrong with all rows of a form, as ``FINDING_SCHEMA``.

    Raises:
        RuleError: where a rule that should run cannot be printed (``check_rule`` says so at load).
    """
    rules = active_rules(form, programme)
    parts = list(chain.from_iterable(parts_of(rule, form, programme) for rule in rules))
    bench = lay_out(connection, relations)
    alone = _on_rows(bench, form, programme, [part for part in parts if not part.looks_around])
    around = _on_rows(bench, form, programme, [part for part in parts if part.looks_around])
    return finding_table([*alone, *around, *file_findings(bench, form, rules)])


def active_rules(form: Form, programme: Programme) -> list[Rule]:
    """Give the rules that run on submissions of a form."""
    rules = programme.rules_of(form.form_id)
    return [rule for rule in rules if status_of(rule, form, programme).status == "active"]


def _on_rows(bench: Bench, form: Form, programme: Programme, parts: list[Part]) -> list[Found]:
    """Run one pass over the rows and tell each failure."""
    if not parts:
        return []
    failed = bench.ask(failed_rows_sql(form, programme, parts))
    if not failed.num_rows:
        return []
    teller = _Teller(form, failed, places_of(bench, failed))
    return list(chain.from_iterable(teller.told(n, part) for n, part in enumerate(parts)))


def failed_rows_sql(form: Form, programme: Programme, parts: Sequence[Part]) -> str:
    """Give the query for the rows on which some part is false, with the texts of their cells.

    Column ``_p<n>`` is the n-th part's truth; ``_first<n>`` the row a repeated key stood in first.
    """
    columns = [form.column(name) for name in dict.fromkeys(chain(*(p.columns for p in parts)))]
    asked = {f"_p{number}": row_test_sql(form, part) for number, part in enumerate(parts)}
    for number, part in enumerate(parts):
        if key := _unique_key(part):
            asked[f"_first{number}"] = first_row(Printer(form), key)
    inner = [*ROW_COLUMNS, *(f"{sql} as {name}" for name, sql in asked.items())]
    inner += [f"r.{quoted(column.name)}" for column in columns]
    outer = [*ROW_COLUMNS, *asked, *(_named_text(column, programme) for column in columns)]
    rows = f"select {', '.join(inner)} from facts as r"
    all_true = " and ".join(f"_p{number}" for number in range(len(parts)))
    return f"select {', '.join(outer)} from ({rows}) where ({all_true}) is false"


def plain_text_sql(column: Column, programme: Programme) -> str:
    """Give the SQL of a cell's value as a person would type it."""
    name = quoted(column.name)
    if column.type == "decimal":
        return f"rtrim(rtrim(cast({name} as varchar), '0'), '.')"
    if column.type == "boolean":
        words = programme.codelists["CL_YESNO"].by_code
        yes, no = text_literal(words["1"].name_zh), text_literal(words["0"].name_zh)
        return f"case when {name} then {yes} when not {name} then {no} end"
    return f"cast({name} as varchar)"


def _named_text(column: Column, programme: Programme) -> str:
    return f"{plain_text_sql(column, programme)} as {quoted(column.name)}"


def row_test_sql(form: Form, part: Part) -> str:
    """Give the SQL of one part over the row ``r`` of ``facts``: true, false or null."""
    printer = Printer(form, part.rule.join_keys)
    condition = printer.condition(part.node)
    return once_a_group(printer, part.node, condition) if is_about_a_group(part.node) else condition


def _unique_key(part: Part) -> tuple[Node, ...]:
    """Give the columns of a part that asks whether they are unique, and nothing else."""
    match part.node:
        case Call("unique", columns):
            return columns
    return ()


@cache
def _blank(lang: str) -> str:
    return render("RULE_BLANK", lang)


@dataclass(slots=True)
class _Teller:
    """Tells the failures of one pass: which cell, its value, and the other cells concerned."""

    form: Form
    failed: pa.Table
    places: Places
    lists: dict[str, list[Any]] = field(default_factory=dict)

    def told(self, number: int, part: Part) -> Iterator[Found]:
        """Tell each failure of a part."""
        for index, truth in enumerate(self._list(f"_p{number}")):
            if truth is False and not (part.is_blank_check and self._is_answered(index, part)):
                yield self._row(index, number, part)

    def _is_answered(self, index: int, part: Part) -> bool:
        """A null is no blank where a mark stands, except in a key, or where the reader has spoken.

        The reader names columns that are not in the sheet and texts that are no value.
        """
        column = part.columns[0]
        if not self.places.holds(self._list("submission_id")[index], column):
            return True
        note = self.places.cells.get(self._key(index, column))
        if note is None or not note["raw_text"]:
            return False
        return note["obs_status"] is None or column not in self.form.keys

    def _key(self, index: int, column: str) -> CellKey:
        return self._list("submission_id")[index], self._list("row_number")[index], column

    def _row(self, index: int, number: int, part: Part) -> Found:
        source_row = self._list("source_row")[index]
        keys = [self._key(index, column) for column in part.columns]
        cells = [self.places.address(key, source_row) for key in keys]
        params = self._params(index, part)
        if _unique_key(part):
            params["first_row"] = str(self._list(f"_first{number}")[index])
        submission_id, row_number, column = keys[0]
        rule = part.rule
        related = ";".join(filter(None, cells)) or None
        return Found(
            submission_id, rule.rule_id, rule.severity, rule.scope,
            self.places.sheet_name(submission_id), row_number, column, cells[0],
            self._text(index, column), related, json_text(params),
        )  # fmt: skip

    def _text(self, index: int, column: str) -> str | None:
        """Give what stands in the cell: the sender's own text, else the value."""
        raw = self.places.raw_text(self._key(index, column))
        text: str | None = raw if raw is not None else self._list(column)[index]
        return text

    def _operand(self, index: int, column: Column) -> str | None:
        """Give what the rule reckoned with: of 12.5 in ten thousands, 125000."""
        value: str | None = self._list(column.name)[index]
        return value if column.is_number and value else self._text(index, column.name)

    def _params(self, index: int, part: Part) -> dict[str, str]:
        columns = [self.form.column(name) for name in part.columns]
        texts = [self._operand(index, column) for column in columns]
        labels = {"": [column.header_zh for column in columns]}
        labels["_en"] = [column.label_en for column in columns]
        params = dict(part.params)
        for ending, names in labels.items():
            blank = _blank(ending.strip("_") or "zh")
            pairs = zip(names, texts, strict=True)
            params[f"values{ending}"] = ";".join(f"{name}={text or blank}" for name, text in pairs)
            params[f"column{ending}"] = names[0]
        return params

    def _list(self, name: str) -> list[Any]:
        """A column of the failed rows as Python values, made once and only where asked for."""
        if name not in self.lists:
            self.lists[name] = self.failed[name].to_pylist()
        return self.lists[name]
