"""The tables that dbt reads, ``raw_…``: columns, types, words, and the statements that make them.

Declared in ``raw_tables.yml``; the columns of a form come from the programme. Not here: filling
the tables (see ``partitions``, ``reference``), nor the models on top (see ``dbt_files``).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from dagster_project.programme.base import Text
from dagster_project.programme.model import Column, Form, Programme

FORM_ROWS = "raw_form_rows"
"""The entry of ``raw_tables.yml`` that all the tables ``raw_<form_id>`` share."""

SQL_TYPES = {
    "code": "string",
    "string": "string",
    "text": "string",
    "boolean": "boolean",
    "integer": "bigint",
    "decimal": "decimal(18,6)",
    "date": "date",
}
"""The type of a form's column, by the name that DuckDB and Spark both know."""


@dataclass(frozen=True, slots=True)
class TableColumn:
    """One column of a table: name, type and its words in two languages."""

    name: str
    type: str
    text: Text

    @property
    def ddl(self) -> str:
        """Give name and type as DuckDB writes them."""
        return f"{self.name} {'varchar' if self.type == 'string' else self.type}"


@dataclass(frozen=True, slots=True)
class Table:
    """One table with its words and columns."""

    name: str
    text: Text
    columns: tuple[TableColumn, ...]

    @property
    def column_names(self) -> tuple[str, ...]:
        """Give the names of the columns in order."""
        return tuple(column.name for column in self.columns)


def raw_table_ddl(programme: Programme) -> dict[str, str]:
    """Give for each ``raw_`` table the statement that creates it where it is not there yet.

    >>> from dagster_project.programme.load import load_programme
    >>> raw_table_ddl(load_programme())["raw_archive_state"]
    'create table if not exists raw_archive_state (as_of timestamp)'
    """
    return {name: _ddl(table) for name, table in raw_tables(programme).items()}


def raw_table_comments(programme: Programme) -> Iterator[str]:
    """Give the statements that carry the words of the ``raw_`` tables into the database."""
    for table in raw_tables(programme).values():
        yield f"comment on table {table.name} is '{_said(table.text)}'"
        for column in table.columns:
            yield f"comment on column {table.name}.{column.name} is '{_said(column.text)}'"


def _said(text: Text) -> str:
    return f"{text.zh} / {text.en}".replace("'", "''")


def raw_tables(programme: Programme) -> dict[str, Table]:
    """Give all ``raw_`` tables by name: those of the forms first, then the shared ones."""
    declared = declared_tables()
    of_forms = [form_table(form) for form in programme.forms.values()]
    shared = [table for name, table in declared.items() if name != FORM_ROWS]
    return {table.name: table for table in (*of_forms, *shared)}


def form_table(form: Form) -> Table:
    """Give the table ``raw_<form_id>``: where each row comes from, then the form's columns."""
    common = declared_tables()[FORM_ROWS]
    text = Text(zh=f"{form.title.zh}：{common.text.zh}", en=f"{form.title.en}: {common.text.en}")
    columns = (*common.columns, *(form_column(column) for column in form.columns))
    return Table(f"raw_{form.form_id}", text, columns)


def form_column(column: Column) -> TableColumn:
    """Give a form's column as a table's, its header and definition as words."""
    zh = _joined(column.header_zh, "：", column.definition_zh)
    en = _joined(column.label_en, ": ", column.definition_en)
    return TableColumn(column.name, SQL_TYPES[column.type], Text(zh=zh, en=en))


@cache
def declared_tables() -> dict[str, Table]:
    """Read ``raw_tables.yml``."""
    entries = read_words("raw_tables.yml")
    return {name: _table(name, entry) for name, entry in entries.items()}


def read_words(file_name: str) -> dict[str, Any]:
    """Read one of the YAML files of declared words that stand beside this module."""
    path = Path(__file__).with_name(file_name)
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content


def column_of(name: str, entry: Mapping[str, str]) -> TableColumn:
    """Build a column from its YAML entry."""
    return TableColumn(name, entry["type"], Text(zh=entry["zh"], en=entry["en"]))


def _table(name: str, entry: Mapping[str, Any]) -> Table:
    columns = tuple(column_of(column, words) for column, words in entry["columns"].items())
    return Table(name, Text(zh=entry["zh"], en=entry["en"]), columns)


def _ddl(table: Table) -> str:
    columns = ", ".join(column.ddl for column in table.columns)
    return f"create table if not exists {table.name} ({columns})"


def _joined(label: str, colon: str, definition: str) -> str:
    return f"{label}{colon}{definition}" if definition else label
