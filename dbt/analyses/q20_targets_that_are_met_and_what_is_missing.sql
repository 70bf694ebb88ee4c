select
    targets.target_id,
    targets.name_zh,
    targets.comparator,
    targets.value as target,
    progress.value as reached,
    case when progress.gap < 0 then -progress.gap end as lacking,
    progress.state = 'met' as is_met
from {{ ref('fct_target_progress') }} as progress
inner join {{ ref('fct_targets') }} as targets on progress.target_id = targets.target_id
where
    progress.plan_id = 'panyu_13fyp'
    and progress.region_level = 'district'
    and progress.period = '2015'
    and targets.judged_by = 'value'
    and targets.is_value_stated
order by targets.target_id
