-- generated from forms/surveys.yml by `jiceng generate`; edit that
with source as (
    select * from {{ source('raw', 'raw_surveys') }}
)

select
    cast(submission_id as bigint) as submission_id,
    cast(row_number as integer) as row_number,
    cast(period as string) as period,
    cast(respondent_code as string) as respondent_code,
    cast(source_row as integer) as source_row,
    cast(has_abnormal_cells as boolean) as has_abnormal_cells,
    cast(unit_code as string) as unit_code,
    cast(survey_object as string) as survey_object,
    cast(wave as bigint) as wave,
    cast(surveyed_on as date) as surveyed_on,
    cast(method as string) as method,
    cast(third_party as boolean) as third_party,
    cast(target_population as bigint) as target_population,
    cast(sample_size as bigint) as sample_size,
    cast(valid_answers as bigint) as valid_answers,
    cast(very_satisfied as bigint) as very_satisfied,
    cast(satisfied as bigint) as satisfied,
    cast(basically_satisfied as bigint) as basically_satisfied,
    cast(dissatisfied as bigint) as dissatisfied,
    cast(very_dissatisfied as bigint) as very_dissatisfied,
    cast(no_opinion as bigint) as no_opinion,
    cast(answered_yes as bigint) as answered_yes,
    cast(answered_no as bigint) as answered_no,
    cast(remark as string) as remark
from source
