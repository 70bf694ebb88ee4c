select
    staff.staff_category,
    categories.name_zh,
    sum(staff.posts_established) as posts,
    sum(staff.posts_filled) as posts_filled,
    sum(staff.headcount_closing) as persons,
    sum(staff.counted_elsewhere) as counted_elsewhere
from {{ ref('fct_staff') }} as staff
inner join {{ ref('dim_staff_category') }} as categories on staff.staff_category = categories.code
where staff.period = '2015-Q4'
group by staff.staff_category, categories.name_zh, categories.sort_order
order by categories.sort_order
