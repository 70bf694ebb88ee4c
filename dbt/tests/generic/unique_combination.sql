{% test unique_combination(model, columns, of_periods=true) %}

select
    {{ columns | join(', ') }},
    count(*) as times
from {{ model }}
where {{ periods_filter() if of_periods else '1 = 1' }}
group by {{ columns | join(', ') }}
having count(*) > 1

{% endtest %}
