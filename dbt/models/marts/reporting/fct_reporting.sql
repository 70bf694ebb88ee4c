{{ config(materialized='view') }}

with expected as (
    select
        form_id,
        unit_code as respondent_code,
        period,
        min(collection_id) as collection_id,
        min(due_on) as due_on
    from {{ source('raw', 'raw_expected') }}
    group by form_id, unit_code, period
),

submissions as (
    select * from {{ source('raw', 'raw_submission') }}
    where form_id is not null and respondent_code is not null and period is not null
),

open_questions as (
    select
        submission_id,
        count(*) as open_questions
    from {{ source('raw', 'raw_finding') }}
    where scope <> 'note' and answer_reason is null
    group by submission_id
),

archive as (
    select
        max(as_of) as as_of,
        cast(max(as_of) as date) as as_of_day
    from {{ source('raw', 'raw_archive_state') }}
),

in_force as (
    select * from submissions
    where state in ({{ accepted_states() }}) and known_to is null
),

received as (
    select
        form_id,
        respondent_code,
        period,
        min(received_at) as first_received_at,
        max(received_at) as last_received_at,
        min(case when state in ({{ accepted_states() }}) then received_at end) as first_accepted_at,
        count(*) as submissions_count
    from submissions
    group by form_id, respondent_code, period
),

joined as (
    select
        coalesce(expected.form_id, received.form_id) as form_id,
        coalesce(expected.respondent_code, received.respondent_code) as respondent_code,
        coalesce(expected.period, received.period) as period,
        expected.collection_id,
        expected.form_id is not null as is_expected,
        expected.due_on,
        received.first_received_at,
        received.first_accepted_at,
        received.last_received_at,
        coalesce(received.submissions_count, 0) as submissions_count
    from expected
    full outer join received
        on
            expected.form_id = received.form_id
            and expected.respondent_code = received.respondent_code
            and expected.period = received.period
),

units as (
    select * from {{ source('raw', 'raw_region') }}
    where level in ('street', 'district')
),

judged as (
    select
        joined.*,
        units.name as respondent_name,
        in_force.submission_id,
        archive.as_of,
        coalesce(in_force.received_at, joined.last_received_at) as received_at,
        coalesce(open_questions.open_questions, 0) as open_questions,
        case
            when joined.first_accepted_at is not null
                then {{ days_between('joined.due_on', 'joined.first_accepted_at') }}
            when archive.as_of_day > joined.due_on
                then {{ days_between('joined.due_on', 'archive.as_of_day') }}
        end as days_after_due,
        case
            when in_force.state is not null then in_force.state
            when joined.submissions_count > 0 then 'refused'
            when archive.as_of_day > joined.due_on then 'missing'
            else 'not_due'
        end as state
    from joined
    cross join archive
    left join in_force
        on
            joined.form_id = in_force.form_id
            and joined.respondent_code = in_force.respondent_code
            and joined.period = in_force.period
    left join {{ source('raw', 'raw_period') }} as periods
        on joined.period = periods.period
    left join units
        on
            joined.respondent_code = units.region_code
            and {{ valid_on('units', 'periods.period_end') }}
    left join open_questions
        on in_force.submission_id = open_questions.submission_id
)

select
    form_id,
    respondent_code,
    respondent_name,
    period,
    collection_id,
    is_expected,
    due_on,
    state,
    first_received_at,
    first_accepted_at,
    received_at,
    cast(submissions_count as integer) as submissions_count,
    days_after_due <= 0 as is_on_time,
    cast(case when days_after_due <= 0 then 0 else days_after_due end as integer) as days_late,
    cast(open_questions as integer) as open_questions,
    submission_id,
    as_of
from judged
