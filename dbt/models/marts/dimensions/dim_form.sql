-- generated from warehousing/raw_tables.yml by `jiceng generate`; edit that
select
    form_id,
    table_number,
    title_zh,
    title_en,
    period_type,
    respondents,
    rolls_up,
    due_month_offset,
    due_day,
    grain_zh,
    grain_en,
    programme_hash
from {{ source('raw', 'raw_form') }}
