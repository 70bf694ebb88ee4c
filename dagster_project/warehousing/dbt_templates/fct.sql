-- $note
{{ config(materialized='view') }}

with revisions as (
    select * from {{ ref('hist_${form_id}') }}
)

select
$columns
from revisions
where known_to is null
