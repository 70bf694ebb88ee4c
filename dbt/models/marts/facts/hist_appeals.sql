-- generated from forms/appeals.yml by `jiceng generate`; edit that
{{ whole_period_config() }}

with versions as (
    select * from {{ ref('int_appeals_versioned') }}
    where {{ periods_filter() }}
)

select
    period,
    respondent_code,
    region_level,
    street_code,
    district_code,
    unit_code,
    channel,
    event_category,
    pending_opening,
    received,
    proactive,
    returned,
    disputed,
    direct_dispatched,
    response_due,
    responded_on_time,
    closed,
    closed_on_time,
    pending_closing,
    overdue,
    called_back,
    confirmed_resolved,
    satisfied,
    repeated,
    warnings,
    warnings_defused,
    mediated,
    handling_hours,
    remark,
    submission_id,
    row_number,
    source_row,
    has_abnormal_cells,
    revision,
    known_from,
    known_to
from versions
