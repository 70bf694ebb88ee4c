-- generated from forms/services.yml by `jiceng generate`; edit that
with source as (
    select * from {{ source('raw', 'raw_services') }}
)

select
    cast(submission_id as bigint) as submission_id,
    cast(row_number as integer) as row_number,
    cast(period as string) as period,
    cast(respondent_code as string) as respondent_code,
    cast(source_row as integer) as source_row,
    cast(has_abnormal_cells as boolean) as has_abnormal_cells,
    cast(unit_code as string) as unit_code,
    cast(service_category as string) as service_category,
    cast(pending_opening as bigint) as pending_opening,
    cast(accepted as bigint) as accepted,
    cast(accepted_online as bigint) as accepted_online,
    cast(accepted_terminal as bigint) as accepted_terminal,
    cast(accepted_outreach as bigint) as accepted_outreach,
    cast(completed as bigint) as completed,
    cast(completed_on_time as bigint) as completed_on_time,
    cast(completed_once as bigint) as completed_once,
    cast(referred_out as bigint) as referred_out,
    cast(referred_taken as bigint) as referred_taken,
    cast(withdrawn as bigint) as withdrawn,
    cast(pending_closing as bigint) as pending_closing,
    cast(called_back as bigint) as called_back,
    cast(archived as bigint) as archived,
    cast(archived_digital as bigint) as archived_digital,
    cast(person_times as bigint) as person_times,
    cast(activities as bigint) as activities,
    cast(activity_participants as bigint) as activity_participants,
    cast(rated_5 as bigint) as rated_5,
    cast(rated_4 as bigint) as rated_4,
    cast(rated_3 as bigint) as rated_3,
    cast(rated_2 as bigint) as rated_2,
    cast(rated_1 as bigint) as rated_1,
    cast(bad_rectified as bigint) as bad_rectified,
    cast(remark as string) as remark
from source
