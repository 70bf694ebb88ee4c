{#-
    Per column and category, level by level: a level without any row of a category has not summed
    it. Units are compared for all categories together.
-#}
{% test streets_add_up(model) %}

with totals as (
    select
        period,
        region_level,
        column_name,
        breakdown_code,
        sum(value) as value,
        sum(units_expected) as units_expected,
        sum(cells_missing) as cells_missing
    from {{ model }}
    where {{ periods_filter() }} and region_level <> 'community'
    group by period, region_level, column_name, breakdown_code
),

streets as (
    select * from totals
    where region_level = 'street'
),

levels as (
    select distinct
        period,
        region_level
    from totals
    where region_level <> 'street'
),

paired as (
    select
        streets.*,
        levels.region_level as level_above
    from streets
    inner join levels
        on streets.period = levels.period
)

select
    paired.*,
    above.value as value_above
from paired
left join totals as above
    on
        paired.period = above.period
        and paired.level_above = above.region_level
        and paired.column_name = above.column_name
        and paired.breakdown_code = above.breakdown_code
where
    above.value is distinct from paired.value
    or above.cells_missing <> paired.cells_missing
    or (paired.breakdown_code = '_T' and above.units_expected <> paired.units_expected)

{% endtest %}
