-- generated from forms/appeals.yml by `jiceng generate`; edit that
with versioned as (
    {{
        versioned_rows(
            form_id='appeals',
            reported=ref('stg_appeals'),
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
from versioned
