{#- Units that are judged one by one: regions have a row of fct_indicators, rows of a form have none. -#}

{% macro units_of_indicators(of_rows) -%}
with indicators as (
    select * from {{ source('raw', 'raw_indicator') }}
    where rollup is not null
),

periods as (
    select * from {{ source('raw', 'raw_period') }}
),

regions as (
    select * from {{ source('raw', 'raw_region') }}
),

of_regions as (
    select
        figures.indicator_id,
        figures.period,
        figures.region_code as unit_id,
        figures.region_code,
        streets.region_code as street_code,
        coalesce(
            streets.parent_code,
            case when figures.region_level = 'district' then figures.region_code end
        ) as district_code,
        figures.value,
        figures.obs_status
    from {{ ref('fct_indicators') }} as figures
    inner join indicators
        on
            figures.indicator_id = indicators.indicator_id
            and figures.region_level = indicators.highest_level
    left join regions as communities
        on
            figures.region_level = 'community'
            and figures.region_code = communities.region_code
            and communities.level = 'community'
            and {{ valid_on('communities', 'figures.boundary_date') }}
    left join regions as streets
        on
            streets.level = 'street'
            and streets.region_code = case figures.region_level
                when 'street' then figures.region_code
                when 'community' then communities.parent_code
            end
            and {{ valid_on('streets', 'figures.boundary_date') }}
    where
        coalesce(figures.reason, '') <> 'out_of_scope'
        and {{ periods_filter('figures.period') }}
)

select * from of_regions
{%- for one in of_rows if is_built(one.form_id) %}
union all
select
    '{{ one.indicator_id }}' as indicator_id,
    targets.period,
    r.{{ one.unit_id }} as unit_id,
    r.{{ one.unit_column }} as region_code,
    r.street_code,
    r.district_code,
    cast(r.{{ one.column }} as decimal(38, 6)) as value,
    case
        when cells.obs_status is not null then cells.obs_status
        when r.{{ one.column }} is null then 'M'
        else 'A'
    end as obs_status
from {{ ref('fct_' ~ one.form_id) }} as r
inner join periods as own
    on r.period = own.period
inner join periods as targets
    on
        own.period_end = targets.period_end
        and targets.period_type in ('{{ one.period_type }}', 'A')
{%- if one.scope %}
inner join {{ ref('int_indicator_operands') }} as scopes
    on
        scopes.operand_id = '{{ one.scope }}'
        and targets.period = scopes.period
        and r.{{ one.unit_column }} = scopes.region_code
        and scopes.value = 1
{%- endif %}
left join {{ source('raw', 'raw_cell_status') }} as cells
    on
        r.submission_id = cells.submission_id
        and r.row_number = cells.row_number
        and cells.column_name = '{{ one.column }}'
where {{ one.where }} and {{ periods_filter('targets.period') }}
{%- endfor %}
{%- endmacro %}
