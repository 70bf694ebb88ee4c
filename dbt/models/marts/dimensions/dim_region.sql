with regions as (
    select * from {{ source('raw', 'raw_region') }}
)

select
    level || '-' || region_code || '-' || coalesce(cast(valid_from as string), '') as region_key,
    level,
    region_code,
    name,
    kind,
    parent_level,
    parent_code,
    valid_from,
    valid_to,
    valid_to is null as is_current,
    source
from regions
