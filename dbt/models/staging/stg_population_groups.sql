-- generated from forms/population_groups.yml by `jiceng generate`; edit that
with source as (
    select * from {{ source('raw', 'raw_population_groups') }}
)

select
    cast(submission_id as bigint) as submission_id,
    cast(row_number as integer) as row_number,
    cast(period as string) as period,
    cast(respondent_code as string) as respondent_code,
    cast(source_row as integer) as source_row,
    cast(has_abnormal_cells as boolean) as has_abnormal_cells,
    cast(unit_code as string) as unit_code,
    cast(population_group as string) as population_group,
    cast(persons_opening as bigint) as persons_opening,
    cast(persons_added as bigint) as persons_added,
    cast(actively_found as bigint) as actively_found,
    cast(persons_removed as bigint) as persons_removed,
    cast(persons_closing as bigint) as persons_closing,
    cast(visited_persons as bigint) as visited_persons,
    cast(served_sw_ytd as bigint) as served_sw_ytd,
    cast(person_times as bigint) as person_times,
    cast(assistance_amount as decimal(18, 6)) as assistance_amount,
    cast(home_self_care as bigint) as home_self_care,
    cast(home_purchased_care as bigint) as home_purchased_care,
    cast(institutional_care as bigint) as institutional_care,
    cast(institutional_out_of_area as bigint) as institutional_out_of_area,
    cast(childcare_full as bigint) as childcare_full,
    cast(childcare_half as bigint) as childcare_half,
    cast(childcare_hourly as bigint) as childcare_hourly,
    cast(childcare_temp as bigint) as childcare_temp,
    cast(jobs_found as bigint) as jobs_found,
    cast(reports_received as bigint) as reports_received,
    cast(remark as string) as remark
from source
