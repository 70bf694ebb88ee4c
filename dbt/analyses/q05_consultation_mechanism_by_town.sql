select
    street_code,
    count(*) as communities,
    sum(case when consultation_mechanism is true then 1 else 0 end) as with_mechanism,
    round(
        100.0 * sum(case when consultation_mechanism is true then 1 else 0 end) / count(*), 1
    ) as coverage_pct,
    sum(consultation_topics) as topics,
    sum(topics_settled) as topics_settled
from {{ ref('fct_self_governance') }}
where period = '2015'
group by street_code
order by street_code
