{#-
    The totals of a form: additive columns per region, period and category, with the units that they
    cover. Regions are those in force on the period's last day: communities, streets, districts,
    cities, provinces. Wide first (one pass over the rows), then crossed with the list of columns.

    Missing is never 0: `value` sums what is there and is null where nothing is. A unit has
    reported a column when its submission in force has no cell of it marked as missing. Rows whose
    category is not given stand under _U, so that categories add up to _T. Categories that overlap
    have no _T, but where nothing was reported. Communities have no categories where these add up:
    their rows are the facts themselves.
-#}

{% macro totals_of_form(form_id, versioned, unit_column, breakdown, overlap, columns) -%}
with units as (
    {{ reporting_units(form_id) }}
),

places as (
    {{ places_of_units('units') }}
),

facts as (
    select
        submission_id,
        row_number,
        period,
        respondent_code,
        coalesce({{ unit_column }}, '_U') as unit_code,
        {{ "coalesce(" ~ breakdown ~ ", '_U')" if breakdown else "'_T'" }} as breakdown_code,
        {{ columns | join(',\n        ') }}
    from {{ versioned }}
    where known_to is null and {{ periods_filter() }}
),

measures as (
    {%- for column in columns %}
    select '{{ column }}' as column_name {{- ' union all' if not loop.last }}
    {%- endfor %}
),

units_summed as (
    select
        period,
        respondent_code,
        coalesce(unit_code, '') as unit_code,
        coalesce(breakdown_code, '_T') as breakdown_code,
        {%- for column in columns %}
        sum({{ column }}) as {{ column }} {{- ',' if not loop.last }}
        {%- endfor %}
    from facts
    group by {{ by_unit_and_category(
        breakdown, overlap, ['period', 'respondent_code'], 'unit_code', 'breakdown_code',
    ) }}
),

summed as (
    select
        places.period,
        places.region_level,
        places.region_code,
        coalesce(units_summed.breakdown_code, '_T') as breakdown_code,
        {%- for column in columns %}
        sum(units_summed.{{ column }}) as {{ column }} {{- ',' if not loop.last }}
        {%- endfor %}
    from places
    left join units_summed
        on
            places.period = units_summed.period
            and places.respondent_code = units_summed.respondent_code
            and places.unit_code = units_summed.unit_code
    group by
        places.period,
        places.region_level,
        places.region_code,
        coalesce(units_summed.breakdown_code, '_T')
),

units_marked as (
    select
        facts.period,
        facts.respondent_code,
        coalesce(facts.unit_code, '') as unit_code,
        coalesce(facts.breakdown_code, '_T') as breakdown_code,
        cells.column_name,
        sum(case when cells.obs_status <> 'U' then 1 else 0 end) as cells_missing,
        sum(case when cells.obs_status = 'U' then 1 else 0 end) as cells_questioned
    from facts
    inner join {{ source('raw', 'raw_cell_status') }} as cells
        on
            facts.submission_id = cells.submission_id
            and facts.row_number = cells.row_number
    where cells.obs_status in ({{ missing_statuses() }}, 'U')
    group by {{ by_unit_and_category(
        breakdown,
        overlap,
        ['facts.period', 'facts.respondent_code', 'cells.column_name'],
        'facts.unit_code',
        'facts.breakdown_code',
    ) }}
),

marked as (
    select
        places.period,
        places.region_level,
        places.region_code,
        units_marked.breakdown_code,
        units_marked.column_name,
        sum(
            case when units_marked.cells_missing > 0 then places.is_expected else 0 end
        ) as units_missing,
        sum(units_marked.cells_missing) as cells_missing,
        sum(units_marked.cells_questioned) as cells_questioned
    from places
    inner join units_marked
        on
            places.period = units_marked.period
            and places.respondent_code = units_marked.respondent_code
            and places.unit_code = units_marked.unit_code
    group by
        places.period,
        places.region_level,
        places.region_code,
        units_marked.breakdown_code,
        units_marked.column_name
),

coverage as (
    select
        period,
        region_level,
        region_code,
        max(boundary_date) as boundary_date,
        sum(is_expected) as units_expected,
        sum(is_in_force) as units_heard,
        sum(is_expected * is_in_force) as units_in_force,
        sum((1 - is_expected) * is_in_force) as units_unexpected
    from places
    group by period, region_level, region_code
),

long as (
    select
        summed.period,
        summed.region_level,
        summed.region_code,
        coverage.boundary_date,
        summed.breakdown_code,
        measures.column_name,
        coverage.units_expected,
        coverage.units_in_force - coalesce(marked.units_missing, 0) as units_reported,
        coverage.units_unexpected,
        coalesce(marked.cells_missing, 0) as cells_missing,
        coalesce(marked.cells_questioned, 0) as cells_questioned,
        case measures.column_name
            {%- for column in columns %}
            when '{{ column }}' then cast(summed.{{ column }} as decimal(38, 6))
            {%- endfor %}
        end as value
    from summed
    cross join measures
    inner join coverage
        on
            summed.period = coverage.period
            and summed.region_level = coverage.region_level
            and summed.region_code = coverage.region_code
    left join marked
        on
            summed.period = marked.period
            and summed.region_level = marked.region_level
            and summed.region_code = marked.region_code
            and summed.breakdown_code = marked.breakdown_code
            and measures.column_name = marked.column_name
    {%- if breakdown and overlap %}
    where summed.breakdown_code <> '_T' or coverage.units_heard = 0
    {%- endif %}
),

judged as (
    select
        *,
        units_expected > 0
        and units_reported = units_expected
        and cells_missing = 0 as is_complete
    from long
)

select
    '{{ form_id }}' as form_id,
    period,
    region_level,
    region_code,
    cast(boundary_date as date) as boundary_date,
    cast({{ "'" ~ breakdown ~ "'" if breakdown else 'null' }} as string) as breakdown_column,
    breakdown_code,
    column_name,
    value,
    case
        when value is null and is_complete then 'M'
        when value is null then 'L'
        when not is_complete then 'P'
        when cells_questioned > 0 then 'U'
        else 'A'
    end as obs_status,
    cast(units_expected as integer) as units_expected,
    cast(units_reported as integer) as units_reported,
    cast(units_unexpected as integer) as units_unexpected,
    cast(cells_missing as integer) as cells_missing,
    cast(cells_questioned as integer) as cells_questioned,
    is_complete
from judged
{%- endmacro %}

{% macro by_unit_and_category(breakdown, overlap, keys, unit, category) -%}
    {#- In one pass: by category, over all of them where they add up, and by the unit of each row. -#}
    {%- set keys = keys | join(', ') -%}
    {%- if overlap or not breakdown -%}
        grouping sets (({{ keys }}, {{ category }}), ({{ keys }}, {{ category }}, {{ unit }}))
    {%- else -%}
        grouping sets (({{ keys }}, {{ category }}), ({{ keys }}), ({{ keys }}, {{ unit }}))
    {%- endif -%}
{%- endmacro %}

{% macro additive_columns(names) %}
    {#- Gives its argument back. Unit tests put a shorter list in its place. -#}
    {%- do return(names) -%}
{% endmacro %}

{% macro totals_of_built_forms(columns, totals) -%}
    {#-
        The totals of all forms. A form that has never been built has no table yet: the others are
        shown all the same, and a test sees to it that no form with accepted rows is left out.
    -#}
    select
    {%- for name, type in columns.items() %}
        cast(null as {{ type }}) as {{ name }} {{- ',' if not loop.last }}
    {%- endfor %}
    where 1 = 0
    {%- for relation in totals if not execute or load_relation(relation) is not none %}
    union all
    select
        {{ columns.keys() | join(',\n        ') }}
    from {{ relation }}
    {%- endfor %}
{%- endmacro %}
