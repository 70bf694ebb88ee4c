-- generated from warehousing/raw_tables.yml by `jiceng generate`; edit that
select
    event_id,
    event_type,
    happened_on,
    date_basis,
    level,
    old_code,
    new_code,
    old_name,
    new_name,
    source
from {{ source('raw', 'raw_boundary_event') }}
