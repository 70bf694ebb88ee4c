{{ config(tags=['cross_form']) }}

select
    submissions.submission_id,
    submissions.form_id,
    submissions.respondent_code,
    submissions.period
from {{ source('raw', 'raw_submission') }} as submissions
left join {{ ref('fct_reporting') }} as reporting
    on
        submissions.form_id = reporting.form_id
        and submissions.respondent_code = reporting.respondent_code
        and submissions.period = reporting.period
where
    submissions.form_id is not null
    and submissions.respondent_code is not null
    and submissions.period is not null
    and reporting.form_id is null
