-- generated from forms/designations.yml by `jiceng generate`; edit that
{{ config(materialized='view') }}

with revisions as (
    select * from {{ ref('hist_designations') }}
)

select
    period,
    respondent_code,
    region_level,
    street_code,
    district_code,
    object_type,
    object_code,
    object_name,
    unit_code,
    designation,
    level,
    star_grade,
    result,
    score,
    is_new,
    awarded_on,
    valid_until,
    document_no,
    remark,
    submission_id,
    row_number,
    source_row,
    has_abnormal_cells,
    revision
from revisions
where known_to is null
