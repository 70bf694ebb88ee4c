{{ config(tags=['dimension']) }}

select
    list_id,
    code,
    count(*) as times
from {{ source('raw', 'raw_code') }}
group by list_id, code
having count(*) > 1
