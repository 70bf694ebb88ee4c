"""The SQL of the generated dbt models: templates filled with the columns of a form.

The SQL itself stands in ``dbt_templates/``. Not here: which files there are (``dbt_files``), nor
what the columns mean (``dbt_yaml``).
"""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from string import Template

from dagster_project.programme.model import CodeList, Form, Programme
from dagster_project.regions.model import LEVELS
from dagster_project.warehousing import dbt_yaml
from dagster_project.warehousing.schema import form_table


def form_model(kind: str, form: Form, note: str) -> str:
    """Give the SQL of one of a form's models: stg, versioned, hist, fct or totals."""
    columns = [column.name for column in dbt_yaml.form_columns(kind, form)]
    if kind == "totals":
        return _totals(form, note)
    return _filled(
        kind,
        note=note,
        form_id=form.form_id,
        unit_column=form.unit_column,
        levels=", ".join(f"'{level}'" for level in _levels(form)),
        columns=_listed(columns),
        casts=_listed(_casts(form)),
    )


def codelist(codes: CodeList, note: str) -> str:
    """Give the SQL of the dimension of a code list."""
    names = [column.name for column in dbt_yaml.codelist_columns()]
    return _filled("codelist", note=note, list_id=codes.list_id, columns=_listed(names))


def mirror(table: str, note: str) -> str:
    """Give the SQL of a dimension that shows a declared table as it is."""
    names = dbt_yaml.mirrored(table).column_names
    return _filled("mirror", note=note, table=table, columns=_listed(names))


def all_totals(programme: Programme, note: str) -> str:
    """Give the SQL of the view over the totals of all forms."""
    columns = [f"'{column.name}': '{column.type}'" for column in dbt_yaml.totals_columns()]
    totals = [
        f"ref('int_{form.form_id}_totals')"
        for form in programme.forms.values()
        if "totals" in dbt_yaml.models_of(form)
    ]
    return _filled(
        "fct_totals",
        note=note,
        columns=_listed(columns, indent=8),
        totals=_listed(totals, indent=8),
    )


def _totals(form: Form, note: str) -> str:
    measures = [f"'{column.name}'" for column in form.columns if column.is_additive]
    return _filled(
        "totals",
        note=note,
        form_id=form.form_id,
        unit_column=form.unit_column,
        breakdown=f"'{form.breakdown}'" if form.breakdown else "none",
        overlap=str(form.categories_overlap).lower(),
        measures=_listed(measures, indent=8),
    )


def _levels(form: Form) -> tuple[str, ...]:
    """Give the levels of the regions that rows of a form can be of."""
    return LEVELS if form.respondents == "department" else LEVELS[-2:]


def _casts(form: Form) -> list[str]:
    columns = form_table(form).columns
    types = {column.name: column.type.replace(",", ", ") for column in columns}
    return [f"cast({name} as {type_}) as {name}" for name, type_ in types.items()]


def _listed(items: Iterable[str], indent: int = 4) -> str:
    return ",\n".join(f"{' ' * indent}{item}" for item in items)


def _filled(template: str, **words: str) -> str:
    return _template(template).substitute(words)


@cache
def _template(name: str) -> Template:
    path = Path(__file__).with_name("dbt_templates") / f"{name}.sql"
    return Template(path.read_text(encoding="utf-8"))
