{#- Per column and category; units are compared for all categories together. -#}
{% test streets_add_up(model) %}

with totals as (
    select
        period,
        column_name,
        breakdown_code,
        sum(case when region_level = 'district' then value end) as district_value,
        sum(case when region_level = 'street' then value end) as street_value,
        sum(case when region_level = 'district' then units_expected end) as district_units,
        sum(case when region_level = 'street' then units_expected end) as street_units,
        sum(case when region_level = 'district' then cells_missing end) as district_missing,
        sum(case when region_level = 'street' then cells_missing end) as street_missing
    from {{ model }}
    where {{ periods_filter() }}
    group by period, column_name, breakdown_code
)

select *
from totals
where
    district_value is distinct from street_value
    or district_missing <> street_missing
    or (breakdown_code = '_T' and district_units <> street_units)

{% endtest %}
