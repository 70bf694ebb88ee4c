-- generated from forms/staff.yml by `jiceng generate`; edit that
{{ config(materialized='view') }}

with revisions as (
    select * from {{ ref('hist_staff') }}
)

select
    period,
    respondent_code,
    region_level,
    street_code,
    district_code,
    unit_code,
    staff_category,
    headcount_opening,
    joined,
    departed,
    departed_by_rule,
    headcount_closing,
    counted_elsewhere,
    female,
    party_members,
    full_time,
    part_time,
    college_or_above,
    born_1970_on_eligible,
    born_1970_on_licensed,
    exam_passed,
    sw_assistant,
    sw_intermediate,
    sw_senior,
    posts_established,
    posts_filled,
    unified_pay,
    under_worker_system,
    wage_bill,
    paid_person_months,
    wage_basis,
    training_person_times,
    training_hours,
    appraised_excellent,
    appraised_fail,
    service_hours,
    time_bank_accounts,
    remark,
    submission_id,
    row_number,
    source_row,
    has_abnormal_cells,
    revision
from revisions
where known_to is null
