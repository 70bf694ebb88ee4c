select
    services.service_category,
    categories.name_zh,
    sum(services.completed) as completed,
    sum(services.completed_on_time) as on_time,
    round(100.0 * sum(services.completed_on_time) / nullif(sum(services.completed), 0), 2)
        as on_time_pct
from {{ ref('fct_services') }} as services
inner join {{ ref('dim_service_category') }} as categories
    on services.service_category = categories.code
where services.period = '2015-12'
group by services.service_category, categories.name_zh
order by on_time_pct nulls last, services.service_category
