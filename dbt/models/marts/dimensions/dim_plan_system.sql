-- generated from warehousing/raw_tables.yml by `jiceng generate`; edit that
select
    system_id,
    name_zh,
    name_en,
    kind,
    plan_id,
    chapter,
    clause,
    served,
    reason_zh,
    reason_en
from {{ source('raw', 'raw_plan_system') }}
