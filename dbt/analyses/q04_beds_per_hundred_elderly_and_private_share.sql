with beds as (
    select
        district_code,
        sum(beds) as beds,
        sum(
            case
                when
                    operator_type in (
                        'SOCIAL_ORG', 'ENTERPRISE', 'PUBLIC_PRIVATE', 'PRIVATE_AID', 'PRIVATE'
                    )
                    then beds
                else 0
            end
        ) as private_beds
    from {{ ref('fct_facilities') }}
    where period = '2015-Q4' and facility_type = 'ELDER_HOME' and status = 'OPEN'
    group by district_code
),

elderly as (
    select
        district_code,
        sum(pop_age_60_plus) as elderly
    from {{ ref('fct_community_profile') }}
    where period = '2015'
    group by district_code
)

select
    beds.district_code,
    beds.beds,
    elderly.elderly,
    round(100.0 * beds.beds / nullif(elderly.elderly, 0), 2) as beds_per_100_elderly,
    round(100.0 * beds.private_beds / nullif(beds.beds, 0), 1) as private_share_pct
from beds
inner join elderly on beds.district_code = elderly.district_code
order by beds.district_code
