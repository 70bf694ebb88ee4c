with grid_staff as (
    select
        street_code,
        sum(headcount_closing) as persons
    from {{ ref('fct_staff') }}
    where period = '2015-Q4' and staff_category in ('GRID_FULL', 'GRID_PART')
    group by street_code
),

residents as (
    select
        street_code,
        sum(permanent_population) as residents
    from {{ ref('fct_community_profile') }}
    where period = '2015'
    group by street_code
)

select
    residents.street_code,
    grid_staff.persons,
    residents.residents,
    round(10000.0 * grid_staff.persons / nullif(residents.residents, 0), 2) as per_10k
from residents
left join grid_staff on residents.street_code = grid_staff.street_code
order by per_10k nulls last, residents.street_code
