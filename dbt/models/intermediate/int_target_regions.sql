{{ config(tags=['cross_form']) }}

with plans as (
    select distinct
        region_level,
        region_code
    from {{ source('raw', 'raw_plan') }}
),

years as (
    select * from {{ source('raw', 'raw_period') }}
    where period_type = 'A'
),

regions as (
    select * from {{ source('raw', 'raw_region') }}
    where level = 'street'
),

expected as (
    select distinct
        unit_code,
        cast(substr(period, 1, 4) as integer) as year  -- every label begins with it
    from {{ source('raw', 'raw_expected') }}
)

select
    plans.region_level,
    plans.region_code,
    years.year,
    cast(count(distinct regions.region_code) as integer) as streets_in_region,
    cast(count(distinct expected.unit_code) as integer) as streets_expected
from plans
cross join years
inner join regions
    on
        {{ code_start('plans.region_level', 'regions.region_code') }}
        = {{ code_start('plans.region_level', 'plans.region_code') }}
        and {{ valid_on('regions', 'years.period_end') }}
left join expected
    on regions.region_code = expected.unit_code and years.year = expected.year
group by plans.region_level, plans.region_code, years.year
