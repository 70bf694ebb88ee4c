with incomplete as (
    select distinct
        form_id,
        period,
        region_code,
        units_expected,
        units_reported
    from {{ ref('fct_totals') }}
    where region_level = 'district' and units_reported < units_expected
),

reports as (
    select
        form_id,
        period,
        respondent_code,
        state
    from {{ ref('fct_reporting') }}
    where is_expected is true
)

select
    incomplete.form_id,
    incomplete.period,
    max(incomplete.units_expected) as units_expected,
    min(incomplete.units_reported) as units_reported,
    reports.respondent_code,
    reports.state
from incomplete
left join reports
    on
        incomplete.form_id = reports.form_id
        and incomplete.period = reports.period
        and reports.state in ('missing', 'refused')
        and substring(reports.respondent_code, 1, 6) = substring(incomplete.region_code, 1, 6)
group by incomplete.form_id, incomplete.period, reports.respondent_code, reports.state
order by incomplete.form_id, incomplete.period, reports.respondent_code nulls last
