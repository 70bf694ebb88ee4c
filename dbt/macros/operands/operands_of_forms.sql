{#-
    The figures over the rows of a form that formulas of indicators reckon with, for each region and
    period, with the units that they cover. What is counted stands in `operands_of_<form>`, which is
    generated; here is only where and when.

    Missing is never 0: `value` is null where no unit of a region reported, and 0 where one did
    and has no such row. A department's figures stand for the regions it speaks of and are never
    summed: without a row there is no figure. A unit has reported an operand when none of its rows
    that may count has a cell of the operand's columns marked as missing.
-#}

{% macro operands_of_forms(forms) -%}
    {%- set asked = [] -%}
    {%- for form in forms_of_run(forms) if is_built(form.form_id) -%}
        {%- do asked.append(form) -%}
    {%- endfor -%}
    {%- if asked %}
with
    {%- for form in asked %}
{{ operands_of_form(form) }}{{ ',' if not loop.last }}
    {% endfor %}
    {%- endif %}
    {%- for form in asked %}
select * from {{ form.form_id }}_operands
union all
    {%- endfor %}
select
    cast(null as string) as form_id,
    cast(null as string) as operand_id,
    cast(null as string) as period,
    cast(null as string) as region_level,
    cast(null as string) as region_code,
    cast(null as decimal(38, 6)) as value,
    cast(null as integer) as units_expected,
    cast(null as integer) as units_reported,
    cast(null as integer) as cells_missing,
    cast(null as integer) as cells_questioned
where 1 = 0
{%- endmacro %}

{% macro is_built(form_id) -%}
    {#- A form that has never been built has no table yet; dependencies are told all the same. -#}
    {%- set relation = ref('fct_' ~ form_id) -%}
    {%- do return(not execute or load_relation(relation) is not none) -%}
{%- endmacro %}

{% macro form_period_config() %}
    {#- As whole periods, of some forms only where the run names any in the variable `forms`. -#}
    {%- if target.type == 'spark' -%}
        {{ config(
            materialized='incremental',
            incremental_strategy='insert_overwrite',
            partition_by=['form_id', 'period'],
            file_format='parquet',
            on_schema_change='fail',
        ) }}
    {%- else -%}
        {{ config(
            materialized='incremental',
            incremental_strategy='form_period',
            on_schema_change='fail',
        ) }}
    {%- endif -%}
{% endmacro %}

{% macro get_incremental_form_period_sql(arg_dict) %}
    {%- set columns = arg_dict['dest_columns'] | map(attribute='quoted') | join(', ') -%}
    {%- set names = forms_of_run(forms_with_operands()) | map(attribute='form_id') | list -%}
    delete from {{ arg_dict['target_relation'] }}
    where {{ periods_filter() }}
    {%- if var('forms', []) and not flags.FULL_REFRESH %}
        and form_id in ('{{ names | join("', '") }}')
    {%- endif %};

    insert into {{ arg_dict['target_relation'] }} ({{ columns }})
    select {{ columns }}
    from {{ arg_dict['temp_relation'] }}
{% endmacro %}

{% macro forms_of_run(forms) %}
    {#-
        The forms whose operands the run computes again: those that changed and those that look
        them up, where any has periods of the run's kinds. All of them where the run names none.
    -#}
    {%- set periods, changed = var('periods', []), var('forms', []) -%}
    {%- set is_first = model.config.materialized == 'incremental' and not is_incremental() -%}
    {%- if not periods or is_first or flags.FULL_REFRESH -%} {%- do return(forms) -%} {%- endif -%}
    {%- set kinds, found = [], [] -%}
    {%- for label in periods -%}
        {%- do kinds.append('Q' if 'Q' in label else 'M' if '-' in label else 'A') -%}
    {%- endfor -%}
    {%- for form in forms if form.period_type in kinds -%}
        {%- set looked_up = form.lookups.values() | selectattr('form_id', 'in', changed) | list -%}
        {%- if not changed or form.form_id in changed or looked_up -%}
            {%- do found.append(form) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- do return(found) -%}
{% endmacro %}

{% macro operands_of_form(form) -%}
    {%- set id, unit = form.form_id, form.unit_column -%}
    {%- set keys = 'places.period, places.region_level, places.region_code' -%}
    {%- set operands = {} -%}
    {%- for group in (form.of_rows, form.of_community, form.of_street) -%}
        {%- do operands.update(group) -%}
    {%- endfor -%}
{{ id }}_units as (
    {{ reporting_units(id) }}
),

{{ id }}_rows as (
    select
        facts.*,
        coalesce(facts.{{ unit }}, '_U') as _unit,
        periods.period_end as _period_end
        {%- for name, one in form.lookups.items() %},
        {{ name ~ '.form_period is not null' if is_built(one.form_id) else 'false' }} as {{ name }}
        {%- endfor %}
    from {{ ref('fct_' ~ id) }} as facts
    inner join {{ source('raw', 'raw_period') }} as periods
        on facts.period = periods.period
    {%- for name, one in form.lookups.items() if is_built(one.form_id) %}
    left join (
        {{ looked_up(one, form.period_type) }}
    ) as {{ name }}
        on
            facts.period = {{ name }}.form_period
            and facts.{{ 'respondent_code' if one.within == 'street' else unit }}
            = {{ name }}.unit_code
    {%- endfor %}
    where {{ periods_filter('facts.period') }}
),

{{ id }}_places as (
    {{ places_of_department(id) if form.of_department else places_of_units(id ~ '_units') }}
),

{{ id }}_keyed as (
    select *, _unit as place_unit from {{ id }}_rows
    {%- if not form.of_department %}
    union all
    select *, '' as place_unit from {{ id }}_rows
    {%- endif %}
),

{%- for over in ('community', 'street') if form['of_' ~ over] %}
{{ id }}_{{ over }} as (
    select
        r.period,
        r.respondent_code,
        {{ 'r._unit' if over == 'community' else "''" }} as place_unit
        {%- for name, one in form['of_' ~ over].items() %},
        {{ one.sql }} as {{ name }}
        {%- endfor %}
    from {{ id }}_rows as r
    group by r.period, r.respondent_code {{- ', r._unit' if over == 'community' }}
),

{{ id }}_{{ over }}_summed as (
    select
        {{ keys }}
        {%- for name in form['of_' ~ over] %},
        sum(units.{{ name }}) as {{ name }}
        {%- endfor %}
    from {{ id }}_places as places
    inner join (
        select * from {{ id }}_{{ over }}
        {%- if over == 'community' %}
        union all
        select
            period, respondent_code, '' as place_unit, {{ form.of_community.keys() | join(', ') }}
        from {{ id }}_{{ over }}
        {%- endif %}
    ) as units
        on
            places.period = units.period
            and places.respondent_code = units.respondent_code
            and places.unit_code = units.place_unit
    group by {{ keys }}
),
{%- endfor %}

{{ id }}_figures as (
    select
        {{ keys }}
        {%- for name, one in form.of_rows.items() %},
        {{ figure_of_rows(one, form.of_department) }} as {{ name }}
        {%- endfor %}
    from {{ id }}_places as places
    left join {{ id }}_keyed as r
        on
            places.period = r.period
            and places.respondent_code = r.respondent_code
            and places.unit_code = r.place_unit
    group by {{ keys }}
),

{{ id }}_covered as (
    select
        {{ keys }},
        sum(places.is_expected) as units_expected,
        sum(places.is_in_force) as units_heard,
        sum(places.is_expected * places.is_in_force) as units_in_force
    from {{ id }}_places as places
    group by {{ keys }}
),

{{ id }}_names as (
    {%- for name in operands %}
    select '{{ name }}' as operand_id {{- ' union all' if not loop.last }}
    {%- endfor %}
),

{{ id }}_marked as (
    select
        {{ keys }},
        names.operand_id,
        count(distinct
            case when r._is_missing = 1 and places.is_expected = 1 then r.respondent_code end
        ) as units_missing,
        sum(r._is_missing) as cells_missing,
        sum(1 - r._is_missing) as cells_questioned
    from (
        select
            keyed.*,
            cells.column_name as _column,
            case when cells.obs_status = 'U' then 0 else 1 end as _is_missing
        from {{ source('raw', 'raw_cell_status') }} as cells
        inner join {{ id }}_keyed as keyed
            on cells.submission_id = keyed.submission_id and cells.row_number = keyed.row_number
        where cells.obs_status in ({{ missing_statuses() }}, 'U')
    ) as r
    inner join {{ id }}_places as places
        on
            r.period = places.period
            and r.respondent_code = places.respondent_code
            and r.place_unit = places.unit_code
    cross join {{ id }}_names as names
    where
        case names.operand_id
            {%- for name, one in operands.items() if one.columns %}
            when '{{ name }}'
                then r._column in ('{{ one.columns | join("', '") }}') and ({{ rows_of(one) }})
            {%- endfor %}
            else false
        end
    group by {{ keys }}, names.operand_id
),

{{ id }}_long as (
    select
        places.period,
        places.region_level,
        places.region_code,
        names.operand_id,
        places.units_expected,
        places.units_in_force,
        coalesce(marked.units_missing, 0) as units_missing,
        coalesce(marked.cells_missing, 0) as cells_missing,
        coalesce(marked.cells_questioned, 0) as cells_questioned,
        case
            when places.units_heard > 0 then case names.operand_id
                {%- for over in ('rows', 'community', 'street') %}
                {%- for name in form['of_' ~ over] %}
                when '{{ name }}' then cast(
                    {{ over ~ '.' ~ name if over == 'rows' else 'coalesce(' ~ over ~ '.' ~ name ~ ', 0)' }}
                    as decimal(38, 6)
                )
                {%- endfor %}
                {%- endfor %}
            end
        end as value
    from {{ id }}_covered as places
    cross join {{ id }}_names as names
    {%- for over in ('rows', 'community', 'street') if form['of_' ~ over] %}
    left join {{ id }}_{{ 'figures' if over == 'rows' else over ~ '_summed' }} as {{ over }}
        on
            places.period = {{ over }}.period
            and places.region_level = {{ over }}.region_level
            and places.region_code = {{ over }}.region_code
    {%- endfor %}
    left join {{ id }}_marked as marked
        on
            places.period = marked.period
            and places.region_level = marked.region_level
            and places.region_code = marked.region_code
            and names.operand_id = marked.operand_id
),

{{ id }}_operands as (
    select
        '{{ id }}' as form_id,
        operand_id,
        period,
        region_level,
        region_code,
        value,
        cast(units_expected as integer) as units_expected,
        cast(
            {%- if form.of_department %}
            case when value is null then 0 else units_in_force - units_missing end
            {%- else %}
            units_in_force - units_missing
            {%- endif %} as integer
        ) as units_reported,
        cast(cells_missing as integer) as cells_missing,
        cast(cells_questioned as integer) as cells_questioned
    from {{ id }}_long
)
{%- endmacro %}

{% macro figure_of_rows(one, of_department) -%}
    {#- A figure over the rows `r` of a group; a sum over no row is 0, but for a department. -#}
    {%- set where = one.get('where') -%}
    {%- if one.sql is defined -%}
        {{ one.sql }}
    {%- elif one.function == 'sum' and not of_department -%}
        {%- set there = 'case when ' ~ where ~ ' then r.row_number end' if where -%}
        case
            when count({{ there or 'r.row_number' }}) > 0 then sum({{ chosen(one.value, where) }})
            else 0
        end
    {%- else -%}
        {{ one.function }}({{ one.get('distinct', '') }}{{ chosen(one.value, where) }})
    {%- endif -%}
{%- endmacro %}

{% macro rows_of(one) -%}
    {#- The rows that an operand may speak of: those that cannot be told are kept. -#}
    {%- if one.rows is defined -%} {{ one.rows }}
    {%- elif one.where is defined -%} coalesce({{ one.where }}, true)
    {%- else -%} true
    {%- endif -%}
{%- endmacro %}

{% macro chosen(value, where) -%}
    {{ 'case when ' ~ where ~ ' then ' ~ value ~ ' end' if where else value }}
{%- endmacro %}

{% macro looked_up(one, period_type) -%}
    {#-
        The communities or streets in which another form has some row, by the periods of this form:
        of the other form's period that holds the last day of this one's.
    -#}
    select distinct
        own.period as form_period,
        r.{{ 'respondent_code' if one.within == 'street' else one.unit_column }} as unit_code
    from {{ ref('fct_' ~ one.form_id) }} as r
    inner join {{ source('raw', 'raw_period') }} as theirs
        on r.period = theirs.period
    inner join {{ source('raw', 'raw_period') }} as own
        on
            own.period_type = '{{ period_type }}'
            and own.period_end >= theirs.period_start
            and own.period_end <= theirs.period_end
    where {{ one.where }} and {{ periods_filter('own.period') }}
{%- endmacro %}

{% macro places_of_department(form_id) -%}
    {#- The regions that a department has rows of, and its own, each for itself. -#}
    select
        units.period,
        units.respondent_code,
        spoken.region_level,
        spoken.region_code,
        spoken.region_code as unit_code,
        max(units.is_expected) as is_expected,
        max(units.is_in_force) as is_in_force
    from {{ form_id }}_units as units
    inner join (
        select period, respondent_code, region_level, _unit as region_code
        from {{ form_id }}_rows
        where region_level is not null
        union all
        select
            period,
            respondent_code,
            {{ level_of_code('respondent_code') }} as region_level,
            respondent_code as region_code
        from {{ form_id }}_units
    ) as spoken
        on units.period = spoken.period and units.respondent_code = spoken.respondent_code
    group by
        units.period, units.respondent_code, spoken.region_level, spoken.region_code
{%- endmacro %}
