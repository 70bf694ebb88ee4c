-- $note
select
$columns
from {{ source('raw', '$table') }}
