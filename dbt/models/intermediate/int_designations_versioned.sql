-- generated from forms/designations.yml by `jiceng generate`; edit that
with versioned as (
    {{
        versioned_rows(
            form_id='designations',
            reported=ref('stg_designations'),
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
    revision,
    known_from,
    known_to
from versioned
