"""Reference tables: the programme, the regions and the calendar as rows that dbt can join.

Written whole whenever what they come from has changed. Not here: the declared objects
(``programme``).
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from dagster_project.programme.base import both_languages
from dagster_project.programme.load import form_hash
from dagster_project.programme.model import Collection, CollectionEntry, Programme
from dagster_project.programme.period import MONTHS, Period
from dagster_project.regions.register import Register
from dagster_project.regions.tables import events_for_warehouse, rows_for_warehouse
from dagster_project.rules.checker import status_of
from dagster_project.rules.formula import formulas_by_id
from dagster_project.warehousing.database import (
    Connection,
    append_rows,
    replace_table,
    transaction,
)
from dagster_project.warehousing.indicator_rows import indicator_rows, term_rows
from dagster_project.warehousing.plan_rows import (
    plan_rows,
    system_rows,
    system_source_rows,
    target_rows,
)

Rows = Iterable[dict[str, Any]]
GENERAL = "all"
"""What stands as form_id of the general rules."""


def write_programme(connection: Connection, programme: Programme, register: Register) -> None:
    """Replace the tables that say what is declared: forms, codes, rules, plans and so on."""
    formulas = formulas_by_id(programme)
    tables: dict[str, Rows] = {
        "raw_code": _codes(programme),
        "raw_form": _forms(programme),
        "raw_form_column": _columns(programme),
        "raw_rule": _rules(programme),
        "raw_plan": plan_rows(programme),
        "raw_target": target_rows(programme),
        "raw_plan_system": system_rows(programme),
        "raw_plan_system_source": system_source_rows(programme),
        "raw_indicator": indicator_rows(programme, formulas),
        "raw_indicator_term": term_rows(programme, formulas),
    }
    with transaction(connection):
        replace_table(connection, "raw_region", rows_for_warehouse(register))
        replace_table(connection, "raw_boundary_event", events_for_warehouse(register))
        _replace_rows(connection, tables)


def write_calendar(connection: Connection, programme: Programme, as_of: datetime | None) -> None:
    """Replace the tables that grow with time; ``as_of`` is the last archive record's time."""
    horizon = as_of.date() if as_of else date.min
    tables: dict[str, Rows] = {
        "raw_expected": _expected(programme, horizon),
        "raw_period": _periods(programme, horizon),
        "raw_archive_state": [{"as_of": as_of}] if as_of else [],
    }
    with transaction(connection):
        _replace_rows(connection, tables)


def _replace_rows(connection: Connection, tables: dict[str, Rows]) -> None:
    for name, rows in tables.items():
        connection.execute(f"delete from {name}")
        append_rows(connection, name, list(rows))


def expected_periods(entry: CollectionEntry, horizon: date) -> Iterator[Period]:
    """Give the periods a collection expects, up to the one in which the horizon lies."""
    period = Period.parse(entry.from_period)
    last = Period.parse(entry.to_period).end if entry.to_period else date.max
    while period.start <= min(horizon, last):
        yield period
        period = period.next()


def _codes(programme: Programme) -> Rows:
    for codelist in programme.codelists.values():
        for number, code in enumerate(codelist.codes, start=1):
            yield {
                "list_id": codelist.list_id,
                **code.model_dump(exclude={"attributes"}),
                "attributes": ";".join(f"{key}={value}" for key, value in code.attributes.items()),
                "sort_order": number,
            }


def _forms(programme: Programme) -> Rows:
    for form in programme.forms.values():
        yield {
            "form_id": form.form_id,
            "table_number": form.table_number,
            **both_languages("title", form.title),
            "period_type": form.period_type,
            "respondents": form.respondents,
            "rolls_up": form.rolls_up,
            "due_month_offset": form.due.month_offset,
            "due_day": form.due.day,
            **both_languages("grain", form.grain),
            "programme_hash": form_hash(programme, form.form_id),
        }


def _columns(programme: Programme) -> Rows:
    names = {"name": "column_name", "type": "data_type"}
    kept = ("name", "header_zh", "label_en", "type", "unit", "nullable", "code_list", "role",
            "add_space", "add_time", "from_period", "to_period", "definition_zh",
            "definition_en")  # fmt: skip
    for form in programme.forms.values():
        for number, column in enumerate(form.columns, start=1):
            values = {names.get(name, name): getattr(column, name) for name in kept}
            yield {"form_id": form.form_id, "column_order": number, **values}


def _rules(programme: Programme) -> Rows:
    owned = [(GENERAL, rule) for rule in programme.general_rules]
    owned += [(form.form_id, rule) for form in programme.forms.values() for rule in form.rules]
    for form_id, rule in owned:
        yield {
            "rule_id": rule.rule_id,
            "form_id": form_id,
            "scope": rule.scope,
            "severity": rule.severity,
            "applies_when": rule.applies_when,
            "expression": rule.expression,
            **both_languages("message", rule.message),
            "status": status_of(rule, programme.forms.get(form_id), programme).status,
        }


def _expected(programme: Programme, horizon: date) -> Rows:
    for collection in programme.collections:
        if not collection.is_asked(horizon):
            continue
        for entry in collection.entries:
            for period in expected_periods(entry, horizon):
                yield from _expected_units(programme, collection, entry, period)


def _expected_units(
    programme: Programme, collection: Collection, entry: CollectionEntry, period: Period
) -> Rows:
    due_on = collection.due_date(programme.forms[entry.form].due, period)
    for unit_code in collection.units_of(entry):
        yield {
            "collection_id": collection.collection_id,
            "form_id": entry.form,
            "unit_code": unit_code,
            "period": period.label,
            "period_type": period.period_type,
            "period_start": period.start,
            "period_end": period.end,
            "due_on": due_on,
        }


def _periods(programme: Programme, horizon: date) -> Rows:
    """Give every period from a year before the first expected one to the horizon's year."""
    starts = [
        Period.parse(entry.from_period).start
        for one in programme.collections
        for entry in one.entries
    ]
    first = min(starts, default=horizon).year - 1
    for period_type in MONTHS:
        period = Period.of(period_type, first, 1)
        while period.start.year <= max(horizon.year, first):
            yield _period_row(period)
            period = period.next()


def _period_row(period: Period) -> dict[str, Any]:
    is_year = period.period_type == "A"
    return {
        "period": period.label,
        "period_type": period.period_type,
        "period_start": period.start,
        "period_end": period.end,
        "year": period.start.year,
        "quarter": None if is_year else (period.start.month + 2) // 3,
        "month": period.start.month if period.period_type == "M" else None,
    }
