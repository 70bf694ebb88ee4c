with large_communities as (
    select
        street_code,
        unit_code,
        unit_name,
        permanent_population
    from {{ ref('fct_community_profile') }}
    where period = '2015' and permanent_population > 20000
),

large_centres as (
    select distinct unit_code
    from {{ ref('fct_facilities') }}
    where
        period = '2015-Q4'
        and facility_type = 'HEALTH_CENTRE'
        and status = 'OPEN'
        and floor_area_m2 >= 1400
)

select
    large_communities.street_code,
    large_communities.unit_code,
    large_communities.unit_name,
    large_communities.permanent_population
from large_communities
left join large_centres on large_communities.unit_code = large_centres.unit_code
where large_centres.unit_code is null
order by large_communities.unit_code
