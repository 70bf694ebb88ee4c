-- generated from forms/staff.yml by `jiceng generate`; edit that
with reported as (
    select * from {{ ref('stg_staff') }}
),

versions as (
    {{ accepted_versions('staff') }}
),

periods as (
    select
        period,
        period_end
    from {{ source('raw', 'raw_period') }}
),

regions as (
    select
        level,
        region_code,
        parent_code,
        valid_from,
        valid_to
    from {{ source('raw', 'raw_region') }}
    where level in ('street', 'community')
),

final as (
    select
        reported.*,
        versions.revision,
        versions.known_from,
        versions.known_to,
        units.level as region_level,
        streets.region_code as street_code,
        case units.level
            when 'district' then units.region_code
            else streets.parent_code
        end as district_code
    from reported
    inner join versions
        on reported.submission_id = versions.submission_id
    left join periods
        on reported.period = periods.period
    left join regions as units
        on
            reported.unit_code = units.region_code
            and units.level = {{ level_of_code('reported.unit_code') }}
            and {{ valid_on('units', 'periods.period_end') }}
    left join regions as streets
        on
            streets.level = 'street'
            and streets.region_code = case units.level
                when 'street' then units.region_code
                when 'community' then units.parent_code
            end
            and {{ valid_on('streets', 'periods.period_end') }}
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
    revision,
    known_from,
    known_to
from final
