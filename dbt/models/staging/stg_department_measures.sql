-- generated from forms/department_measures.yml by `jiceng generate`; edit that
with source as (
    select * from {{ source('raw', 'raw_department_measures') }}
)

select
    cast(submission_id as bigint) as submission_id,
    cast(row_number as integer) as row_number,
    cast(period as string) as period,
    cast(respondent_code as string) as respondent_code,
    cast(source_row as integer) as source_row,
    cast(has_abnormal_cells as boolean) as has_abnormal_cells,
    cast(region_code as string) as region_code,
    cast(measure_code as string) as measure_code,
    cast(value as decimal(18, 6)) as value,
    cast(numerator as decimal(18, 6)) as numerator,
    cast(denominator as decimal(18, 6)) as denominator,
    cast(unit as string) as unit,
    cast(source_department as string) as source_department,
    cast(definition_version as string) as definition_version,
    cast(as_of_date as date) as as_of_date,
    cast(obs_status as string) as obs_status,
    cast(remark as string) as remark
from source
