{{ config(tags=['cross_form']) }}

with units as (
    select
        targets.target_id,
        units.period,
        units.street_code,
        units.district_code,
        {{ code_start("'city'", 'units.district_code') }} || '00000000' as city_code,
        units.value,
        case
            when
                units.value >= coalesce({{ low_end('targets') }}, units.value)
                and units.value <= coalesce({{ high_end('targets') }}, units.value)
                then 1
            else 0
        end as is_met
    from {{ ref('fct_indicator_units') }} as units
    inner join {{ source('raw', 'raw_target') }} as targets
        on units.indicator_id = targets.indicator_id
    where
        targets.kind <> 'baseline'
        and targets.judged_by = 'units'
        and targets.is_value_stated
),

by_region as (
    {%- for level in ['street', 'district', 'city'] %}
        select
            target_id,
            period,
            '{{ level }}' as region_level,
            {{ level }}_code as region_code,
            cast(count(*) as integer) as units_in_scope,
            cast(count(value) as integer) as units_judged,
            cast(sum(is_met) as integer) as units_met
        from units
        where {{ level }}_code is not null
        group by target_id, period, {{ level }}_code
        {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select * from by_region
