select
    street_code,
    count(*) as communities,
    round(avg(signboards), 1) as signboards_mean,
    max(signboards) as signboards_most,
    round(avg(ledgers), 1) as ledgers_mean,
    max(ledgers) as ledgers_most,
    round(avg(meetings), 1) as meetings_mean,
    max(meetings) as meetings_most
from {{ ref('fct_self_governance') }}
where period = '2015'
group by street_code
order by street_code
