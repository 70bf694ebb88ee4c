-- generated from forms/department_measures.yml by `jiceng generate`; edit that
{{ whole_period_config() }}

with versions as (
    select * from {{ ref('int_department_measures_versioned') }}
    where {{ periods_filter() }}
)

select
    period,
    respondent_code,
    region_level,
    street_code,
    district_code,
    region_code,
    measure_code,
    value,
    numerator,
    denominator,
    unit,
    source_department,
    definition_version,
    as_of_date,
    obs_status,
    remark,
    submission_id,
    row_number,
    source_row,
    has_abnormal_cells,
    revision,
    known_from,
    known_to
from versions
