select
    street_code,
    sum(headcount_opening) as opening,
    sum(joined) as joined,
    sum(departed) as departed,
    sum(headcount_closing) as closing,
    sum(headcount_opening) + sum(joined) - sum(departed) = sum(headcount_closing) as adds_up
from {{ ref('fct_staff') }}
where period = '2016-Q1'
group by street_code
order by street_code
