{#- Asks the register, not dim_region, so that a form's tests need that form's models only. -#}
{% test regions_exist_at_period_end(model, unit_column, within_district=true) %}

select
    facts.period,
    facts.{{ unit_column }} as unit_code,
    count(*) as times
from {{ model }} as facts
left join {{ source('raw', 'raw_period') }} as periods
    on facts.period = periods.period
left join {{ source('raw', 'raw_region') }} as regions
    on
        facts.{{ unit_column }} = regions.region_code
        and facts.region_level = regions.level
        and {{ valid_on('regions', 'periods.period_end') }}
where
    {{ periods_filter('facts.period') }}
    and (
        regions.region_code is null
        {{ 'or facts.district_code is null' if within_district }}
    )
group by facts.period, facts.{{ unit_column }}

{% endtest %}
