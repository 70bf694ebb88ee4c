"""The dbt files of the operands that formulas of indicators reckon with (`jiceng generate`).

One macro a form says what is counted, as data; ``operands_of_forms.sql`` beside them says where
and when. Not here: how an operand prints (see ``rules.fact_sql``).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dagster_project.programme.model import Form, Programme
from dagster_project.rules.fact_sql import Lookup, OperandPrinter
from dagster_project.rules.formula import Formula, Operand, formulas_by_id, operands_of
from dagster_project.rules.sql import unprintable
from dagster_project.rules.tree import Aggregate, And

Files = dict[str, str]
Entry = dict[str, Any]
OVER = {"count_by": "street", "weighted": "community", "weights": "community"}
"""Over what an operand is summed, by kind; all others are figures over rows."""
FOLDER = "macros/operands"
MODEL = "{{ form_period_config() }}\n\n{{ operands_of_forms(forms_with_operands()) }}\n"
OPERANDS = "models/intermediate/int_indicator_operands.sql"
UNITS = "models/marts/indicators/fct_indicator_units.sql"


def operand_files(programme: Programme, note: str) -> Files:
    """Give a macro for every form that has operands, and the models that bring them together."""
    formulas = [*formulas_by_id(programme).values()]
    operands = operands_of(formulas).values()
    files, used = {}, []
    for form in programme.forms.values():
        if own := [one for one in operands if one.form_id == form.form_id]:
            used.append(form.form_id)
            path = f"{FOLDER}/operands_of_{form.form_id}.sql"
            files[path] = _macro(form, own, programme, note)
    files[f"{FOLDER}/forms_with_operands.sql"] = _all_forms(used, note)
    model = f"-- {note}\n{MODEL}"
    units = f"{{{{ units_of_indicators([\n{_units(formulas, programme)}]) }}}}\n"
    units = f"-- {note}\n{{{{ whole_period_config() }}}}\n\n{units}"
    return files | {OPERANDS: model, UNITS: units}


def _all_forms(form_ids: Sequence[str], note: str) -> str:
    calls = "".join(f"\n        operands_of_{form_id}()," for form_id in form_ids)
    return (
        f"{{#- {note} -#}}\n{{% macro forms_with_operands() %}}\n"
        f"    {{%- do return([{calls}\n    ]) -%}}\n{{% endmacro %}}\n"
    )


def _units(formulas: Sequence[Formula], programme: Programme) -> str:
    """Give the indicators whose units are rows of a form, as the macro of the units reads them."""
    found = (one for one in formulas if one.row_scope)
    entries = (_fields(_unit(one, programme), 8) for one in found)
    return "".join("\n".join(["    {", *lines, "    },", ""]) for lines in entries)


def _unit(formula: Formula, programme: Programme) -> Entry:
    """A row has a figure where both the scope and the figure's own condition hold."""
    figure = formula.terms[0].operand
    form, node = programme.forms[figure.form_id], figure.node
    if not isinstance(node, Aggregate) or formula.row_scope is None:
        raise unprintable(node)
    parts = tuple(filter(None, (formula.row_scope, node.condition)))
    printer = OperandPrinter(form, programme.by_table_number)
    return {
        "indicator_id": formula.indicator.indicator_id,
        "form_id": form.form_id,
        "unit_id": form.keys[0],
        "unit_column": form.unit_column,
        "column": node.column.name,
        "period_type": formula.period_type,
        "where": printer.on_row(And(parts)),
        "scope": "".join(term.operand.operand_id for term in formula.of_part("scope")),
    }


def _macro(form: Form, operands: Sequence[Operand], programme: Programme, note: str) -> str:
    printer = OperandPrinter(form, programme.by_table_number)
    lookups = {found.column: _lookup(found) for one in operands for found in printer.lookups(one)}
    lines = [
        f"{{#- {note} -#}}",
        f"{{% macro operands_of_{form.form_id}() %}}",
        "    {%- do return({",
        f"        'form_id': '{form.form_id}',",
        f"        'period_type': '{form.period_type}',",
        f"        'unit_column': '{form.unit_column}',",
        f"        'of_department': {str(form.respondents == 'department').lower()},",
        *_group("lookups", lookups),
    ]
    for over in ("rows", "community", "street"):
        own = [one for one in operands if OVER.get(one.kind, "rows") == over]
        lines += _group(f"of_{over}", {one.operand_id: _entry(one, printer) for one in own})
    return "\n".join([*lines, "    }) -%}", "{% endmacro %}"]) + "\n"


def _entry(operand: Operand, printer: OperandPrinter) -> Entry:
    """Give what the macros need of an operand: its figure, the rows and columns it may read."""
    columns, node = {"columns": printer.columns(operand)}, operand.node
    if operand.kind != "figure" or not isinstance(node, Aggregate):
        sql = printer.of_unit(operand) if operand.kind in OVER else printer.figure(operand)
        return {"sql": sql, "rows": printer.counted(operand), **columns}
    where = printer.where(operand)
    return {
        "function": node.function.removesuffix("_distinct"),
        **({"distinct": "distinct "} if node.function == "count_distinct" else {}),
        "value": printer.value(node.column),
        **({"where": where} if where else {}),
        **columns,
    }


def _lookup(lookup: Lookup) -> Entry:
    return {
        "form_id": lookup.form.form_id,
        "unit_column": lookup.form.unit_column,
        "where": lookup.condition,
        "within": lookup.within,
    }


def _group(name: str, entries: Mapping[str, Entry]) -> Iterator[str]:
    if not entries:
        yield f"        '{name}': {{}},"
        return
    yield f"        '{name}': {{"
    for key, entry in entries.items():
        yield f"            '{key}': {{"
        yield from _fields(entry, 16)
        yield "            },"
    yield "        },"


def _fields(entry: Entry, indent: int) -> Iterator[str]:
    for name, value in entry.items():
        yield f"{' ' * indent}'{name}': {_quoted(value)},"


def _quoted(value: str | list[str]) -> str:
    """Write a text or a list of texts as Jinja reads them."""
    if isinstance(value, list):
        return f"[{', '.join(map(_quoted, value))}]"
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
