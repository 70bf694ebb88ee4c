{#-
    `lists` maps columns to code lists. Cells of several codes are left to the edit rules: splitting
    them takes functions that the two engines do not share.
-#}
{% test codes_exist(model, lists) %}

with facts as (
    select * from {{ model }}
    where {{ periods_filter() }}
),

given as (
    {{ codes_given('facts', lists) }}
)

select given.*
from given
left join {{ source('raw', 'raw_code') }} as codes
    on given.list_id = codes.list_id and given.code = codes.code
where codes.code is null

{% endtest %}
