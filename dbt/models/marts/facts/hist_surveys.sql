-- generated from forms/surveys.yml by `jiceng generate`; edit that
{{ whole_period_config() }}

with versions as (
    select * from {{ ref('int_surveys_versioned') }}
    where {{ periods_filter() }}
)

select
    period,
    respondent_code,
    region_level,
    street_code,
    district_code,
    unit_code,
    survey_object,
    wave,
    surveyed_on,
    method,
    third_party,
    target_population,
    sample_size,
    valid_answers,
    very_satisfied,
    satisfied,
    basically_satisfied,
    dissatisfied,
    very_dissatisfied,
    no_opinion,
    answered_yes,
    answered_no,
    remark,
    submission_id,
    row_number,
    source_row,
    has_abnormal_cells,
    revision,
    known_from,
    known_to
from versions
