{{ config(materialized='view') }}

with findings as (
    select *
    from {{ ref('fct_findings') }}
    where scope <> 'note' and submission_state <> 'duplicate'
)

select
    form_id,
    period,
    rule_id,
    cast(count(*) as integer) as hits_count,
    cast(count(distinct submission_id) as integer) as submissions_count,
    cast(count(distinct respondent_code) as integer) as units_count,
    cast(sum(case when submission_state = 'refused' then 1 else 0 end) as integer) as refused_count,
    cast(sum(case when is_open then 1 else 0 end) as integer) as open_count,
    cast(count(answer_reason) as integer) as answered_count,
    cast(
        sum(case when answer_reason = 'confirmed_as_reported' then 1 else 0 end) as integer
    ) as confirmed_as_reported_count,
    cast(
        sum(case when answer_reason = 'one_off_event' then 1 else 0 end) as integer
    ) as one_off_event_count,
    cast(
        sum(case when answer_reason = 'seasonal' then 1 else 0 end) as integer
    ) as seasonal_count,
    cast(
        sum(case when answer_reason = 'method_change' then 1 else 0 end) as integer
    ) as method_change_count,
    cast(
        sum(case when answer_reason = 'boundary_change' then 1 else 0 end) as integer
    ) as boundary_change_count,
    cast(
        sum(case when answer_reason = 'other' then 1 else 0 end) as integer
    ) as other_count,
    cast(count(is_cell_corrected) as integer) as cells_count,
    cast(sum(case when is_cell_corrected then 1 else 0 end) as integer) as cells_corrected_count
from findings
group by form_id, period, rule_id
