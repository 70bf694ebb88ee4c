-- generated from forms/appeals.yml by `jiceng generate`; edit that
with source as (
    select * from {{ source('raw', 'raw_appeals') }}
)

select
    cast(submission_id as bigint) as submission_id,
    cast(row_number as integer) as row_number,
    cast(period as string) as period,
    cast(respondent_code as string) as respondent_code,
    cast(source_row as integer) as source_row,
    cast(has_abnormal_cells as boolean) as has_abnormal_cells,
    cast(unit_code as string) as unit_code,
    cast(channel as string) as channel,
    cast(event_category as string) as event_category,
    cast(pending_opening as bigint) as pending_opening,
    cast(received as bigint) as received,
    cast(proactive as bigint) as proactive,
    cast(returned as bigint) as returned,
    cast(disputed as bigint) as disputed,
    cast(direct_dispatched as bigint) as direct_dispatched,
    cast(response_due as bigint) as response_due,
    cast(responded_on_time as bigint) as responded_on_time,
    cast(closed as bigint) as closed,
    cast(closed_on_time as bigint) as closed_on_time,
    cast(pending_closing as bigint) as pending_closing,
    cast(overdue as bigint) as overdue,
    cast(called_back as bigint) as called_back,
    cast(confirmed_resolved as bigint) as confirmed_resolved,
    cast(satisfied as bigint) as satisfied,
    cast(repeated as bigint) as repeated,
    cast(warnings as bigint) as warnings,
    cast(warnings_defused as bigint) as warnings_defused,
    cast(mediated as bigint) as mediated,
    cast(handling_hours as decimal(18, 6)) as handling_hours,
    cast(remark as string) as remark
from source
