-- $note
{{ whole_period_config() }}

with versions as (
    select * from {{ ref('int_${form_id}_versioned') }}
    where {{ periods_filter() }}
)

select
$columns
from versions
