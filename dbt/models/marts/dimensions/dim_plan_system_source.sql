-- generated from warehousing/raw_tables.yml by `jiceng generate`; edit that
select
    system_id,
    source_number,
    source_kind,
    table_name,
    column_name,
    code,
    indicator_id
from {{ source('raw', 'raw_plan_system_source') }}
