-- generated from forms/surveys.yml by `jiceng generate`; edit that
with versioned as (
    {{
        versioned_rows(
            form_id='surveys',
            reported=ref('stg_surveys'),
            unit_column='unit_code',
            levels=['street', 'community'],
        )
    }}
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
from versioned
