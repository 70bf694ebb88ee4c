"""The YAML of the generated dbt models and sources: words, types and tests of every column.

Every description is written in Chinese and English. Not here: the SQL (``dbt_sql``).
"""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import yaml

from dagster_project.programme.base import Text
from dagster_project.programme.model import REGION_LIST, CodeList, Form, Programme
from dagster_project.warehousing.schema import (
    Table,
    TableColumn,
    column_of,
    declared_tables,
    form_table,
    raw_tables,
    read_words,
)

FORM_MODELS = {
    "stg": ("staging", "stg_{}"),
    "versioned": ("intermediate", "int_{}_versioned"),
    "totals": ("intermediate", "int_{}_totals"),
    "hist": ("marts/facts", "hist_{}"),
    "fct": ("marts/facts", "fct_{}"),
}
"""The models of a form: kind to folder and pattern of the name."""

PLACE = ("period", "respondent_code", "region_level", "street_code", "district_code")
LINEAGE = ("submission_id", "row_number", "source_row", "has_abnormal_cells", "revision")
VALIDITY = ("known_from", "known_to")
TOTALS_GRAIN = ["form_id", "period", "region_level", "region_code", "breakdown_code", "column_name"]

ONE_LINE = 10_000
"""Wider than any description: a folded line is harder to compare than a long one."""

Properties = dict[str, Any]


def models_of(form: Form) -> list[str]:
    """Give the kinds of model that a form has: totals only where something rolls up."""
    adds_up = form.rolls_up
    return [kind for kind in FORM_MODELS if adds_up or kind != "totals"]


def form_model(kind: str, form: Form, note: str) -> str:
    """Give the YAML of one of a form's models."""
    name = FORM_MODELS[kind][1].format(form.form_id)
    words = _words("models")[kind]
    model = {
        "name": name,
        "description": _described(words, form),
        "config": {"tags": [form.form_id], "meta": _meta(kind, form)},
        "columns": [_column(column, form) for column in form_columns(kind, form)],
    }
    tests = [_test(test, name, form, arguments) for test, arguments in _tests(kind, form)]
    return _document(note, {"models": [model | ({"data_tests": tests} if tests else {})]})


def codelist(codes: CodeList, name: str, note: str) -> str:
    """Give the YAML of the dimension of a code list."""
    words = _words("models")["codelist"]
    values = {"title_zh": codes.title.zh, "title_en": codes.title.en, "list_id": codes.list_id}
    text = Text(zh=words["zh"].format_map(values), en=words["en"].format_map(values))
    return _mart(note, Table(name, text, codelist_columns()), ["code"], {})


def mirror(table: str, name: str, note: str) -> str:
    """Give the YAML of a dimension that shows a declared table as it is."""
    shown = mirrored(table)
    config = {"tags": ["dimension"]} if name.startswith("fct_") else {}
    return _mart(note, Table(name, shown.text, shown.columns), MIRROR_GRAINS[table], config)


def all_totals(note: str) -> str:
    """Give the YAML of the view over the totals of all forms."""
    words = _words("models")["fct_totals"]
    table = Table("fct_totals", Text(**words), totals_columns())
    return _mart(note, table, TOTALS_GRAIN, {"materialized": "view"})


def sources(programme: Programme, note: str) -> str:
    """Give the YAML of all ``raw_`` tables as one source."""
    words = _words("sources")["raw"]
    tables = [
        {
            "name": table.name,
            "description": table.text.description,
            "columns": [_column(column) for column in table.columns],
        }
        for table in raw_tables(programme).values()
    ]
    source = {
        "name": "raw",
        "description": Text(**words).description,
        "schema": "main",
        "tables": tables,
    }
    return _document(note, {"sources": [source]})


def form_columns(kind: str, form: Form) -> tuple[TableColumn, ...]:
    """Give the columns of one of a form's models in order."""
    raw = form_table(form)
    if kind == "stg":
        return raw.columns
    if kind == "totals":
        return totals_columns()
    known = {column.name: column for column in (*raw.columns, *shared_columns())}
    names = (*PLACE, *form.column_names, *LINEAGE, *(() if kind == "fct" else VALIDITY))
    return tuple(known[name] for name in names)


def shared_columns() -> tuple[TableColumn, ...]:
    """Give the columns that every form's models add to those of the form."""
    return _columns("columns")


def totals_columns() -> tuple[TableColumn, ...]:
    """Give the columns of the totals."""
    return _columns("totals_columns")


def codelist_columns() -> tuple[TableColumn, ...]:
    """Give the columns of a code list's dimension."""
    return _columns("codelist_columns")


def mirrored(table: str) -> Table:
    """Give the declared table that a mirroring dimension shows."""
    return declared_tables()[table]


MIRROR_GRAINS = {
    "raw_period": ["period"],
    "raw_form": ["form_id"],
    "raw_form_column": ["form_id", "column_name"],
    "raw_rule": ["form_id", "rule_id"],
    "raw_boundary_event": ["event_id"],
    "raw_plan": ["plan_id"],
    "raw_target": ["target_id"],
    "raw_plan_system": ["system_id"],
    "raw_plan_system_source": ["system_id", "source_number"],
    "raw_indicator": ["indicator_id"],
}


def _tests(kind: str, form: Form) -> Iterable[tuple[str, Properties]]:
    """Give the tests of one of a form's models with their arguments."""
    keys, place = _grain(form), PLACE[1:] if form.respondents == "street_town" else PLACE[1:3]
    lists = {
        column.name: column.code_list
        for column in form.columns
        if column.type == "code" and column.code_list != REGION_LIST and not column.multiple
        if column.code_list
    }
    by_kind: dict[str, list[tuple[str, Properties]]] = {
        "hist": [
            ("rows_match_submissions", {"form_id": form.form_id}),
            ("revisions_follow_each_other", {}),
        ],
        "fct": [
            ("unique_combination", {"columns": keys}),
            ("not_null_columns", {"columns": [*keys, *place, *LINEAGE]}),
            ("codes_exist", {"lists": lists}),
            (
                "regions_exist_at_period_end",
                {
                    "unit_column": form.unit_column,
                    "within_district": form.respondents == "street_town",
                },
            ),
            ("rows_match_submissions", {"form_id": form.form_id, "in_force_only": True}),
        ],
        "totals": [
            ("unique_combination", {"columns": TOTALS_GRAIN}),
            ("streets_add_up", {}),
            ("coverage_is_consistent", {}),
        ],
    }
    return [test for test in by_kind.get(kind, []) if test != ("codes_exist", {"lists": {}})]


def _test(test: str, model: str, form: Form, arguments: Properties) -> Properties:
    words = _words("tests")[test]
    declared = {
        "name": words["name"].format(model=model),
        "description": f"{words['zh']} / {words['en']}",
        "arguments": arguments,
        "config": {"severity": "error", "tags": [form.form_id]},
    }
    return {test: {key: value for key, value in declared.items() if value}}


def _grain(form: Form) -> list[str]:
    """Give the key of a form's facts: two units that use one facility code do not clash."""
    return ["period", "respondent_code", *form.keys]


def _meta(kind: str, form: Form) -> Properties:
    grains = {
        "stg": ["submission_id", "row_number"],
        "versioned": ["submission_id", "row_number"],
        "totals": TOTALS_GRAIN,
        "hist": [*_grain(form), "revision"],
        "fct": _grain(form),
    }
    return {"grain": grains[kind], "form_id": form.form_id}


def _mart(note: str, table: Table, grain: list[str], config: Properties) -> str:
    model = {
        "name": table.name,
        "description": table.text.description,
        "config": config | {"meta": {"grain": grain}},
        "columns": [_column(column) for column in table.columns],
    }
    return _document(note, {"models": [model]})


def _described(words: Mapping[str, str], form: Form) -> str:
    values = {
        "title_zh": form.title.zh,
        "title_en": form.title.en,
        "grain_zh": form.grain.zh,
        "grain_en": form.grain.en,
        "table_number": form.table_number,
    }
    text = Text(zh=words["zh"].format_map(values), en=words["en"].format_map(values))
    return text.description


def _column(column: TableColumn, form: Form | None = None) -> Properties:
    described = {
        "name": column.name,
        "description": column.text.description,
        "data_type": column.type,
    }
    meta = _column_meta(column.name, form) if form else {}
    return described | ({"config": {"meta": meta}} if meta else {})


def _column_meta(name: str, form: Form) -> Properties:
    column = form.by_name.get(name)
    if column is None:
        return {}
    facts = {"unit": column.unit, "code_list": column.code_list, "role": column.role}
    return {key: value for key, value in facts.items() if value and value != "attr"}


@cache
def _columns(group: str) -> tuple[TableColumn, ...]:
    return tuple(column_of(name, entry) for name, entry in _words(group).items())


@cache
def _words(group: str) -> dict[str, Any]:
    words: dict[str, Any] = read_words("dbt_models.yml")[group]
    return words


def _document(note: str, content: Properties) -> str:
    properties = {"version": 2} | content
    body = yaml.safe_dump(properties, allow_unicode=True, sort_keys=False, width=ONE_LINE)
    return f"# {note}\n{body}"
