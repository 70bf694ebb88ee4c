{{ config(materialized='view') }}

with findings as (
    select * from {{ source('raw', 'raw_finding') }}
),

submissions as (
    select * from {{ source('raw', 'raw_submission') }}
)

select
    findings.submission_id,
    findings.finding_number,
    findings.rule_id,
    findings.severity,
    findings.scope,
    findings.form_id,
    findings.respondent_code,
    findings.period,
    submissions.state as submission_state,
    coalesce(submissions.state in ({{ accepted_states() }}) and submissions.known_to is null, false)
        as is_in_force,
    coalesce(
        submissions.state in ({{ accepted_states() }})
        and submissions.known_to is null
        and findings.scope <> 'note'
        and findings.answer_reason is null,
        false
    ) as is_open,
    submissions.received_at,
    submissions.original_name,
    findings.sheet_name,
    findings.row_number,
    findings.row_key,
    findings.column_name,
    findings.cell,
    findings.value_text,
    findings.related_cells,
    findings.suspect_cells,
    findings.suspect_reason,
    findings.suggested_value,
    findings.message_zh,
    findings.message_en,
    findings.remedy_zh,
    findings.remedy_en,
    findings.answer_reason,
    findings.answer_text,
    findings.answered_by,
    findings.answered_at,
    findings.answer_submission_id,
    findings.answer_cell,
    findings.is_cell_corrected
from findings
left join submissions
    on findings.submission_id = submissions.submission_id
