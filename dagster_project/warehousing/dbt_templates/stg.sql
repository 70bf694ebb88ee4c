-- $note
with source as (
    select * from {{ source('raw', 'raw_$form_id') }}
)

select
$casts
from source
