-- generated from forms/facilities.yml by `jiceng generate`; edit that
with reported as (
    select * from {{ ref('stg_facilities') }}
),

versions as (
    {{ accepted_versions('facilities') }}
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
    facility_code,
    facility_name,
    facility_type,
    unit_code,
    parent_facility_code,
    is_comprehensive,
    address,
    longitude,
    latitude,
    floor_area_m2,
    service_area_m2,
    office_area_m2,
    build_mode,
    operator_type,
    admin_level,
    status,
    opened_on,
    closed_on,
    five_unifications_met,
    six_services_open,
    four_sync_steps,
    barrier_free_retrofit,
    idle_converted_area_m2,
    system_connected,
    appeal_window,
    weekly_open_hours,
    off_hours_weekly,
    bookable_hours,
    booked_hours,
    visits,
    self_service_terminals,
    beds,
    beds_occupied,
    childcare_places,
    childcare_enrolled,
    childcare_modes,
    is_inclusive_demo,
    has_nursery_class,
    has_psych_room,
    psych_functions,
    ph_physicians,
    epi_investigators,
    remark,
    submission_id,
    row_number,
    source_row,
    has_abnormal_cells,
    revision,
    known_from,
    known_to
from final
