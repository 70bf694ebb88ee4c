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
from dagster_project.rules.alike import few_of_each, more_alike
from dagster_project.rules.bench import Bench, Relations, lay_out
from dagster_project.rules.checker import status_of
from dagster_project.rules.earlier import (
    earlier_values,
    gone_rows_sql,
    keys_of,
    speaks_of_the_gone,
    with_earlier,
)
from dagster_project.rules.figure_joins import Figures
from dagster_project.rules.figures import (
    first_row,
    is_about_a_group,
    once_a_group,
    own_columns,
)
from dagster_project.rules.findings import Found, finding_table, json_text
from dagster_project.rules.general import Part, parts_of
from dagster_project.rules.kinds import resolver
from dagster_project.rules.operands import Operands
from dagster_project.rules.places import CellKey, Places, places_of
from dagster_project.rules.sentences import figures_of
from dagster_project.rules.sql import Printer, quoted, text_literal
from dagster_project.rules.tree import Call, Node
from dagster_project.rules.whole_files import file_findings

if TYPE_CHECKING:
    import duckdb

ROW_COLUMNS = ("submission_id", "row_number", "source_row")

__all__ = ["Relations", "active_rules", "judge"]


def judge(
    connection: "duckdb.DuckDBPyConnection",
    form: Form,
    programme: Programme,
    relations: Relations,
    rules: Sequence[Rule] | None = None,
) -> pa.Table:
    """Give what the rules find wrong with all rows of a form, as ``FINDING_SCHEMA``.

    ``rules`` are those that judge a file by itself where none are named.

    Raises:
        RuleError: where a rule that should run cannot be printed (``check_rule`` says so at load).
    """
    rules = active_rules(form, programme) if rules is None else rules
    parts = list(chain.from_iterable(parts_of(rule, form, programme) for rule in rules))
    bench = lay_out(connection, relations)
    alone = _on_rows(bench, form, programme, [part for part in parts if not part.looks_around])
    around = _on_rows(bench, form, programme, [part for part in parts if part.looks_around])
    return finding_table([*alone, *around, *file_findings(bench, form, rules)])


def active_rules(form: Form, programme: Programme, status: str = "active") -> list[Rule]:
    """Give the rules of a form that judge a file by itself, or those of another status."""
    rules = programme.rules_of(form.form_id)
    return [rule for rule in rules if status_of(rule, form, programme).status == status]


def _on_rows(bench: Bench, form: Form, programme: Programme, parts: list[Part]) -> list[Found]:
    """Run one pass over the rows and tell each failure."""
    if not parts:
        return []
    failed = bench.ask(failed_rows_sql(form, programme, parts))
    if not failed.num_rows:
        return []
    teller = _Teller(form, programme, failed, places_of(bench, failed))
    return list(chain.from_iterable(teller.told(n, part) for n, part in enumerate(parts)))


def failed_rows_sql(form: Form, programme: Programme, parts: Sequence[Part]) -> str:
    """Give the query for the rows on which some part is false, with the texts of their cells."""
    all_true = " and ".join(f"_p{number}" for number in range(len(parts)))
    judged = judged_rows_sql(form, programme, parts)
    return f"from ({judged}) where ({all_true}) is false order by submission_id, row_number"


def judged_rows_sql(form: Form, programme: Programme, parts: Sequence[Part]) -> str:
    """Give the query for all rows, each with the truth of every part and the texts of its cells.

    Column ``_p<n>`` is the n-th part's truth; ``_first<n>`` the row a repeated key stood in first.
    """
    columns = [form.column(name) for name in dict.fromkeys(chain(*(p.columns for p in parts)))]
    figures = Figures()
    printers = [_printer(form, part, programme, figures) for part in parts]
    tests = [row_test_sql(*pair) for pair in zip(printers, parts, strict=True)]
    asked = {f"_p{number}": test for number, test in enumerate(tests)}
    for number, part in enumerate(parts):
        if key := _unique_key(part):
            asked[f"_first{number}"] = first_row(Printer(form), key)
        for kind, calls in (("e", earlier_values(part.node)), ("g", figures_of(part.node))):
            for place, call in enumerate(calls):
                value = printers[number].value(call)
                asked[f"_{kind}{number}_{place}"] = f"cast({value} as varchar)"
    inner = [*ROW_COLUMNS, *(f"{sql} as {name}" for name, sql in asked.items())]
    inner += [f"r.{quoted(column.name)}" for column in columns]
    outer = [*ROW_COLUMNS, *asked, *(_named_text(column, programme) for column in columns)]
    rows = figures.beside(_rows_sql(form, parts))
    judged = f"select {', '.join(inner)} from {rows} as r"
    return f"select {', '.join(outer)} from ({judged})"


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


def _rows_sql(form: Form, parts: Sequence[Part]) -> str:
    """Give the rows to judge, with those that are gone and with earlier values where asked for."""
    rows = "facts"
    if speaking := [part.node for part in parts if speaks_of_the_gone(part.node)]:
        asked_of = [column.name for node in speaking for column in own_columns(node)]
        rows = f"(select * from facts union all by name ({gone_rows_sql(form, asked_of)}))"
    asked = [
        (keys_of(form, part.rule.join_keys), call)
        for part in parts
        for call in earlier_values(part.node)
    ]
    return with_earlier(form, rows, asked)


def _printer(form: Form, part: Part, programme: Programme, figures: Figures) -> Printer:
    forms = programme.by_table_number
    return Printer(form, part.rule.join_keys, forms=forms, figures=figures)


def row_test_sql(printer: Printer, part: Part) -> str:
    """Give the SQL of one part over the row ``r`` of ``facts``: true, false or null."""
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
    programme: Programme
    failed: pa.Table
    places: Places
    lists: dict[str, list[Any]] = field(default_factory=dict)

    def told(self, number: int, part: Part) -> Iterator[Found]:
        """Tell each failure of a part; of repeated keys some, and how many more there are."""
        failures, more = self._failures(number, part), dict[int, int]()
        if _unique_key(part):
            rows = [self._list(name) for name in ("submission_id", "row_number")]
            failures, more = few_of_each(failures, *rows)
        if not failures:
            return
        wording = Operands.of(part, self.form, self.programme)
        for index in failures:
            found = self._row(index, number, part, wording)
            yield found
            if index in more:
                yield more_alike(found, more[index])

    def _failures(self, number: int, part: Part) -> list[int]:
        return [
            index
            for index, truth in enumerate(self._list(f"_p{number}"))
            if truth is False and not (part.is_blank_check and self._is_answered(index, part))
        ]

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

    def _row(self, index: int, number: int, part: Part, wording: Operands) -> Found:
        source_row = self._list("source_row")[index]
        keys = [self._key(index, column) for column in part.columns]
        cells = [self._address(key, source_row) for key in keys]
        params = self._params(index, part) | self._earlier(index, number, part)
        params |= self._told(index, number, part, cells, wording)
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

    def _address(self, key: CellKey, source_row: int | None) -> str | None:
        """Give the cell; of a row that is in the sheet no more, its column's header."""
        if source_row is None:
            return self.places.header(key[0], key[2])
        return self.places.address(key, source_row)

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

    def _told(
        self,
        index: int,
        number: int,
        part: Part,
        cells: Sequence[str | None],
        wording: Operands,
    ) -> dict[str, str]:
        """Say the rule with the values and cells of its operands, where it has words."""
        columns = [self.form.column(name) for name in part.columns]
        values = [self._operand(index, column) for column in columns]
        places = range(len(wording.over_rows))
        figures = [self._list(f"_g{number}_{place}")[index] for place in places]
        named = zip(part.columns, zip(values, cells, strict=True), strict=True)
        return wording.told(dict(named), figures)

    def _earlier(self, index: int, number: int, part: Part) -> dict[str, str]:
        """Name the values of earlier periods that a rule compared with."""
        told: dict[str, str] = {}
        for ending, lang in (("", "zh"), ("_en", "en")):
            for place, call in enumerate(earlier_values(part.node)):
                name = render(f"RULE_{call.function.upper()}", lang, column=self._label(call, lang))
                value = self._list(f"_e{number}_{place}")[index] or _blank(lang)
                told[f"earlier{ending}"] = f"{told.get(f'earlier{ending}', '')};{name}={value}"
        return told

    def _label(self, call: Call, lang: str) -> str:
        column = resolver(self.form)(call.columns()[0])
        if column is None:
            return call.columns()[0].name
        return column.header_zh if lang == "zh" else column.label_en

    def _list(self, name: str) -> list[Any]:
        """A column of the failed rows as Python values, made once and only where asked for."""
        if name not in self.lists:
            self.lists[name] = self.failed[name].to_pylist()
        return self.lists[name]
