-- generated from forms/community_profile.yml by `jiceng generate`; edit that
with reported as (
    select * from {{ ref('stg_community_profile') }}
),

versions as (
    {{ accepted_versions('community_profile') }}
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
    unit_name,
    unit_kind,
    urban_rural_code,
    community_type,
    is_support_area,
    is_housing_community,
    is_point_type,
    boundary_defined,
    area_km2,
    households,
    registered_population,
    permanent_population,
    floating_population,
    pop_age_0_2,
    pop_age_60_plus,
    pop_age_65_plus,
    pop_age_80_plus,
    grids,
    residents_groups,
    residential_estates,
    estates_with_owners_committee,
    estates_with_party_org,
    estates_smart_security,
    estates_elder_norm,
    estates_renovated,
    delegated_items,
    region_wide_items,
    services_available,
    circle_15min_covered,
    residents_15min_health,
    residents_15min_centre,
    residents_15min_party,
    record_complete_households,
    remark,
    submission_id,
    row_number,
    source_row,
    has_abnormal_cells,
    revision,
    known_from,
    known_to
from final
