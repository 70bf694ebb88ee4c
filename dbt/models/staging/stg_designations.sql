-- generated from forms/designations.yml by `jiceng generate`; edit that
with source as (
    select * from {{ source('raw', 'raw_designations') }}
)

select
    cast(submission_id as bigint) as submission_id,
    cast(row_number as integer) as row_number,
    cast(period as string) as period,
    cast(respondent_code as string) as respondent_code,
    cast(source_row as integer) as source_row,
    cast(has_abnormal_cells as boolean) as has_abnormal_cells,
    cast(object_type as string) as object_type,
    cast(object_code as string) as object_code,
    cast(object_name as string) as object_name,
    cast(unit_code as string) as unit_code,
    cast(designation as string) as designation,
    cast(level as string) as level,
    cast(star_grade as bigint) as star_grade,
    cast(result as string) as result,
    cast(score as decimal(18, 6)) as score,
    cast(is_new as boolean) as is_new,
    cast(awarded_on as date) as awarded_on,
    cast(valid_until as date) as valid_until,
    cast(document_no as string) as document_no,
    cast(remark as string) as remark
from source
