{{ config(tags=['cross_form']) }}

select
    submissions.submission_id,
    submissions.state
from {{ source('raw', 'raw_submission') }} as submissions
left join {{ ref('fct_findings') }} as findings
    on submissions.submission_id = findings.submission_id and findings.severity = 'M'
where
    submissions.state in ('refused', 'unreadable')
    and findings.submission_id is null
