with ratings as (
    select
        street_code,
        sum(rated_5 + rated_4 + rated_3) as good,
        sum(rated_5 + rated_4 + rated_3 + rated_2 + rated_1) as ratings
    from {{ ref('fct_services') }}
    where period = '2015-12'
    group by street_code
)

select
    street_code,
    good,
    ratings,
    round(100.0 * good / nullif(ratings, 0), 2) as good_pct
from ratings
order by street_code
