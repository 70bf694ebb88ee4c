{{ config(tags=['cross_form']) }}

with targets as (
    select * from {{ source('raw', 'raw_target') }}
),

-- What a plan's target may be measured from: its own figure of the same thing, exact and alike.
baselines as (
    select
        plan_id,
        indicator_id,
        value,
        as_of
    from targets
    where kind = 'baseline' and comparator = '=' and comparability is null
),

-- Only what is whole counts as a base or a point. Time runs to 0 at the deadline: there a fitted
-- line meets its intercept.
points as (
    select
        *,
        case when is_whole then measure end as whole_measure,
        case
            when is_whole and period_type in ('A', 'Q') then cast(measure as double)
        end as point,
        {{ years_between('due_on', 'period_end') }} as moment
    from {{ ref('int_target_values') }}
),

fitted as (
    select
        *,
        first_value(whole_measure) over earliest as first_measure,
        first_value(period) over earliest as first_period,
        first_value(period_end) over earliest as first_end,
        count(point) over so_far as points_count,
        regr_intercept(point, moment) over so_far as projected,
        regr_avgx(point, moment) over so_far as mean_x,
        regr_sxx(point, moment) over so_far as sxx,
        regr_sxy(point, moment) over so_far as sxy,
        regr_syy(point, moment) over so_far as syy
    from points
    window
        so_far as (
            partition by target_id, region_level, region_code, period_type
            order by period_end
            rows between unbounded preceding and current row
        ),
        earliest as (
            partition by target_id, region_level, region_code, period_type
            order by case when whole_measure is null then 1 else 0 end, period_end
        )
),

based as (
    select
        fitted.*,
        fitted.is_whole_region and baselines.value is not null as is_plan_start,
        case
            when fitted.is_base_unlike then null
            when fitted.is_whole_region then coalesce(baselines.value, fitted.first_measure)
            else fitted.first_measure
        end as start_value,
        case
            when fitted.is_whole_region then coalesce(baselines.as_of, fitted.first_end)
            else fitted.first_end
        end as start_end
    from fitted
    left join baselines
        on
            fitted.plan_id = baselines.plan_id
            and fitted.indicator_id = baselines.indicator_id
            and fitted.judged_by = 'value'
),

paced as (
    select
        *,
        case when start_end <= period_end then start_value end as base_value,
        case
            when measure < low then low - measure
            when measure > high then high - measure
            when measure is not null and coalesce(low, high) is not null then 0
        end as missing,
        least(coalesce(measure - low, high - measure), coalesce(high - measure, measure - low))
            as gap,
        case when moment < 0 then -moment end as years_left,
        case
            when start_end < period_end
                then cast(
                    (measure - start_value) / {{ years_between('start_end', 'period_end') }}
                    as decimal(38, 6)
                )
        end as actual_pace,
        sqrt(greatest(syy - sxy * sxy / nullif(sxx, 0), 0) / nullif(points_count - 2, 0))
        * sqrt(1 + 1.0 / nullif(points_count, 0) + mean_x * mean_x / nullif(sxx, 0))
        * {{ t_quantile('(points_count - 2)') }} as half_width
    from based
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
    target_value,
    target_value_high,
    is_value_stated,
    is_base_unlike,
    region_level,
    region_code,
    period,
    period_type,
    aggregation,
    value,
    units_in_scope,
    units_judged,
    units_met,
    share_met_pct,
    measure,
    is_covered,
    is_whole,
    gap,
    base_value,
    case
        when base_value is null then null
        when is_plan_start then cast(extract(year from start_end) as string)
        else first_period
    end as base_period,
    coalesce(is_plan_start and base_value is not null, false) as is_plan_base,
    missing,
    years_left,
    cast(missing / years_left as decimal(38, 6)) as required_pace,
    actual_pace,
    cast(projected as decimal(38, 6)) as projected,
    cast(half_width as decimal(38, 6)) as half_width,
    points_count,
    obs_status,
    reason,
    units_expected,
    units_reported
from paced
