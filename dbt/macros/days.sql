{% macro valid_on(region, day) -%}
    {#- The register's row that held on a day; no valid_from is older than the first edition held. -#}
    ({{ region }}.valid_from is null or {{ region }}.valid_from <= {{ day }})
    and ({{ region }}.valid_to is null or {{ day }} < {{ region }}.valid_to)
{%- endmacro %}

{% macro days_between(first_day, second_day) -%}
    {#- Midnights from the first to the second, negative where the second comes first. -#}
    {{ dbt.datediff(first_day, second_day, 'day') }}
{%- endmacro %}
