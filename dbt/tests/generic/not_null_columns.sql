{% test not_null_columns(model, columns, of_periods=true) %}

select {{ columns | join(', ') }}
from {{ model }}
where
    {{ periods_filter() if of_periods else '1 = 1' }}
    and ({{ columns | join(' is null or ') }} is null)

{% endtest %}
