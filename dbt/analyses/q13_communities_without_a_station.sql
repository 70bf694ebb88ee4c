with communities as (
    select
        street_code,
        unit_code,
        unit_name,
        permanent_population
    from {{ ref('fct_community_profile') }}
    where period = '2015'
),

stations as (
    select distinct unit_code
    from {{ ref('fct_facilities') }}
    where period = '2015-Q4' and facility_type = 'SERVICE_STATION' and status = 'OPEN'
)

select
    communities.street_code,
    communities.unit_code,
    communities.unit_name,
    communities.permanent_population
from communities
left join stations on communities.unit_code = stations.unit_code
where stations.unit_code is null
order by communities.unit_code
