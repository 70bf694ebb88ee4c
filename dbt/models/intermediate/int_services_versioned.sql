-- generated from forms/services.yml by `jiceng generate`; edit that
with versioned as (
    {{
        versioned_rows(
            form_id='services',
            reported=ref('stg_services'),
            unit_column='unit_code',
            levels=['street', 'community'],
        )
    }}
)

select
    period,
    respondent_code,
    region_level,
    street_code,
    district_code,
    unit_code,
    service_category,
    pending_opening,
    accepted,
    accepted_online,
    accepted_terminal,
    accepted_outreach,
    completed,
    completed_on_time,
    completed_once,
    referred_out,
    referred_taken,
    withdrawn,
    pending_closing,
    called_back,
    archived,
    archived_digital,
    person_times,
    activities,
    activity_participants,
    rated_5,
    rated_4,
    rated_3,
    rated_2,
    rated_1,
    bad_rectified,
    remark,
    submission_id,
    row_number,
    source_row,
    has_abnormal_cells,
    revision,
    known_from,
    known_to
from versioned
