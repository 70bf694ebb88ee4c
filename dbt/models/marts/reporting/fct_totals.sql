-- generated from the programme's forms by `jiceng generate`; edit that
select
    form_id,
    period,
    region_level,
    region_code,
    breakdown_column,
    breakdown_code,
    column_name,
    value,
    units_expected,
    units_reported,
    units_unexpected,
    cells_missing,
    is_complete
from {{ ref('int_community_profile_totals') }}
union all
select
    form_id,
    period,
    region_level,
    region_code,
    breakdown_column,
    breakdown_code,
    column_name,
    value,
    units_expected,
    units_reported,
    units_unexpected,
    cells_missing,
    is_complete
from {{ ref('int_services_totals') }}
union all
select
    form_id,
    period,
    region_level,
    region_code,
    breakdown_column,
    breakdown_code,
    column_name,
    value,
    units_expected,
    units_reported,
    units_unexpected,
    cells_missing,
    is_complete
from {{ ref('int_staff_totals') }}
union all
select
    form_id,
    period,
    region_level,
    region_code,
    breakdown_column,
    breakdown_code,
    column_name,
    value,
    units_expected,
    units_reported,
    units_unexpected,
    cells_missing,
    is_complete
from {{ ref('int_facilities_totals') }}
