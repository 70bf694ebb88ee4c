select
    district_code,
    sum(voters_participated) as voters,
    sum(registered_voters) as registered,
    round(100.0 * sum(voters_participated) / nullif(sum(registered_voters), 0), 2)
        as turnout_pct,
    round(avg(100.0 * voters_participated / nullif(registered_voters, 0)), 2)
        as mean_of_communities_pct
from {{ ref('fct_self_governance') }}
where period = '2015' and voters_participated is not null and registered_voters is not null
group by district_code
order by district_code
