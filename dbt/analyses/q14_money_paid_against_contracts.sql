select
    projects.project_type,
    types.name_zh,
    count(*) as projects,
    sum(case when projects.contract_amount is null then 1 else 0 end) as without_contract,
    sum(projects.contract_amount) as contract_yuan,
    sum(case when projects.contract_amount is not null then projects.paid_closing end) as paid_yuan,
    round(
        100.0
        * sum(case when projects.contract_amount is not null then projects.paid_closing end)
        / nullif(sum(projects.contract_amount), 0),
        1
    ) as paid_pct
from {{ ref('fct_projects') }} as projects
inner join {{ ref('dim_project_type') }} as types on projects.project_type = types.code
where projects.period = '2016-Q1'
group by projects.project_type, types.name_zh
order by projects.project_type
