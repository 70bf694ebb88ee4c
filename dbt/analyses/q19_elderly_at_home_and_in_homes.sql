select
    district_code,
    sum(persons_closing) as elderly,
    round(100.0 * sum(home_self_care) / nullif(sum(persons_closing), 0), 2) as home_self_pct,
    round(100.0 * sum(home_purchased_care) / nullif(sum(persons_closing), 0), 2)
        as home_bought_pct,
    round(100.0 * sum(institutional_care) / nullif(sum(persons_closing), 0), 2)
        as institution_pct
from {{ ref('fct_population_groups') }}
where period = '2015-Q4' and population_group = 'ELDER60'
group by district_code
order by district_code
