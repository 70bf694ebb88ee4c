-- generated from warehousing/raw_tables.yml by `jiceng generate`; edit that
select
    period,
    period_type,
    period_start,
    period_end,
    year,
    quarter,
    month
from {{ source('raw', 'raw_period') }}
