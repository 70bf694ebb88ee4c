with pay as (
    select
        street_code,
        sum(wage_bill) as wage_bill,
        sum(paid_person_months) as person_months
    from {{ ref('fct_staff') }}
    where period = '2015-Q4' and staff_category = 'COMM_WORKER' and wage_basis = 'GROSS'
    group by street_code
),

standard as (
    select value as yuan_per_month
    from {{ ref('fct_targets') }}
    where target_id = 'panyu_13fyp.community_worker_average_wage.standard'
)

select
    pay.street_code,
    pay.person_months,
    round(pay.wage_bill / nullif(pay.person_months, 0), 0) as yuan_per_month,
    round(pay.wage_bill / nullif(pay.person_months, 0) - standard.yuan_per_month, 0)
        as above_the_standard
from pay
cross join standard
order by pay.street_code
