-- 岗位和人分开数：各类队伍设岗多少、到岗多少、期末多少人，其中多少在别的类别也统计了？
-- Posts are not persons: posts, posts filled, persons, and those counted in another category too.
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
