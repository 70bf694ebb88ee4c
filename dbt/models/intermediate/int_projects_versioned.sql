-- generated from forms/projects.yml by `jiceng generate`; edit that
with versioned as (
    {{
        versioned_rows(
            form_id='projects',
            reported=ref('stg_projects'),
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
    project_code,
    project_name,
    unit_code,
    project_type,
    service_category,
    population_group,
    facility_code,
    origin,
    fund_source,
    count_unit,
    quantity_bought,
    supplier_name,
    supplier_type,
    budget_amount,
    contract_amount,
    paid_opening,
    paid_in_period,
    paid_closing,
    approved_on,
    started_on,
    finished_on,
    status,
    progress_percent,
    beneficiaries,
    kpi_total,
    kpi_met,
    evaluation_grade,
    remark,
    submission_id,
    row_number,
    source_row,
    has_abnormal_cells,
    revision,
    known_from,
    known_to
from versioned
