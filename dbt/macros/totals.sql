{#-
    The totals of a form: additive columns per street and district, period and category, with the units
    that they cover. Wide first (one pass over the rows), then crossed with the list of columns.

    Missing is never 0: `value` sums what is there and is null where nothing is. A unit has
    reported a column when its submission in force has no cell of it marked as missing. Rows whose
    category is not given stand under _U, so that categories add up to _T.
-#}

{% macro totals_of_form(form_id, versioned, breakdown, columns) -%}
with places as (
    {{ places_of_form(form_id) }}
),

facts as (
    select
        submission_id,
        row_number,
        period,
        respondent_code,
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
        coalesce(breakdown_code, '_T') as breakdown_code,
        {%- for column in columns %}
        sum({{ column }}) as {{ column }} {{- ',' if not loop.last }}
        {%- endfor %}
    from facts
    group by {{ by_category(breakdown, 'period, respondent_code', 'breakdown_code') }}
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
    group by
        places.period,
        places.region_level,
        places.region_code,
        coalesce(units_summed.breakdown_code, '_T')
),

units_missing as (
    select
        facts.period,
        facts.respondent_code,
        coalesce(facts.breakdown_code, '_T') as breakdown_code,
        cells.column_name,
        count(*) as cells_missing
    from facts
    inner join {{ source('raw', 'raw_cell_status') }} as cells
        on
            facts.submission_id = cells.submission_id
            and facts.row_number = cells.row_number
    where cells.obs_status in ({{ missing_statuses() }})
    group by {{ by_category(
        breakdown,
        'facts.period, facts.respondent_code, cells.column_name',
        'facts.breakdown_code',
    ) }}
),

missing as (
    select
        places.period,
        places.region_level,
        places.region_code,
        units_missing.breakdown_code,
        units_missing.column_name,
        sum(places.is_expected) as units_missing,
        sum(units_missing.cells_missing) as cells_missing
    from places
    inner join units_missing
        on
            places.period = units_missing.period
            and places.respondent_code = units_missing.respondent_code
    group by
        places.period,
        places.region_level,
        places.region_code,
        units_missing.breakdown_code,
        units_missing.column_name
),

coverage as (
    select
        period,
        region_level,
        region_code,
        sum(is_expected) as units_expected,
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
        summed.breakdown_code,
        measures.column_name,
        coverage.units_expected,
        coverage.units_in_force - coalesce(missing.units_missing, 0) as units_reported,
        coverage.units_unexpected,
        coalesce(missing.cells_missing, 0) as cells_missing,
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
    left join missing
        on
            summed.period = missing.period
            and summed.region_level = missing.region_level
            and summed.region_code = missing.region_code
            and summed.breakdown_code = missing.breakdown_code
            and measures.column_name = missing.column_name
)

select
    '{{ form_id }}' as form_id,
    period,
    region_level,
    region_code,
    cast({{ "'" ~ breakdown ~ "'" if breakdown else 'null' }} as string) as breakdown_column,
    breakdown_code,
    column_name,
    value,
    cast(units_expected as integer) as units_expected,
    cast(units_reported as integer) as units_reported,
    cast(units_unexpected as integer) as units_unexpected,
    cast(cells_missing as integer) as cells_missing,
    units_expected > 0
    and units_reported = units_expected
    and cells_missing = 0 as is_complete
from long
{%- endmacro %}

{% macro by_category(breakdown, keys, category) -%}
    {#- By category and, where a form has categories, over all of them in the same pass. -#}
    {%- if breakdown -%}
        grouping sets (({{ keys }}, {{ category }}), ({{ keys }}))
    {%- else -%}
        {{ keys }}, {{ category }}
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
