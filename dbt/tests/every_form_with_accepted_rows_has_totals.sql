{{ config(tags=['cross_form']) }}

with additive as (
    select form_id
    from {{ source('raw', 'raw_form') }}
    where rolls_up
),

accepted as (
    select distinct form_id
    from {{ source('raw', 'raw_submission') }}
    where state in ({{ accepted_states() }})
),

shown as (
    select distinct form_id
    from {{ ref('fct_totals') }}
)

select accepted.form_id
from accepted
inner join additive
    on accepted.form_id = additive.form_id
left join shown
    on accepted.form_id = shown.form_id
where shown.form_id is null
