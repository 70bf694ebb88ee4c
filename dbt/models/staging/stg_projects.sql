-- generated from forms/projects.yml by `jiceng generate`; edit that
with source as (
    select * from {{ source('raw', 'raw_projects') }}
)

select
    cast(submission_id as bigint) as submission_id,
    cast(row_number as integer) as row_number,
    cast(period as string) as period,
    cast(respondent_code as string) as respondent_code,
    cast(source_row as integer) as source_row,
    cast(has_abnormal_cells as boolean) as has_abnormal_cells,
    cast(project_code as string) as project_code,
    cast(project_name as string) as project_name,
    cast(unit_code as string) as unit_code,
    cast(project_type as string) as project_type,
    cast(service_category as string) as service_category,
    cast(population_group as string) as population_group,
    cast(facility_code as string) as facility_code,
    cast(origin as string) as origin,
    cast(fund_source as string) as fund_source,
    cast(count_unit as string) as count_unit,
    cast(quantity_bought as bigint) as quantity_bought,
    cast(supplier_name as string) as supplier_name,
    cast(supplier_type as string) as supplier_type,
    cast(budget_amount as decimal(18, 6)) as budget_amount,
    cast(contract_amount as decimal(18, 6)) as contract_amount,
    cast(paid_opening as decimal(18, 6)) as paid_opening,
    cast(paid_in_period as decimal(18, 6)) as paid_in_period,
    cast(paid_closing as decimal(18, 6)) as paid_closing,
    cast(approved_on as date) as approved_on,
    cast(started_on as date) as started_on,
    cast(finished_on as date) as finished_on,
    cast(status as string) as status,
    cast(progress_percent as decimal(18, 6)) as progress_percent,
    cast(beneficiaries as bigint) as beneficiaries,
    cast(kpi_total as bigint) as kpi_total,
    cast(kpi_met as bigint) as kpi_met,
    cast(evaluation_grade as string) as evaluation_grade,
    cast(remark as string) as remark
from source
