with answers as (
    select
        street_code,
        target_population,
        valid_answers,
        very_satisfied + satisfied as content
    from {{ ref('fct_surveys') }}
    where period = '2015' and survey_object = 'SERVICE' and valid_answers > 0
)

select
    street_code,
    count(*) as surveys,
    sum(valid_answers) as answers,
    round(
        100.0
        * sum(target_population * content / cast(valid_answers as double))
        / nullif(sum(target_population), 0),
        2
    ) as weighted_pct,
    round(100.0 * sum(content) / nullif(sum(valid_answers), 0), 2) as plain_pct
from answers
group by street_code
order by street_code
