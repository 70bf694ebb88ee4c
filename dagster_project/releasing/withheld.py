"""Withheld figures (status Q): small figures of sensitive groups, which readers do not get.

The catalogue (report_forms.md): groups marked ``sensitive=Y`` in their code list are suppressed
below 10 in published tables. Withheld are, of such a group in a region and period: every figure
below 10; all of them where fewer than 10 persons are left; opening, added and removed together;
and, where one figure alone is missing from the sum of a region above, the next smallest beside it.
The build database keeps all figures. Not here: what follows from them (``withheld_indicators``,
``withheld_words``), copying tables (see ``export``).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

import duckdb

from dagster_project.reading.odd import WITHHELD
from dagster_project.releasing.withheld_indicators import OF_INDICATORS, OVER_INDICATORS
from dagster_project.releasing.withheld_words import told_findings
from dagster_project.warehousing.database import table_names, view_names

FEWEST = 10
"""Figures below this are withheld (catalogue, report_forms.md, personal data)."""

LEVELS = ("province", "city", "district", "street", "community")
FLOWS = ("opening", "inflow", "outflow")
"""Roles of columns of which one follows from the others and the closing figure."""

SENSITIVE = """
    create or replace temp table sensitive_groups as
    select columns.form_id, columns.column_name as breakdown_column, codes.code
    from raw_form_column as columns
    inner join raw_code as codes on columns.code_list = codes.list_id
    where columns.role = 'key'
        and list_contains(string_split(codes.attributes, ';'), 'sensitive=Y')
"""

NODES = f"""
    create or replace temp table withheld_figures as
    with columns as (
        select form_id, column_name, role, role in {FLOWS!r} as is_flow from raw_form_column
    ),
    told as (
        select totals.* exclude (obs_status), columns.role,
            case when columns.is_flow then '' else totals.column_name end as together,
            coalesce(regions.parent_code, '') as parent_code
        from fct_totals as totals
        inner join sensitive_groups as groups
            on totals.form_id = groups.form_id and totals.breakdown_code = groups.code
        inner join columns
            on totals.form_id = columns.form_id and totals.column_name = columns.column_name
        left join raw_region as regions
            on totals.region_level = regions.level and totals.region_code = regions.region_code
                and coalesce(regions.valid_from <= totals.boundary_date, true)
                and coalesce(totals.boundary_date < regions.valid_to, true)
        where totals.value is not null
    ),
    small as (
        select *,
            min(value) over (of_group) as least,
            coalesce(min(value) filter (role = 'closing') over (of_region) < {FEWEST}, false)
                as is_all
        from told
        window
            of_region as (partition by form_id, period, region_level, region_code, breakdown_code),
            of_group as (
                partition by
                    form_id, period, region_level, region_code, breakdown_code, together
            )
    )
    select form_id, period, region_level, region_code, parent_code, breakdown_code, column_name,
        together, least, role = 'closing' as is_closing,
        is_all or least < {FEWEST} as is_withheld
    from small
"""

ONE_MORE = """
    update withheld_figures as figures set is_withheld = true
    from (
        select own.form_id, own.period, own.region_code, own.breakdown_code, own.together
        from (
            select distinct form_id, period, region_level, region_code, parent_code,
                breakdown_code, together, least, is_withheld
            from withheld_figures where region_level = $level and is_closing = $is_closing
        ) as own
        left join (
            select distinct form_id, period, region_code, breakdown_code, together, is_withheld
            from withheld_figures where region_level = $above
        ) as above
            on own.form_id = above.form_id and own.period = above.period
                and own.parent_code = above.region_code and own.together = above.together
                and own.breakdown_code = above.breakdown_code
        window beside as (
            partition by
                own.form_id, own.period, own.breakdown_code, own.together, own.parent_code
        )
        qualify not own.is_withheld
            and sum(case when own.is_withheld then 1 else 0 end) over (beside)
                + case when above.is_withheld then 1 else 0 end = 1
            and row_number() over (
                partition by own.form_id, own.period, own.breakdown_code, own.together,
                    own.parent_code, own.is_withheld
                order by own.least, own.region_code
            ) = 1
    ) as chosen
    where figures.region_level = $level and figures.form_id = chosen.form_id
        and figures.period = chosen.period and figures.region_code = chosen.region_code
        and figures.breakdown_code = chosen.breakdown_code
        and figures.together = chosen.together
"""

FLOWS_TOO = """
    update withheld_figures as figures set is_withheld = true
    from (
        select *, lead(period) over (
            partition by form_id, region_level, region_code, breakdown_code order by period
        ) as next_period
        from withheld_figures where is_closing
    ) as closings
    where closings.is_withheld and figures.together = ''
        and figures.period in (closings.period, closings.next_period)
        and figures.form_id = closings.form_id
        and figures.region_level = closings.region_level
        and figures.region_code = closings.region_code
        and figures.breakdown_code = closings.breakdown_code
"""

ROWS = """
    create or replace temp table withheld_rows_{form_id} as
    with figures as (
        select period, region_code, breakdown_code, list(column_name) as names
        from withheld_figures
        where is_withheld and form_id = '{form_id}' group by all
    ),
    named as (
        select facts.submission_id, facts.row_number,
            list_filter([{names}], lambda name: name is not null) as names
        from hist_{form_id} as facts
        inner join sensitive_groups as groups
            on groups.form_id = '{form_id}' and facts.{breakdown} = groups.code
        left join figures
            on facts.period = figures.period and facts.{unit} = figures.region_code
                and facts.{breakdown} = figures.breakdown_code
    )
    from named where len(names) > 0
"""

FACTS = """
    select facts.* replace ({columns}, facts.has_abnormal_cells or names is not null
        as has_abnormal_cells)
    from {table} as facts
    left join withheld_rows_{form_id} using (submission_id, row_number)
"""

TOTALS = f"""
    select totals.* replace (
        case when is_withheld then null else value end as value,
        case when is_withheld then {WITHHELD!r} else obs_status end as obs_status
    )
    from fct_totals as totals
    left join (
        select form_id, period, region_level, region_code, breakdown_code, column_name, is_withheld
        from withheld_figures where is_withheld
    ) using (form_id, period, region_level, region_code, breakdown_code, column_name)
"""

CELLS = f"""
    with withheld as ({{rows}})
    select cells.* replace (
        case when withheld.submission_id is null then obs_status else {WITHHELD!r} end
            as obs_status,
        case when withheld.submission_id is null and texts.submission_id is null then raw_text end
            as raw_text
    )
    from raw_cell_status as cells
    left join withheld using (submission_id, row_number, column_name)
    left join ({{texts}}) as texts using (submission_id, row_number, column_name)
    union all by name
    select withheld.*, {WITHHELD!r} as obs_status
    from withheld anti join raw_cell_status using (submission_id, row_number, column_name)
"""


@dataclass(frozen=True, slots=True)
class SensitiveForm:
    """A form some of whose categories are sensitive: its key columns and its figures by role."""

    form_id: str
    unit: str
    breakdown: str
    figures: Mapping[str, str]
    texts: tuple[str, ...]


def withheld_queries(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Give for each published table that holds figures to withhold what readers get instead.

    Makes temporary tables.
    """
    there = table_names(connection) | view_names(connection)
    if not {"raw_code", "raw_form_column", "fct_totals"} <= there:
        return {}
    connection.execute(SENSITIVE)
    # A refused report has findings, though no form may have rows yet.
    findings = {"fct_findings": told_findings()} if "fct_findings" in there else {}
    forms = _sensitive_forms(connection, there)
    return findings | _of_forms(connection, forms) if forms else findings


def _of_forms(
    connection: duckdb.DuckDBPyConnection, forms: Iterable[SensitiveForm]
) -> dict[str, str]:
    _find_figures(connection)
    queries, cells, texts = {"fct_totals": TOTALS}, [], []
    for form in forms:
        connection.execute(_rows(form))
        for table in (f"fct_{form.form_id}", f"hist_{form.form_id}"):
            queries[table] = _facts(form, table)
        cells.append(
            "select submission_id, row_number, unnest(names) as column_name"
            f" from withheld_rows_{form.form_id}"
        )
        texts.append(
            f"select submission_id, row_number, unnest({list(form.texts)}::varchar[])"
            f" as column_name from withheld_rows_{form.form_id}"
        )
    both = {"rows": " union all ".join(cells), "texts": " union all ".join(texts)}
    return queries | {"raw_cell_status": CELLS.format(**both)} | OVER_INDICATORS


def follows_from(queries: Mapping[str, str], tables: Iterable[str]) -> frozenset[str]:
    """Give the tables of which a change may withhold other cells, though a table is the same.

    The histories, and what is declared: regions, code lists, columns.
    """
    histories = {name for name in queries if name.startswith("hist_")}
    declared = {name for name in tables if name.startswith("dim_")} - {"dim_period"}
    return frozenset(histories | declared)


def _find_figures(connection: duckdb.DuckDBPyConnection) -> None:
    """Find what is withheld, regions above first: what is withheld there tells on those below."""
    connection.execute(NODES)
    for is_closing in (True, False):
        for above, level in pairwise(LEVELS):
            asked = {"above": above, "level": level, "is_closing": is_closing}
            connection.execute(ONE_MORE, asked)
        if is_closing:
            connection.execute(FLOWS_TOO)
    connection.execute(OF_INDICATORS)


def _sensitive_forms(
    connection: duckdb.DuckDBPyConnection, there: Collection[str]
) -> list[SensitiveForm]:
    """Give the forms that have rows of sensitive groups; none where nothing is declared."""
    query = "select distinct form_id, breakdown_column from sensitive_groups order by 1"
    found = [
        _form(connection, form_id, breakdown)
        for form_id, breakdown in connection.execute(query).fetchall()
        if f"hist_{form_id}" in there
    ]
    return [form for form in found if connection.execute(_any_rows(form)).fetchone()]


def _form(connection: duckdb.DuckDBPyConnection, form_id: str, breakdown: str) -> SensitiveForm:
    query = """
        select column_name, role, code_list, add_space from raw_form_column where form_id = ?
        order by column_order
    """
    columns = connection.execute(query, [form_id]).fetchall()
    (unit,) = (name for name, role, codes, _ in columns if role == "key" and codes == "CL_REGION")
    figures = {name: role for name, role, _, add_space in columns if add_space == "sum"}
    texts = tuple(name for name, role, _, _ in columns if role == "text")
    return SensitiveForm(form_id, unit, breakdown, figures, texts)


def _any_rows(form: SensitiveForm) -> str:
    return (
        f"select 1 from hist_{form.form_id} semi join sensitive_groups"
        f" on {form.breakdown} = code limit 1"
    )


def _rows(form: SensitiveForm) -> str:
    names = ", ".join(
        f"case when facts.{name} is not null and ({_is_small(form, name)}"
        f" or coalesce(list_contains(figures.names, '{name}'), false)) then '{name}' end"
        for name in form.figures
    )
    return ROWS.format(form_id=form.form_id, names=names, breakdown=form.breakdown, unit=form.unit)


def _is_small(form: SensitiveForm, name: str) -> str:
    """Say of a row of any revision whether a figure is withheld for what stands in the row."""
    roles = ("closing", *FLOWS) if form.figures[name] in FLOWS else ("closing",)
    asked = {name, *(other for other, role in form.figures.items() if role in roles)}
    small = (f"coalesce(facts.{other} < {FEWEST}, false)" for other in sorted(asked))
    return f"({' or '.join(small)})"


def _facts(form: SensitiveForm, table: str) -> str:
    columns = [
        *(f"case when list_contains(names, '{name}') then null else {name} end as {name}"
          for name in form.figures),
        *(f"case when names is null then {name} end as {name}" for name in form.texts),
    ]  # fmt: skip
    return FACTS.format(columns=", ".join(columns), table=table, form_id=form.form_id)
