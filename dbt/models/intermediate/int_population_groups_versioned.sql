-- generated from forms/population_groups.yml by `jiceng generate`; edit that
with reported as (
    select * from {{ ref('stg_population_groups') }}
),

versions as (
    {{ accepted_versions('population_groups') }}
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
    population_group,
    persons_opening,
    persons_added,
    actively_found,
    persons_removed,
    persons_closing,
    visited_persons,
    served_sw_ytd,
    person_times,
    assistance_amount,
    home_self_care,
    home_purchased_care,
    institutional_care,
    institutional_out_of_area,
    childcare_full,
    childcare_half,
    childcare_hourly,
    childcare_temp,
    jobs_found,
    reports_received,
    remark,
    submission_id,
    row_number,
    source_row,
    has_abnormal_cells,
    revision,
    known_from,
    known_to
from final
