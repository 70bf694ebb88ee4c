{{ config(tags=['cross_form']) }}

with plans as (
    select * from {{ source('raw', 'raw_plan') }}
),

targets as (
    select
        figures.*,
        {{ code_start('figures.region_level', 'figures.region_code') }} as code_start,
        {{ low_end('figures') }} as low,
        {{ high_end('figures') }} as high,
        plans.first_year
    from {{ source('raw', 'raw_target') }} as figures
    inner join plans on figures.plan_id = plans.plan_id
    where figures.kind <> 'baseline'
),

of_department as (
    select form_id from {{ source('raw', 'raw_form') }}
    where respondents = 'department'
),

indicators as (
    select
        indicator_id,
        aggregation,
        period_rule,
        aggregation = 'sum'
        and period_rule in ('year', 'sum_over_period', 'sum_over_year') as is_flow,
        -- What a department alone reports, it reports for a region as a whole.
        forms not in (select of_department.form_id from of_department) as asks_streets
    from {{ source('raw', 'raw_indicator') }}
),

reached as (
    select
        targets.*,
        figures.region_level as reached_level,
        figures.region_code as reached_code,
        figures.period,
        figures.period_type,
        periods.period_end,
        indicators.aggregation,
        figures.value as reached_value,
        figures.obs_status,
        figures.reason,
        figures.units_expected,
        figures.units_reported,
        figures.is_complete,
        figures.region_level = 'street'
        or not indicators.asks_streets
        or coalesce(regions.streets_expected = regions.streets_in_region, false) as is_covered
    from {{ ref('fct_indicators') }} as figures
    inner join targets on figures.indicator_id = targets.indicator_id
    inner join indicators on figures.indicator_id = indicators.indicator_id
    inner join {{ source('raw', 'raw_period') }} as periods on figures.period = periods.period
    left join {{ ref('int_target_regions') }} as regions
        on
            targets.region_level = regions.region_level
            and targets.region_code = regions.region_code
            and periods.year = regions.year
    where
        -- The year ahead of a plan is where its stocks and rates start; flows start with the plan.
        periods.year >= targets.first_year - case when indicators.is_flow then 0 else 1 end
        -- The sum of a month or quarter is no part of a figure for a year.
        and (figures.period_type = 'A' or indicators.period_rule <> 'sum_over_period')
        and (
            (
                figures.region_level = targets.region_level
                and figures.region_code = targets.region_code
            )
            -- A street has a rate or units of its own to look after, but no share of a sum.
            or (
                figures.region_level = 'street'
                and {{ code_start('targets.region_level', 'figures.region_code') }}
                = targets.code_start
                and targets.level not in ('city', 'district')
                and targets.is_value_stated
                and (
                    targets.judged_by = 'units'
                    or (
                        indicators.aggregation in ('ratio_of_sums', 'weighted')
                        and figures.obs_status <> 'M'
                    )
                )
            )
        )
),

counted as (
    select
        reached.*,
        judged.units_in_scope,
        judged.units_judged,
        judged.units_met,
        cast(100.0 * judged.units_met / nullif(judged.units_judged, 0) as decimal(38, 6))
            as share_met_pct
    from reached
    left join {{ ref('int_target_units') }} as judged
        on
            reached.target_id = judged.target_id
            and reached.period = judged.period
            and reached.reached_level = judged.region_level
            and reached.reached_code = judged.region_code
    -- A street without a unit in scope has nothing to meet.
    where
        reached.judged_by = 'value'
        or reached.reached_level = reached.region_level
        or judged.units_in_scope is not null
)

select
    target_id,
    plan_id,
    indicator_id,
    kind,
    unit,
    judged_by,
    due_on,
    comparator,
    value as target_value,
    value_high as target_value_high,
    is_value_stated,
    unlike_figures is not null as is_base_unlike,
    reached_level as region_level,
    reached_code as region_code,
    reached_level = region_level and reached_code = region_code as is_whole_region,
    period,
    period_type,
    period_end,
    aggregation,
    case when judged_by = 'value' then reached_value end as value,
    units_in_scope,
    units_judged,
    units_met,
    share_met_pct,
    case
        when judged_by = 'units' then share_met_pct
        -- A milestone is reached once, however many documents say so.
        when unit = 'milestone' then least(reached_value, 1)
        else reached_value
    end as measure,
    case when judged_by = 'units' then 100 else low end as low,
    case when judged_by = 'value' then high end as high,
    is_covered,
    is_complete
    and is_covered
    and (judged_by = 'value' or coalesce(units_judged = units_in_scope, false)) as is_whole,
    obs_status,
    reason,
    units_expected,
    units_reported
from counted
