select
    street_code,
    count(*) as offices,
    count(floor_area_m2) as offices_judged,
    sum(case when floor_area_m2 >= 200 then 1 else 0 end) as offices_of_200_m2,
    round(
        100.0 * sum(case when floor_area_m2 >= 200 then 1 else 0 end)
        / nullif(count(floor_area_m2), 0),
        1
    ) as share_pct
from {{ ref('fct_facilities') }}
where period = '2015-Q4' and facility_type = 'RC_OFFICE' and status = 'OPEN'
group by street_code
order by street_code
