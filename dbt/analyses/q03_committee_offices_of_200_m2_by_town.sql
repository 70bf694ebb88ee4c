-- 各街镇居（村）委会办公用房达到 200 平方米的占多少？没有填面积的不算达到，也不算没达到。
-- What share of committee offices has 200 m² or more, by town? Offices without area are not judged.
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
