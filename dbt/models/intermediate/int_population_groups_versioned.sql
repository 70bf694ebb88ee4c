-- generated from forms/population_groups.yml by `jiceng generate`; edit that
with versioned as (
    {{
        versioned_rows(
            form_id='population_groups',
            reported=ref('stg_population_groups'),
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
    population_group,
    persons_opening,
    persons_added,
    actively_found,
    persons_removed,
    persons_closing,
    visited_persons,
    served_sw_ytd,
    person_times,
    assistance_amount,
    home_self_care,
    home_purchased_care,
    institutional_care,
    institutional_out_of_area,
    childcare_full,
    childcare_half,
    childcare_hourly,
    childcare_temp,
    jobs_found,
    reports_received,
    remark,
    submission_id,
    row_number,
    source_row,
    has_abnormal_cells,
    revision,
    known_from,
    known_to
from versioned
