-- generated from warehousing/raw_tables.yml by `jiceng generate`; edit that
select
    plan_id,
    title_zh,
    title_en,
    issued_by_zh,
    issued_by_en,
    issued_on,
    first_year,
    last_year,
    region_level,
    region_code
from {{ source('raw', 'raw_plan') }}
