-- generated from forms/department_measures.yml by `jiceng generate`; edit that
{{ config(materialized='view') }}

with revisions as (
    select * from {{ ref('hist_department_measures') }}
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
    revision
from revisions
where known_to is null
