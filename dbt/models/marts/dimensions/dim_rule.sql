-- generated from warehousing/raw_tables.yml by `jiceng generate`; edit that
select
    rule_id,
    form_id,
    scope,
    severity,
    applies_when,
    expression,
    message_zh,
    message_en,
    status
from {{ source('raw', 'raw_rule') }}
