{{ config(tags=['cross_form']) }}

with told as (
    select
        count(*) as findings,
        count(findings.answer_reason) as answers
    from {{ source('raw', 'raw_finding') }} as findings
    inner join {{ source('raw', 'raw_submission') }} as submissions
        on findings.submission_id = submissions.submission_id
    where findings.scope <> 'note' and submissions.state <> 'duplicate'
),

counted as (
    select
        coalesce(sum(hits_count), 0) as findings,
        coalesce(sum(answered_count), 0) as answers,
        coalesce(sum(
            confirmed_as_reported_count
            + one_off_event_count
            + seasonal_count
            + method_change_count
            + boundary_change_count
            + other_count
        ), 0) as answers_by_reason
    from {{ ref('fct_rule_health') }}
)

select
    told.findings,
    counted.findings as findings_counted,
    told.answers,
    counted.answers_by_reason
from told
cross join counted
where
    told.findings <> counted.findings
    or told.answers <> counted.answers
    or told.answers <> counted.answers_by_reason
