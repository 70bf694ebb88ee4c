-- $note
{{ whole_period_config() }}

with in_force as (
    select * from {{ ref('int_${form_id}_versioned') }}
    where known_to is null and {{ periods_filter() }}
)

select
$columns
from in_force
