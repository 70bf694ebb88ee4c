-- generated from forms/community_profile.yml by `jiceng generate`; edit that
{{ config(materialized='view') }}

with revisions as (
    select * from {{ ref('hist_community_profile') }}
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
    revision
from revisions
where known_to is null
