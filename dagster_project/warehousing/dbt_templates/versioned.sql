-- $note
with versioned as (
    {{
        versioned_rows(
            form_id='$form_id',
            reported=ref('stg_$form_id'),
            unit_column='$unit_column',
            levels=[$levels],
        )
    }}
)

select
$columns
from versioned
