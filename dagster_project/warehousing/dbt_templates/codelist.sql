-- $note
select
$columns
from {{ source('raw', 'raw_code') }}
where list_id = '$list_id'
