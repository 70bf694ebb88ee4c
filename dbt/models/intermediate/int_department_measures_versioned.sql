-- generated from forms/department_measures.yml by `jiceng generate`; edit that
with versioned as (
    {{
        versioned_rows(
            form_id='department_measures',
            reported=ref('stg_department_measures'),
            unit_column='region_code',
            levels=['province', 'city', 'district', 'street', 'community'],
        )
    }}
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
from versioned
