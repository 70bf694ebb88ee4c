{{ config(tags=['cross_form']) }}

-- A line has two parameters: below four points there is next to nothing to tell its spread by.
{% set fewest_points = 4 -%}

with reasoned as (
    select
        *,
        points_count >= {{ fewest_points }} and years_left is not null as is_projected,
        case
            when not is_value_stated then 'no_value_stated'
            when judged_by = 'units' and coalesce(units_in_scope, 0) = 0 then 'no_unit_in_scope'
            when measure is null and judged_by = 'units' then 'not_reported'
            when measure is null then coalesce(reason, 'not_reported')
            when gap >= 0 and is_whole then 'reached'
            when gap >= 0 and aggregation = 'sum' and comparator = '>=' then 'part_reaches_it'
            when not is_covered then 'region_not_covered'
            when not is_whole then 'incomplete'
            when years_left is null then 'deadline_passed'
            when unit = 'milestone' then 'milestone_open'
            when is_base_unlike then 'unlike_base'
            when actual_pace is null then 'no_earlier_value'
            when missing > 0 and actual_pace >= required_pace then 'pace_suffices'
            when missing < 0 and actual_pace <= required_pace then 'pace_suffices'
            else 'pace_too_slow'
        end as state_reason
    from {{ ref('int_target_paced') }}
)

select
    target_id,
    plan_id,
    indicator_id,
    kind,
    region_level,
    region_code,
    period,
    period_type,
    due_on,
    comparator,
    target_value,
    target_value_high,
    value,
    units_in_scope,
    units_judged,
    units_met,
    share_met_pct,
    cast(gap as decimal(38, 6)) as gap,
    base_value,
    base_period,
    is_plan_base,
    required_pace as required_pace_per_year,
    actual_pace as actual_pace_per_year,
    case when is_projected then projected end as projected_value,
    case when is_projected then cast(projected - half_width as decimal(38, 6)) end
        as projected_low,
    case when is_projected then cast(projected + half_width as decimal(38, 6)) end
        as projected_high,
    cast(points_count as integer) as points_count,
    case
        when state_reason in ('reached', 'part_reaches_it') then 'met'
        when state_reason = 'pace_suffices' then 'on_track'
        when state_reason in ('pace_too_slow', 'deadline_passed') then 'behind'
        else 'cannot_tell'
    end as state,
    state_reason,
    units_expected,
    units_reported,
    obs_status
from reasoned
